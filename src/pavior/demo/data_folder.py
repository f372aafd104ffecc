"""What somebody with access to the disk could do: take a copy of the data folder and edit the audit log in it."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from pavior.audit.model import Verification
from pavior.audit.service import verify
from pavior.storage.database import open_database

_DATABASE = "pavior.db"


def copy_data_folder(folder: Path, into: Path) -> Path:
    """A copy of the data folder, with one state of the database, in the new folder `into`."""
    shutil.copytree(folder, into, ignore=shutil.ignore_patterns(f"{_DATABASE}*", "work"))
    with closing(sqlite3.connect(folder / _DATABASE)) as here, closing(sqlite3.connect(into / _DATABASE)) as there:
        here.backup(there)
    return into


def edit_event(folder: Path, sequence: int) -> None:
    """Change who did it in one row of the audit log, with raw SQL, after taking away what protects the table."""
    with closing(sqlite3.connect(folder / _DATABASE)) as database, database:
        database.execute("DROP TRIGGER audit_events_no_update")
        changed = database.execute(
            'UPDATE audit_events SET body = replace(body, \'"actor":"\', \'"actor":"not-\') WHERE sequence = ?',
            (sequence,),
        )
        if changed.rowcount != 1:
            raise ValueError(f"the audit log has no row {sequence}")


def verify_audit_log(folder: Path, public_key: Ed25519PublicKey) -> Verification:
    """What `pavior audit verify` says of the log in this folder."""
    database = open_database(f"sqlite:///{folder / _DATABASE}")
    try:
        with database.snapshot() as transaction:
            return verify(transaction, public_key)
    finally:
        database.close()
