"""Tells in one paragraph what a proposal changes in a threat model. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from pavior.threatmodels.diffing import ModelDiff, Named, Reclassified, Weakened
from pavior.threatmodels.model import BoundaryKind, DataClass, Threat

_MOST_NAMES, _MOST_CHARACTERS = 3, 100


def tell(diff: ModelDiff) -> str:
    """What it comes to, in one paragraph of plain text on one line, whatever stands in the names.

    At most three things of a kind are named; the others are counted.
    """
    if diff.is_empty:
        return "Nothing changes in the threat model."
    return " ".join([_counted(diff), *_what_matters(diff)])


def _counted(diff: ModelDiff) -> str:
    """Such as: Adds 2 elements and 1 flow; changes 1 threat."""
    parts = []
    for verb, what in (("adds", "added"), ("changes", "changed"), ("removes", "removed")):
        counts = [tell_count(len(getattr(item, what)), item.section) for item in diff.sections if getattr(item, what)]
        if counts:
            parts.append(f"{verb} {_joined(counts)}")
    begin = "" if diff.has_before else "There was no threat model before. "
    told = "; ".join(parts)
    return f"{begin}{told[:1].upper()}{told[1:]}."


_SINGULAR = {"boundaries": "boundary", "dismissed": "dismissal"}


def tell_count(number: int, section: str) -> str:
    """Such as: 1 boundary."""
    one = _SINGULAR.get(section, section[:-1])
    many = "dismissals" if section == "dismissed" else section
    return f"{number} {one if number == 1 else many}"


def _what_matters(diff: ModelDiff) -> Iterator[str]:
    if diff.entries:
        yield f"Anybody on the internet may now reach {_titles(diff.entries)}."
    for kinds in dict.fromkeys(item.kinds for item in diff.crossings):
        flows = [item.flow for item in diff.crossings if item.kinds == kinds]
        yield f"Data now crosses {_joined([_BOUNDARIES[kind] for kind in kinds])}: {_titles(flows)}."
    for after in reversed(DataClass):
        news = [item for item in diff.raised if item.after is after and (item.before or _is_sensitive(after))]
        if news:
            yield f"{after.capitalize()} data is now at {_listed(map(_moved, news))}."
    for words, items in (
        ("Said to have less sensitive data than before", map(_moved, diff.lowered)),
        ("More is allowed than before", (said(item.title) for item in diff.privileges)),
        ("New threats", map(_threat, _gravest_first(diff.threats_added))),
        ("Threats that are no longer in it", map(_threat, _gravest_first(diff.threats_removed))),
        ("Stopped by less, or said to be milder", map(_less, diff.weakened)),
        ("Accepted", map(_until, diff.accepted)),
        ("Said not to apply", (said(item.id) for item in diff.dismissed)),
    ):
        told = _listed(items)
        if told:
            yield f"{words}: {told}."


_BOUNDARIES = {
    BoundaryKind.INTERNET: "the boundary to the internet",
    BoundaryKind.ORGANISATION: "the boundary of an organisation",
    BoundaryKind.ACCOUNT: "the boundary of an account",
    BoundaryKind.NETWORK: "the boundary of a network",
    BoundaryKind.CLUSTER: "the boundary of a cluster",
    BoundaryKind.OTHER: "a boundary",
}


def _is_sensitive(data_class: DataClass) -> bool:
    """What is told of a place that is new; all that is below is expected of any."""
    return data_class.rank >= DataClass.CONFIDENTIAL.rank


def _gravest_first(threats: Iterable[Threat]) -> Sequence[Threat]:
    return sorted(threats, key=lambda item: -item.severity.rank)


def _threat(threat: Threat) -> str:
    return f"{said(threat.title)} ({threat.severity})"


def _moved(item: Reclassified) -> str:
    before = "nothing known" if item.before is None else item.before.value
    after = "nothing known" if item.after is None else item.after.value
    return f"{said(item.place.title)} ({before} before, {after} now)" if item.before else said(item.place.title)


def _less(item: Weakened) -> str:
    parts = [f"without {_listed(map(said, item.gone))}"] if item.gone else []
    if item.severity_before is not None:
        parts.append(f"{item.severity_before} before, {item.threat.severity} now")
    return f"{said(item.threat.title)} ({'; '.join(parts)})"


def _until(threat: Threat) -> str:
    until = "" if threat.accepted is None else f", until {threat.accepted.until.isoformat()}"
    return f"{said(threat.title)} ({threat.severity}{until})"


def _titles(items: Iterable[Named]) -> str:
    return _listed(said(item.title) for item in items)


def _listed(told: Iterable[str]) -> str:
    """The first few, and how many more there are; empty for none."""
    parts = list(told)
    more = len(parts) - _MOST_NAMES
    return _joined([*parts[:_MOST_NAMES], f"{more} more"] if more > 0 else parts)


def _joined(parts: Sequence[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)


def said(text: str) -> str:
    """A name that somebody wrote: on one line, not too long, and with nothing that steers a terminal or turns text."""
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return plain if len(plain) <= _MOST_CHARACTERS else f"{plain[: _MOST_CHARACTERS - 1]}\N{HORIZONTAL ELLIPSIS}"
