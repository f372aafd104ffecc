"""What a threat of the library applies to, in words. Pure."""

from collections.abc import Iterator

from pavior.threatmodels.library_model import ElementCondition, FlowCondition, LibraryThreat

# Of the types that a threat applies to, as many are named.
_NAMED = 6


def applies_to(known: LibraryThreat) -> Iterator[str]:
    """What it applies to, a phrase each."""
    yield from (_element(item) for item in known.elements)
    yield from (_flow(item) for item in known.flows)
    if known.boundaries:
        yield f"any system with a boundary of kind {_or(known.boundaries)}"


def _element(item: ElementCondition) -> str:
    told = [_or(item.kinds) or "an element"]
    if item.is_technology_unknown:
        told.append("of which nobody says what it is made of")
    if item.types:
        more = f" or {len(item.types) - _NAMED} more types" if len(item.types) > _NAMED else ""
        told.append(f"made of {', '.join(item.types[:_NAMED])}{more}")
    if item.resources:
        told.append(f"at {_or(item.resources)}")
    if item.public:
        told.append(f"public: {_or(item.public)}")
    if item.holds:
        told.append(f"that holds {item.holds} data or more, or nobody says what")
    return " ".join(told)


def _flow(item: FlowCondition) -> str:
    told = ["a flow"]
    if item.source:
        told.append(f"from {_element(item.source)}")
    if item.target:
        told.append(f"to {_element(item.target)}")
    if item.crosses:
        told.append(f"across a boundary of kind {_or(item.crosses)}")
    if item.encrypted:
        told.append(f"encrypted: {_or(item.encrypted)}")
    if item.authenticated:
        told.append(f"authenticated: {_or(item.authenticated)}")
    if item.carries:
        told.append(f"that carries {item.carries} data or more, or nobody says what")
    return " ".join(told)


def _or(words: tuple[str, ...]) -> str:
    return " or ".join(words)
