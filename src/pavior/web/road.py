"""Where a Change stands on the road: plan, gate, approve, apply, verify."""

from dataclasses import dataclass
from enum import StrEnum

from pavior.environments.model import ChangeStatus
from pavior.policy.model import DecisionOutcome, Effect
from pavior.reports.model import ChangeView

_APPLY_RUN = "apply_change"
_STOPPED_EARLY = (ChangeStatus.CANCELLED, ChangeStatus.SUPERSEDED)
_APPLIED = (ChangeStatus.VERIFIED, ChangeStatus.APPLIED_UNVERIFIED)


class StepState(StrEnum):
    """How far a step is."""

    DONE = "done"
    CURRENT = "current"
    STOPPED = "stopped"
    AHEAD = "ahead"
    SKIPPED = "skipped"


# For those who hear the page.
STEP_WORDS = {
    StepState.DONE: "done",
    StepState.CURRENT: "now",
    StepState.STOPPED: "stopped here",
    StepState.AHEAD: "ahead",
    StepState.SKIPPED: "not needed",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One stone of the road."""

    name: str
    state: StepState
    detail: str

    @property
    def word(self) -> str:
        """The state in words."""
        return STEP_WORDS[self.state]


def road_of(view: ChangeView) -> tuple[Step, ...]:
    """The five steps. What ended early shows what is left as not needed."""
    steps = (_plan(view), _gate(view), _approve(view), _apply(view), _verify(view))
    if view.change.status not in (*_STOPPED_EARLY, ChangeStatus.REJECTED, ChangeStatus.FAILED):
        return steps
    return tuple(
        Step(step.name, StepState.SKIPPED, "") if step.state in (StepState.AHEAD, StepState.CURRENT) else step
        for step in steps
    )


def has_failed_in_apply(view: ChangeView) -> bool:
    """Whether the run that failed was one that applies."""
    return view.change.status is ChangeStatus.FAILED and any(run.kind == _APPLY_RUN for run in view.runs)


def _plan(view: ChangeView) -> Step:
    status, plan = view.change.status, view.plan
    if status is ChangeStatus.PLANNING:
        return Step("Plan", StepState.CURRENT, "being made")
    if status is ChangeStatus.FAILED and not has_failed_in_apply(view):
        return Step("Plan", StepState.STOPPED, "failed")
    if plan is None:
        return Step("Plan", StepState.AHEAD, "")
    count = len(plan.reading.changes)
    return Step("Plan", StepState.DONE, f"{count} resource{'' if count == 1 else 's'}" if count else "no changes")


def _gate(view: ChangeView) -> Step:
    plan, status = view.plan, view.change.status
    if plan is None or status is ChangeStatus.PLANNING:
        return Step("Gate", StepState.AHEAD, "")
    if status is ChangeStatus.FAILED and not has_failed_in_apply(view):
        return Step("Gate", StepState.AHEAD, "")
    decision = plan.decision
    if decision.outcome is DecisionOutcome.BLOCKED:
        blocking = len({ruling.verdict.control for ruling in decision.with_effect(Effect.BLOCK)})
        told = f"blocked by {blocking} control{'' if blocking == 1 else 's'}" if blocking else "blocked"
        return Step("Gate", StepState.STOPPED, told)
    waived, overridden = (len(decision.with_effect(item)) for item in (Effect.WAIVED, Effect.OVERRIDDEN))
    if overridden:
        return Step("Gate", StepState.STOPPED, f"{overridden} overridden")
    return Step("Gate", StepState.DONE, f"passed, {waived} waived" if waived else "passed")


def _approve(view: ChangeView) -> Step:
    plan, status = view.plan, view.change.status
    if status is ChangeStatus.REJECTED:
        names = ", ".join(item.person for item in view.approvals if not item.is_approved)
        return Step("Approve", StepState.STOPPED, f"rejected by {names}" if names else "rejected")
    if plan is None or status in (ChangeStatus.PLANNING, ChangeStatus.BLOCKED):
        return Step("Approve", StepState.AHEAD, "")
    names = ", ".join(item.person for item in view.approvals if item.is_approved and item.plan_digest == plan.digest)
    required = plan.decision.approvals_required
    if status is ChangeStatus.AWAITING_APPROVAL:
        given = sum(item.is_approved and item.plan_digest == plan.digest for item in view.approvals)
        return Step("Approve", StepState.CURRENT, f"{given} of {required}")
    if names:
        return Step("Approve", StepState.DONE, f"by {names}")
    return Step("Approve", StepState.AHEAD if required else StepState.SKIPPED, "" if required else "not needed")


def _apply(view: ChangeView) -> Step:
    status = view.change.status
    if status is ChangeStatus.APPLYING:
        return Step("Apply", StepState.CURRENT, "under way")
    if status in _APPLIED:
        return Step("Apply", StepState.DONE, "done")
    if status is ChangeStatus.NOTHING_TO_DO:
        return Step("Apply", StepState.SKIPPED, "nothing to do")
    if has_failed_in_apply(view):
        return Step("Apply", StepState.STOPPED, "failed")
    return Step("Apply", StepState.AHEAD, "")


def _verify(view: ChangeView) -> Step:
    match view.change.status:
        case ChangeStatus.VERIFIED:
            return Step("Verify", StepState.DONE, "all asked again")
        case ChangeStatus.APPLIED_UNVERIFIED:
            return Step("Verify", StepState.STOPPED, "not all passed")
        case ChangeStatus.NOTHING_TO_DO:
            return Step("Verify", StepState.SKIPPED, "")
        case _:
            return Step("Verify", StepState.AHEAD, "")
