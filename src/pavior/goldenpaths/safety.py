"""Refuses templates that could reach outside their folder or run code, before anything of them is rendered."""

import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from pavior.goldenpaths.errors import template_unsafe
from pavior.goldenpaths.template_language import MAXIMUM_TEMPLATE_BYTES, SUFFIX, find_problem

# Copier reads tasks, migrations and extensions from these; a golden path's parameters stand in parameters.json.
_SETTINGS_FILES = frozenset({"copier.yml", "copier.yaml"})
_PLAIN_NAME = re.compile(r"[A-Za-z0-9._@+-]{1,120}")
_PLACEHOLDER = re.compile(r"\{\{ *([a-z_]+) *\}\}")
_FORBIDDEN_NAMES = frozenset({".", "..", ".git"})

MAXIMUM_FILES = 500
MAXIMUM_BYTES = 5 * 1024 * 1024


def require_safe_template(golden_path: str, folder: Path) -> None:
    """Look at every entry of the template, without following links.

    Raises:
        InvalidError: `template-unsafe`, naming the first entry that is refused.
    """
    files, size_bytes = 0, 0
    for path, status in _entries(folder):
        subject = path.relative_to(folder).as_posix()
        if stat.S_ISLNK(status.st_mode):
            raise template_unsafe(golden_path, subject, "is a symbolic link")
        if not stat.S_ISDIR(status.st_mode) and not stat.S_ISREG(status.st_mode):
            raise template_unsafe(golden_path, subject, "is neither a file nor a folder")
        if path.parent == folder and path.name.lower() in _SETTINGS_FILES:
            raise template_unsafe(golden_path, subject, "could bring tasks, migrations or extensions that run code")
        why = _why_unsafe_name(_PLACEHOLDER.sub("x", path.name))
        if why:
            raise template_unsafe(golden_path, subject, why)
        if stat.S_ISREG(status.st_mode):
            files, size_bytes = files + 1, size_bytes + status.st_size
            if path.name.endswith(SUFFIX):
                _require_safe_text(golden_path, subject, path, status.st_size)
        if files > MAXIMUM_FILES or size_bytes > MAXIMUM_BYTES:
            raise template_unsafe(
                golden_path, subject, f"goes beyond {MAXIMUM_FILES} files or {MAXIMUM_BYTES} bytes altogether"
            )


def _require_safe_text(golden_path: str, subject: str, path: Path, size_bytes: int) -> None:
    if size_bytes > MAXIMUM_TEMPLATE_BYTES:
        raise template_unsafe(golden_path, subject, f"has more than {MAXIMUM_TEMPLATE_BYTES} bytes")
    try:
        why = find_problem(path.read_bytes().decode("utf-8"))
    except UnicodeDecodeError:
        why = "is not UTF-8"
    if why:
        raise template_unsafe(golden_path, subject, why)


def require_safe_names(golden_path: str, folder: Path, context: Mapping[str, object]) -> None:
    """Look at what the placeholders in file names would become.

    Raises:
        InvalidError: `template-unsafe` when a name would leave its folder or is no plain name.
    """
    for path, _ in _entries(folder):
        rendered = _PLACEHOLDER.sub(lambda match: str(context.get(match[1], "")), path.name)
        why = _why_unsafe_name(rendered)
        if why:
            raise template_unsafe(
                golden_path, path.relative_to(folder).as_posix(), f"becomes {rendered[:80]!r}, which {why}"
            )


def _entries(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    for parent, folders, files in os.walk(folder, followlinks=False):
        folders.sort()
        for name in sorted([*folders, *files]):
            path = Path(parent) / name
            yield path, path.lstat()


def _why_unsafe_name(name: str) -> str:
    if name.lower() in _FORBIDDEN_NAMES:
        return "is a name that a repository may not hold"
    if not _PLAIN_NAME.fullmatch(name):
        return "is not a plain name of letters, digits and . _ @ + -"
    return ""
