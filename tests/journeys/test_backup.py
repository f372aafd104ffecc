"""A backup that is made while Pavior works becomes the same Pavior again, and nothing less is taken for one."""

import gzip
import io
import json
import shutil
import sqlite3
import tarfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.journeys.terminal import Finished, Terminal
from tests.postgresql import PostgresServer


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """With a service that runs in dev; its server is stopped."""
    terminal = Terminal(tmp_path_factory.mktemp("original"))
    with terminal.up():
        terminal.ok("team", "create", "payments", "--title", "Payments")
        terminal.read("user", "invite", "dana", "--role", "developer", "--team", "payments")
        made = terminal.pavior(
            "service",
            "create",
            "python-service",
            *("--set", "name=orders", "--set", "team=payments", "--set", "data_class=internal"),
            by="dana",
        )
        assert made.status == 0, made
        terminal.ok("backup", terminal.folder / "backup.tar.gz")
    return terminal


def elsewhere(terminal: Terminal, folder: Path, *, has_keys: bool = True) -> Terminal:
    folder.mkdir(exist_ok=True)
    if has_keys:
        shutil.copytree(terminal.folder / "keys", folder / "keys")
    return Terminal(folder)


def restored(terminal: Terminal, folder: Path, file: Path | None = None, *, has_keys: bool = True) -> Finished:
    other = elsewhere(terminal, folder, has_keys=has_keys)
    return other.pavior("restore", file or terminal.folder / "backup.tar.gz")


def everything_in(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        # How often the engine looks at its queues is about who runs now.
        return {
            name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr)  # noqa: S608
            for name in names
            if name != "queues"
        }


def test_everything_is_there_again(terminal: Terminal, tmp_path: Path) -> None:
    with tarfile.open(terminal.folder / "backup.tar.gz") as tar:
        body = tar.extractfile("pavior.db")
        assert body is not None
        (tmp_path / "copied.db").write_bytes(body.read())

    finished = restored(terminal, tmp_path)

    assert finished.status == 0, finished
    assert "The audit log verifies." in finished.out
    assert everything_in(tmp_path / "data" / "pavior.db") == everything_in(tmp_path / "copied.db")
    here, there = terminal, Terminal(tmp_path)
    assert there.read("audit", "verify")["checked"] <= here.read("audit", "verify")["checked"]
    for question in (("service", "show", "orders"), ("change", "show", "C-1"), ("environment", "show", "orders/dev")):
        one, other = here.read(*question), there.read(*question)
        one.pop("clone_url", None), other.pop("clone_url", None)
        assert other == one
    url = there.read("service", "show", "orders")["clone_url"]
    there.git(tmp_path, "clone", "-q", url, "clone")
    assert str(tmp_path) in url
    assert (tmp_path / "clone" / "infra" / "main.tf").is_file()
    there.git(tmp_path / "clone", "fsck", "--strict")


@pytest.mark.postgresql
def test_it_becomes_the_same_on_postgresql_and_from_there_the_same_again(
    terminal: Terminal, postgresql_server: PostgresServer, tmp_path: Path
) -> None:
    more = {"PAVIOR_DATABASE_URL": postgresql_server.make()}
    server, second = (replace(elsewhere(terminal, tmp_path / name), more=more) for name in ("server", "second"))

    on_server = server.pavior("restore", terminal.folder / "backup.tar.gz")
    again = second.pavior("restore", terminal.folder / "backup.tar.gz")
    answers = [server.read(*question) for question in (("change", "show", "C-1"), ("audit", "verify"))]
    server.ok("backup", tmp_path / "from-server.tar.gz")
    back = restored(terminal, tmp_path / "back", tmp_path / "from-server.tar.gz")

    assert on_server.status == 0, on_server
    assert "The audit log verifies." in on_server.out
    assert again.code == "database-not-empty"
    assert "PAVIOR_DATABASE_URL" in again.err
    assert not second.home.exists()
    assert answers[0] == terminal.read("change", "show", "C-1")
    assert back.status == 0, back
    assert "The audit log verifies." in back.out
    kept, given = everything_in(terminal.home / "pavior.db"), everything_in(tmp_path / "back" / "data" / "pavior.db")
    # The worker of the file, which the server was told is gone.
    assert [row[0] for row in given.pop("workers")] == ["worker-1"]
    kept.pop("workers")
    assert given == kept


def test_no_key_is_in_a_backup(terminal: Terminal) -> None:
    content = gzip.decompress((terminal.folder / "backup.tar.gz").read_bytes())

    assert b"pavior.db" in content
    for name in ("sealing.key", "audit-signing.pem"):
        assert (terminal.folder / "keys" / name).read_bytes().strip() not in content
        assert name.encode() not in content
    assert (terminal.folder / "backup.tar.gz").stat().st_mode & 0o077 == 0


def test_a_folder_that_is_in_use_is_left_alone(terminal: Terminal) -> None:
    finished = terminal.pavior("restore", terminal.folder / "backup.tar.gz")

    assert finished.code == "folder-not-empty"
    assert terminal.pavior("backup", terminal.folder / "backup.tar.gz").code == "file-exists"


def test_without_its_keys_nothing_is_restored(terminal: Terminal, tmp_path: Path) -> None:
    without = restored(terminal, tmp_path / "one", has_keys=False)
    other = Terminal(tmp_path / "two")
    other.folder.mkdir()
    other.ok("team", "create", "others", "--title", "Others")
    shutil.rmtree(other.home)
    with_others = other.pavior("restore", terminal.folder / "backup.tar.gz")

    assert (without.code, with_others.code) == ("key-missing", "keys-of-another")
    assert not (tmp_path / "one" / "data").exists()
    assert not (tmp_path / "two" / "data").exists()


def _with(terminal: Terminal, tmp_path: Path, name: str, body: bytes, *, kind: bytes = tarfile.REGTYPE) -> Path:
    """The same backup with one member more, or another one in its place."""
    changed = tmp_path / "changed.tar.gz"
    with (
        tarfile.open(terminal.folder / "backup.tar.gz") as original,
        tarfile.open(changed, "w:gz") as tar,
    ):
        for member in original:
            if member.name != name:
                tar.addfile(member, original.extractfile(member) if member.isfile() else None)
        added = tarfile.TarInfo(name)
        added.type, added.size, added.linkname = kind, len(body), "/etc/passwd"
        tar.addfile(added, io.BytesIO(body))
    return changed


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("forge/more", tarfile.REGTYPE),
        ("pavior.db", tarfile.REGTYPE),
        ("../outside", tarfile.REGTYPE),
        ("forge/link", tarfile.SYMTYPE),
        ("manifest.json", tarfile.REGTYPE),
    ],
)
def test_a_backup_that_was_changed_is_refused(terminal: Terminal, tmp_path: Path, name: str, kind: bytes) -> None:
    body = json.dumps({"format": 1}).encode()

    finished = restored(terminal, tmp_path / "there", _with(terminal, tmp_path, name, body, kind=kind))

    assert finished.code == "backup-unreadable"
    assert not (tmp_path / "there" / "data").exists()
    assert not (tmp_path / "there" / "outside").exists()


def test_a_backup_that_was_cut_off_is_refused(terminal: Terminal, tmp_path: Path) -> None:
    whole = (terminal.folder / "backup.tar.gz").read_bytes()
    (tmp_path / "half.tar.gz").write_bytes(whole[: len(whole) // 2])

    assert restored(terminal, tmp_path / "there", tmp_path / "half.tar.gz").code == "backup-unreadable"


def test_last_changes_of_another_database_are_not_taken_for_those_of_the_restored_one(
    terminal: Terminal, tmp_path: Path
) -> None:
    other = elsewhere(terminal, tmp_path / "there")
    place = tmp_path / "databases" / "pavior.db"
    place.parent.mkdir()
    place.with_name("pavior.db-wal").write_bytes(b"of somebody else")

    finished = replace(other, more={"PAVIOR_DATABASE_URL": f"sqlite:///{place}"}).pavior(
        "restore", terminal.folder / "backup.tar.gz"
    )

    assert finished.code == "database-not-empty"
    assert not place.exists()
    assert not other.home.exists()


@pytest.mark.postgresql
def test_what_fails_on_the_way_into_a_server_leaves_the_folder_empty(
    terminal: Terminal, postgresql_server: PostgresServer, tmp_path: Path
) -> None:
    url = postgresql_server.make()
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE TABLE teams (name text)")
    other = elsewhere(terminal, tmp_path / "there")
    other.home.mkdir()
    (other.home / "lost+found").mkdir()

    finished = replace(other, more={"PAVIOR_DATABASE_URL": url}).pavior("restore", terminal.folder / "backup.tar.gz")

    assert finished.status != 0
    assert [path.name for path in other.home.iterdir()] == ["lost+found"]


def test_a_data_folder_of_any_name_is_backed_up(tmp_path: Path) -> None:
    odd = Terminal(tmp_path / "a#1 %41")
    odd.folder.mkdir()
    odd.ok("team", "create", "payments", "--title", "Payments")

    finished = odd.pavior("backup", tmp_path / "backup.tar.gz")

    assert finished.status == 0, finished
