"""What a database driver complains about, as errors that say what to do."""

import sqlite3

import sqlalchemy as sa

from pavior.kernel.errors import PaviorError, UnavailableError, disk_full

_FULL = disk_full()
_BUSY = UnavailableError(
    "storage-busy",
    "The database was locked by another writer for too long.",
    fix="Try again; if it stays so, look for another program that holds the database open.",
)
_UNREADABLE = UnavailableError(
    "storage-unreadable",
    "The database cannot be read: the file is damaged, is no database, or may not be opened by this user.",
    fix="Check the owner and mode of the file; if they are right, restore it from a backup.",
)
_UNREACHABLE = UnavailableError(
    "storage-unreachable",
    "The database server does not answer.",
    fix="Check PAVIOR_DATABASE_URL and that the server is running.",
)

# Primary result codes, https://www.sqlite.org/rescode.html; the extended ones keep them in their low byte.
_BY_SQLITE_CODE = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_CORRUPT: _UNREADABLE,
    sqlite3.SQLITE_NOTADB: _UNREADABLE,
    sqlite3.SQLITE_CANTOPEN: _UNREADABLE,
    sqlite3.SQLITE_PERM: _UNREADABLE,
    sqlite3.SQLITE_READONLY: _UNREADABLE,
    sqlite3.SQLITE_IOERR: _UNREADABLE,
}
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_BY_SQLSTATE = {"53100": _FULL, "55P03": _BUSY, "40P01": _BUSY}
# Connection exceptions, wrong user or password, no such database, and a server that stops or only starts.
_UNREACHABLE_SQLSTATES = ("08", "28", "3D", "57P0")


def concerns_storage(error: PaviorError) -> bool:
    """Whether it tells of our own database, and so nothing of what was asked."""
    return error.code in {known.code for known in (_FULL, _BUSY, _UNREADABLE, _UNREACHABLE)}


def translate(error: BaseException, *, is_reading: bool = False) -> PaviorError | None:
    """The error to raise in place of a driver's, or None when it is a bug of ours.

    Args:
        error: Of sqlite3, of psycopg, or of the connection pool.
        is_reading: Inside a snapshot, where a refused write is our bug and not the disk's.
    """
    found: PaviorError | None = None
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if not (is_reading and code == sqlite3.SQLITE_READONLY):
            found = _BY_SQLITE_CODE.get(code)
    elif isinstance(error, sa.exc.TimeoutError):
        found = _BUSY
    else:
        sqlstate = getattr(error, "sqlstate", None)
        if isinstance(sqlstate, str):
            found = _UNREACHABLE if sqlstate.startswith(_UNREACHABLE_SQLSTATES) else _BY_SQLSTATE.get(sqlstate)
        elif type(error).__module__.startswith("psycopg") and type(error).__name__ == "OperationalError":
            # A server that is not there, or went away in the middle, has said no code.
            found = _UNREACHABLE
    if found is None:
        return None
    return type(found)(found.code, found.summary, fix=found.fix, context={"driver": str(error)})
