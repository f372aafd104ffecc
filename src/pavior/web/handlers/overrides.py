"""Overrides: asked for on the page of a blocked Change, decided by a second person, reviewed by a third."""

from collections.abc import Callable

from pavior.overrides.model import MEANINGS, Override, OverrideState, ReviewOutcome
from pavior.policy.rendering import dispute_command
from pavior.web.handlers.changes import controls_by_id, show_change
from pavior.web.rendering import address
from pavior.web.visits import Answer, Page, Redirect, Visit, attempt

DECISION_FORM = "decision"
END_FORM = "end"
REVIEW_FORM = "review"


def list_overrides(visit: Visit) -> Page:
    """What waits for an answer first, then for a review; narrowed by control and state."""
    control, state, to_review = (visit.query.text(name) for name in ("control", "state", "to_review"))
    state = state if state in tuple(OverrideState) else ""
    page = visit.application.pages.list_overrides(
        visit.actor, visit.page_request(), control=control, state=state, is_to_review=bool(to_review)
    )
    facts = {
        "page": page,
        "control": control,
        "state": state,
        "to_review": bool(to_review),
        "states": tuple(OverrideState),
        "controls": controls_by_id(visit),
    }
    return Page("overrides.html", facts)


def show_override(visit: Visit) -> Page:
    """One of them, with what may be done with it."""
    view = visit.application.pages.get_override(visit.actor, visit.path["override"])
    facts = {
        "view": view,
        "item": view.override,
        "controls": controls_by_id(visit),
        "meanings": MEANINGS,
        "outcomes": tuple(ReviewOutcome),
        "dispute_command": dispute_command,
    }
    return Page("override.html", facts)


def request(visit: Visit) -> Answer:
    """Ask from the page of the Change."""
    form, change = visit.form, visit.path["change"]

    def act() -> Answer:
        override = visit.application.overrides.request_override(
            visit.actor,
            change,
            reason_class=form.text("reason_class"),
            reason=form.text("reason"),
            hours=form.whole_number("hours"),
        )
        return Redirect(address("overrides", override.id), "override-requested")

    return attempt(act, form="override", instead=lambda: show_change(visit))


def approve(visit: Visit) -> Answer:
    """Let that plan through."""
    verbs, reason = visit.application.overrides, visit.form.text("reason")
    return _act(
        visit, DECISION_FORM, "override-approved", lambda name: verbs.approve_override(visit.actor, name, reason=reason)
    )


def reject(visit: Visit) -> Answer:
    """Refuse it."""
    verbs, reason = visit.application.overrides, visit.form.text("reason")
    return _act(
        visit, DECISION_FORM, "override-rejected", lambda name: verbs.reject_override(visit.actor, name, reason=reason)
    )


def revoke(visit: Visit) -> Answer:
    """End it now."""
    verbs, reason = visit.application.overrides, visit.form.text("reason")
    return _act(
        visit, END_FORM, "override-revoked", lambda name: verbs.revoke_override(visit.actor, name, reason=reason)
    )


def review(visit: Visit) -> Answer:
    """Say afterwards whether it was right."""
    verbs, form = visit.application.overrides, visit.form
    outcome, reason = form.text("outcome"), form.text("reason")
    return _act(
        visit,
        REVIEW_FORM,
        "override-reviewed",
        lambda name: verbs.review_override(visit.actor, name, outcome=outcome, reason=reason),
    )


def _act(visit: Visit, form: str, done: str, verb: Callable[[str], Override]) -> Answer:
    def act() -> Answer:
        return Redirect(address("overrides", verb(visit.path["override"]).id), done)

    return attempt(act, form=form, instead=lambda: show_override(visit))
