"""Reads golden paths from folders: `goldenpath.toml`, `parameters.json` and `template/`."""

import json
import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from pavior.goldenpaths.errors import golden_path_invalid
from pavior.goldenpaths.model import GoldenPath

DESCRIPTION_FILE = "goldenpath.toml"
PARAMETERS_FILE = "parameters.json"
TEMPLATE_FOLDER = "template"

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_VERSION = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)")
_FIELDS = frozenset(
    {"name", "version", "title", "description", "owner", "day_two_parameters", "environments", "engine"}
)
_REQUIRED_PARAMETERS = ("name", "team")
_LARGEST_BYTES = 256 * 1024
# Forms are drawn from the schema as it is written, and a reference could lead in a circle, or out of it.
_REFERENCES = frozenset({"$ref", "$dynamicRef", "$recursiveRef"})


def load_golden_paths(folders: Iterable[Path], engines: Collection[str]) -> tuple[GoldenPath, ...]:
    """Every golden path found directly below `folders`, by name.

    Args:
        engines: Names of those that a golden path may ask for.

    Raises:
        InvalidError: `golden-path-invalid`, naming the file; also when two have one name, and for a folder without any.
    """
    found: dict[str, GoldenPath] = {}
    for folder in folders:
        files = sorted(folder.glob(f"*/{DESCRIPTION_FILE}"))
        if not files:
            raise golden_path_invalid(folder, f"there is no folder with a {DESCRIPTION_FILE} directly below it.")
        for file in files:
            golden_path = load_golden_path(file.parent)
            if golden_path.name in found:
                raise golden_path_invalid(
                    file, f"the name {golden_path.name} is taken by {found[golden_path.name].folder}."
                )
            if golden_path.engine and golden_path.engine not in engines:
                wanted, there = golden_path.engine[:40], ", ".join(sorted(engines))
                raise golden_path_invalid(file, f"there is no engine {wanted!r} on this machine, only {there}.")
            found[golden_path.name] = golden_path
    return tuple(found[name] for name in sorted(found))


def load_golden_path(folder: Path) -> GoldenPath:
    """The golden path in `folder`.

    Raises:
        InvalidError: `golden-path-invalid`, naming the file.
    """
    file = folder / DESCRIPTION_FILE
    described = _read_toml(file)
    unknown = sorted(described.keys() - _FIELDS)
    if unknown:
        raise golden_path_invalid(file, f"it has unknown fields: {', '.join(unknown)}.")
    name, version = _text(file, described, "name"), _text(file, described, "version")
    if not _NAME.fullmatch(name):
        raise golden_path_invalid(file, "name must be lower-case words with hyphens.")
    if not _VERSION.fullmatch(version):
        raise golden_path_invalid(file, "version must be three numbers, such as 1.0.0.")
    schema = _read_schema(folder / PARAMETERS_FILE)
    if not (folder / TEMPLATE_FOLDER).is_dir():
        raise golden_path_invalid(folder / TEMPLATE_FOLDER, "there is no such folder.")
    return GoldenPath(
        name=name,
        version=version,
        title=_text(file, described, "title"),
        description=_text(file, described, "description"),
        owner=_text(file, described, "owner"),
        parameters_schema=schema,
        day_two_parameters=_day_two(file, described, schema),
        environments=_environments(file, described),
        engine=_text(file, described, "engine") if "engine" in described else "",
        folder=folder.resolve(),
    )


def _read_toml(file: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(_content(file).decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise golden_path_invalid(file, f"it is not TOML: {error}.") from error


def _read_schema(file: Path) -> Mapping[str, object]:
    try:
        schema = json.loads(_content(file))
        if not isinstance(schema, dict):
            raise golden_path_invalid(file, "it must hold an object.")
        if _REFERENCES & _keys_in(schema):
            raise golden_path_invalid(file, "it must be written out, without $ref.")
        Draft202012Validator.check_schema(schema)
    except (ValueError, RecursionError) as error:
        raise golden_path_invalid(file, f"it is not JSON: {error}.") from error
    except SchemaError as error:
        raise golden_path_invalid(file, f"it is not JSON Schema 2020-12: {error.message}.") from error
    properties = schema.get("properties")
    if not isinstance(properties, dict) or any(name not in properties for name in _REQUIRED_PARAMETERS):
        raise golden_path_invalid(file, "it must describe the properties name and team.")
    required = schema.get("required")
    if not isinstance(required, list) or any(name not in required for name in _REQUIRED_PARAMETERS):
        raise golden_path_invalid(file, "name and team must be required.")
    if schema.get("additionalProperties") is not False:
        raise golden_path_invalid(file, "additionalProperties must be false, so that a misspelt parameter is an error.")
    if any(not isinstance(described, dict) for described in properties.values()):
        raise golden_path_invalid(file, "each property must be described by an object.")
    return schema


def _content(file: Path) -> bytes:
    if file.is_fifo():
        # Opening it would wait for ever.
        raise golden_path_invalid(file, "it is a pipe.")
    try:
        with file.open("rb") as opened:
            content = opened.read(_LARGEST_BYTES + 1)
    except FileNotFoundError:
        raise golden_path_invalid(file, "there is no such file.") from None
    except OSError as error:
        raise golden_path_invalid(file, f"it cannot be read: {error.strerror}.") from error
    if len(content) > _LARGEST_BYTES:
        raise golden_path_invalid(file, f"it has more than {_LARGEST_BYTES} bytes.")
    return content


def _keys_in(schema: Mapping[str, object]) -> set[str]:
    found: set[str] = set()
    waiting: list[object] = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            found |= part.keys()
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
    return found


def _text(file: Path, described: Mapping[str, object], field: str) -> str:
    value = described.get(field)
    if not isinstance(value, str) or not value.strip():
        raise golden_path_invalid(file, f"{field} must be a text that is not empty.")
    return value


def _day_two(file: Path, described: Mapping[str, object], schema: Mapping[str, object]) -> tuple[str, ...]:
    names = described.get("day_two_parameters", [])
    properties = schema["properties"]
    if not isinstance(names, list) or not isinstance(properties, dict):
        raise golden_path_invalid(file, "day_two_parameters must be a list.")
    for name in names:
        if not isinstance(name, str) or name not in properties or name in _REQUIRED_PARAMETERS:
            raise golden_path_invalid(file, f"day_two_parameters names {name!r}, which cannot be set again.")
    return tuple(names)


def _environments(file: Path, described: Mapping[str, object]) -> tuple[tuple[str, bool], ...]:
    rows = described.get("environments")
    if not isinstance(rows, list) or not rows:
        raise golden_path_invalid(file, "environments must list at least one stage.")
    stages: list[tuple[str, bool]] = []
    for row in rows:
        name = row.get("name") if isinstance(row, dict) else None
        is_production = row.get("is_production", False) if isinstance(row, dict) else None
        if not isinstance(name, str) or not _NAME.fullmatch(name) or not isinstance(is_production, bool):
            raise golden_path_invalid(file, "each environment needs a name in lower case and may say is_production.")
        if name in dict(stages):
            raise golden_path_invalid(file, f"the environment {name} stands there twice.")
        if stages and stages[-1][1] and not is_production:
            raise golden_path_invalid(file, f"the environment {name} comes after production and is none.")
        stages.append((name, is_production))
    return tuple(stages)
