"""How threats stand in an environment, and stood before; decision 30 says what counts. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from pavior.kernel.clock import tell_instant
from pavior.kernel.verdicts import Severity
from pavior.threatmodels.model import ThreatCategory, ThreatModel, ThreatState

# Of one file; the largest report that CI of a repository writes in a day is far below that.
MAXIMUM_REPORT_BYTES = 16 * 1024 * 1024


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
    # It was asked about all that is there, and nothing of that is what it is about.
    NO_SUBJECT = "no-subject"
    EXCUSED = "excused"
    HOLDS = "holds"


class CaseOutcome(StrEnum):
    """What a report says of one test."""

    FAILED = "failed"
    SKIPPED = "skipped"
    PASSED = "passed"


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

    def at(self, now: datetime) -> "Evidence":
        """What it says at `now`: an excuse whose end has come excuses nothing. The end itself is too late."""
        if self.until is None or now < self.until:
            return self
        told = f"{self.told} That ended {tell_instant(self.until)}."
        return replace(self, holding=Holding.FAILS, told=told, until=None)


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
        state_after: How it stands from `until` on.
        reopened_at: Since when it is open, where it was mitigated or accepted before; None of all others.
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
    state_after: ThreatState = ThreatState.OPEN
    reopened_at: datetime | None = None

    def at(self, now: datetime) -> "ThreatStanding":
        """How it stands at `now`, also if nothing ran since its acceptance ended. The end itself is too late."""
        evidence = tuple(item.at(now) for item in self.evidence)
        if self.until is None or now < self.until:
            return replace(self, evidence=evidence)
        return replace(
            self,
            state=self.state_after,
            because=f"It was accepted until {tell_instant(self.until)}.",
            until=None,
            since=self.until,
            evidence=evidence,
            reopened_at=self.until if self.state_after is ThreatState.OPEN else None,
        )


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


@dataclass(frozen=True, slots=True)
class RecordedModel:
    """The model as it lay in one commit.

    Args:
        digest: Of the model as it was written; empty when it cannot be read.
        is_latest: Whether main held it when it moved last.
        model: Masked; None when it cannot be read.
        problem: What is wrong with it, in a sentence or more; empty when it can be read.
    """

    service: str
    commit: str
    digest: str
    recorded_at: datetime
    is_latest: bool
    model: ThreatModel | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ReportedTests:
    """What came of a test report.

    Args:
        counts: How many of all its cases came to what.
        kept: Test to outcome, of those that a threat of that commit's model names.
        missing: Tests that a threat names and that were not in it.
    """

    service: str
    commit: str
    counts: Mapping[CaseOutcome, int]
    kept: Mapping[str, CaseOutcome]
    missing: tuple[str, ...]
