"""What somebody wrote into a resource, without what the provider will only report there."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from msgspec import structs

from pavior.resources.model import Resource, Unknown, Value
from pavior.resources.views.facts import (
    Fact,
    Source,
    Truth,
    is_looked_up,
    is_of_elsewhere,
    is_told_by_the_apply,
    unread,
)

_NOTHING: Final[tuple[Value, ...]] = (None, "", [], {})
_TREES = frozenset((dict, list))
# What may be, or hold, something that is not known. A class is compared faster than a function is called, and most of
# what stands in a resource is a plain text, number or truth.
_OPEN = frozenset((dict, list, Unknown))


def as_written(resource: Resource) -> Resource:
    """The resource without what a plan does not know because nobody set it; the documented default holds there.

    What the apply makes known and somebody set comes from an expression, and the expression mentions an address.
    """
    if resource.unwritten is not None:
        if not resource.unwritten:
            return resource
        kept = dict(resource.values)
        for name in resource.unwritten:
            kept.pop(name, None)
        return structs.replace(resource, values=kept)
    told = [name for name, value in resource.values.items() if value.__class__ in _OPEN and _is_or_has_told(value)]
    if not told:
        return resource
    mentioned = tuple(map(_steps, resource.references))
    placed = tuple(map(_steps, resource.attribute_positions))
    begun = {place[0] for place in (*mentioned, *placed)}

    def is_written(path: tuple[str, ...]) -> bool:
        # An expression for a whole block stands for all that is in it.
        return any(_begins(place, path) or _begins(path, place) for place in mentioned) or any(
            _begins(place, path) for place in placed
        )

    kept = dict(resource.values)
    for name in told:
        value = kept[name]
        if value.__class__ in _TREES:
            kept[name] = _without_unwritten(value, (name,), is_written)
        elif name not in begun:
            del kept[name]
    return structs.replace(resource, values=kept)


def _without_unwritten(value: Value, path: tuple[str, ...], is_written: Callable[[tuple[str, ...]], bool]) -> Value:
    if isinstance(value, dict):
        return {
            name: _without_unwritten(item, (*path, name), is_written)
            for name, item in value.items()
            if not is_told_by_the_apply(item) or is_written((*path, name))
        }
    if isinstance(value, list):
        # Blocks: an element itself stays, since what comes after it would move.
        return [_without_unwritten(item, (*path, str(number)), is_written) for number, item in enumerate(value)]
    return value


def _is_or_has_told(value: Value) -> bool:
    """Whether the apply makes it, or something in it, known."""
    if isinstance(value, dict):
        return any(_is_or_has_told(item) for item in value.values() if item.__class__ in _OPEN)
    if isinstance(value, list):
        return any(_is_or_has_told(item) for item in value if item.__class__ in _OPEN)
    return is_told_by_the_apply(value)


@lru_cache(maxsize=4096)
def _steps(place: str) -> tuple[str, ...]:
    return tuple(place.replace("[", ".").replace("]", "").split("."))


def _begins(longer: tuple[str, ...], shorter: tuple[str, ...]) -> bool:
    return longer[: len(shorter)] == shorter


def block_paths(source: Source, path: str) -> tuple[str, ...] | Unknown:
    """The paths of the blocks that stand at `path`, none when there are none, Unknown when that is not known."""
    found = source.value(path)
    if found is None:
        return ()
    if isinstance(found, list):
        # A `null` in the list is no block.
        return tuple(f"{path}.{number}" for number, item in enumerate(found) if item is not None)
    return (path,) if isinstance(found, dict) else unread(found)


def is_set(source: Source, path: str) -> Truth:
    """Whether somebody wrote something there that is not empty; what is hidden, or the apply will tell, counts.

    What was not evaluated may turn out to be nothing, but not where a part of a text is known.
    """
    found = source.value(path)
    if is_told_by_the_apply(found):
        # What nobody wrote is unknown in a plan too, where the provider will report it.
        return source.is_written(path)
    if type(found) is Unknown:
        return True if any(found.pieces) or _names_elsewhere(source, path, found) else found
    return found not in _NOTHING


def _names_elsewhere(source: Source, path: str, value: Unknown) -> bool:
    """Whether it is the name of something in a file that was not read, and not of what is looked up."""
    references = source.references(path)
    return is_of_elsewhere(value, references) and not any(map(is_looked_up, references))


def truth_at(fact: Fact[str], truth: Truth) -> Fact[bool]:
    """What follows from a text, said by the place of that text."""
    return Fact(truth, fact.attribute, fact.decided_by)
