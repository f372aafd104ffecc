"""Checks one YAML document against a JSON Schema (2020-12), and says of each problem in which line it is."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry

from pavior.catalog.documents import BOUNDS, Bounds, Path, YamlDocument, read_documents

MAXIMUM_PROBLEMS = 30
_SHOWN_CHARACTERS = 160


@dataclass(frozen=True, slots=True)
class CheckedDocument:
    """A document that a person wrote, and what is wrong with it.

    Args:
        document: The one document of the file, also when it breaks the schema; None when there is not exactly one.
        problems: One sentence each, with its line, by line; empty when the document keeps to the schema.
    """

    document: YamlDocument | None
    problems: tuple[str, ...]

    @property
    def content(self) -> Mapping[str, Any] | None:
        """The document as a tree, when it is a mapping."""
        value = None if self.document is None else self.document.value
        return value if isinstance(value, dict) else None


def validator_for(schema: Mapping[str, Any]) -> Draft202012Validator:
    """A validator of JSON Schema 2020-12 whose `pattern` means what ECMA-262 says.

    In Python `$` also matches before a last line break, which would let one into names. Nothing is fetched: a reference
    leads to a place in the schema itself.
    """
    validator: Draft202012Validator = _Validator(schema, registry=Registry())
    return validator


def load_schema(package: str, name: str) -> Mapping[str, Any]:
    """A schema that lies beside the code of `package`."""
    schema: dict[str, Any] = json.loads(files(package).joinpath(name).read_bytes())
    return schema


def read_checked(body: bytes, schema: Mapping[str, Any]) -> CheckedDocument:
    """Read the one document of `body` and hold it against `schema`. Never raises."""
    read = read_one(body)
    return read if read.document is None else CheckedDocument(read.document, problems_of(read.document, schema))


def read_one(body: bytes, bounds: Bounds = BOUNDS) -> CheckedDocument:
    """The one document of `body`, held against nothing yet. Never raises."""
    reading = read_documents(body, bounds)
    if reading.problems:
        return CheckedDocument(None, tuple(f"line {item.line}: {item.message}" for item in reading.problems))
    if len(reading.documents) != 1:
        return CheckedDocument(None, (f"The file holds {len(reading.documents)} documents; it must hold exactly one.",))
    return CheckedDocument(reading.documents[0], ())


def problems_of(document: YamlDocument, schema: Mapping[str, Any]) -> tuple[str, ...]:
    """Where the document breaks the schema: one sentence each, with its line, by line."""
    found: set[tuple[int, str]] = set()
    for error in validator_for(schema).iter_errors(document.value):
        found.update((document.line_of(path), f"{_place(path)} {message}.") for path, message in explain(error))
    return say(sorted(found))


def say(problems: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    """Lines and messages as sentences that may be shown anywhere, the first so many of them."""
    told = tuple(f"line {line}: {_printable(message)}" for line, message in problems[:MAXIMUM_PROBLEMS])
    left = len(problems) - len(told)
    return (*told, f"And {left} more.") if left else told


def _printable(message: str) -> str:
    """A message may quote what was written, and that may be meant for a terminal."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in message)


def explain(error: ValidationError) -> list[tuple[Path, str]]:
    """What breaks the schema, by where it is: the end of a sentence that begins with the place."""
    path: Path = tuple(error.absolute_path)
    expected: Any = error.validator_value
    match error.validator, error.instance:
        case "required", dict(instance):
            return [((*path, name), "is needed") for name in expected if name not in instance]
        case "additionalProperties", dict(instance):
            known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
            listed = ", ".join(known)
            return [((*path, name), f"is not known; there are {listed}") for name in instance if name not in known]
    return [(path, _message(error).replace("\n", " ")[:_SHOWN_CHARACTERS].rstrip(" ."))]


def _place(path: Path) -> str:
    return "/".join(str(part)[:_SHOWN_CHARACTERS] for part in path) or "The document"


def _message(error: ValidationError) -> str:
    expected: Any = error.validator_value
    sentences = {
        "enum": f"must be one of {', '.join(map(str, expected)) if isinstance(expected, list) else expected}",
        "const": f"must be {expected}",
        "type": f"must be of type {expected}",
        "minLength": "must not be empty" if expected == 1 else f"must have at least {expected} characters",
        "maxLength": f"must have at most {expected} characters",
        "minItems": f"must have at least {expected} items",
        "maxItems": f"must have at most {expected} items",
        "uniqueItems": "must not hold anything twice",
        "minimum": f"must be at least {expected}",
        "maximum": f"must be at most {expected}",
        "exclusiveMinimum": f"must be more than {expected}",
        "exclusiveMaximum": f"must be less than {expected}",
        "pattern": "has the wrong form",
    }
    sentence = sentences.get(str(error.validator), error.message)
    described = error.schema.get("description") if isinstance(error.schema, dict) else None
    return f"{sentence}: {described}" if error.validator == "pattern" and described else sentence


def _pattern(_: object, pattern: str, instance: object, __: object) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not re.search(_ecma(pattern), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


@cache
def _ecma(pattern: str) -> str:
    """`pattern` with each `$` that is an anchor written as Python's end of text."""
    written: list[str] = []
    is_escaped = is_in_class = False
    for letter in pattern:
        is_anchor = letter == "$" and not is_escaped and not is_in_class
        if letter == "[" and not is_escaped:
            is_in_class = True
        elif letter == "]" and not is_escaped:
            is_in_class = False
        is_escaped = letter == "\\" and not is_escaped
        written.append(r"\Z" if is_anchor else letter)
    return "".join(written)


_Validator: Any = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call] # theirs
