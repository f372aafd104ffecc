"""Frameworks, and how each of their requirements stands, on the wire."""

from pydantic import Field

from pavior.api.schemas.form import Instant, Shown
from pavior.kernel.verdicts import Outcome, Phase
from pavior.policy.compliance import RequirementState


class StateCountsShown(Shown):
    """How many stand how; `total` is what each of them is a part of."""

    met: int
    not_met: int
    waived: int
    unknown: int
    not_covered: int
    total: int


class FrameworkSummaryShown(Shown):
    """One framework in numbers; `is_whole` says whether all of its requirements are listed."""

    id: str
    title: str
    version: str
    scope: str
    is_whole: bool
    counts: StateCountsShown


class ExtentShown(Shown):
    """Over what; empty fields mean everything that you may see."""

    team: str
    service: str
    environment: str


class RequirementShown(Shown):
    """One requirement, and how much evidence stands how."""

    id: str
    title: str
    section: str
    state: RequirementState
    controls: list[str]
    silent: list[str] = Field(description="Controls about it that said nothing: nothing that they look at was there.")
    evidence: StateCountsShown
    phases: list[Phase]
    types: list[str] = Field(description="Of which types of resources verdicts count; empty for all.")


class ComplianceWeekShown(Shown):
    """One week from Monday, from plans alone; null when it would have taken too many of them to read."""

    week: str
    counts: StateCountsShown | None


class FrameworkViewShown(Shown):
    """One framework, whole."""

    framework: FrameworkSummaryShown
    source: str
    extent: ExtentShown
    at: Instant
    facts_since: Instant | None
    environments: int
    never_evaluated: list[str]
    live: int
    outdated: int
    requirements: list[RequirementShown]
    unlisted: list[str]
    weeks: list[ComplianceWeekShown]


class EvidenceShown(Shown):
    """A verdict that requirements rest on, or one that is missing: then `outcome` is null."""

    state: RequirementState
    environment: str
    team: str
    control: str
    subject: str
    outcome: Outcome | None
    message: str
    phase: Phase | None
    at: Instant | None
    change_id: str
    waiver_id: str
    where: str
    input_digest: str
    controls_digest: str
