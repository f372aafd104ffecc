"""Checks answers against a golden path's schema, and says of each problem where it is and what would be right."""

from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator

from pavior.catalog.documents import Path
from pavior.catalog.schemas import explain, validator_for
from pavior.goldenpaths.model import GoldenPath
from pavior.kernel.errors import InvalidError


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
        problems = [{"pointer": _pointer((name,)), "message": "cannot be changed later"} for name in fixed]
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
    validator = validator_for(dict(golden_path.parameters_schema))
    found: set[tuple[str, str]] = set()
    for error in validator.iter_errors(dict(given)):
        found.update((_pointer(path), message) for path, message in explain(error))
    return [{"pointer": pointer, "message": message} for pointer, message in sorted(found)]


def _pointer(path: Path) -> str:
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)
