"""The one way to the database: SQLite in a file to begin with, PostgreSQL by URL later, the same code."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# A connection inside a transaction that its opener commits. Writing services take one as their first argument.
Transaction: TypeAlias = sa.Connection


class Database:
    """Opens transactions.

    Instants are stored as RFC 3339 text (`kernel.clock.format_instant`), documents as `sa.JSON`.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Write: commits at the end, rolls back on any exception. One writer at a time on SQLite."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Transaction]:
        """Read: sees one state of the database throughout, and cannot write."""
        with self.engine.connect() as connection:
            yield connection
