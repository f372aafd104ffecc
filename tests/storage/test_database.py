import shutil
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from pavior.kernel.errors import ConflictError, InvalidError, UnavailableError
from pavior.storage import migrating
from pavior.storage.counters import last_number, next_number
from pavior.storage.database import Database, open_database
from pavior.testing.databases import a_database, import_all_tables, write_initial_migration


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = a_database(tmp_path)
    yield opened
    opened.close()


def test_a_commit_survives_a_power_failure_and_readers_do_not_wait(database: Database) -> None:
    with database.transaction() as tx:
        settings = [tx.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
        enforced = tx.exec_driver_sql("PRAGMA foreign_keys").scalar()

    assert settings == ["wal", 2]  # 2 is FULL
    assert enforced == 1


def test_the_file_is_readable_for_its_owner_only(database: Database, tmp_path: Path) -> None:
    with database.transaction() as tx:
        next_number(tx, "change")

    for path in tmp_path.glob("test.db*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name


def test_a_failed_transaction_leaves_nothing_not_even_a_table(database: Database) -> None:
    def fail_after_work() -> None:
        with database.transaction() as tx:
            tx.exec_driver_sql("CREATE TABLE half (id INTEGER)")
            next_number(tx, "change")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_work()

    with database.snapshot() as tx:
        assert "half" not in sa.inspect(tx).get_table_names()
        assert last_number(tx, "change") == 0


def test_a_snapshot_sees_one_state_throughout_and_cannot_write(database: Database) -> None:
    with database.snapshot() as tx:
        before = last_number(tx, "change")
        with database.transaction() as other:
            next_number(other, "change")
        assert last_number(tx, "change") == before == 0
        with pytest.raises(sa.exc.OperationalError, match="readonly"):
            next_number(tx, "change")

    with database.transaction() as tx:
        assert next_number(tx, "change") == 2


def test_a_writer_that_waits_too_long_is_told_so(tmp_path: Path, database: Database) -> None:
    impatient = open_database(f"sqlite:///{tmp_path / 'test.db'}", busy_timeout_seconds=0.05)

    with database.transaction(), pytest.raises(UnavailableError, match="storage-busy"), impatient.transaction():
        pass

    impatient.close()


def test_a_full_disk_is_told_and_nothing_was_written(database: Database) -> None:
    def fill_the_disk() -> None:
        with database.transaction() as tx:
            # A limit of pages is the same to SQLite as a disk without room.
            pages = tx.exec_driver_sql("PRAGMA page_count").scalar()
            tx.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            next_number(tx, "change")
            tx.exec_driver_sql("CREATE TABLE large AS SELECT zeroblob(1000000) AS body")

    with pytest.raises(UnavailableError, match="storage-full"):
        fill_the_disk()

    with database.snapshot() as tx:
        assert last_number(tx, "change") == 0


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "pavior.db").write_bytes(b"This is a letter to my aunt. " * 100)

    with pytest.raises(UnavailableError, match="storage-unreadable"):
        open_database(f"sqlite:///{tmp_path / 'pavior.db'}")


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    database = a_database(tmp_path)
    with database.transaction() as tx:
        next_number(tx, "change")
    database.close()
    path = tmp_path / "test.db"
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)

    with pytest.raises(UnavailableError, match="storage-unreadable"):
        open_database(f"sqlite:///{path}")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(UnavailableError, match="storage-unreadable"):
        open_database(f"sqlite:///{tmp_path / 'file' / 'pavior.db'}")


@pytest.mark.parametrize("url", ["", "sqlite://", "sqlite:///:memory:", "mysql://host/name", "nonsense://x"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(InvalidError, match="storage-url-invalid"):
        open_database(url)


def test_what_stands_before_a_commit_can_still_stop_it(database: Database) -> None:
    def refuse(_: object) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError), database.with_before_commit(refuse).transaction() as tx:
        next_number(tx, "change")

    with database.snapshot() as tx:
        assert last_number(tx, "change") == 0


@pytest.fixture
def folder_of_migrations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of migrations as released, but empty."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrating._FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__", "0*.py"))
    monkeypatch.setattr(migrating, "_FOLDER", folder)
    return folder


@pytest.mark.usefixtures("folder_of_migrations")
def test_the_first_migration_makes_what_the_tables_say(tmp_path: Path) -> None:
    written = write_initial_migration(tmp_path)
    database = open_database(f"sqlite:///{tmp_path / 'new.db'}")

    migrating.migrate(database)
    migrating.migrate(database)

    assert written.name == "0001_initial.py"
    assert migrating.list_versions() == ("0001",)
    assert migrating.list_differences(database) == []
    with database.transaction() as tx:
        tx.exec_driver_sql("INSERT INTO audit_events VALUES (1, 'v', 's', 'o', 'b', 'p', 'h')")
    with database.transaction() as tx, pytest.raises(sa.exc.IntegrityError, match="append-only"):
        tx.exec_driver_sql("DELETE FROM audit_events")
    database.close()


@pytest.mark.usefixtures("folder_of_migrations")
def test_data_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    write_initial_migration(tmp_path)
    database = open_database(f"sqlite:///{tmp_path / 'new.db'}")
    migrating.migrate(database)
    with database.transaction() as tx:
        tx.exec_driver_sql("UPDATE pavior_version SET version_num = '9999'")

    with pytest.raises(ConflictError, match="storage-newer"):
        migrating.migrate(database)

    with database.snapshot() as tx:
        assert migrating.find_version(tx) == "9999"
    database.close()


def test_the_migrations_that_are_released_make_what_the_tables_say(tmp_path: Path) -> None:
    import_all_tables()
    database = open_database(f"sqlite:///{tmp_path / 'new.db'}")
    migrating.migrate(database)

    assert migrating.list_differences(database) == []
    database.close()


def test_every_module_of_tables_is_found() -> None:
    names = import_all_tables()

    assert "pavior.audit.tables" in names
    assert "pavior.storage.counters" in names


def test_a_copy_made_by_another_program_can_be_read(database: Database, tmp_path: Path) -> None:
    with database.transaction() as tx:
        next_number(tx, "change")
    with sqlite3.connect(tmp_path / "test.db") as source, sqlite3.connect(tmp_path / "copy.db") as target:
        source.backup(target)
    source.close()
    target.close()

    copy = open_database(f"sqlite:///{tmp_path / 'copy.db'}")
    with copy.snapshot() as tx:
        assert last_number(tx, "change") == 1
    copy.close()
