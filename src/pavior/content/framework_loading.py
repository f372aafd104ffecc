"""Reads frameworks from their files: those that come with Pavior, and a folder of an organisation's own."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pavior.kernel.errors import InvalidError
from pavior.policy.compliance import Framework, Requirement, idle_types
from pavior.policy.model import Control

FRAMEWORKS_FOLDER = Path(__file__).parent / "frameworks"
_ID = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
_REQUIREMENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.()_-]*")
_LONGEST_ID = 60
# The longest of those that come with Pavior has 30 KiB.
_MOST_BYTES = 1024 * 1024
_TEXTS = ("id", "title", "version", "source", "scope")
_FIELDS = frozenset({*_TEXTS, "is_whole", "providers", "sections"})
_REQUIREMENT_FIELDS = frozenset({"id", "title", "also", "controls", "types"})


def load_frameworks(folder: Path = FRAMEWORKS_FOLDER) -> tuple[Framework, ...]:
    """Every framework of a folder, by id: one TOML file each, called by the id.

    Raises:
        InvalidError: `framework-invalid`, naming the file; also when the folder cannot be read or holds none.
    """
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix == ".toml")
    except OSError as error:
        raise _invalid(folder, f"it cannot be read, {error.strerror}.") from error
    if not files:
        raise _invalid(folder, "it holds no framework, which is a file that ends in .toml.")
    return tuple(_load(file) for file in files)


def gather_frameworks(
    builtin: tuple[Framework, ...], own: tuple[Framework, ...], controls: Iterable[Control], folder: Path | None = None
) -> tuple[Framework, ...]:
    """All of them, by id.

    Args:
        own: An organisation's, from `folder`.
        controls: All that are known here; a framework of one's own may only name these.

    Raises:
        InvalidError: `framework-invalid`, when one of their own names a control that there is not, or a type that no
            control about the requirement looks at, or takes the id of one that comes with Pavior.
    """
    known, taken = {control.id: control for control in controls}, {item.id for item in builtin}
    for framework in own:
        file = (folder or Path()) / f"{framework.id}.toml"
        if framework.id in taken:
            raise _invalid(file, f"a framework {framework.id} comes with Pavior; call yours differently.")
        for requirement in framework.requirements:
            for name in requirement.controls:
                if name not in known:
                    raise _invalid(file, f"requirement {requirement.id}: there is no control {name}.")
        for identity, name in idle_types(framework, known.values()):
            raise _invalid(file, f"requirement {identity}: no control about it looks at {name}.")
    return tuple(sorted((*builtin, *own), key=lambda item: item.id))


def _load(file: Path) -> Framework:
    table = _table(file)
    strange = sorted(table.keys() - _FIELDS)
    if strange:
        raise _invalid(file, f"it has unknown fields: {', '.join(strange)}.")
    texts = {name: _text(file, table, name, name) for name in _TEXTS}
    if not _ID.fullmatch(texts["id"]) or len(texts["id"]) > _LONGEST_ID:
        raise _invalid(file, "id must be lower-case words and numbers with hyphens or dots between.")
    if file.stem != texts["id"]:
        raise _invalid(file, f"id is {texts['id']}, but the file is called {file.name}.")
    is_whole = table.get("is_whole")
    if not isinstance(is_whole, bool):
        raise _invalid(file, "is_whole must be true or false: whether all requirements of the framework are listed.")
    return Framework(
        is_whole=is_whole,
        requirements=_requirements(file, table.get("sections")),
        providers=_texts(file, table, "providers", "the framework"),
        **texts,
    )


def _table(file: Path) -> Mapping[str, Any]:
    try:
        with file.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        raise _invalid(file, f"it cannot be read, {error.strerror}.") from error
    if len(content) > _MOST_BYTES:
        raise _invalid(file, f"it has more than {_MOST_BYTES // 1024} KiB.")
    try:
        return tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _invalid(file, "it is not UTF-8 text.") from error
    except tomllib.TOMLDecodeError as error:
        raise _invalid(file, f"it is not TOML, {error}.") from error
    except RecursionError as error:
        raise _invalid(file, "it is nested too deeply.") from error


def _requirements(file: Path, sections: object) -> tuple[Requirement, ...]:
    found: list[Requirement] = []
    taken: set[str] = set()
    for number, section in enumerate(_tables(file, sections, "sections"), start=1):
        place = f"sections[{number}]"
        if section.keys() != {"title", "requirements"}:
            raise _invalid(file, f"{place} has exactly a title and requirements.")
        title = _text(file, section, "title", f"{place}.title")
        for item in _tables(file, section["requirements"], f"{place}.requirements"):
            requirement = _requirement(file, item, title)
            for name in (requirement.id, *requirement.also):
                if name in taken:
                    raise _invalid(file, f"{name} stands there twice.")
                taken.add(name)
            found.append(requirement)
    return tuple(found)


def _requirement(file: Path, item: Mapping[str, Any], section: str) -> Requirement:
    identity = _text(file, item, "id", "the id of a requirement")
    strange = sorted(item.keys() - _REQUIREMENT_FIELDS)
    if strange:
        raise _invalid(file, f"requirement {identity} has unknown fields: {', '.join(strange)}.")
    also = _texts(file, item, "also", f"requirement {identity}")
    for name in (identity, *also):
        if not _REQUIREMENT_ID.fullmatch(name) or len(name) > _LONGEST_ID:
            raise _invalid(file, f"{name[:80]!r} is no id of a requirement: letters, digits, dots, brackets, hyphens.")
    title = _text(file, item, "title", f"the title of {identity}") if "title" in item else ""
    controls, types = (_texts(file, item, name, f"requirement {identity}") for name in ("controls", "types"))
    return Requirement(identity, title, section, also, controls, types)


def _tables(file: Path, value: object, name: str) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or not value or not all(isinstance(item, dict) for item in value):
        raise _invalid(file, f"{name} must be a list of tables that is not empty.")
    return value


def _text(file: Path, table: Mapping[str, Any], name: str, told: str) -> str:
    found = table.get(name)
    if not isinstance(found, str) or not found.strip():
        raise _invalid(file, f"{told} must be a text that is not empty.")
    return found.strip()


def _texts(file: Path, table: Mapping[str, Any], name: str, identity: str) -> tuple[str, ...]:
    found = table.get(name, [])
    if not isinstance(found, list) or not all(isinstance(item, str) and item for item in found):
        raise _invalid(file, f"{name} of {identity} must be a list of texts.")
    return tuple(found)


def _invalid(file: Path, why: str) -> InvalidError:
    return InvalidError(
        "framework-invalid",
        f"The framework {file.name} cannot be used: {why}",
        fix="Correct the file; docs/guides/show-compliance.md says what belongs there.",
        context={"file": str(file)},
    )
