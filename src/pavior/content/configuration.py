"""What a team or an operator chose in writing, as `pavior.yaml` or the file that PAVIOR_CONTROLS names. Pure.

`configuration_schema` says the same for editors; a test holds the two together.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Position
from pavior.resources.model import Unknown

CONFIGURATION_FILE = "pavior.yaml"
CONFIGURATION_VERSION = 1
LONGEST_TEXT = 500
MOST_GLOBS = 200
MOST_PACKS = 20

# What an operator may choose for everybody; the rest belongs to one repository.
OPERATOR_KEYS = ("version", "parameters", "packs")
KEYS = ("version", "environment", "require_known", "require_coverage", "exclude", "parameters", "packs")
FOLDER_PACK_KEYS = ("path",)
GIT_PACK_KEYS = ("repository", "commit")
COMMIT: Final = r"[0-9a-f]{40}"
# What Git understands as an address and runs no program for: `ext::` and an option would.
REPOSITORY: Final = r"(?:https|ssh)://[^\s]+|[A-Za-z0-9][A-Za-z0-9._-]*@[A-Za-z0-9.-]+:[^\s:][^\s]*|/[^\s]*"
STAGE: Final = r"[a-z0-9]+(?:-[a-z0-9]+)*(?:/[a-z0-9]+(?:-[a-z0-9]+)*)?"
GLOB: Final = r"(?!/|!|\.\.?/|.*/\.\./)[^\x00-\x1f\\]+"


class ChosenValue(Struct, frozen=True):
    """A value for a parameter, as it was written; nobody has asked the control yet.

    Args:
        origin: Where it stands, as `pavior.yaml:7`.
    """

    control: str
    parameter: str
    given: object
    origin: str


class ExcludedGlob(Struct, frozen=True):
    """Paths that are not to be looked at, relative to the folder of the file that says so.

    Args:
        is_of_pack: Whether it is the folder of a pack, whose cases are nobody's infrastructure.
    """

    glob: str
    origin: str
    is_of_pack: bool = False


class PackSource(Struct, frozen=True):
    """Where a pack of controls lies: a folder, or one commit of a Git repository.

    Args:
        folder: Absolute; None for a repository.
        repository: Its address; empty for a folder.
        commit: 40 hex digits; empty for a folder.
    """

    folder: Path | None
    repository: str
    commit: str
    origin: str

    def __str__(self) -> str:
        return str(self.folder) if self.folder is not None else f"{self.repository} at {self.commit[:12]}"


class Configuration(Struct, frozen=True):
    """What one file says; without a file, nothing.

    Args:
        file: Absolute path; None when there is none.
        is_known_required: None when it does not say; so is `is_coverage_required`.
    """

    file: Path | None = None
    environment: str = ""
    is_known_required: bool | None = None
    is_coverage_required: bool | None = None
    excluded: tuple[ExcludedGlob, ...] = ()
    parameters: tuple[ChosenValue, ...] = ()
    packs: tuple[PackSource, ...] = ()


def configuration_invalid(where: str, why: str, fix: str) -> InvalidError:
    """The one error about such a file. `where` is `FILE:LINE`."""
    return InvalidError("configuration-invalid", f"{where}: {why}", fix=fix, context={"where": where})


class _Reader(Struct, frozen=True):
    """The file that is read: how it is called in messages, its folder, and the place of each value."""

    name: str
    folder: Path
    places: Mapping[str, Position]

    def at(self, path: str) -> str:
        place = self.places.get(path)
        return f"{self.name}:{place.line if place else 1}"

    def wrong(self, path: str, why: str, fix: str) -> InvalidError:
        return configuration_invalid(self.at(path), why, fix)


def parse_configuration(
    value: object, places: Mapping[str, Position], *, file: Path, name: str, keys: tuple[str, ...] = KEYS
) -> Configuration:
    """The configuration that a tree means.

    Args:
        value: As YAML gives it; unknown leaves are refused.
        places: Dotted path of each value to its place.
        file: Absolute; what it names is relative to its folder.
        name: How people call the file, for messages.
        keys: Those of `KEYS` that may stand in it.

    Raises:
        InvalidError: `configuration-invalid`, naming file, line and what to do.
    """
    reader = _Reader(name, file.parent, places)
    if not isinstance(value, dict):
        raise reader.wrong("", "it must be a mapping.", f"Begin it with: version: {CONFIGURATION_VERSION}")
    for key in value:
        if key not in keys:
            why = f"{key[:60]} belongs to the pavior.yaml of a repository." if key in KEYS else _unknown_key(key)
            raise reader.wrong(key, why, f"Take it out; the keys here are {', '.join(keys)}.")
    if value.get("version") != CONFIGURATION_VERSION or isinstance(value.get("version"), bool):
        raise reader.wrong(
            "version", "version must be 1, the form that this Pavior reads.", f"Write: version: {CONFIGURATION_VERSION}"
        )
    return Configuration(
        file=file,
        environment=_environment(reader, value),
        is_known_required=_truth(reader, value, "require_known"),
        is_coverage_required=_truth(reader, value, "require_coverage"),
        excluded=_excluded(reader, value),
        parameters=_parameters(reader, value),
        packs=_packs(reader, value),
    )


def _unknown_key(key: str) -> str:
    return f"there is no key {key[:60]!r}."


def _environment(reader: _Reader, value: Mapping[str, object]) -> str:
    if "environment" not in value:
        return ""
    found = value["environment"]
    if not isinstance(found, str) or not re.fullmatch(STAGE, found) or len(found) > LONGEST_TEXT:
        raise reader.wrong(
            "environment", "environment must be the name of a stage.", "Write it like prod, or like orders/prod."
        )
    return found


def _truth(reader: _Reader, value: Mapping[str, object], key: str) -> bool | None:
    if key not in value:
        return None
    found = value[key]
    if not isinstance(found, bool):
        raise reader.wrong(key, f"{key} must be true or false.", f"Write: {key}: true")
    return found


def _excluded(reader: _Reader, value: Mapping[str, object]) -> tuple[ExcludedGlob, ...]:
    if "exclude" not in value:
        return ()
    found = value["exclude"]
    fix = "Write a list of paths below this file's folder, like examples/** or *.test.yaml."
    if not isinstance(found, list) or len(found) > MOST_GLOBS:
        raise reader.wrong("exclude", f"exclude must be a list of at most {MOST_GLOBS} paths.", fix)
    for number, item in enumerate(found):
        if not isinstance(item, str) or len(item) > LONGEST_TEXT or not re.fullmatch(GLOB, item):
            raise reader.wrong(f"exclude.{number}", "this is no path below the folder of this file.", fix)
    return tuple(ExcludedGlob(str(item), reader.at(f"exclude.{number}")) for number, item in enumerate(found))


def _parameters(reader: _Reader, value: Mapping[str, object]) -> tuple[ChosenValue, ...]:
    if "parameters" not in value:
        return ()
    found = value["parameters"]
    fix = "Write the control's id, and below it NAME: VALUE; pavior control show CONTROL lists the names."
    if not isinstance(found, dict):
        raise reader.wrong("parameters", "parameters must be a mapping from control to values.", fix)
    chosen: list[ChosenValue] = []
    for control, values in found.items():
        path = f"parameters.{control}"
        if not isinstance(values, dict) or not values:
            raise reader.wrong(path, f"the parameters of {control[:60]} must be a mapping that is not empty.", fix)
        for name, given in values.items():
            place = f"{path}.{name}"
            if _has_unknown(given):
                raise reader.wrong(place, f"{name[:60]} has a tag that means nothing here.", "Write a plain value.")
            chosen.append(ChosenValue(control, name, given, reader.at(place)))
    return tuple(chosen)


def _has_unknown(given: object) -> bool:
    return isinstance(given, Unknown) or (isinstance(given, list) and any(isinstance(item, Unknown) for item in given))


def _packs(reader: _Reader, value: Mapping[str, object]) -> tuple[PackSource, ...]:
    if "packs" not in value:
        return ()
    found = value["packs"]
    if not isinstance(found, list) or len(found) > MOST_PACKS:
        raise reader.wrong(
            "packs", f"packs must be a list of at most {MOST_PACKS}.", "Write each as: - path: policy/acme"
        )
    return tuple(_pack(reader, f"packs.{number}", item) for number, item in enumerate(found))


def _pack(reader: _Reader, path: str, item: object) -> PackSource:
    fix = "Write either path: FOLDER, or repository: ADDRESS and commit: 40 hex digits."
    if not isinstance(item, dict) or _names(item) not in (set(FOLDER_PACK_KEYS), set(GIT_PACK_KEYS)):
        raise reader.wrong(path, "a pack is a folder, or one commit of a repository.", fix)
    for key, text in item.items():
        if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_TEXT:
            raise reader.wrong(f"{path}.{key}", f"{key} must be a text that is not empty; put digits in quotes.", fix)
    if "path" in item:
        # Joined, an absolute path stays what it is.
        return PackSource(reader.folder / str(item["path"]), "", "", reader.at(path))
    repository, commit = str(item["repository"]), str(item["commit"])
    if not re.fullmatch(COMMIT, commit):
        raise reader.wrong(
            f"{path}.commit",
            "commit must be the full id of a commit: 40 hex digits in small letters, in quotes.",
            "Get it with: git rev-parse HEAD. A branch or a tag may mean something else tomorrow.",
        )
    if not re.fullmatch(REPOSITORY, repository):
        raise reader.wrong(
            f"{path}.repository",
            "repository must be an address by https or ssh, or an absolute path.",
            "Write it like https://git.example.org/policies.git.",
        )
    return PackSource(None, repository, commit, reader.at(path))


def _names(item: Iterable[object]) -> set[str]:
    return {str(name) for name in item}
