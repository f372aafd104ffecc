"""A copy of the database as it is at one instant, while others go on reading and writing it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from pavior.kernel.errors import InvalidError
from pavior.storage.database import Database

# So many pages at a time, so that a writer never waits for long.
_PAGES = 2000


def copy_database(database: Database, into: Path) -> None:
    """Write a SQLite file that was not there before; the tables of the durable engine are in it.

    Raises:
        InvalidError: `backup-unsupported` for another database.
    """
    source = database.engine.url.database
    if database.engine.dialect.name != "sqlite" or source is None:
        raise InvalidError(
            "backup-unsupported",
            "Only a SQLite database is backed up by Pavior; this one is a PostgreSQL server's.",
            fix="Use pg_dump for the database, and copy the folder `forge` of the data folder right after it.",
        )
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as reading,
        closing(sqlite3.connect(into)) as copy,
    ):
        reading.backup(copy, pages=_PAGES)
