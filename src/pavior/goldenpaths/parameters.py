"""Checks answers against a golden path's schema, and says of each problem where it is and what would be right."""

from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from pavior.goldenpaths.model import GoldenPath
from pavior.kernel.errors import InvalidError

_SHOWN_CHARACTERS = 60


def complete_parameters(golden_path: GoldenPath, parameters: Mapping[str, object]) -> dict[str, object]:
    """The answers with defaults for what was not given, in the schema's order.

    Raises:
        InvalidError: `parameters-invalid`; `context["problems"]` is a list of mappings with `pointer`
            (RFC 6901) and `message`, by pointer.
    """
    properties = _properties(golden_path)
    given = {
        **{name: schema["default"] for name, schema in properties.items() if "default" in schema},
        **parameters,
    }
    problems = _problems(golden_path, given)
    if problems:
        listed = "; ".join(f"{problem['pointer'] or '/'} {problem['message']}" for problem in problems)
        raise InvalidError(
            "parameters-invalid",
            f"The parameters for {golden_path.name} cannot be used: {listed}.",
            fix=f"Give what is asked for; see: pavior golden-path show {golden_path.name}.",
            context={"problems": problems},
        )
    return {name: given[name] for name in properties if name in given}


def change_parameters(
    golden_path: GoldenPath, parameters: Mapping[str, object], changed: Mapping[str, object]
) -> dict[str, object]:
    """Earlier answers with day-two parameters set again.

    Raises:
        InvalidError: `parameters-invalid`, also for a parameter that cannot be set later.
    """
    fixed = sorted(changed.keys() - set(golden_path.day_two_parameters))
    if fixed:
        allowed = ", ".join(golden_path.day_two_parameters) or "none"
        problems = [{"pointer": _pointer([name]), "message": "cannot be changed later"} for name in fixed]
        raise InvalidError(
            "parameters-invalid",
            f"{', '.join(fixed)} of {golden_path.name} cannot be changed later.",
            fix=f"Parameters that can be changed: {allowed}.",
            context={"problems": problems},
        )
    return complete_parameters(golden_path, {**parameters, **changed})


def day_two_schema(golden_path: GoldenPath) -> Mapping[str, object] | None:
    """The part of the schema that can be set later, or None when nothing can."""
    if not golden_path.day_two_parameters:
        return None
    properties = _properties(golden_path)
    return {
        "$schema": golden_path.parameters_schema.get("$schema", Draft202012Validator.META_SCHEMA["$id"]),
        "type": "object",
        "additionalProperties": False,
        "properties": {name: properties[name] for name in golden_path.day_two_parameters},
    }


def _properties(golden_path: GoldenPath) -> Mapping[str, Mapping[str, Any]]:
    properties = golden_path.parameters_schema["properties"]
    return properties if isinstance(properties, dict) else {}


def _problems(golden_path: GoldenPath, given: Mapping[str, object]) -> list[dict[str, str]]:
    validator = Draft202012Validator(dict(golden_path.parameters_schema))
    found: set[tuple[str, str]] = set()
    for error in validator.iter_errors(dict(given)):
        found.update(_told(error))
    return [{"pointer": pointer, "message": message} for pointer, message in sorted(found)]


def _told(error: ValidationError) -> list[tuple[str, str]]:
    path = list(error.absolute_path)
    if error.validator == "required" and isinstance(error.instance, dict):
        return [(_pointer([*path, name]), "is needed") for name in error.validator_value if name not in error.instance]
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
        return [
            (_pointer([*path, name]), f"is not a parameter; there are {', '.join(known)}")
            for name in error.instance
            if name not in known
        ]
    return [(_pointer(path), _message(error))]


def _message(error: ValidationError) -> str:
    expected = error.validator_value
    match error.validator:
        case "enum":
            return f"must be one of {', '.join(map(str, expected))}"
        case "type":
            return f"must be of type {expected}"
        case "minLength":
            return f"must have at least {expected} characters"
        case "maxLength":
            return f"must have at most {expected} characters"
        case "minimum":
            return f"must be at least {expected}"
        case "maximum":
            return f"must be at most {expected}"
        case "pattern":
            described = error.schema.get("description", "") if isinstance(error.schema, dict) else ""
            return f"has the wrong form. {described}".rstrip(" .")
        case _:
            # The library's own sentence begins with the value, which may be long.
            return error.message[:_SHOWN_CHARACTERS]


def _pointer(path: list[Any]) -> str:
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)
