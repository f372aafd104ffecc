"""Disputes: said beside a denial, answered by the role security."""

from pavior.disputes.model import DisputeState
from pavior.web.handlers.changes import controls_by_id, show_change
from pavior.web.rendering import address
from pavior.web.visits import Answer, Page, Redirect, Visit, attempt


def list_disputes(visit: Visit) -> Page:
    """Open ones first, narrowed by control and state."""
    control, state = visit.query.text("control"), visit.query.text("state")
    state = state if state in tuple(DisputeState) else ""
    known = controls_by_id(visit)
    page = visit.application.pages.list_disputes(
        visit.actor, visit.page_request(), control=control if control in known else "", state=state
    )
    facts = {"page": page, "control": control, "state": state, "states": tuple(DisputeState), "controls": known}
    return Page("disputes.html", facts)


def dispute(visit: Visit) -> Answer:
    """Say from beside a denial that the control is wrong there."""
    form = visit.form
    view = visit.application.pages.get_change(visit.actor, visit.path["change"])

    def act() -> Answer:
        visit.application.disputes.dispute(
            visit.actor,
            control=form.text("control"),
            environment=view.change.environment_id,
            subject=form.text("subject"),
            reason=form.text("reason"),
        )
        return Redirect(address("changes", view.change.id), "control-disputed")

    name = f"dispute:{form.text('control')}:{form.text('subject')}"
    return attempt(act, form=name, instead=lambda: show_change(visit))


def answer(visit: Visit) -> Answer:
    """Uphold or reject it."""
    dispute_id, form = visit.path["dispute"], visit.form

    def act() -> Answer:
        visit.application.disputes.answer(
            visit.actor, dispute_id, is_upheld=form.text("answer") == "upheld", reason=form.text("reason")
        )
        return Redirect(address("disputes"), "dispute-answered")

    return attempt(act, form=f"answer:{dispute_id}", instead=lambda: list_disputes(visit))
