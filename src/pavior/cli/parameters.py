"""Parameters of a golden path from `--set` and, for a person at a terminal, from questions its JSON schema asks."""

import json
from collections.abc import Mapping

import click

from pavior.kernel.errors import InvalidError


def read_assignments(assignments: tuple[str, ...], *, option: str = "--set") -> dict[str, str]:
    """`name=value` pairs, later ones winning.

    Raises:
        InvalidError: `assignment-malformed`.
    """
    values: dict[str, str] = {}
    for text in assignments:
        name, sign, value = text.partition("=")
        if not sign or not name:
            raise InvalidError(
                "assignment-malformed",
                f"{text[:60]!r} does not set anything.",
                fix=f"Write {option} name=value.",
            )
        values[name] = value
    return values


def fill_parameters(
    schema: Mapping[str, object], given: Mapping[str, str], *, is_interactive: bool
) -> dict[str, object]:
    """The given values in the schema's types, and answers to questions for what is missing.

    A name that the schema does not know goes on as text: the golden path refuses it, and says what it knows.

    Raises:
        InvalidError: `parameters-missing`, `assignment-malformed`.
    """
    properties = schema.get("properties")
    known: Mapping[str, object] = properties if isinstance(properties, Mapping) else {}
    values: dict[str, object] = {name: _typed(name, text, _schema_of(known, name)) for name, text in given.items()}
    if is_interactive:
        for name in known:
            if name not in values:
                values[name] = _ask(name, _schema_of(known, name), is_required=_is_required(schema, name))
    missing = [name for name in known if _is_required(schema, name) and values.get(name) is None]
    if missing:
        raise InvalidError(
            "parameters-missing",
            f"Nothing was given for {', '.join(missing)}.",
            fix=f"Add {' '.join(f'--set {name}={_placeholder(_schema_of(known, name))}' for name in missing)}.",
        )
    return {name: value for name, value in values.items() if value is not None}


def _placeholder(schema: Mapping[str, object]) -> str:
    choices = schema.get("enum")
    return "|".join(map(str, choices)) if isinstance(choices, list) else "..."


def _schema_of(known: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = known.get(name)
    return found if isinstance(found, Mapping) else {}


def _is_required(schema: Mapping[str, object], name: str) -> bool:
    required = schema.get("required")
    return isinstance(required, list | tuple) and name in required


def _typed(name: str, text: str, schema: Mapping[str, object]) -> object:
    if schema.get("type") in ("string", None):
        return text
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise InvalidError(
            "assignment-malformed",
            f"{name} takes a value of type {schema.get('type')}, and {text[:60]!r} is none.",
            fix=f"Write it as JSON, for example --set {name}={_example_of(schema.get('type'))}.",
        ) from None


def _example_of(kind: object) -> str:
    return {"integer": "3", "number": "0.5", "boolean": "true", "array": '\'["a", "b"]\''}.get(str(kind), "'{}'")


def _ask(name: str, schema: Mapping[str, object], *, is_required: bool) -> object:
    told = str(schema.get("description") or schema.get("title") or name)
    choices = schema.get("enum")
    kind = click.Choice([str(choice) for choice in choices]) if isinstance(choices, list) else click.STRING
    default = schema.get("default")
    shown_default = json.dumps(default) if isinstance(default, bool | list | dict) else default
    answer = click.prompt(
        f"{name} ({told})",
        type=kind,
        default="" if shown_default is None and not is_required else shown_default,
        show_default=shown_default is not None,
        err=True,
    )
    if answer == "" and not is_required:
        return None
    return _typed(name, str(answer), schema)
