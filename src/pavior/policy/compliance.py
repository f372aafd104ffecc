"""What a framework asks for, and how each of its requirements stands by what controls said. Pure.

Of everything that is known about a requirement the worst counts: failed before unknown (to which an errored rule
belongs) before waived before passed. A requirement that no control is about is not covered, which is no state of the
fleet but a limit of ours.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pavior.kernel.verdicts import Outcome, Phase, Verdict
from pavior.policy.model import Control, provider_prefix
from pavior.resources.views.facts import type_of


class RequirementState(StrEnum):
    """How a requirement stands, worst first; the last says that nobody here can say."""

    NOT_MET = "not-met"
    UNKNOWN = "unknown"
    WAIVED = "waived"
    MET = "met"
    NOT_COVERED = "not-covered"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that a framework asks for.

    Args:
        title: A few words; empty where the publisher's texts are not free and we have none of our own.
        also: Further ids under which controls name it, such as `SC-28(1)` for `SC-28`.
        controls: Ids of controls that are about it beside those that name it in their mappings.
        types: Of which types of resources verdicts count; empty when it is as wide as the controls about it.
    """

    id: str
    title: str
    section: str
    also: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    types: tuple[str, ...] = ()

    def counts(self, subject: str, outcome: Outcome | None) -> bool:
        """Whether a verdict counts for it. Of what does not tell its type all counts but a pass."""
        found = type_of(subject)
        return not self.types or found in self.types or (not found and outcome is not Outcome.PASSED)


@dataclass(frozen=True, slots=True)
class Framework:
    """A list of requirements that somebody published, or made for themselves.

    Args:
        id: As controls name it in their mappings, such as `cis-aws-3.0.0`.
        source: Where the ids come from.
        scope: Which requirements are listed, in a sentence.
        is_whole: Whether that is all of them; else a count over the list says nothing of the whole.
        providers: What the types of its resources begin with, such as `azurerm`; empty when it is about all of them.
    """

    id: str
    title: str
    version: str
    source: str
    scope: str
    is_whole: bool
    requirements: tuple[Requirement, ...]
    providers: tuple[str, ...] = ()

    def is_about(self, subject: str) -> bool:
        """Whether a resource counts for it. One whose address does not tell its provider does: it may have failed."""
        prefix = provider_prefix(subject)
        return not self.providers or not prefix or prefix in self.providers


@dataclass(frozen=True, slots=True)
class MappedRequirement:
    """A requirement as a control names it; `title` is empty where none of ours is known."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class MappedFramework:
    """What a control is about in one framework; `title` is empty for one that is not here."""

    id: str
    title: str
    requirements: tuple[MappedRequirement, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """What one control said in one environment.

    Args:
        change_id: Of the plan; empty for what is live.
        input_digest: SHA-256 in hex of what was evaluated: the plan, or the observation.
        controls_digest: Of all controls that were asked with it.
    """

    phase: Phase
    at: datetime
    change_id: str
    verdicts: tuple[Verdict, ...]
    input_digest: str = ""
    controls_digest: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of one environment.

    Args:
        environment: As `orders/dev`.
        answers: By control; one that said nothing is absent.
        not_asked: Controls that were about something there and were not asked, with why.
        passed_over: How many parts the reader passed over. Each may hold anything, so nothing is met there for sure.
    """

    environment: str
    team: str
    answers: Mapping[str, Answered]
    not_asked: Mapping[str, str]
    is_evaluated: bool = True
    passed_over: int = 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that is known, or known to be missing, about a requirement.

    Args:
        control: Empty when it is about the whole environment: never evaluated, or not read whole.
        outcome: None when there is no verdict; then `message` says why, and nothing else is known.
    """

    state: RequirementState
    environment: str
    team: str
    control: str = ""
    subject: str = ""
    outcome: Outcome | None = None
    message: str = ""
    phase: Phase | None = None
    at: datetime | None = None
    change_id: str = ""
    waiver_id: str = ""
    where: str = ""
    input_digest: str = ""
    controls_digest: str = ""


@dataclass(frozen=True, slots=True)
class RequirementStanding:
    """One requirement and everything that is known about it, worst first.

    Args:
        controls: Those that are about it, by id.
        silent: Those of them that said nothing that counts: nothing that they look at for it was evaluated.
    """

    requirement: Requirement
    state: RequirementState
    controls: tuple[str, ...]
    silent: tuple[str, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class StateCounts:
    """How many stand how; never told without `total`, of which each of them is a part."""

    met: int
    not_met: int
    waived: int
    unknown: int
    not_covered: int
    total: int

    @classmethod
    def over(cls, states: Iterable[RequirementState]) -> "StateCounts":
        """Each state for itself."""
        found = tuple(states)
        return cls(
            met=found.count(RequirementState.MET),
            not_met=found.count(RequirementState.NOT_MET),
            waived=found.count(RequirementState.WAIVED),
            unknown=found.count(RequirementState.UNKNOWN),
            not_covered=found.count(RequirementState.NOT_COVERED),
            total=len(found),
        )

    def of(self, state: RequirementState) -> int:
        """Those that stand so."""
        return int(getattr(self, state.value.replace("-", "_")))

    def __str__(self) -> str:
        told = f"{self.met} of {self.total} requirements met"
        rest = ((self.not_met, "not met"), (self.waived, "waived"), (self.unknown, "unknown"))
        return f"{told}, {', '.join(f'{count} {word}' for count, word in rest)}, {self.not_covered} not covered"


FindWaiver = Callable[[str, Verdict], str]
_WORST_FIRST = tuple(RequirementState)
_OUTCOMES_WORST_FIRST = (Outcome.FAILED, Outcome.ERRORED, None, Outcome.UNKNOWN, Outcome.PASSED)


def stand(
    framework: Framework, controls: Iterable[Control], places: Iterable[Place], find_waiver: FindWaiver
) -> tuple[RequirementStanding, ...]:
    """How each requirement stands, in the framework's order.

    Args:
        places: Every environment that is meant. One that was never evaluated, or not read whole, leaves unknown what is
            covered.
        find_waiver: From environment and verdict to the id of the waiver that excuses it, or empty.
    """
    known, about = tuple(places), controls_by_requirement(framework, controls)
    by_control: dict[str, tuple[Evidence, ...]] = {}
    unread = tuple(
        Evidence(RequirementState.UNKNOWN, place.environment, place.team, message=told)
        for place in known
        if (told := _unread(place))
    )
    found = []
    for requirement in framework.requirements:
        names = about[requirement.id]
        for name in names:
            if name not in by_control:
                by_control[name] = tuple(item for place in known for item in _said(framework, name, place, find_waiver))
        said = {
            name: [item for item in by_control[name] if requirement.counts(item.subject, item.outcome)]
            for name in names
        }
        evidence = [*(item for items in said.values() for item in items), *(unread if names else ())]
        evidence.sort(key=_order)
        silent = tuple(name for name in names if not said[name])
        found.append(RequirementStanding(requirement, worst_of(names, evidence), names, silent, tuple(evidence)))
    return tuple(found)


def worst_of(controls: tuple[str, ...], evidence: Iterable[Evidence]) -> RequirementState:
    """The state of a requirement: nobody is about it, nothing is known, or the worst of what is known."""
    if not controls:
        return RequirementState.NOT_COVERED
    return min((item.state for item in evidence), key=_WORST_FIRST.index, default=RequirementState.UNKNOWN)


def state_of(outcome: Outcome | None, waiver_id: str) -> RequirementState:
    """What one verdict says of a requirement. A waiver excuses whatever has not passed; None is no verdict."""
    if outcome is Outcome.PASSED:
        return RequirementState.MET
    if waiver_id:
        return RequirementState.WAIVED
    return RequirementState.NOT_MET if outcome is Outcome.FAILED else RequirementState.UNKNOWN


def controls_by_requirement(framework: Framework, controls: Iterable[Control]) -> Mapping[str, tuple[str, ...]]:
    """Requirement to the ids of the controls that are about it, in order; every requirement is there."""
    by_name: dict[str, set[str]] = {}
    for control in controls:
        for name in control.mappings.get(framework.id, ()):
            by_name.setdefault(name, set()).add(control.id)
    return {
        item.id: tuple(sorted(set(item.controls).union(*(by_name.get(name, ()) for name in (item.id, *item.also)))))
        for item in framework.requirements
    }


def describe_mappings(control: Control, frameworks: Iterable[Framework]) -> tuple[MappedFramework, ...]:
    """What a control names, in words: by framework, the ids in the control's order."""
    known = {item.id: item for item in frameworks}
    found = []
    for name, ids in sorted(control.mappings.items()):
        framework = known.get(name)
        requirements = framework.requirements if framework else ()
        titles = {one: item.title for item in requirements for one in (item.id, *item.also)}
        named = tuple(MappedRequirement(one, titles.get(one, "")) for one in ids)
        found.append(MappedFramework(name, framework.title if framework else "", named))
    return tuple(found)


def unlisted_ids(framework: Framework, controls: Iterable[Control]) -> tuple[str, ...]:
    """Ids that controls name and the framework does not list, in order: a misspelling, or a list that is too short."""
    listed = {name for item in framework.requirements for name in (item.id, *item.also)}
    return tuple(sorted({name for item in controls for name in item.mappings.get(framework.id, ())} - listed))


def idle_types(framework: Framework, controls: Iterable[Control]) -> tuple[tuple[str, str], ...]:
    """Types that requirements name and no control about them looks at, each behind its requirement.

    That is a misspelling, or a mapping that is missing. Requirements without any control are left out: nothing is
    known of them whatever they name.
    """
    known = {item.id: item for item in controls}
    about = controls_by_requirement(framework, known.values())
    found = []
    for item in framework.requirements:
        looked_at = [known[name].types for name in about[item.id] if name in known]
        # A control without types looks at all of them.
        if looked_at and all(looked_at):
            found += [(item.id, name) for name in item.types if all(name not in types for types in looked_at)]
    return tuple(found)


def count_states(standings: Iterable[RequirementStanding]) -> StateCounts:
    """How many requirements stand how."""
    return StateCounts.over(item.state for item in standings)


def _unread(place: Place) -> str:
    """What is not known of a whole environment; empty when all of it was read."""
    if not place.is_evaluated:
        return "It was never evaluated."
    return f"Parts were passed over when it was read: {place.passed_over}." if place.passed_over else ""


def _said(framework: Framework, control: str, place: Place, find_waiver: FindWaiver) -> Iterable[Evidence]:
    answered = place.answers.get(control)
    for verdict in answered.verdicts if answered else ():
        if not framework.is_about(verdict.subject):
            continue
        waiver_id = "" if verdict.outcome is Outcome.PASSED else find_waiver(place.environment, verdict)
        yield Evidence(
            state=state_of(verdict.outcome, waiver_id),
            environment=place.environment,
            team=place.team,
            control=control,
            subject=verdict.subject,
            outcome=verdict.outcome,
            message=verdict.message,
            phase=answered.phase if answered else None,
            at=answered.at if answered else None,
            change_id=answered.change_id if answered else "",
            waiver_id=waiver_id,
            where=str(verdict.position or ""),
            input_digest=answered.input_digest if answered else "",
            controls_digest=answered.controls_digest if answered else "",
        )
    if control in place.not_asked:
        message = f"It was not asked there: {place.not_asked[control]}"
        yield Evidence(RequirementState.UNKNOWN, place.environment, place.team, control, message=message)


def _order(item: Evidence) -> tuple[int, int, str, str, str]:
    rank = _OUTCOMES_WORST_FIRST.index(item.outcome)
    return _WORST_FIRST.index(item.state), rank, item.control, item.environment, item.subject
