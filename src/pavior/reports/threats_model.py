"""What is told of threats across services: each count has a list behind it that gives as many rows. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pavior.findings.model import Finding
from pavior.kernel.verdicts import Phase, Severity
from pavior.threatmodels.model import Threat, ThreatCategory, ThreatState
from pavior.threatmodels.standing_model import RecordedModel, ThreatStanding, ThreatStep

# As long as waivers that are about to end are looked at.
REOPENED_WITHIN = timedelta(days=30)


class ModelStanding(StrEnum):
    """How the threat model on a service's main branch stands; the first that is so counts, so they add up.

    *Stale*: signed off once, and another digest since.
    """

    MISSING = "missing"
    UNREADABLE = "unreadable"
    INFERRED = "inferred"
    UNSIGNED = "unsigned"
    STALE = "stale"
    SIGNED_OFF = "signed-off"


@dataclass(frozen=True, slots=True)
class ModelRow:
    """The threat model of one service.

    Args:
        problem: What is wrong with one that cannot be read.
        digest: Empty when there is none, or it cannot be read.
        commit: Of main, in which it lay when it was read; empty when there is none.
        recorded_at: When it was read; None when there is none.
    """

    service: str
    team: str
    standing: ModelStanding
    problem: str = ""
    digest: str = ""
    commit: str = ""
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StateCounts:
    """Threats by how they stand; one in two environments counts twice, since it may stand differently."""

    open: int = 0
    not_evaluated: int = 0
    accepted: int = 0
    mitigated: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.open + self.not_evaluated + self.accepted + self.mitigated

    def of(self, state: ThreatState) -> int:
        """Those that stand so."""
        return {
            ThreatState.OPEN: self.open,
            ThreatState.NOT_EVALUATED: self.not_evaluated,
            ThreatState.ACCEPTED: self.accepted,
            ThreatState.MITIGATED: self.mitigated,
        }[state]


@dataclass(frozen=True, slots=True)
class ControlThreats:
    """Open threats for which one control fails.

    Args:
        closes: Those that would be mitigated if it held everywhere: all else that decides about them holds.
        services: In how many services.
    """

    control: str
    open: int
    closes: int
    services: int


@dataclass(frozen=True, slots=True)
class TeamThreats:
    """How the threats of one team's services stand, and how many of its services have no model."""

    team: str
    states: StateCounts
    unmodelled: int


@dataclass(frozen=True, slots=True)
class CategoryThreats:
    """How the threats of one category of STRIDE stand."""

    category: ThreatCategory
    states: StateCounts


@dataclass(frozen=True, slots=True)
class ThreatFleet:
    """How threats stand over all services that the reader may see.

    Args:
        services: How many that are.
        undeployed: Services with a model that can be read of which nothing is deployed, so that nobody judged it.
        controls: What closes the most first.
        unstopped: Open threats for which nothing is named that decides.
        failing_tests: Open threats for which a test fails.
        reopened: How often a threat that was mitigated or accepted became open within `REOPENED_WITHIN`.
        reviews: Security reviews that wait for somebody to answer.
        oldest_at: When what is known the longest was judged; None when nothing was.
    """

    measured_at: datetime
    services: int
    models: Mapping[ModelStanding, int]
    states: StateCounts
    undeployed: int
    controls: tuple[ControlThreats, ...]
    unstopped: int
    failing_tests: int
    teams: tuple[TeamThreats, ...]
    categories: tuple[CategoryThreats, ...]
    reopened: int
    reviews: int
    oldest_at: datetime | None
    newest_at: datetime | None


@dataclass(frozen=True, slots=True)
class ThreatView:
    """One threat of one service, whole.

    Args:
        modelled: As main's model has it; None when that has it no more, and it is only deployed still.
        state: The worst of all environments; *not evaluated* where nothing is deployed.
        standings: By environment.
        steps: How it stood before, the latest change first; the last few.
        findings: Those that it predicted and that are not fixed, the worst first; the first few. Empty when the
            reader may not see any.
    """

    service: str
    team: str
    threat: str
    title: str
    category: ThreatCategory
    severity: Severity
    library: str
    state: ThreatState
    modelled: Threat | None
    places: tuple[str, ...]
    standings: tuple[ThreatStanding, ...]
    steps: tuple[ThreatStep, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class ModelView:
    """The threat model of one service: how it stands, and as it was recorded; None when it has none."""

    row: ModelRow
    recorded: RecordedModel | None


@dataclass(frozen=True, slots=True)
class PlaceThreats:
    """How threats stand in one environment.

    Args:
        checked_at: When the one that was judged the longest ago was judged.
    """

    environment: str
    states: StateCounts
    checked_at: datetime


@dataclass(frozen=True, slots=True)
class ControlInThreats:
    """What one control stops.

    Args:
        library: Ids and titles of threats of the library.
        states: How the threats of models that name it stand.
    """

    library: tuple[tuple[str, str], ...]
    states: StateCounts
    closes: int


class Foresight(StrEnum):
    """Whether a threat had predicted what was found once deployed."""

    PREDICTED = "predicted"
    UNMODELLED = "unmodelled"
    NO_MODEL = "no-model"


@dataclass(frozen=True, slots=True)
class Issue:
    """One weakness: a control, and the component that does not meet it or could fail to, in whatever environment.

    Args:
        subject: Address of the resource, as a finding or else the model names it; empty for the whole service.
        phase: In which it was found first; design when a threat was there before any finding.
        threat: That predicted it, or empty.
        finding: Id of the first finding of it, or empty when none was ever found.
        foresight: None for what was not found once deployed.
    """

    control: str
    service: str
    subject: str
    phase: Phase
    found_at: datetime
    threat: str
    finding: str
    foresight: Foresight | None


@dataclass(frozen=True, slots=True)
class IssueCount:
    """All issues, and what is no issue.

    Args:
        unjudged: Controls that threats name and that neither passed nor failed where these are deployed; one that two
            threats of a service name is two.
        set_aside: Findings that were marked as false positives or duplicates.
    """

    issues: tuple[Issue, ...]
    unjudged: int
    set_aside: int
