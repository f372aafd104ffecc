"""What a `pavior.yaml` says is not to be looked at: which files that are, and how many of them there were."""

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from pavior.content.configuration import Configuration, ExcludedGlob
from pavior.resources.globs import compile_glob


class Excluded(Struct, frozen=True):
    """Files that were not looked at, because somebody said so.

    Args:
        origin: Where it was said, as `pavior.yaml:5`.
        files: How many files of a kind that is read were passed over.
    """

    glob: str
    origin: str
    files: int


class Exclusions:
    """Tells which files below `root` are excluded, and remembers each.

    Args:
        root: What is looked at.
    """

    def __init__(self, configuration: Configuration, root: Path) -> None:
        excluded = (*configuration.excluded, *_packs(configuration))
        self._globs = tuple((item, compile_glob(item.glob)) for item in excluded)
        self._root = root
        self._found: dict[ExcludedGlob, set[Path]] = {item: set() for item in excluded}
        self._prefix = _prefix(configuration, root) if self._globs else ""

    def find(self, path: Path) -> ExcludedGlob | None:
        """The first glob that excludes the file, which is then counted."""
        if not self._globs:
            return None
        name = self._prefix + path.relative_to(self._root).as_posix()
        for item, matches in self._globs:
            if matches(name):
                self._found[item].add(path)
                return item
        return None

    def told(self) -> tuple[Excluded, ...]:
        """Each glob with the number of files that it excluded, in the order of the file."""
        return tuple(Excluded(item.glob, item.origin, len(files)) for item, files in self._found.items())


def _packs(configuration: Configuration) -> Iterator[ExcludedGlob]:
    """Cases of controls are meant to fail."""
    for source in configuration.packs:
        if configuration.file is not None and source.folder is not None:
            folder, base = source.folder.resolve(), configuration.file.parent.resolve()
            if folder != base and folder.is_relative_to(base):
                yield ExcludedGlob(f"{folder.relative_to(base).as_posix()}/**", source.origin, is_of_pack=True)


def _prefix(configuration: Configuration, root: Path) -> str:
    """The way from the folder of the file to `root`, with a slash at its end; empty when it is that folder."""
    base = configuration.file.parent.resolve() if configuration.file is not None else root.resolve()
    inner = root.resolve().relative_to(base).as_posix()
    return "" if inner == "." else f"{inner}/"
