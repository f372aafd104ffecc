"""What somebody wrote into a resource, without what the provider will only report there."""

from collections.abc import Callable
from functools import lru_cache

from msgspec import structs

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Resource, Unknown, Value
from pavior.resources.views.facts import Fact, Source, Truth, not_understood


def as_written(resource: Resource) -> Resource:
    """The resource without what a plan does not know because nobody set it; the documented default holds there.

    What the apply makes known and somebody set comes from an expression, and the expression mentions an address.
    """
    if not any(map(_has_unknown, resource.values.values())):
        return resource
    mentioned = tuple(map(_steps, resource.references))
    placed = tuple(map(_steps, resource.attribute_positions))

    def is_written(path: tuple[str, ...]) -> bool:
        # An expression for a whole block stands for all that is in it.
        return any(_begins(place, path) or _begins(path, place) for place in mentioned) or any(
            _begins(place, path) for place in placed
        )

    kept = {
        name: _without_unwritten(value, (name,), is_written) if value.__class__ in (dict, list) else value
        for name, value in resource.values.items()
        if not _is_told_by_the_apply(value) or is_written((name,))
    }
    return structs.replace(resource, values=kept)


def _without_unwritten(value: Value, path: tuple[str, ...], is_written: Callable[[tuple[str, ...]], bool]) -> Value:
    if isinstance(value, dict):
        return {
            name: _without_unwritten(item, (*path, name), is_written)
            for name, item in value.items()
            if not _is_told_by_the_apply(item) or is_written((*path, name))
        }
    if isinstance(value, list):
        # Blocks: an element itself stays, since what comes after it would move.
        return [_without_unwritten(item, (*path, str(number)), is_written) for number, item in enumerate(value)]
    return value


def _has_unknown(value: Value) -> bool:
    if isinstance(value, dict):
        return any(map(_has_unknown, value.values()))
    if isinstance(value, list):
        return any(map(_has_unknown, value))
    return _is_told_by_the_apply(value)


def _is_told_by_the_apply(value: Value) -> bool:
    return isinstance(value, Unknown) and value.reason is UnknownReason.KNOWN_AFTER_APPLY


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
        return tuple(f"{path}.{number}" for number in range(len(found)))
    if isinstance(found, dict):
        return (path,)
    return found if isinstance(found, Unknown) else not_understood(found)


def is_set(source: Source, path: str) -> bool | Unknown:
    """Whether something stands there that is not empty; what the apply will tell is something."""
    found = source.value(path)
    if isinstance(found, Unknown) and found.reason is UnknownReason.NOT_EVALUATED:
        return found
    return found is not None and found not in ("", [])


def truth_at(fact: Fact[str], truth: Truth) -> Fact[bool]:
    """What follows from a text, said by the place of that text."""
    return Fact(truth, fact.attribute, fact.decided_by)
