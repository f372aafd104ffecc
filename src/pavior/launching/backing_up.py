"""Backup and restore of a data folder: database and repositories in one file, without any key."""

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

import pavior
from pavior.audit import store as audit
from pavior.bootstrap import Installation, with_database_url
from pavior.kernel.clock import format_instant
from pavior.kernel.errors import ConflictError, InvalidError, MissingError, UnavailableError
from pavior.policy.attesting import key_id
from pavior.settings import Settings
from pavior.storage.copying import copy_into_file, copy_rows, is_empty
from pavior.storage.database import Database, open_database, sqlite_file
from pavior.storage.engine_tables import give_runs
from pavior.storage.keys import load_keys
from pavior.storage.migrating import find_version, migrate
from pavior.workers.store import add_gone, retire_all
from pavior.workflows.durable import ONLY_WORKER, UNDER_WAY, Enqueuer

_FORMAT = 1
_MANIFEST = "manifest.json"
_DATABASE = "pavior.db"
_FORGE = "forge"
_CHUNK_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Backup:
    """What is in a backup.

    Args:
        schema: Of its database, such as `0002`.
        key: Id of the signing key of the installation; its keys are needed to restore it.
        events: Rows of the audit log.
    """

    pavior: str
    schema: str
    made_at: str
    key: str
    events: int
    files: int


def back_up(installation: Installation, into: Path, now: datetime) -> Backup:
    """Write everything into one new file, while Pavior works.

    The database is copied first, as it is at one instant. What is pushed to a repository after that is in the backup as
    well, and Pavior sees it as pushed just now.

    Raises:
        ConflictError: `file-exists`.
        UnavailableError: `backup-failed` when the file cannot be written.
    """
    if into.exists():
        raise ConflictError("file-exists", f"{into} is there already.", fix="Give another name, or remove it.")
    home, database = installation.settings.home, installation.platform.database
    partial = into.with_name(f"{into.name}.part")
    with tempfile.TemporaryDirectory(prefix="pavior-backup-", dir=home) as scratch:
        copied = Path(scratch) / _DATABASE
        copy_into_file(database, copied, prepare=_prepare_engine)
        schema, events = _look_into(copied)
        files: dict[str, str] = {}
        try:
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as out, tarfile.open(fileobj=out, mode="w:gz", compresslevel=3) as tar:
                for name, path in ((_DATABASE, copied), *_repository_files(home / _FORGE)):
                    if path.is_dir():
                        tar.add(path, name, recursive=False)
                    else:
                        files[name] = _digest(path)
                        tar.add(path, name, recursive=False)
                manifest = {
                    "format": _FORMAT,
                    "pavior": pavior.__version__,
                    "schema": schema,
                    "made_at": format_instant(now),
                    "key": _key_of(installation.settings),
                    "events": events,
                    "files": files,
                }
                _add_text(tar, _MANIFEST, json.dumps(manifest, sort_keys=True))
            partial.replace(into)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise UnavailableError(
                "backup-failed", f"{into} cannot be written: {error.strerror}.", fix="Choose another place, with room."
            ) from error
    return _backup(manifest)


def restore(file: Path, settings: Settings, now: datetime) -> Backup:
    """Make the data folder and the database out of a backup of either kind of database.

    Both must be empty, and the keys must be there. What is wrong is found before anything is written into them.

    Raises:
        ConflictError: `folder-not-empty`, `database-not-empty`, `keys-of-another`.
        MissingError: `path-missing`, `key-missing`. InvalidError: `backup-unreadable`, and those of the URL.
        UnavailableError: `storage-unreachable`, `storage-unreadable`.
    """
    home, settings = settings.home, with_database_url(settings)
    if not file.is_file():
        raise MissingError("path-missing", f"There is no file {file}.", fix="Give the path of a backup.")
    if home.exists() and any(home.iterdir()):
        raise ConflictError(
            "folder-not-empty",
            f"The data folder {home} is not empty.",
            fix="Restore into another one with PAVIOR_HOME, or move this one away.",
        )
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="pavior-restore-", dir=home.parent) as scratch:
        folder = Path(scratch)
        manifest = _extracted(file, folder)
        if manifest["key"] != _key_of(settings):
            raise ConflictError(
                "keys-of-another",
                f"The keys in {settings.keys_folder} are not those of the Pavior that made this backup.",
                fix="Put its keys there first, or name their folder with PAVIOR_KEYS: without them states stay sealed.",
            )
        _bring_to_this_version(folder / _DATABASE)
        _fill_database(folder / _DATABASE, settings.database_url, now)
        home.mkdir(mode=0o700, exist_ok=True)
        for path in folder.iterdir():
            shutil.move(path, home / path.name)
    return _backup(manifest)


def _bring_to_this_version(copied: Path) -> None:
    database = open_database(f"sqlite:///{copied}")
    try:
        migrate(database)
        _prepare_engine(database)
        with database.transaction() as transaction:
            # In a copy nobody who began a run is there: whoever works first goes on with it.
            give_runs(transaction, status=UNDER_WAY, executor=ONLY_WORKER)
            retire_all(transaction)
    finally:
        database.close()


def _fill_database(copied: Path, url: str, now: datetime) -> None:
    """The database that the settings name, out of the file, which is gone then."""
    place = sqlite_file(url)
    if place is not None:
        if place.exists():
            raise _not_empty(f"The database {place} is there already.")
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.move(copied, place)
        return
    source, target = open_database(f"sqlite:///{copied}"), open_database(url)
    try:
        if not is_empty(target):
            raise _not_empty("The database of PAVIOR_DATABASE_URL is not empty.")
        migrate(target)
        _prepare_engine(target)
        copy_rows(source, target)
        with target.transaction() as transaction:
            add_gone(transaction, ONLY_WORKER, now)
    finally:
        source.close()
        target.close()
    copied.unlink()


def _prepare_engine(database: Database) -> None:
    Enqueuer.open(database).close()


def _not_empty(what: str) -> ConflictError:
    return ConflictError(
        "database-not-empty", what, fix="Name another one with PAVIOR_DATABASE_URL, or move this one away."
    )


def _look_into(copied: Path) -> tuple[str, int]:
    """Schema, and rows of the audit log."""
    copy = open_database(f"sqlite:///{copied}")
    try:
        with copy.snapshot() as transaction:
            last = audit.find_last(transaction)
            return find_version(transaction) or "", 0 if last is None else last[0]
    finally:
        copy.close()


def _extracted(file: Path, folder: Path) -> Mapping[str, Any]:
    """The manifest; everything lies in `folder`, exactly as the manifest says."""
    try:
        with tarfile.open(file, mode="r:gz") as tar:
            for member in tar:
                _extract(tar, member, folder, file)
        manifest: Mapping[str, Any] = json.loads((folder / _MANIFEST).read_bytes())
        wanted, is_ours = dict(manifest["files"]), manifest["format"] == _FORMAT
    except (OSError, EOFError, tarfile.TarError, ValueError, KeyError, TypeError) as error:
        raise _unreadable(file, "it is no backup, or was cut off") from error
    if not is_ours:
        raise _unreadable(file, "a newer Pavior made it")
    (folder / _MANIFEST).unlink()
    found = {path.relative_to(folder).as_posix(): _digest(path) for path in sorted(folder.rglob("*")) if path.is_file()}
    if found != wanted:
        wrong = min({*found.items()} ^ {*wanted.items()})[0]
        raise _unreadable(file, f"{wrong} is not what was backed up")
    return manifest


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path, file: Path) -> None:
    """One plain file or folder. `tarfile` has a filter for that only from Python 3.11.4 on."""
    parts = PurePosixPath(member.name).parts
    if not parts or ".." in parts or member.name.startswith("/") or not (member.isreg() or member.isdir()):
        raise _unreadable(file, f"{member.name[:80]} is no plain file of a data folder")
    path = folder.joinpath(*parts)
    if member.isdir():
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    body = tar.extractfile(member)
    if body is None or path.exists():
        raise _unreadable(file, f"{member.name[:80]} is in it twice, or has no content")
    with body, path.open("xb") as out:
        shutil.copyfileobj(body, out, _CHUNK_BYTES)
    # Hooks of repositories are programs.
    path.chmod(0o700 if member.mode & 0o100 else 0o600)


def _repository_files(forge: Path) -> Iterator[tuple[str, Path]]:
    """References before objects: whatever a reference names was written before it, so it is found afterwards."""
    paths = sorted(forge.rglob("*")) if forge.is_dir() else []
    later = [path for path in paths if "objects" in path.relative_to(forge).parts]
    for path in (*(path for path in paths if path not in set(later)), *later):
        # A lock or a half-written object is gone again in a moment.
        if path.is_symlink() or path.suffix == ".lock" or path.name.startswith("tmp_") or not path.exists():
            continue
        yield (PurePosixPath(_FORGE) / path.relative_to(forge).as_posix()).as_posix(), path


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    with tempfile.NamedTemporaryFile() as scratch:
        scratch.write(text.encode())
        scratch.flush()
        tar.add(scratch.name, name)


def _digest(path: Path) -> str:
    with path.open("rb") as body:
        return hashlib.file_digest(body, "sha256").hexdigest()


def _key_of(settings: Settings) -> str:
    return key_id(load_keys(settings.keys_folder).signing.public_key())


def _backup(manifest: Mapping[str, Any]) -> Backup:
    return Backup(
        pavior=manifest["pavior"],
        schema=manifest["schema"],
        made_at=manifest["made_at"],
        key=manifest["key"],
        events=manifest["events"],
        files=len(manifest["files"]),
    )


def _unreadable(file: Path, why: str) -> InvalidError:
    return InvalidError(
        "backup-unreadable", f"{file} cannot be restored: {why}.", fix="Use another backup; nothing was changed."
    )
