"""Finds Terraform below a folder: which folders are stacks of their own, and which files belong to each."""

import os
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pavior.kernel.errors import InvalidError
from pavior.resources.model import Skipped

# What tools make is not what a person wrote.
_NOT_ENTERED = frozenset({"node_modules", "__pycache__", "venv"})
_TERRAFORM = (".tf", ".tf.json", ".tfvars", ".tfvars.json")
# Files beside Terraform are read because `file()` and `templatefile()` may name them; larger ones are no such files.
_LARGEST_BESIDE_BYTES = 1_000_000
_LARGEST_TERRAFORM_BYTES = 20_000_000
_LOCAL_MODULE = re.compile(rb'^\s*source\s*=\s*"(\.{1,2}/[^"\n]*)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class StackFiles:
    """One folder that Terraform could be started in, with the modules below or beside it that it calls.

    Args:
        folder: Relative to what was looked at, `.` for itself.
        files: By path relative to what was looked at. Only `folder` holds Terraform that no module calls.
        skipped: What was seen and not read.
    """

    folder: str
    files: Mapping[str, bytes]
    skipped: tuple[Skipped, ...] = ()


def find_stacks(root: Path) -> tuple[StackFiles, ...]:
    """Every stack at or below `root`, by folder; empty when there is no Terraform.

    A folder that another one calls as a module is part of that one's stack. Hidden folders are not entered, and links
    that lead out of `root` are not followed.

    Raises:
        InvalidError: `check-unreadable`.
    """
    contents, skipped = _read(root)
    folders = {posixpath.dirname(path) or "." for path in contents if path.endswith((".tf", ".tf.json"))}
    calls = {folder: _calls(folder, contents) & folders - {folder} for folder in folders}
    called = set().union(*calls.values())
    stacks = [folder for folder in sorted(folders) if folder not in called]
    covered: set[str] = set().union(*(_closure(folder, calls) for folder in stacks))
    # Modules that call each other in a circle: Terraform would refuse them, and they are looked at all the same.
    for folder in sorted(folders):
        if folder not in covered:
            stacks.append(folder)
            covered |= _closure(folder, calls)
    return tuple(_stack(folder, _closure(folder, calls), contents, skipped) for folder in sorted(stacks))


def _read(root: Path) -> tuple[dict[str, bytes], list[Skipped]]:
    contents: dict[str, bytes] = {}
    skipped: list[Skipped] = []
    inside = root.resolve()
    for path in _files(root):
        name = path.relative_to(root).as_posix()
        is_terraform = name.endswith(_TERRAFORM)
        try:
            if not path.resolve().is_relative_to(inside) or not path.is_file():
                if is_terraform:
                    skipped.append(Skipped(name, "it leads out of the folder, or is no file"))
                continue
            size = path.stat().st_size
            if size <= (_LARGEST_TERRAFORM_BYTES if is_terraform else _LARGEST_BESIDE_BYTES):
                contents[name] = path.read_bytes()
            elif is_terraform:
                skipped.append(Skipped(name, f"it has {size} bytes, more than anybody writes"))
        except OSError as error:
            if is_terraform:
                raise unreadable(path, error) from error
    return contents, skipped


def _files(root: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        raise unreadable(Path(error.filename or root), error) from error

    for folder, names, files in os.walk(root, onerror=refuse):
        names[:] = sorted(name for name in names if not name.startswith(".") and name not in _NOT_ENTERED)
        yield from (Path(folder, name) for name in sorted(files))


def unreadable(path: Path, error: OSError) -> InvalidError:
    """What cannot be read is not passed over: nobody would know."""
    return InvalidError(
        "check-unreadable",
        f"{path} cannot be read: {error.strerror or type(error).__name__}.",
        fix="Give yourself the right to read it, or check a folder without it.",
    )


def _calls(folder: str, contents: Mapping[str, bytes]) -> set[str]:
    """Folders that this one's files name as the source of a module."""
    sources = {
        match.decode("utf-8", errors="replace")
        for path, content in contents.items()
        if (posixpath.dirname(path) or ".") == folder and path.endswith(".tf")
        for match in _LOCAL_MODULE.findall(content)
    }
    return {posixpath.normpath(posixpath.join(folder, source)) for source in sources}


def _closure(folder: str, calls: Mapping[str, set[str]]) -> set[str]:
    reached, waiting = set(), [folder]
    while waiting:
        current = waiting.pop()
        if current not in reached:
            reached.add(current)
            waiting.extend(calls[current])
    return reached


def _stack(folder: str, modules: set[str], contents: Mapping[str, bytes], skipped: list[Skipped]) -> StackFiles:
    files = {}
    for path, content in contents.items():
        holder = posixpath.dirname(path) or "."
        is_beside = not path.endswith(_TERRAFORM) and any(_is_below(holder, module) for module in modules)
        if holder in modules or is_beside:
            files[path] = content
    return StackFiles(
        folder, files, tuple(item for item in skipped if (posixpath.dirname(item.subject) or ".") in modules)
    )


def _is_below(folder: str, ancestor: str) -> bool:
    return ancestor in {".", folder} or folder.startswith(f"{ancestor}/")
