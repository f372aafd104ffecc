"""Three-valued facts, and how they are read from a resource."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Final, Generic, TypeAlias, TypeVar

from msgspec import Struct

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.defaults import find_default
from pavior.resources.model import PART_OF_A_TEXT, Resource, Sensitive, Unknown, Value

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

Truth: TypeAlias = "bool | Unknown"
# A text of which nothing may be known.
Leaf: TypeAlias = "str | Unknown"

# Members of enumerations are looked up once, since each time takes Python 3.11 as long as making a fact; and where
# every value is asked, its class is compared, since `isinstance` takes as long for a Struct that it is not.
_LATER: Final = UnknownReason.KNOWN_AFTER_APPLY
_NOT_EVALUATED: Final = UnknownReason.NOT_EVALUATED
_INDEX = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|[^\]]*)\]')
_NOT_MADE = ("data", "terraform_data", "null_resource", "random_", "external", "aws_ssm_parameter")
_TRUTHS = {"true": True, "1": True, "false": False, "0": False}


class Fact(Struct, Generic[T_co], frozen=True, gc=False):
    """A value, or Unknown, and the place that decided it.

    Args:
        attribute: Dotted path within the deciding resource; empty when nothing there says it.
        decided_by: Address of the deciding resource when it is not the view's own; empty otherwise.
    """

    value: T_co | Unknown
    attribute: str = ""
    decided_by: str = ""


class Source(Struct, frozen=True, gc=False):
    """One resource as a source of facts. What it does not say is the provider's documented default.

    A resource that was read was read whole, so an attribute that is absent there is absent, even in an
    incomplete graph.

    Args:
        decided_by: The resource's address when it is a satellite of the view's own; empty otherwise.
    """

    resource: Resource
    decided_by: str = ""

    def value(self, path: str) -> Value:
        """What stands at the dotted path, or None; Unknown or Sensitive when that is so on the way."""
        values = self.resource.values
        return leaf(values, path) if "." in path else values.get(path)

    def fact(self, path: str, value: T | Unknown) -> Fact[T]:
        """This value, said by this place."""
        return Fact(value, path, self.decided_by)

    def truth(self, path: str) -> Fact[bool]:
        """A yes or no."""
        return self.fact(path, _read(self._given(path, is_empty_absent=True), _as_truth))

    def text(self, path: str) -> Fact[str]:
        """A text."""
        return self.fact(path, _read(self._given(path), _as_text))

    def number(self, path: str) -> Fact[int]:
        """A whole number."""
        return self.fact(path, _read(self._given(path, is_empty_absent=True), _as_number))

    def references(self, path: str) -> tuple[str, ...]:
        """Addresses that the expression at the path, or inside it, mentions."""
        if not self.resource.references:
            return ()
        wanted = without_indexes(path)
        return tuple(
            address
            for place, addresses in self.resource.references.items()
            if (found := without_indexes(place)) == wanted or found.startswith(f"{wanted}.")
            for address in addresses
        )

    def is_written(self, path: str) -> bool:
        """Whether somebody wrote it. What nobody wrote is unknown in a plan too, where the provider will report it."""
        value = self.value(path)
        if type(value) is not Unknown:
            return value is not None
        wanted = without_indexes(path)
        places = (*self.resource.references, *self.resource.attribute_positions)
        return any(_is_within(without_indexes(place), wanted) for place in places)

    def _given(self, path: str, *, is_empty_absent: bool = False) -> Value:
        found = self.value(path)
        if found == "" and is_empty_absent:
            # The provider keeps some switches and numbers as texts, and leaves them empty when nothing is said.
            found = None
        if found is None or (is_told_by_the_apply(found) and not self.is_written(path)):
            default = find_default(self.resource.type, without_indexes(path))
            found = found if default is None else default
        if found is None:
            return Unknown(_NOT_EVALUATED, f"{path} is absent, and its default is not documented")
        return found


def is_told_by_the_apply(value: Value) -> bool:
    """Whether the apply makes it known."""
    return type(value) is Unknown and value.reason is _LATER


def _is_within(place: str, wanted: str) -> bool:
    """Whether the place is the wanted one, holds it, or is inside of it."""
    return f"{place}.".startswith(f"{wanted}.") or f"{wanted}.".startswith(f"{place}.")


def leaf(values: Mapping[str, Value], path: str) -> Value:
    """What stands at the dotted path, or None; Unknown or Sensitive when that is so on the way."""
    first, rest = _steps(path)
    found = values.get(first)
    for step, number in rest:
        if isinstance(found, dict):
            found = found.get(step)
        elif isinstance(found, list):
            found = found[number] if 0 <= number < len(found) else None
        else:
            return found if type(found) is Unknown or type(found) is Sensitive else None
    return found


@lru_cache(maxsize=4096)
def _steps(path: str) -> tuple[str, tuple[tuple[str, int], ...]]:
    """The first step of a path, and each other with the number that it is, or -1."""
    first, *rest = path.split(".")
    return first, tuple((step, int(step) if step.isdecimal() else -1) for step in rest)


@lru_cache(maxsize=4096)
def without_indexes(path: str) -> str:
    """`rule.0.status` and `rule[0].status` as `rule.status`."""
    steps = path.replace("[", ".").replace("]", "").split(".")
    return ".".join(step for step in steps if not step.isdecimal())


def origins(value: Unknown, references: tuple[str, ...]) -> tuple[str, ...]:
    """Of the addresses that an expression mentions the one that its value waits for, where that was told; else all."""
    if not value.detail:
        return references
    told = tuple(item for item in references if f"{value.detail}.".startswith(f"{item.rsplit('//', 1)[-1]}."))
    return told or references


def is_of_elsewhere(value: Unknown, references: tuple[str, ...]) -> bool:
    """Whether it refers to a thing in a file that was not read, so that nothing else was evaluated."""
    return bool(value.detail) and value.detail in [f"there is no {item.rsplit('//', 1)[-1]}" for item in references]


def type_of(address: str) -> str:
    """The type of what is at the address, empty when it does not tell.

    `aws_kms_key` of `module.keys["a.b"].aws_kms_key.data[0]` and of `data.aws_kms_key.data`, `Pod` of `Pod.web.shop`.
    """
    words = _within_module(address)
    if words[:1] == ["data"]:
        words = words[1:]
    return words[0] if len(words) > 1 else ""


def is_looked_up(address: str) -> bool:
    """Whether a data source is at the address, be its module called `data` or not."""
    return "data." in address and _within_module(address)[:1] == ["data"]


def _within_module(address: str) -> list[str]:
    """The steps of an address without indexes and without the modules that lead to it."""
    words = (_INDEX.sub("", address) if "[" in address else address).rsplit("//", 1)[-1].split(".")
    while words[:1] == ["module"]:
        words = words[2:]
    return words


def is_name_of_made(value: Unknown) -> bool:
    """Whether it becomes known with the apply as the name of something made then, which is neither `*` nor all.

    What a data source finds, a generated value, and what merely passes a value on may be anything.
    """
    if value.reason is not _LATER or not value.detail:
        # A plan alone does not say what it waits for.
        return False
    words = _INDEX.sub("", value.detail.removeprefix(PART_OF_A_TEXT)).split(".")
    while len(words) > 1 and words[0] == "module":
        words = words[2:]
    return not words[0].startswith(_NOT_MADE) and words[-1] not in ("value", "output", "result")


def hidden() -> Unknown:
    """What a hidden value is to somebody who must read it."""
    return Unknown(_NOT_EVALUATED, "the value is hidden")


def not_understood(value: object) -> Unknown:
    """What a value of an unexpected kind is; its text is not repeated, it may be anything."""
    return Unknown(_NOT_EVALUATED, f"a {type(value).__name__} stands where something else is expected")


def unread(value: Value) -> Unknown:
    """Why a value that should have been a list, a block or a mapping cannot be gone through."""
    if type(value) is Unknown:
        return value
    return hidden() if type(value) is Sensitive else not_understood(value)


def _read(value: Value, convert: Callable[[Value], T | None]) -> T | Unknown:
    if type(value) is Unknown:
        return value
    if type(value) is Sensitive:
        return hidden()
    converted = convert(value)
    return not_understood(value) if converted is None else converted


# HCL lets people write "true" and "365" in quotes; the provider converts them, so they mean the same.
def _as_truth(value: Value) -> bool | None:
    if isinstance(value, bool):
        return value
    return _TRUTHS.get(value.lower()) if isinstance(value, str) else None


def _as_number(value: Value) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    is_number = isinstance(value, str) and value.removeprefix("-").isdecimal() and value.isascii()
    return int(value) if isinstance(value, str) and is_number else None


def _as_text(value: Value) -> str | None:
    return value if isinstance(value, str) else None


def read_text(value: Value) -> str | Unknown:
    """A text; Unknown for anything else."""
    return _read(value, _as_text)


def read_truth(value: Value) -> bool | Unknown:
    """A yes or no; Unknown for anything else."""
    return _read(value, _as_truth)


def read_number(value: Value) -> int | Unknown:
    """A whole number; Unknown for anything else."""
    return _read(value, _as_number)


def all_of(truths: Iterable[Truth]) -> Truth:
    """False when one is false, else Unknown when one is, else true; true of nothing."""
    unknown: Unknown | None = None
    for truth in truths:
        if truth is False:
            return False
        if type(truth) is Unknown:
            unknown = _graver(unknown, truth)
    return True if unknown is None else unknown


def any_of(truths: Iterable[Truth]) -> Truth:
    """True when one is true, else Unknown when one is, else false; false of nothing."""
    unknown: Unknown | None = None
    for truth in truths:
        if truth is True:
            return True
        if type(truth) is Unknown:
            unknown = _graver(unknown, truth)
    return False if unknown is None else unknown


def negated(truth: Truth) -> Truth:
    """The opposite; Unknown stays."""
    return truth if type(truth) is Unknown else not truth


def opposite(fact: Fact[bool]) -> Fact[bool]:
    """The opposite, said by the same place."""
    return Fact(negated(fact.value), fact.attribute, fact.decided_by)


def ask(value: Leaf, question: Callable[[str], bool]) -> Truth:
    """The answer about a text, or Unknown when the text is."""
    return value if type(value) is Unknown else question(value)


def equals(value: Leaf, text: str) -> Truth:
    """Whether it is this text; what is known of a text with gaps can tell that it is not."""
    if type(value) is not Unknown:
        return value == text
    return value if _fits(value.pieces, text) else False


@lru_cache(maxsize=1024)
def _fits(pieces: tuple[str, ...], text: str) -> bool:
    return not pieces or re.fullmatch(".*".join(map(re.escape, pieces)), text, re.DOTALL) is not None


def _graver(first: Unknown | None, second: Unknown) -> Unknown:
    """What was not evaluated will not become known by itself, so it outweighs what an apply will tell."""
    if first is None or (first.reason is _LATER and second.reason is _NOT_EVALUATED):
        return second
    return first
