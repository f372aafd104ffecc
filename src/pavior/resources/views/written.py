"""What somebody wrote into a resource, without what the provider will only report there."""

from dataclasses import replace

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Resource, Unknown
from pavior.resources.views.facts import Fact, Source, Truth, not_understood


def as_written(resource: Resource) -> Resource:
    """The resource without what a plan does not know because nobody set it; the documented default holds there.

    What the apply makes known and somebody set comes from an expression, and the expression mentions an address.
    """
    places = (*resource.references, *resource.attribute_positions)
    kept = {
        name: value
        for name, value in resource.values.items()
        if not (isinstance(value, Unknown) and value.reason is UnknownReason.KNOWN_AFTER_APPLY)
        or any(place == name or place.startswith((f"{name}.", f"{name}[")) for place in places)
    }
    return replace(resource, values=kept) if len(kept) < len(resource.values) else resource


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
