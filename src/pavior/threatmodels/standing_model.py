"""How threats stand in an environment, and stood before; decision 30 says what counts. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pavior.kernel.verdicts import Severity
from pavior.threatmodels.model import ThreatCategory, ThreatState


class EvidenceKind(StrEnum):
    """What was named as stopping a threat."""

    CONTROL = "control"
    TEST = "test"
    REQUIREMENT = "requirement"
    WORDS = "words"


class Holding(StrEnum):
    """Whether something that was named as stopping a threat does so."""

    FAILS = "fails"
    NOT_EVALUATED = "not-evaluated"
    EXCUSED = "excused"
    HOLDS = "holds"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one named thing says of a threat.

    Args:
        name: Id of the control or requirement, name of the test, or the words.
        told: Why, in a sentence: which subject fails, or what nobody knows.
        until: When the excuse ends; set exactly when it is excused.
    """

    kind: EvidenceKind
    name: str
    holding: Holding
    told: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ThreatStanding:
    """How one threat stands in one environment.

    Args:
        environment: As `orders/dev`.
        because: Why it is so, in a sentence.
        until: When an acceptance ends; the end itself is too late. Set exactly when it is accepted.
        since: Since when it has had this state.
        checked_at: When it was judged last.
        modelled_at: When it was first known in this environment.
    """

    service: str
    environment: str
    threat: str
    title: str
    category: ThreatCategory
    library: str
    severity: Severity
    state: ThreatState
    because: str
    until: datetime | None
    since: datetime
    checked_at: datetime
    modelled_at: datetime
    controls: tuple[str, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class ThreatStep:
    """One change of state.

    Args:
        state: None when the model no longer has the threat, or nothing is deployed there any more.
        commit: What was deployed then.
    """

    service: str
    environment: str
    threat: str
    state: ThreatState | None
    at: datetime
    because: str
    commit: str
