"""How likely a threat is in one system and what it would do there; docs/reference/threats.md shows the tables. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pavior.kernel.verdicts import Severity
from pavior.threatmodels.indexing import ModelIndex
from pavior.threatmodels.library_model import LibraryThreat
from pavior.threatmodels.model import BoundaryKind, DataClass, Threat, ThreatCategory, ThreatModel

LOWEST, HIGHEST = 1, 5
LEVELS = ("very low", "low", "moderate", "high", "very high")
# Of a threat that is not of the library: neither rare nor expected.
USUAL_LIKELIHOOD = 3
MANY_CROSSINGS = 2

_VERY_LOW, _LOW, _MODERATE, _HIGH, _VERY_HIGH = (
    Severity.INFO,
    Severity.LOW,
    Severity.MEDIUM,
    Severity.HIGH,
    Severity.CRITICAL,
)
# NIST SP 800-30 revision 1, table I-2: level of risk. A row for each likelihood, a column for each impact, both from
# very low to very high.
RISK_LEVELS = (
    (_VERY_LOW, _VERY_LOW, _VERY_LOW, _LOW, _LOW),
    (_VERY_LOW, _LOW, _LOW, _LOW, _MODERATE),
    (_VERY_LOW, _LOW, _MODERATE, _MODERATE, _HIGH),
    (_VERY_LOW, _LOW, _MODERATE, _HIGH, _VERY_HIGH),
    (_VERY_LOW, _LOW, _MODERATE, _HIGH, _VERY_HIGH),
)

# What it would do by what it would be done to: public, internal, confidential, restricted. To read what is public
# harms nobody, to change it does.
DATA_IMPACTS = {
    ThreatCategory.SPOOFING: (2, 3, 4, 5),
    ThreatCategory.TAMPERING: (2, 3, 4, 5),
    ThreatCategory.REPUDIATION: (1, 2, 3, 4),
    ThreatCategory.INFORMATION_DISCLOSURE: (1, 3, 4, 5),
    ThreatCategory.DENIAL_OF_SERVICE: (2, 2, 3, 4),
    ThreatCategory.ELEVATION_OF_PRIVILEGE: (3, 3, 4, 5),
}


@dataclass(frozen=True, slots=True)
class Risk:
    """How a threat ranks among the others of its model.

    Args:
        likelihood: From 1, very low, to 5, very high.
        impact: The same.
        severity: By `RISK_LEVELS`.
        because: What was taken into account, a few words each.
    """

    likelihood: int
    impact: int
    severity: Severity
    because: tuple[str, ...]

    @property
    def score(self) -> int:
        """Likelihood by impact, 1 to 25: the order among threats of one severity."""
        return self.likelihood * self.impact


def rank(threat: Threat, model: ThreatModel, known: LibraryThreat | None = None) -> Risk:
    """How the threat ranks.

    Args:
        known: The threat of the library that it is a case of, which says how likely it is anywhere.
    """
    return rank_within(threat, ModelIndex(model), known)


def rank_within(threat: Threat, index: ModelIndex, known: LibraryThreat | None = None) -> Risk:
    """The same, where many are asked about one model."""
    likelihood, likely = _likelihood(threat.places, index, USUAL_LIKELIHOOD if known is None else known.likelihood)
    impact, harmful = _impact(threat, index, LOWEST if known is None else known.impact)
    severity = RISK_LEVELS[likelihood - 1][impact - 1]
    return Risk(likelihood, impact, severity, (*likely, *harmful))


def order(threat: Threat, risk: Risk) -> tuple[int, int, str]:
    """The gravest first, and of the same always in the same order."""
    return -risk.severity.rank, -risk.score, threat.id


def _likelihood(places: Iterable[str], index: ModelIndex, base: int) -> tuple[int, tuple[str, ...]]:
    terms = [(0, f"likelihood {base} anywhere"), *_exposure(tuple(places), index)]
    total = base + sum(weight for weight, _ in terms)
    told = [f"{text} ({weight:+d})" if weight else text for weight, text in terms]
    return min(max(total, LOWEST), HIGHEST), tuple(told)


def _exposure(places: tuple[str, ...], index: ModelIndex) -> Iterator[tuple[int, str]]:
    elements = index.elements_at(places)
    touching = {flow.id: flow for element in elements for flow in index.flows_of.get(element.id, ())}
    from_internet = sorted(id_ for id_, flow in touching.items() if BoundaryKind.INTERNET in index.kinds_crossed(flow))
    public = [element.id for element in elements if element.is_public]
    if public:
        yield 1, f"everybody reaches {public[0]}"
    elif from_internet:
        yield 1, f"{from_internet[0]} crosses to the internet"
    among = [index.flows[place] for place in places if place in index.flows]
    if any(len(index.crossed(flow)) >= MANY_CROSSINGS for flow in among):
        yield 1, f"a flow crosses {MANY_CROSSINGS} boundaries or more"
    is_inside = elements and all(element.is_public is False for element in elements)
    if is_inside and not any(index.crossed(flow) for flow in touching.values()) and not from_internet:
        yield -1, "nothing crosses a boundary here"


def _impact(threat: Threat, index: ModelIndex, least: int) -> tuple[int, tuple[str, ...]]:
    known = index.highest_class({*threat.assets, *index.assets_concerned(threat.places)})
    # Nobody says what data is there, so it may be any of the system; but what is restricted, people know where it is.
    anywhere = index.highest_class(index.assets_concerned(())) or DataClass.CONFIDENTIAL
    assumed = known or min(anywhere, DataClass.CONFIDENTIAL, key=lambda item: item.rank)
    by_data = DATA_IMPACTS[threat.category][assumed.rank]
    if by_data < least:
        return least, (f"impact {least} whatever the data",)
    doubt = "" if known else "; nobody says which data is there"
    return by_data, (f"impact {by_data}: {threat.category} of {assumed} data{doubt}",)
