"""The file of a backup: what is in it, how it is written, and how nothing less is taken for one."""

import hashlib
import io
import json
import os
import secrets
import shutil
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from pavior.kernel.errors import ConflictError, InvalidError

DATABASE = "pavior.db"
FORGE = "forge"
FORMAT = 1
_MANIFEST = "manifest.json"
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

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> "Backup":
        """As its manifest says it."""
        return cls(
            pavior=manifest["pavior"],
            schema=manifest["schema"],
            made_at=manifest["made_at"],
            key=manifest["key"],
            events=manifest["events"],
            files=len(manifest["files"]),
        )


@contextmanager
def new_file(into: Path) -> Iterator[IO[bytes]]:
    """A file that is there under its name when the context ends well, readable for this user only, and else nowhere.

    Raises:
        ConflictError: `file-exists`, also when somebody else made it meanwhile. OSError.
    """
    partial = into.with_name(f".{into.name}.{secrets.token_hex(8)}.part")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        try:
            # A link, because a rename would take the place of what is there.
            into.hardlink_to(partial)
        except FileExistsError as error:
            raise file_exists(into) from error
    finally:
        partial.unlink()


def file_exists(into: Path) -> ConflictError:
    """Nothing is ever written over."""
    return ConflictError("file-exists", f"{into} is there already.", fix="Give another name, or remove it.")


def write(out: IO[bytes], database: Path, forge: Path, about: Mapping[str, Any]) -> Mapping[str, Any]:
    """Database and repositories, and the manifest at the end, which is also given back."""
    files: dict[str, str] = {}
    with tarfile.open(fileobj=out, mode="w:gz", compresslevel=3) as tar:
        for name, path in ((DATABASE, database), *_repository_files(forge)):
            if path.is_dir():
                tar.add(path, name, recursive=False)
            elif (digest := _add(tar, name, path)) is not None:
                files[name] = digest
        manifest = {"format": FORMAT, **about, "files": files}
        text = json.dumps(manifest, sort_keys=True).encode()
        info = tarfile.TarInfo(_MANIFEST)
        info.size, info.mode = len(text), 0o600
        tar.addfile(info, io.BytesIO(text))
    return manifest


class _Digesting(io.RawIOBase):
    """Reads on, and knows what was read: the manifest says of a file that changes meanwhile what is in the archive."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._file = file
        self._hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """See `io.RawIOBase`."""
        part = self._file.read(size)
        self._hash.update(part)
        return part

    def digest(self) -> str:
        """SHA-256 in hex of all that was read."""
        return self._hash.hexdigest()


def _add(tar: tarfile.TarFile, name: str, path: Path) -> str | None:
    """Its digest; None when it is gone."""
    try:
        opened = path.open("rb")
    except FileNotFoundError:
        return None
    with opened as file:
        reading = _Digesting(file)
        tar.addfile(tar.gettarinfo(arcname=name, fileobj=file), reading)
        return reading.digest()


def extract_all(file: Path, folder: Path) -> Mapping[str, Any]:
    """The manifest; everything lies in `folder`, exactly as the manifest says."""
    try:
        with tarfile.open(file, mode="r:gz") as tar:
            for member in tar:
                _extract(tar, member, folder, file)
        manifest: Mapping[str, Any] = json.loads((folder / _MANIFEST).read_bytes())
        wanted, is_ours = dict(manifest["files"]), manifest["format"] == FORMAT
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
        yield (PurePosixPath(FORGE) / path.relative_to(forge).as_posix()).as_posix(), path


def _digest(path: Path) -> str:
    with path.open("rb") as body:
        return hashlib.file_digest(body, "sha256").hexdigest()


def _unreadable(file: Path, why: str) -> InvalidError:
    return InvalidError(
        "backup-unreadable", f"{file} cannot be restored: {why}.", fix="Use another backup; nothing was changed."
    )
