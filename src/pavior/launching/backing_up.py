"""Backup of a data folder: database and repositories in one file, without any key."""

import tempfile
from datetime import datetime
from pathlib import Path

import pavior
from pavior.audit import store as audit
from pavior.bootstrap import Installation
from pavior.kernel.clock import format_instant
from pavior.kernel.errors import UnavailableError
from pavior.launching import backup_file
from pavior.launching.backup_file import DATABASE, FORGE, Backup
from pavior.policy.envelopes import key_id
from pavior.settings import Settings
from pavior.storage.copying import copy_into_file
from pavior.storage.database import Database, open_sqlite
from pavior.storage.keys import load_keys
from pavior.storage.migrating import find_version
from pavior.workflows.durable import Enqueuer


def back_up(installation: Installation, into: Path, now: datetime) -> Backup:
    """Write everything into one new file, while Pavior works.

    The database is copied first, as it is at one instant. What is pushed to a repository after that is in the backup as
    well, and Pavior sees it as pushed just now.

    Raises:
        ConflictError: `file-exists`.
        UnavailableError: `backup-failed` when the file cannot be written.
    """
    if into.exists() or into.is_symlink():
        raise backup_file.file_exists(into)
    home, database = installation.settings.home, installation.platform.database
    with tempfile.TemporaryDirectory(prefix=".backing-up-", dir=home) as scratch:
        copied = Path(scratch) / DATABASE
        copy_into_file(database, copied, prepare=prepare_engine)
        schema, events = _look_into(copied)
        about = {
            "pavior": pavior.__version__,
            "schema": schema,
            "made_at": format_instant(now),
            "key": key_of(installation.settings),
            "events": events,
        }
        try:
            with backup_file.new_file(into) as out:
                manifest = backup_file.write(out, copied, home / FORGE, about)
        except OSError as error:
            raise UnavailableError(
                "backup-failed", f"{into} cannot be written: {error.strerror}.", fix="Choose another place, with room."
            ) from error
    return Backup.of(manifest)


def key_of(settings: Settings) -> str:
    """Id of the signing key, without which a backup is of little use. Raises UnavailableError as `load_keys`."""
    return key_id(load_keys(settings.keys_folder).signing.public_key())


def prepare_engine(database: Database) -> None:
    """Make the durable engine's tables in a database that has ours."""
    Enqueuer.open(database).close()


def _look_into(copied: Path) -> tuple[str, int]:
    """Schema, and rows of the audit log."""
    copy = open_sqlite(copied)
    try:
        with copy.snapshot() as transaction:
            last = audit.find_last(transaction)
            return find_version(transaction) or "", 0 if last is None else last[0]
    finally:
        copy.close()
