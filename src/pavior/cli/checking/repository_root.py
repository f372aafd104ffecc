"""Where the repository begins that something lies in: files are called alike here and where it was pushed to."""

import os
from pathlib import Path, PurePath


def find_root(place: Path) -> Path:
    """The nearest folder at or above `place` with `.git`; the one that we were started in where there is none."""
    folder = place.resolve()
    return next((item for item in (folder, *folder.parents) if (item / ".git").exists()), Path.cwd())


def way_from(root: Path, path: str | Path) -> str:
    """From the root to a file, with slashes; empty for what lies elsewhere."""
    way = os.path.relpath(os.path.realpath(path), root)
    return "" if way.startswith("..") else PurePath(way).as_posix()
