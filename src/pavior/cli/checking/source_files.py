"""Finds Terraform below a folder: which folders are stacks of their own, and which files belong to each.

And finds what may be Kubernetes manifests, which need no order among them, and what no reader takes.
"""

import os
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct

from pavior.cli.checking.recognising import Kind, is_candidate, is_chart, recognise
from pavior.content.configuration import CONFIGURATION_FILE, ExcludedGlob
from pavior.kernel.errors import InvalidError
from pavior.resources.model import Skipped

# What tools make is not what a person wrote.
NOT_ENTERED = frozenset({"node_modules", "__pycache__", "venv"})
_CODE = (".tf", ".tf.json", ".tofu", ".tofu.json")
_TERRAFORM = (*_CODE, ".tfvars", ".tfvars.json")
_YAML = (".yaml", ".yml")
# What every manifest in JSON has, and a plan has not.
_OF_A_MANIFEST, _OF_A_PLAN = (b'"apiVersion"', b'"kind"'), b'"terraform_version"'
_OF_ANY_MANIFEST = rb"""(?m)^["']?apiVersion["']?[ \t]*:"""
_CHART_VALUES = ("values.yaml", "values.yml", "Chart.lock")
_LARGEST_BYTES = 20_000_000
_LOCAL_MODULE = rb'''(?m)(?:^\s*source\s*=|"source"\s*:)\s*"(\.{1,2}/[^"\n]*)"'''
_LEADS_OUT = "it leads out of the folder, or is no file"


# The glob that excludes a file, if one does.
FindExclusion: TypeAlias = Callable[[Path], ExcludedGlob | None]


def _nothing_is(_: Path) -> ExcludedGlob | None:
    return None


class FoundFiles(Mapping[str, bytes]):
    """Terraform files by path relative to `root`.

    Others below `root` are not listed, and read when asked for by name: `file()` may name any, and names few.
    """

    def __init__(self, root: Path, terraform: Mapping[str, bytes]) -> None:
        self._root = root
        self._terraform = terraform

    def __iter__(self) -> Iterator[str]:
        return iter(self._terraform)

    def __len__(self) -> int:
        return len(self._terraform)

    def __getitem__(self, path: str) -> bytes:
        """Raises KeyError for what is not there, too large, or outside `root`; InvalidError `check-unreadable`."""
        if path in self._terraform:
            return self._terraform[path]
        if path.endswith(_TERRAFORM):
            raise KeyError(path)
        found = self._root / path
        if _why_not(found, self._root.resolve()):
            raise KeyError(path)
        return _content(found)


class StackFiles(Struct, frozen=True):
    """One folder that Terraform could be started in, with the modules below or beside it that it calls.

    Args:
        folder: Relative to what was looked at, `.` for itself.
        files: By path relative to what was looked at. Only `folder` holds Terraform that no module calls.
        skipped: What was seen and not read.
    """

    folder: str
    files: Mapping[str, bytes]
    skipped: tuple[Skipped, ...] = ()


def find_stacks(root: Path, find_exclusion: FindExclusion = _nothing_is) -> tuple[StackFiles, ...]:
    """Every stack at or below `root`, by folder; empty when there is no Terraform.

    A folder that another one calls as a module is part of that one's stack. Hidden folders are not entered, and links
    that lead out of `root` are not followed. A folder all of whose files are excluded is none; of others, what is
    excluded counts as not read.

    Raises:
        InvalidError: `check-unreadable`.
    """
    by_folder: dict[str, dict[str, bytes]] = {}
    skipped: dict[str, list[Skipped]] = {}
    excluded: dict[str, list[Skipped]] = {}
    inside = root.resolve()
    for path in _files(root, _TERRAFORM):
        name = path.relative_to(root).as_posix()
        folder = _folder(name)
        exclusion = find_exclusion(path)
        if exclusion is not None:
            excluded.setdefault(folder, []).append(Skipped(name, f"excluded by {exclusion.origin}"))
            continue
        reason = _why_not(path, inside)
        if reason:
            skipped.setdefault(folder, []).append(Skipped(name, reason))
            by_folder.setdefault(folder, {})
        else:
            by_folder.setdefault(folder, {})[name] = _content(path)
    for folder in by_folder.keys() & excluded.keys():
        skipped.setdefault(folder, []).extend(excluded[folder])
    # A folder all of whose code was passed over is still a stack of which nothing is known.
    calls = {
        folder: _calls(folder, files)
        for folder, files in by_folder.items()
        if _has_code((*files, *(item.subject for item in skipped.get(folder, []))))
    }
    calls = {folder: called & calls.keys() - {folder} for folder, called in calls.items()}
    return tuple(
        StackFiles(
            folder,
            FoundFiles(root, {name: text for module in modules for name, text in by_folder[module].items()}),
            tuple(item for module in modules for item in skipped.get(module, [])),
        )
        for folder, modules in _roots(calls)
    )


class ManifestFiles(Struct, frozen=True):
    """Files that may hold Kubernetes manifests, by path relative to what was looked at.

    Args:
        skipped: What was seen and not read.
        others: What is infrastructure of another kind, with the kind of each.
        charts: Folders of Helm charts that are not inside of another one.
        is_all: False when manifests were excluded, so that what is not here may stand in them.
    """

    files: Mapping[str, bytes]
    skipped: tuple[Skipped, ...] = ()
    others: tuple[tuple[str, Kind], ...] = ()
    charts: tuple[str, ...] = ()
    is_all: bool = True


def find_manifests(root: Path, find_exclusion: FindExclusion = _nothing_is) -> ManifestFiles:
    """All YAML at or below `root`, JSON that has what a manifest has, and what is told to be of another kind.

    Raises:
        InvalidError: `check-unreadable`.
    """
    files: dict[str, bytes] = {}
    skipped: list[Skipped] = []
    others: list[tuple[str, Kind]] = []
    charts: list[str] = []
    is_all = True
    inside = root.resolve()
    for path in _files(root, (*_YAML, ".json"), is_candidate):
        name = path.relative_to(root).as_posix()
        # What somebody chose for Pavior is no manifest.
        if name.endswith(_TERRAFORM) or path.name == CONFIGURATION_FILE:
            continue
        exclusion = find_exclusion(path)
        if exclusion is not None:
            is_all = is_all and (exclusion.is_of_pack or not _may_hold_manifests(path))
            continue
        reason = _why_not(path, inside)
        if reason:
            if not name.endswith(".json"):
                skipped.append(Skipped(name, reason))
            continue
        content = _content(path)
        if is_chart(name, content):
            charts.append(_folder(name))
            continue
        kind = recognise(name, content)
        if kind is not None:
            others.append((name, kind))
        if is_read_too(name, content, kind):
            files[name] = content
    whole = tuple(chart for chart in charts if not any(is_within(chart, other) for other in charts))
    files = {name: content for name, content in files.items() if not _is_of_chart(name, content, charts)}
    return ManifestFiles(files, tuple(skipped), tuple(others), whole, is_all)


def find_candidates(root: Path) -> set[str]:
    """Names, without folders, of what only its name tells: infrastructure that may be of another kind.

    Raises:
        InvalidError: `check-unreadable`.
    """
    return {path.name for path in _files(root, (), is_candidate)}


def _may_hold_manifests(path: Path) -> bool:
    """Of what is not to be looked at: nothing of it is parsed, and what cannot be read may hold anything."""
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST_BYTES:
            return path.name.endswith(_YAML)
        content = path.read_bytes()
    except OSError:
        return True
    # Nulls are of UTF-16, which is not read here.
    return is_manifest(path.name, content) and (b"apiVersion" in content or b"\0" in content)


def is_read_too(name: str, content: bytes, kind: Kind | None) -> bool:
    """Whether manifests are looked for in it, also where it is of another kind and still has their words."""
    return is_manifest(name, content) and (kind is None or re.search(_OF_ANY_MANIFEST, content) is not None)


def is_within(path: str, folder: str) -> bool:
    """Whether it is inside of the folder, and not the folder itself."""
    return path != folder and (folder == "." or path.startswith(f"{folder}/"))


def _is_of_chart(name: str, content: bytes, charts: Iterable[str]) -> bool:
    """Whether it means nothing before its chart is rendered. A plain manifest among the templates is read."""
    for chart in charts:
        inner = name if chart == "." else name.removeprefix(f"{chart}/") if name.startswith(f"{chart}/") else ""
        if inner in _CHART_VALUES or (inner.startswith("templates/") and b"{{" in content):
            return True
    return False


def is_manifest(name: str, content: bytes) -> bool:
    """Whether a file may hold manifests: any YAML, and JSON that says so."""
    if name.endswith(_YAML):
        return True
    return name.endswith(".json") and all(word in content for word in _OF_A_MANIFEST) and _OF_A_PLAN not in content


def unreadable(path: Path, error: OSError) -> InvalidError:
    """What cannot be read is not passed over: nobody would know."""
    return InvalidError(
        "check-unreadable",
        f"{path} cannot be read: {error.strerror or type(error).__name__}.",
        fix="Give one that is there and that you have the right to read, or a folder without it.",
    )


def _files(
    root: Path, endings: tuple[str, ...], is_wanted_too: Callable[[str], bool] = lambda _: False
) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        raise unreadable(Path(error.filename or root), error) from error

    for folder, names, files in os.walk(root, onerror=refuse):
        names[:] = sorted(name for name in names if not name.startswith(".") and name not in NOT_ENTERED)
        yield from (Path(folder, name) for name in sorted(files) if name.endswith(endings) or is_wanted_too(name))


def _why_not(path: Path, inside: Path) -> str:
    """Why a file is not read, or empty."""
    try:
        if not path.resolve().is_relative_to(inside) or not path.is_file():
            return _LEADS_OUT
        size = path.stat().st_size
    except RuntimeError:
        # What Python before 3.13 raises of a link that leads to itself.
        return _LEADS_OUT
    except OSError as error:
        raise unreadable(path, error) from error
    return "" if size <= _LARGEST_BYTES else f"it has {size} bytes, more than anybody writes"


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error


def _folder(name: str) -> str:
    return posixpath.dirname(name) or "."


def _has_code(names: Iterable[str]) -> bool:
    return any(name.endswith(_CODE) for name in names)


def _calls(folder: str, files: Mapping[str, bytes]) -> set[str]:
    """Folders that this one's files name as the source of a module."""
    sources = {
        match.decode("utf-8", errors="replace")
        for content in files.values()
        # What the pattern needs, and most files have not, is found far sooner.
        if b'"./' in content or b'"../' in content
        for match in re.findall(_LOCAL_MODULE, content)
    }
    return {posixpath.normpath(posixpath.join(folder, source)) for source in sources}


def _roots(calls: Mapping[str, set[str]]) -> list[tuple[str, list[str]]]:
    """Folders that nobody calls, by name, each with itself and all that it calls."""
    called = set().union(*calls.values())
    roots = sorted(folder for folder in calls if folder not in called)
    covered = set().union(*(_closure(folder, calls) for folder in roots))
    # Modules that call each other in a circle: Terraform would refuse them, and they are looked at all the same.
    for folder in sorted(calls):
        if folder not in covered:
            roots.append(folder)
            covered |= _closure(folder, calls)
    return [(folder, sorted(_closure(folder, calls))) for folder in sorted(roots)]


def _closure(folder: str, calls: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = [folder]
    while waiting:
        current = waiting.pop()
        if current not in reached:
            reached.add(current)
            waiting.extend(calls[current])
    return reached
