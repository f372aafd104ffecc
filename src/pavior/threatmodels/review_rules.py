"""When a proposal needs a security review: a table of rules, and what an installation chooses of it. Pure."""

import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final, TypeVar

from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Severity
from pavior.threatmodels.diff_telling import said
from pavior.threatmodels.diffing import ModelDiff, Named
from pavior.threatmodels.model import BoundaryKind, DataClass, Threat

RULES_VERSION: Final = 1
_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Rule:
    """Something of a proposal that asks for a security review.

    Args:
        asks: Whether it does so in this installation.
        boundaries: Kinds of boundaries that it is about.
        data_class: The least sensitive class of data that it is about.
        severity: The mildest severity of threats that it is about.
    """

    id: str
    title: str
    asks: bool = True
    boundaries: tuple[BoundaryKind, ...] = ()
    data_class: DataClass | None = None
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one proposal needs a review.

    Args:
        rule: Id of the rule.
        told: In one sentence.
        places: Ids of the elements, flows and threats that it is about.
    """

    rule: str
    told: str
    places: tuple[str, ...] = ()


ENTRY_ADDED: Final = "entry-added"
MODEL_MISSING: Final = "model-missing"
MODEL_UNREADABLE: Final = "model-unreadable"
GAP_ADDED: Final = "gap-added"

BUILT_IN_RULES: Final = (
    Rule(ENTRY_ADDED, "Something can be reached by anybody on the internet that could not be before."),
    Rule(
        "boundary-crossed",
        "Data crosses a trust boundary that it did not cross before.",
        boundaries=(BoundaryKind.INTERNET, BoundaryKind.ACCOUNT),
    ),
    Rule(
        "data-class-raised",
        "Data of a more sensitive class than before is held or sent somewhere.",
        data_class=DataClass.CONFIDENTIAL,
    ),
    Rule(
        "data-class-lowered",
        "Data that was of such a class is said to be of a less sensitive one.",
        data_class=DataClass.CONFIDENTIAL,
    ),
    Rule("privilege-added", "A policy allows somebody more than before."),
    Rule("threat-added", "A threat is in the model that was not.", severity=Severity.HIGH),
    Rule("threat-removed", "A threat is no longer in the model.", severity=Severity.HIGH),
    Rule(
        "threat-weakened",
        "A threat is stopped by less than before, or said to be milder.",
        severity=Severity.HIGH,
    ),
    Rule("threat-accepted", "A threat is accepted, or for longer than before.", severity=Severity.INFO),
    Rule("threat-dismissed", "A threat of the library, or what a draft found, is said not to apply."),
    Rule(MODEL_MISSING, "There is no threat model, and anybody on the internet reaches something."),
    Rule(MODEL_UNREADABLE, "The threat model cannot be read, so nobody knows what it says."),
    Rule(GAP_ADDED, "Something new in the infrastructure is not understood, so nobody knows what it opens."),
)

_MEANT = ("boundaries", "data_class", "severity")


def reasons(diff: ModelDiff, rules: Iterable[Rule]) -> tuple[Reason, ...]:
    """Which rules ask for a review of what differs, in the order of the rules; empty when none does."""
    found = []
    for rule in rules:
        matches = dict(_MATCHES[rule.id](diff, rule)) if rule.asks and rule.id in _MATCHES else {}
        if matches:
            found.append(Reason(rule.id, _sentence(rule, list(matches.values())), tuple(matches)))
    return tuple(found)


def asks(rules: Iterable[Rule], rule_id: str, titles: Mapping[str, str]) -> tuple[Reason, ...]:
    """Whether that rule asks for a review of these, by id; for what no difference between two models can tell."""
    return tuple(
        Reason(rule.id, _sentence(rule, list(titles.values())), tuple(titles))
        for rule in rules
        if rule.id == rule_id and rule.asks and titles
    )


_MOST_NAMES = 3


def _sentence(rule: Rule, titles: list[str]) -> str:
    shown = ", ".join(said(title) for title in titles[:_MOST_NAMES])
    more = len(titles) - _MOST_NAMES
    return f"{rule.title.rstrip('.')}: {shown}{f' and {more} more' if more > 0 else ''}."


# What it is about, by id, with what people call it.
_Found = Iterator[tuple[str, str]]


def _entries(diff: ModelDiff, _: Rule) -> _Found:
    return _named(diff.entries)


def _crossings(diff: ModelDiff, rule: Rule) -> _Found:
    return _named(item.flow for item in diff.crossings if not set(rule.boundaries).isdisjoint(item.kinds))


def _raised(diff: ModelDiff, rule: Rule) -> _Found:
    return _named(item.place for item in diff.raised if _reaches(item.after, rule))


def _lowered(diff: ModelDiff, rule: Rule) -> _Found:
    return _named(item.place for item in diff.lowered if _reaches(item.before, rule))


def _reaches(data_class: DataClass | None, rule: Rule) -> bool:
    return data_class is not None and rule.data_class is not None and data_class.rank >= rule.data_class.rank


def _privileges(diff: ModelDiff, _: Rule) -> _Found:
    return _named(diff.privileges)


def _threats_added(diff: ModelDiff, rule: Rule) -> _Found:
    return _grave(diff.threats_added, rule)


def _threats_removed(diff: ModelDiff, rule: Rule) -> _Found:
    return _grave(diff.threats_removed, rule)


def _weakened(diff: ModelDiff, rule: Rule) -> _Found:
    return (
        (item.threat.id, item.threat.title)
        for item in diff.weakened
        if _is_grave(item.severity_before or item.threat.severity, rule)
    )


def _accepted(diff: ModelDiff, rule: Rule) -> _Found:
    return _grave(diff.accepted, rule)


def _dismissed(diff: ModelDiff, _: Rule) -> _Found:
    return ((item.id, item.id) for item in diff.dismissed)


def _named(items: Iterable[Named]) -> _Found:
    return ((item.id, item.title) for item in items)


def _grave(threats: Iterable[Threat], rule: Rule) -> _Found:
    return ((item.id, item.title) for item in threats if _is_grave(item.severity, rule))


def _is_grave(severity: Severity, rule: Rule) -> bool:
    return rule.severity is not None and severity.rank >= rule.severity.rank


_MATCHES: Mapping[str, Callable[[ModelDiff, Rule], _Found]] = {
    ENTRY_ADDED: _entries,
    "boundary-crossed": _crossings,
    "data-class-raised": _raised,
    "data-class-lowered": _lowered,
    "privilege-added": _privileges,
    "threat-added": _threats_added,
    "threat-removed": _threats_removed,
    "threat-weakened": _weakened,
    "threat-accepted": _accepted,
    "threat-dismissed": _dismissed,
}


def read_review_rules(body: bytes) -> tuple[Rule, ...]:
    """The built-in rules with what an operator chose of them, from a TOML file.

    Raises:
        InvalidError: `review-rules-invalid`; it names the rule and the key.
    """
    try:
        content = tomllib.loads(body.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _invalid(f"it is no TOML: {error}", "Write it as docs/guides/review-threats.md shows") from None
    _require_keys("the file", content, ("version", "rules"))
    if content.get("version") != RULES_VERSION:
        raise _invalid("it says no version that is known", f"Begin it with: version = {RULES_VERSION}")
    chosen = content.get("rules", {})
    if not isinstance(chosen, dict):
        raise _invalid("`rules` is no table", "Write a table for each rule, such as [rules.entry-added]")
    _require_keys("rules", chosen, [rule.id for rule in BUILT_IN_RULES])
    return tuple(_chosen(rule, chosen.get(rule.id, {})) for rule in BUILT_IN_RULES)


def _chosen(rule: Rule, values: Any) -> Rule:
    if not isinstance(values, dict):
        raise _invalid(f"{rule.id} is no table", f"Write it as [rules.{rule.id}]")
    _require_keys(rule.id, values, ("asks", *(name for name in _MEANT if getattr(rule, name))))
    asks = values.get("asks", rule.asks)
    if not isinstance(asks, bool):
        raise _invalid(f"`asks` of {rule.id} is {asks!r}", "Use true or false")
    boundaries = rule.boundaries
    if "boundaries" in values:
        given = values["boundaries"]
        if not isinstance(given, list) or not given:
            raise _invalid(f"`boundaries` of {rule.id} is no list of kinds", 'Write: boundaries = ["internet"]')
        boundaries = tuple(_one_of(rule, "boundaries", item, BoundaryKind) for item in given)
    data_class, severity = rule.data_class, rule.severity
    if "data_class" in values:
        data_class = _one_of(rule, "data_class", values["data_class"], DataClass)
    if "severity" in values:
        severity = _one_of(rule, "severity", values["severity"], Severity)
    return replace(rule, asks=asks, boundaries=boundaries, data_class=data_class, severity=severity)


def _one_of(rule: Rule, key: str, value: object, kind: type[_Choice]) -> _Choice:
    known = {item.value: item for item in kind}
    if not isinstance(value, str) or value not in known:
        raise _invalid(f"`{key}` of {rule.id} has {str(value)[:40]!r}", f"Use one of: {', '.join(known)}")
    return known[value]


def _require_keys(where: str, content: Mapping[str, object], known: Collection[str]) -> None:
    unknown = sorted(set(content) - set(known))
    if unknown:
        raise _invalid(f"{where} has no key {unknown[0][:40]!r}", f"Use one of: {', '.join(known)}")


def _invalid(what: str, fix: str) -> InvalidError:
    return InvalidError("review-rules-invalid", f"The rules of security reviews cannot be read: {what}.", fix=f"{fix}.")
