"""How the file of a backup is written: whole, for one reader, and over nothing."""

import tarfile
import threading
from pathlib import Path

import pytest

from pavior.kernel.errors import ConflictError
from pavior.launching import backup_file


def _write(into: Path, database: Path, forge: Path) -> None:
    with backup_file.new_file(into) as out:
        backup_file.write(out, database, forge, {"pavior": "0", "schema": "1", "made_at": "", "key": "", "events": 0})


@pytest.fixture
def database(tmp_path: Path) -> Path:
    file = tmp_path / "pavior.db"
    file.write_bytes(b"a database")
    return file


def test_what_somebody_laid_in_its_way_is_neither_followed_nor_written_over(database: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("kept", encoding="utf-8")
    into = tmp_path / "backup.tar.gz"
    into.symlink_to(precious)

    with pytest.raises(ConflictError, match="is there already"):
        _write(into, database, tmp_path / "forge")

    assert precious.read_text(encoding="utf-8") == "kept"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.tar.gz", "pavior.db", "precious"]


def test_it_is_for_this_user_only_and_nothing_stays_beside_it(database: Path, tmp_path: Path) -> None:
    _write(tmp_path / "backup.tar.gz", database, tmp_path / "forge")

    assert (tmp_path / "backup.tar.gz").stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.tar.gz", "pavior.db"]


def test_a_reference_that_moves_meanwhile_is_in_it_as_the_manifest_says(database: Path, tmp_path: Path) -> None:
    reference = tmp_path / "forge" / "orders.git" / "refs" / "heads" / "main"
    reference.parent.mkdir(parents=True)
    reference.write_text("0" * 40, encoding="utf-8")
    stopping = threading.Event()

    def move() -> None:
        number = 0
        while not stopping.is_set():
            number += 1
            fresh = reference.with_name("main.lock")
            fresh.write_text(f"{number:040}", encoding="utf-8")
            fresh.replace(reference)

    moving = threading.Thread(target=move)
    moving.start()
    try:
        for number in range(20):
            into = tmp_path / f"{number}.tar.gz"
            _write(into, database, tmp_path / "forge")
            # Raises when a file is not what the manifest says.
            (tmp_path / str(number)).mkdir()
            backup_file.extract_all(into, tmp_path / str(number))
    finally:
        stopping.set()
        moving.join()

    with tarfile.open(tmp_path / "0.tar.gz") as tar:
        assert "forge/orders.git/refs/heads/main" in tar.getnames()
