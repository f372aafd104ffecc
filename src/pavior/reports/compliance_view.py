"""What is told of frameworks: over what, in numbers, requirement by requirement, and week by week. Pure values."""

from dataclasses import dataclass
from datetime import datetime

from pavior.kernel.verdicts import Phase
from pavior.policy.compliance import RequirementState, StateCounts


@dataclass(frozen=True, slots=True)
class Extent:
    """Over what a framework is asked about; empty fields mean everything that the reader may see."""

    team: str = ""
    service: str = ""
    environment: str = ""

    def __str__(self) -> str:
        parts = (("environment", self.environment), ("service", self.service), ("team", self.team))
        return ", ".join(f"{name} {value}" for name, value in parts if value) or "everything that you may see"


@dataclass(frozen=True, slots=True)
class FrameworkSummary:
    """One framework in numbers."""

    id: str
    title: str
    version: str
    scope: str
    is_whole: bool
    counts: StateCounts


@dataclass(frozen=True, slots=True)
class RequirementSummary:
    """One requirement, without the rows behind it.

    Args:
        controls: Those that are about it; `silent` are those of them that said nothing that counts.
        types: Of which types of resources verdicts count; empty for all that these controls look at.
        evidence: How much there is of each state.
        phases: Of which phases that evidence is.
    """

    id: str
    title: str
    section: str
    state: RequirementState
    controls: tuple[str, ...]
    silent: tuple[str, ...]
    evidence: StateCounts
    phases: tuple[Phase, ...]
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ComplianceWeek:
    """One week from Monday; `counts` is None when it would have taken too many plans to read."""

    week: str
    counts: StateCounts | None


@dataclass(frozen=True, slots=True)
class FrameworkView:
    """One framework, whole.

    Args:
        environments: How many are meant; `never_evaluated` names those of which nothing is known.
        live: How many of them are told by what is live; the others by their latest plan.
        outdated: How many plans were judged by another set of controls than today's.
        unlisted: Ids that controls name and the framework does not list.
        weeks: Empty for an earlier instant.
    """

    framework: FrameworkSummary
    source: str
    extent: Extent
    at: datetime
    facts_since: datetime | None
    environments: int
    never_evaluated: tuple[str, ...]
    live: int
    outdated: int
    requirements: tuple[RequirementSummary, ...]
    unlisted: tuple[str, ...]
    weeks: tuple[ComplianceWeek, ...] = ()
