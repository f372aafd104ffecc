"""The one way to the database: SQLite in a file to begin with, PostgreSQL by URL later, the same code."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from pavior.kernel.errors import InvalidError
from pavior.storage.failures import translate

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

BUSY_TIMEOUT_SECONDS = 15.0
# Of the lock that writers on PostgreSQL take in turn: any number that nobody else uses.
_WRITERS = 0x7061_7669
_CONNECT_TIMEOUT_SECONDS = 10
_READING = "pavior_is_reading"


class Database:
    """Opens transactions.

    Instants are stored as RFC 3339 text (`kernel.clock.format_instant`), documents as `sa.JSON`.

    Args:
        before_commit: Called in order, in each write transaction, when its work is done; an exception rolls it back.
    """

    def __init__(self, engine: sa.Engine, before_commit: tuple[Callable[[Transaction], None], ...] = ()) -> None:
        self.engine = engine
        self.before_commit = before_commit

    def with_before_commit(self, action: Callable[[Transaction], None]) -> "Database":
        """The same database, which also does this in each write transaction."""
        return Database(self.engine, (*self.before_commit, action))

    @property
    def url(self) -> str:
        """Of the database, with its password when it has one: never to be shown."""
        return self.engine.url.render_as_string(hide_password=False)

    @property
    def kind(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Write: commits at the end, rolls back on any exception. One writer at a time, on either database."""
        with self._connect() as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS})")
            yield connection
            for action in self.before_commit:
                action(connection)

    @contextmanager
    def snapshot(self) -> Iterator[Transaction]:
        """Read: sees one state of the database throughout, and cannot write."""
        with self._connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            connection.execution_options(**{_READING: True})
            with connection.begin() as begun:
                yield connection
                begun.rollback()

    def ping(self) -> None:
        """Ask for an answer.

        Raises:
            UnavailableError: `storage-unreadable`, `storage-busy`, `storage-unreachable`.
        """
        with self.snapshot() as transaction:
            transaction.execute(sa.select(1))

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()

    def _connect(self) -> sa.Connection:
        try:
            return self.engine.connect()
        except sa.exc.TimeoutError as error:
            # Waiting for a free connection does not pass through the driver's error hook.
            raise translate(error) or error from error


def open_database(url: str, *, busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS) -> Database:
    """Connect once, so that a database that cannot be used is known now.

    A SQLite file and its folder are created when absent, readable for this user only.

    Args:
        url: A SQLAlchemy URL of SQLite with a file, or of PostgreSQL.
        busy_timeout_seconds: How long a writer waits for another one.

    Raises:
        InvalidError: `storage-url-invalid`, `storage-driver-missing`.
        UnavailableError: `storage-unreadable`, `storage-busy`, `storage-full`, `storage-unreachable`.
    """
    parsed = _parsed(url)
    is_sqlite = parsed.get_backend_name() == "sqlite"
    engine = (_open_sqlite if is_sqlite else _open_postgresql)(parsed, busy_timeout_seconds)
    with engine.connect():
        return Database(engine)


def _parsed(url: str) -> sa.URL:
    """Of one of the two kinds that we can work with."""
    try:
        parsed = sa.make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, sa.exc.NoSuchModuleError):
        backend = ""
    if backend == "postgresql" or (backend == "sqlite" and parsed.database and parsed.database != ":memory:"):
        return parsed
    raise InvalidError(
        "storage-url-invalid",
        "The database URL names neither a SQLite file nor a PostgreSQL database.",
        fix="Write it as sqlite:////absolute/path.db or postgresql+psycopg://user@host/name.",
    )


def open_sqlite(file: Path) -> Database:
    """The SQLite database in this file, whatever letters its path has. Raises as `open_database`."""
    return open_database(sa.URL.create("sqlite", database=str(file)).render_as_string())


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite database; None for another one. Raises InvalidError `storage-url-invalid`."""
    parsed = _parsed(url)
    is_file = parsed.get_backend_name() == "sqlite" and parsed.database
    return Path(str(parsed.database)).absolute() if is_file else None


def _open_postgresql(url: sa.URL, busy_timeout_seconds: float) -> sa.Engine:
    # Instants are text and nothing depends on the server's own time zone or language.
    options = f"-c lock_timeout={int(busy_timeout_seconds * 1000)} -c timezone=UTC -c lc_messages=C"
    try:
        engine = sa.create_engine(
            url,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"options": options, "connect_timeout": _CONNECT_TIMEOUT_SECONDS},
        )
    except ModuleNotFoundError:
        raise InvalidError(
            "storage-driver-missing",
            "The database URL names PostgreSQL, and its driver is not installed.",
            fix="Install it: pip install 'pavior[postgresql]'.",
        ) from None
    sa.event.listen(engine, "handle_error", _raise_ours)
    return engine


def _open_sqlite(url: sa.URL, busy_timeout_seconds: float) -> sa.Engine:
    path = Path(str(url.database))
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # The driver would create it readable for everybody.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        refused = sqlite3.OperationalError(str(error))
        refused.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
        raise translate(refused) or refused from error
    # Parameters of statements may be secrets, and errors are logged.
    engine = sa.create_engine(url, connect_args={"timeout": busy_timeout_seconds}, hide_parameters=True)
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    sa.event.listen(engine, "checkin", _forget_reading)
    sa.event.listen(engine, "handle_error", _raise_ours)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # None: the driver begins nothing by itself, so BEGIN IMMEDIATE below is the only way in.
    connection.isolation_level = None
    cursor = connection.cursor()
    try:
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA journal_mode = WAL")
        # NORMAL may lose the last commits when the power fails.
        cursor.execute("PRAGMA synchronous = FULL")
    except sqlite3.Error as error:
        raise translate(error) or error from error
    finally:
        cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    if connection.get_execution_options().get(_READING):
        connection.exec_driver_sql("PRAGMA query_only = ON")
        connection.exec_driver_sql("BEGIN")
    else:
        # Taking the write lock at once: a deferred one can fail half-way with work already done.
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _forget_reading(connection: Any, _: ConnectionPoolEntry) -> None:
    if connection is not None:
        connection.execute("PRAGMA query_only = OFF")


def _raise_ours(context: sa.engine.ExceptionContext) -> None:
    if context.is_pre_ping:
        # A connection that has died while nobody used it is replaced, and nobody is told.
        return
    is_reading = context.connection is not None and bool(context.connection.get_execution_options().get(_READING))
    error = translate(context.original_exception, is_reading=is_reading)
    if error is not None:
        raise error from context.original_exception
