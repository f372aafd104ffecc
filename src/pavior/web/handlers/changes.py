"""Changes: what one would do, what the gate says, and the answers that people give."""

from collections.abc import Callable, Mapping

from pavior.environments.model import Change
from pavior.identity.model import Permission
from pavior.kernel.pages import Page as Part
from pavior.kernel.pages import PageRequest
from pavior.overrides.model import DEFAULT_HOURS, LONGEST_HOURS, MEANINGS, Override, OverrideState
from pavior.policy.levels import LevelChange
from pavior.policy.model import Control, Decision, Effect, Ruling
from pavior.policy.recomputed import TOLD
from pavior.policy.waiver_model import Waiver, WaiverWish
from pavior.policy.waivers import LONGEST_DAYS
from pavior.reports.model import ChangeView
from pavior.runs.model import LogLine, Run
from pavior.web.diffs import parse_diff
from pavior.web.handlers.ownership import service_scope_by_name
from pavior.web.rendering import address, may_somewhere
from pavior.web.road import road_of
from pavior.web.values import planned_resource
from pavior.web.visits import Answer, Form, Page, Redirect, Visit, attempt
from pavior.web.words import EFFECTS_IN_ORDER

_MOST_OF_POLICY = 20


def list_changes(visit: Visit) -> Answer:
    """Newest first, narrowed by service, stage, and open or ended."""
    query = visit.query
    state = query.text("state")
    service, environment = query.text("service"), query.text("environment")
    page = visit.application.pages.list_changes(
        visit.actor,
        visit.page_request(),
        service=service,
        environment=environment,
        is_open={"open": True, "ended": False}.get(state),
    )
    facts = {"page": page, "service": service, "environment": environment, "state": state}
    # A change of policy is of no service; whoever narrows by one asks for something else.
    return Page("changes.html", {**facts, "policy": None if service or environment else _policy(visit, state)})


def _policy(visit: Visit, state: str) -> Part[LevelChange] | None:
    if not may_somewhere(visit.application.authoriser, visit.actor, Permission.CONTROL_READ):
        return None
    return visit.application.pages.list_level_changes(
        visit.actor, PageRequest(size=_MOST_OF_POLICY), is_open={"open": True, "ended": False}.get(state)
    )


def show_change(visit: Visit) -> Page:
    """One Change."""
    view = visit.application.pages.get_change(visit.actor, visit.path["change"])
    run = next((item for item in view.runs if not item.state.is_ended), None)
    decision = view.plan.decision if view.plan else None
    return Page(
        "change.html",
        {
            "view": view,
            "steps": road_of(view),
            "controls": controls_by_id(visit),
            "groups": rulings_by_effect(decision) if decision else (),
            "planned": tuple(planned_resource(item) for item in view.plan.reading.changes) if view.plan else (),
            "files": parse_diff(view.diff),
            "run": run,
            "lines": log_of(visit, run),
            "longest_days": LONGEST_DAYS,
            "open_override": _open_override(view),
            "meanings": MEANINGS,
            "override_hours": (DEFAULT_HOURS, LONGEST_HOURS),
            "waivers_by_ruling": _waivers_by_ruling(view),
            "scope": service_scope_by_name(visit, view.change.service),
        },
    )


def show_recomputed(visit: Visit) -> Page:
    """The Decision about one plan, made again."""
    # What is no number is the number of no plan.
    number = Form((("number", visit.path["number"]),)).whole_number("number")
    view = visit.application.pages.recompute_decision(visit.actor, visit.path["change"], number)
    return Page("recomputed.html", {"view": view, "told": TOLD})


def approve(visit: Visit) -> Answer:
    """Approve the plan whose digest stands in the form."""
    return _act(
        visit,
        "answer",
        "change-approved",
        lambda: visit.application.changes.approve_change(
            visit.actor, visit.path["change"], visit.form.text("digest"), reason=visit.form.text("reason")
        ),
    )


def reject(visit: Visit) -> Answer:
    """Reject the plan whose digest stands in the form."""
    return _act(
        visit,
        "answer",
        "change-rejected",
        lambda: visit.application.changes.reject_change(
            visit.actor, visit.path["change"], visit.form.text("digest"), reason=visit.form.text("reason")
        ),
    )


def plan_again(visit: Visit) -> Answer:
    """Plan and judge the same commit again."""
    return _act(
        visit,
        "plan-again",
        "change-planned",
        lambda: visit.application.changes.plan_again(visit.actor, visit.path["change"]),
    )


def cancel(visit: Visit) -> Answer:
    """Withdraw it."""
    return _act(
        visit,
        "cancel",
        "change-cancelled",
        lambda: visit.application.changes.cancel_change(visit.actor, visit.path["change"]),
    )


def ask_for_waiver(visit: Visit) -> Answer:
    """Ask to be excused from one control, from beside the denial."""
    form = visit.form
    view = visit.application.pages.get_change(visit.actor, visit.path["change"])

    def act() -> Answer:
        visit.application.waivers.request_waiver(
            visit.actor,
            WaiverWish(
                control=form.text("control"),
                environment=view.change.environment_id,
                subject=form.text("subject") if form.text("scope") != "environment" else "",
                is_whole=form.text("scope") == "environment",
                reason=form.text("reason"),
                measures=form.text("measures"),
                days=form.whole_number("days"),
                change_id=view.change.id,
            ),
        )
        return Redirect(address("changes", view.change.id), "waiver-requested")

    name = f"waiver:{form.text('control')}:{form.text('subject')}"
    return attempt(act, form=name, instead=lambda: show_change(visit))


def controls_by_id(visit: Visit) -> Mapping[str, Control]:
    """All controls that the actor may read about."""
    if not may_somewhere(visit.application.authoriser, visit.actor, Permission.CONTROL_READ):
        return {}
    return visit.application.pages.controls_by_id(visit.actor)


def rulings_by_effect(decision: Decision) -> tuple[tuple[Effect, tuple[Ruling, ...]], ...]:
    """Each effect that occurs, in the order in which a person wants to read them."""
    grouped = ((effect, decision.with_effect(effect)) for effect in EFFECTS_IN_ORDER)
    return tuple((effect, rulings) for effect, rulings in grouped if rulings)


def log_of(visit: Visit, run: Run | None) -> tuple[LogLine, ...]:
    """What a run has said so far."""
    if run is None or not may_somewhere(visit.application.authoriser, visit.actor, Permission.RUN_READ):
        return ()
    return visit.application.runs.list_log(visit.actor, run.id)


def _act(visit: Visit, form: str, done: str, verb: Callable[[], Change]) -> Answer:
    def act() -> Answer:
        return Redirect(address("changes", verb().id), done)

    return attempt(act, form=form, instead=lambda: show_change(visit))


def _waivers_by_ruling(view: ChangeView) -> Mapping[tuple[str, str], Waiver]:
    """For control and resource, the newest waiver that was asked for; an empty resource means all of them."""
    return {(waiver.control, waiver.subject): waiver for waiver in view.waivers}


def _open_override(view: ChangeView) -> Override | None:
    """The one about its latest plan that waits for an answer, or was approved and has not been ended."""
    states = (OverrideState.REQUESTED, OverrideState.APPROVED)
    about = (item for item in view.overrides if item.plan_number == view.change.plan_number)
    return next((item for item in about if item.state in states), None)
