"""The same form as `configuration` reads, as a JSON schema for editors and pipelines."""

from collections.abc import Iterable
from typing import Any, Final

from pavior.content.configuration import (
    COMMIT,
    CONFIGURATION_VERSION,
    GLOB,
    LONGEST_TEXT,
    MOST_GLOBS,
    MOST_PACKS,
    REPOSITORY,
    STAGE,
)
from pavior.policy.model import Control
from pavior.policy.parameters import (
    INTEGER_TYPES,
    LARGEST_INTEGER,
    LIST_TYPES,
    LONGEST_VALUE,
    MOST_ITEMS,
    Parameter,
    ParameterType,
)

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_NOT_BLANK: Final = r"\S"


def configuration_schema(controls: Iterable[Control]) -> dict[str, Any]:
    """The schema of `pavior.yaml`, with the parameters of these controls. Those of packs may have any name."""
    chosen = {item.id: _values(item) for item in controls if item.parameters}
    return {
        "$schema": _DIALECT,
        "title": "pavior.yaml",
        "description": "What pavior check and pavior control take from a repository; see docs/guides/own-controls.md.",
        "type": "object",
        "additionalProperties": False,
        "required": ["version"],
        "properties": {
            "version": {"const": CONFIGURATION_VERSION, "description": "The form of this file."},
            "environment": {
                **_text(STAGE, LONGEST_TEXT),
                "description": "Whose levels are used, as with --environment.",
            },
            "require_known": {
                "type": "boolean",
                "description": "Whether what is not known under a blocking control is a no, as with --require-known.",
            },
            "require_coverage": {
                "type": "boolean",
                "description": "Whether what no control looked at is a no too, as with --require-coverage.",
            },
            "exclude": {
                "type": "array",
                "maxItems": MOST_GLOBS,
                "items": _text(GLOB, LONGEST_TEXT),
                "description": "Paths below the folder of this file that are not looked at; each is reported.",
            },
            "parameters": {
                "type": "object",
                "description": "Control to the values of its parameters.",
                "properties": chosen,
                "additionalProperties": {"type": "object", "minProperties": 1},
            },
            "packs": {
                "type": "array",
                "maxItems": MOST_PACKS,
                "items": {"oneOf": [_folder_pack(), _git_pack()]},
                "description": "Controls of your own.",
            },
        },
    }


def _text(pattern: str, longest: int) -> dict[str, Any]:
    return {"type": "string", "maxLength": longest, "pattern": f"^(?:{pattern})$"}


def _folder_pack() -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["path"],
        "properties": {
            "path": {
                "type": "string",
                "maxLength": LONGEST_TEXT,
                "pattern": _NOT_BLANK,
                "description": "A folder with a pack.toml, relative to this file.",
            }
        },
    }


def _git_pack() -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["repository", "commit"],
        "properties": {
            "repository": {
                **_text(REPOSITORY, LONGEST_TEXT),
                "description": "An address by https or ssh, or an absolute path.",
            },
            "commit": {**_text(COMMIT, LONGEST_TEXT), "description": "The full id of a commit."},
        },
    }


def _values(control: Control) -> dict[str, Any]:
    return {
        "type": "object",
        "title": control.title,
        "minProperties": 1,
        "additionalProperties": False,
        "properties": {item.name: _value(item) for item in control.parameters},
    }


def _value(parameter: Parameter) -> dict[str, Any]:
    told: dict[str, Any] = {"description": parameter.description}
    if parameter.value is not None:
        told["default"] = list(parameter.value) if isinstance(parameter.value, tuple) else parameter.value
    if parameter.type not in LIST_TYPES:
        return {**_one(parameter), **told}
    return {
        "type": "array",
        "minItems": 1,
        "maxItems": MOST_ITEMS,
        "uniqueItems": True,
        "items": _one(parameter),
        **told,
    }


def _one(parameter: Parameter) -> dict[str, Any]:
    if parameter.type is ParameterType.BOOLEAN:
        return {"type": "boolean"}
    if parameter.type in INTEGER_TYPES:
        low, high = parameter.minimum, parameter.maximum
        return {
            "type": "integer",
            "minimum": -LARGEST_INTEGER if low is None else low,
            "maximum": LARGEST_INTEGER if high is None else high,
        }
    if parameter.choices:
        return {"enum": list(parameter.choices)}
    if parameter.pattern:
        return _text(parameter.pattern, LONGEST_VALUE)
    return {"type": "string", "maxLength": LONGEST_VALUE, "pattern": _NOT_BLANK}
