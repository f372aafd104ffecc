"""A fresh database with all tables, for each test that wants one."""

import importlib
from pathlib import Path

import pavior
from pavior.storage import counters
from pavior.storage.database import Database, metadata, open_database
from pavior.storage.migrating import create_all, write_revision


def a_database(folder: Path, name: str = "test.db") -> Database:
    """Opened with the settings of a real one. Close it at the end of the test."""
    import_all_tables()
    database = open_database(f"sqlite:///{folder / name}")
    create_all(database)
    return database


def everything_in(database: Database) -> str:
    """All rows of our own tables as text, to look for what must not be there."""
    with database.snapshot() as transaction:
        return "\n".join(str(row) for table in metadata.sorted_tables for row in transaction.execute(table.select()))


def import_all_tables() -> tuple[str, ...]:
    """Import every `tables.py` and `*_tables.py` of a domain, so that the metadata knows all; gives their names."""
    root = Path(pavior.__file__).parent
    found = [*root.glob("*/tables.py"), *root.glob("*/*_tables.py")]
    names = sorted(f"pavior.{path.parent.name}.{path.stem}" for path in found if path.parent.name != "storage")
    for name in names:
        importlib.import_module(name)
    return (counters.__name__, *names)


def write_initial_migration(scratch: Path) -> Path:
    """Write `0001_initial` from all tables as they are now; `scratch` is a folder for a database to compare with."""
    import_all_tables()
    database = open_database(f"sqlite:///{scratch / 'empty.db'}")
    try:
        return write_revision(database, "0001", "initial")
    finally:
        database.close()
