"""A form drawn from a JSON schema, and its answers as the schema's own types."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pavior.kernel.errors import PaviorError
from pavior.web.visits import Form

# So that a field of a schema cannot take the place of one of ours, such as the CSRF token.
PREFIX = "p."
_LONG_TEXT_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class Field:
    """One question.

    Args:
        kind: `text`, `long`, `number`, `choice` or `yes-no`.
        value: What is filled in: what was typed, else the default.
        choices: For `choice`, in order.
        problem: What is wrong with what was typed, or empty.
    """

    name: str
    title: str
    description: str
    kind: str
    value: str
    is_required: bool
    choices: tuple[str, ...] = ()
    example: str = ""
    max_length: int | None = None
    problem: str = ""

    @property
    def hint(self) -> str:
        """The description, unless the problem repeats it."""
        return "" if self.description.rstrip(".") in self.problem else self.description

    @property
    def control_name(self) -> str:
        """Name of the field in the form."""
        return PREFIX + self.name


def fields_of(
    schema: Mapping[str, object],
    *,
    typed: Form,
    known: Mapping[str, object] | None = None,
    choices: Mapping[str, Sequence[str]] | None = None,
    error: PaviorError | None = None,
) -> tuple[Field, ...]:
    """The fields, in the schema's order.

    Args:
        known: Present values by name, shown unless something was typed.
        choices: Values to choose from for fields that the schema leaves open, such as the teams of the actor.
        error: A `parameters-invalid`, whose problems are put beside their fields.
    """
    required = schema.get("required")
    needed = {str(name) for name in required} if isinstance(required, list | tuple) else set()
    problems = problems_by_name(error)
    return tuple(
        _field(
            name,
            definition,
            is_required=name in needed,
            typed=typed,
            known=known or {},
            choices=tuple((choices or {}).get(name, ())),
            problem=problems.get(name, ""),
        )
        for name, definition in _properties(schema).items()
    )


def parameters_of(schema: Mapping[str, object], form: Form) -> dict[str, object]:
    """What was answered. A number that is none stays text, so that the schema's own check refuses it by its pointer.

    A field that was left empty and has no example of an empty answer is taken as not answered.
    """
    answers: dict[str, object] = {}
    for name, definition in _properties(schema).items():
        text = form.text(PREFIX + name)
        kind = definition.get("type")
        if kind == "boolean":
            answers[name] = text == "yes"
        elif text:
            answers[name] = _typed_value(text, kind)
        elif definition.get("default") == "":
            answers[name] = ""
    return answers


def problems_by_name(error: PaviorError | None) -> dict[str, str]:
    """Name of the field to what is wrong with it; under an empty name, what belongs to no field."""
    problems = error.context.get("problems") if error is not None else None
    found: dict[str, str] = {}
    if isinstance(problems, list | tuple):
        for problem in problems:
            if isinstance(problem, Mapping):
                name = str(problem.get("pointer", "")).lstrip("/").partition("/")[0]
                name = name.replace("~1", "/").replace("~0", "~")
                found.setdefault(name, str(problem.get("message", "")))
    return found


def _properties(schema: Mapping[str, object]) -> dict[str, Mapping[str, object]]:
    properties = schema.get("properties")
    if not isinstance(properties, Mapping):
        return {}
    return {str(name): item for name, item in properties.items() if isinstance(item, Mapping)}


def _field(
    name: str,
    definition: Mapping[str, object],
    *,
    is_required: bool,
    typed: Form,
    known: Mapping[str, object],
    choices: tuple[str, ...],
    problem: str,
) -> Field:
    given = definition.get("enum")
    options = tuple(str(item) for item in given) if isinstance(given, list | tuple) else choices
    default = known.get(name, definition.get("default", ""))
    value = typed.raw(PREFIX + name) if typed.has(PREFIX + name) else _as_text(default)
    examples = definition.get("examples")
    return Field(
        name=name,
        title=str(definition.get("title") or name.replace("_", " ").capitalize()),
        description=str(definition.get("description", "")),
        kind=_kind(definition, options),
        value=value,
        is_required=is_required,
        choices=options,
        example=str(examples[0]) if isinstance(examples, list | tuple) and examples else "",
        max_length=_number(definition.get("maxLength")),
        problem=problem,
    )


def _kind(definition: Mapping[str, object], options: tuple[str, ...]) -> str:
    if options:
        return "choice"
    kind = definition.get("type")
    if kind == "boolean":
        return "yes-no"
    if kind in ("integer", "number"):
        return "number"
    return "long" if (_number(definition.get("maxLength")) or 0) > _LONG_TEXT_CHARACTERS else "text"


def _typed_value(text: str, kind: object) -> object:
    try:
        if kind == "integer":
            return int(text)
        if kind == "number" and math.isfinite(float(text)):
            return float(text)
    except ValueError:
        return text
    return text


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else str(value)


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
