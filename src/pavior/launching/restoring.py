"""A data folder and a database out of a backup."""

import shutil
import tempfile
from datetime import datetime
from pathlib import Path

from pavior.bootstrap import with_database_url
from pavior.kernel.errors import ConflictError, MissingError, UnavailableError
from pavior.launching.backing_up import key_of, prepare_engine
from pavior.launching.backup_file import DATABASE, Backup, extract_all
from pavior.settings import Settings
from pavior.storage.copying import copy_rows, is_empty
from pavior.storage.database import open_database, open_sqlite, sqlite_file
from pavior.storage.engine_tables import give_runs
from pavior.storage.migrating import migrate
from pavior.workers.store import add_gone, retire_all
from pavior.workflows.durable import ONLY_WORKER, UNDER_WAY

# What a new file system holds by itself.
_NOTHING = frozenset({"lost+found"})
# SQLite would take these for the last changes of whatever database lies beside them.
_BESIDE_A_DATABASE = ("", "-wal", "-shm", "-journal")


def restore(file: Path, settings: Settings, now: datetime) -> Backup:
    """Make the data folder and the database out of a backup of either kind of database.

    Both must be empty, and the keys must be there. What fails leaves both as they were.

    Raises:
        ConflictError: `folder-not-empty`, `database-not-empty`, `keys-of-another`.
        MissingError: `path-missing`, `key-missing`. InvalidError: `backup-unreadable`, and those of the URL.
        UnavailableError: `restore-failed`, `storage-unreachable`, `storage-unreadable`.
    """
    home, settings = settings.home, with_database_url(settings)
    if not file.is_file():
        raise MissingError("path-missing", f"There is no file {file}.", fix="Give the path of a backup.")
    was_there = home.exists()
    if was_there and {path.name for path in home.iterdir()} - _NOTHING:
        raise ConflictError(
            "folder-not-empty",
            f"The data folder {home} is not empty.",
            fix="Restore into another one with PAVIOR_HOME, or move this one away.",
        )
    is_done = False
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Inside: whoever may write the data folder need not be allowed to write beside it.
        with tempfile.TemporaryDirectory(prefix=".restoring-", dir=home) as scratch:
            manifest = extract_all(file, Path(scratch))
            if manifest["key"] != key_of(settings):
                raise _keys_of_another(settings)
            _bring_to_this_version(Path(scratch) / DATABASE)
            _place(Path(scratch), home, settings.database_url, now)
        is_done = True
    except OSError as error:
        raise UnavailableError(
            "restore-failed",
            f"{home} cannot be filled: {error.strerror or error}.",
            fix="Let this user write there, with room for what is in the backup, and restore again.",
        ) from error
    finally:
        if not is_done and not was_there and home.exists():
            home.rmdir()
    return Backup.of(manifest)


def _place(folder: Path, home: Path, url: str, now: datetime) -> None:
    """The database last: until it is there, nothing has happened."""
    placed = []
    try:
        for path in sorted(path for path in folder.iterdir() if path.name != DATABASE):
            placed.append(path.rename(home / path.name))  # noqa: PERF401 - each is known once it is placed
        _fill_database(folder / DATABASE, url, now)
    except BaseException:
        for path in placed:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        raise


def _bring_to_this_version(copied: Path) -> None:
    database = open_sqlite(copied)
    try:
        migrate(database)
        prepare_engine(database)
        with database.transaction() as transaction:
            # In a copy nobody who began a run is there: whoever works first goes on with it.
            give_runs(transaction, status=UNDER_WAY, executor=ONLY_WORKER)
            retire_all(transaction)
    finally:
        database.close()


def _fill_database(copied: Path, url: str, now: datetime) -> None:
    """The database that the settings name, out of the file, at once and whole."""
    place = sqlite_file(url)
    if place is not None:
        for ending in _BESIDE_A_DATABASE:
            beside = place.with_name(f"{place.name}{ending}")
            if beside.exists():
                raise _not_empty(f"{beside} is there already.")
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            shutil.move(copied, place)
        except OSError:
            # On another disk it is copied: half of it is not left there.
            place.unlink(missing_ok=True)
            raise
        return
    source, target = open_sqlite(copied), open_database(url)
    try:
        if not is_empty(target):
            raise _not_empty("The database of PAVIOR_DATABASE_URL is not empty.")
        migrate(target)
        prepare_engine(target)
        copy_rows(source, target, lambda transaction: add_gone(transaction, ONLY_WORKER, now))
    finally:
        source.close()
        target.close()


def _keys_of_another(settings: Settings) -> ConflictError:
    return ConflictError(
        "keys-of-another",
        f"The keys in {settings.keys_folder} are not those of the Pavior that made this backup.",
        fix="Put its keys there first, or name their folder with PAVIOR_KEYS: without them states stay sealed.",
    )


def _not_empty(what: str) -> ConflictError:
    return ConflictError(
        "database-not-empty", what, fix="Name another one with PAVIOR_DATABASE_URL, or move this one away."
    )
