"""Repositories as they lie on a disk, read and never written: no link is followed, no tree is read without end."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pavior.catalog.backstage import CATALOG_FILES
from pavior.catalog.documents import MAXIMUM_BYTES
from pavior.kernel.errors import InvalidError, MissingError
from pavior.resources.model import Skipped

MAXIMUM_REPOSITORIES = 500
MAXIMUM_ENTRIES = 100_000
MAXIMUM_TERRAFORM_FILES = 2_000
MAXIMUM_TERRAFORM_BYTES = 20 * 1024 * 1024

_TERRAFORM_ENDINGS = (".tf", ".tf.json", ".tfvars", ".tfvars.json")
# Not written by whoever owns the repository.
_PASSED_OVER = frozenset({".git", ".terraform", "node_modules"})
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Without O_NONBLOCK opening a pipe would wait for ever.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class TerraformFiles:
    """The Terraform files of a repository by path, and what was left out; nothing was when `skipped` is empty."""

    files: dict[str, bytes]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True)
class RepositoryFolder:
    """One repository. `path` is absolute and holds no link."""

    path: Path

    def find(self, name: str) -> bytes | None:
        """A plain file by its path in the repository, or None; cut off behind the limit of catalog files."""
        return self._read(name, MAXIMUM_BYTES + 1)

    def read_terraform(self) -> TerraformFiles:
        """All Terraform files, as far as the limits allow."""
        files: dict[str, bytes] = {}
        skipped: list[Skipped] = []
        size_bytes = 0
        for name in self._walk(skipped):
            if not name.endswith(_TERRAFORM_ENDINGS):
                continue
            if len(files) >= MAXIMUM_TERRAFORM_FILES:
                skipped.append(Skipped(name, f"there are more than {MAXIMUM_TERRAFORM_FILES} Terraform files"))
                break
            body = self._read(name, MAXIMUM_TERRAFORM_BYTES - size_bytes + 1)
            if body is None:
                skipped.append(Skipped(name, "it is a link, or could not be read"))
                continue
            size_bytes += len(body)
            if size_bytes > MAXIMUM_TERRAFORM_BYTES:
                skipped.append(Skipped(name, f"the Terraform files have more than {MAXIMUM_TERRAFORM_BYTES} bytes"))
                break
            files[name] = body
        return TerraformFiles(files, tuple(skipped))

    def _walk(self, skipped: list[Skipped]) -> Iterator[str]:
        entries = 0

        def unreadable(error: OSError) -> None:
            skipped.append(Skipped(self._relative(Path(str(error.filename))), "the folder could not be read"))

        for parent, folders, names in os.walk(self.path, onerror=unreadable, followlinks=False):
            folders[:] = sorted(folder for folder in folders if folder not in _PASSED_OVER)
            for name in sorted(names):
                yield self._relative(Path(parent) / name)
            entries += len(folders) + len(names)
            if entries > MAXIMUM_ENTRIES:
                why = f"the repository holds more than {MAXIMUM_ENTRIES} files and folders"
                skipped.append(Skipped(self._relative(Path(parent)), why))
                return

    def _relative(self, path: Path) -> str:
        return path.relative_to(self.path).as_posix()

    def _read(self, name: str, limit_bytes: int) -> bytes | None:
        *folders, file = name.split("/")
        if any(part in {"", ".", ".."} for part in (*folders, file)) or "\x00" in name:
            return None
        try:
            descriptor = os.open(self.path, _FOLDER)
            try:
                for part in folders:
                    inner = os.open(part, _FOLDER, dir_fd=descriptor)
                    os.close(descriptor)
                    descriptor = inner
                with os.fdopen(os.open(file, _FILE, dir_fd=descriptor), "rb") as opened:
                    if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
                        return None
                    return opened.read(limit_bytes)
            finally:
                os.close(descriptor)
        except (OSError, ValueError):
            return None


def find_repositories(path: Path) -> tuple[RepositoryFolder, ...]:
    """The repository at `path`, or those one level below it, by name.

    A repository is a folder with `.git` or with a catalog file.

    Raises:
        MissingError: `path-missing`.
        InvalidError: `nothing-to-adopt`, `too-many-repositories`.
    """
    root = path.resolve()
    if not root.is_dir():
        raise MissingError(
            "path-missing", f"There is no folder {str(path)[:200]}.", fix="Give the folder that holds the repositories."
        )
    candidates = [root] if _is_repository(root) else _folders_below(root)
    found = tuple(RepositoryFolder(folder) for folder in candidates if _is_repository(folder))
    if not found:
        raise InvalidError(
            "nothing-to-adopt",
            f"There is no repository at {root} or one level below it.",
            fix=f"Give a folder with .git or {CATALOG_FILES[0]} in it, or the folder around several of them.",
        )
    if len(found) > MAXIMUM_REPOSITORIES:
        raise InvalidError(
            "too-many-repositories",
            f"There are {len(found)} repositories below {root}; {MAXIMUM_REPOSITORIES} can be adopted at once.",
            fix="Adopt them in several steps, each with a folder of its own.",
        )
    return found


def _folders_below(root: Path) -> list[Path]:
    try:
        with os.scandir(root) as entries:
            names = sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
    except PermissionError:
        return []
    return [root / name for name in names if not name.startswith(".")]


def _is_repository(folder: Path) -> bool:
    return any(os.path.lexists(folder / name) for name in (".git", *CATALOG_FILES))
