"""Waivers: asked for by one, decided by another."""

from collections.abc import Callable

from pavior.identity.model import Permission, Scope
from pavior.kernel.errors import PaviorError
from pavior.policy.model import Waiver
from pavior.policy.waivers import LONGEST_DAYS
from pavior.web.handlers.changes import controls_by_id
from pavior.web.rendering import address
from pavior.web.visits import Answer, Page, Redirect, Visit, attempt

REQUEST_FORM = "request"
DECISION_FORM = "decision"


def list_waivers(visit: Visit) -> Answer:
    """Undecided first, then by expiry."""
    service = visit.query.text("service")
    page = visit.application.pages.list_waivers(visit.actor, visit.page_request(), service=service)
    return Page("waivers.html", {"page": page, "service": service, "controls": controls_by_id(visit)})


def show_request(visit: Visit) -> Page:
    """The form, filled in by the address that led here."""
    return Page(
        "waiver_new.html",
        {
            "given": visit.form if visit.form.pairs else visit.query,
            "controls": controls_by_id(visit),
            "longest_days": LONGEST_DAYS,
        },
    )


def request(visit: Visit) -> Answer:
    """Ask to be excused."""
    form = visit.form

    def act() -> Answer:
        waiver = visit.application.waivers.request_waiver(
            visit.actor,
            control=form.text("control"),
            environment=form.text("environment"),
            subject=form.text("subject"),
            reason=form.text("reason"),
            days=form.whole_number("days"),
            change_id=form.text("change_id"),
        )
        return _look_at(waiver, "waiver-requested")

    return attempt(act, form=REQUEST_FORM, instead=lambda: show_request(visit))


def show_waiver(visit: Visit) -> Page:
    """One waiver."""
    waiver = visit.application.pages.get_waiver(visit.actor, visit.path["waiver"])
    # Deciding depends on roles and on who asked, never on the team that owns the service.
    scope = Scope(kind="waiver", name=waiver.id, requester=waiver.requester)
    authoriser = visit.application.authoriser
    why_not = ""
    try:
        authoriser.authorise(visit.actor, Permission.WAIVER_DECIDE, on=scope)
    except PaviorError as refusal:
        why_not = f"{refusal.summary} {refusal.fix}"
    return Page(
        "waiver.html",
        {
            "waiver": waiver,
            "control": controls_by_id(visit).get(waiver.control),
            "may_decide": not why_not,
            "why_not": why_not,
            "may_revoke": authoriser.may(visit.actor, Permission.WAIVER_REVOKE, on=scope),
        },
    )


def approve(visit: Visit) -> Answer:
    """Grant it from now on."""
    return _decide(visit, "waiver-approved", visit.application.waivers.approve_waiver)


def deny(visit: Visit) -> Answer:
    """Refuse it."""
    return _decide(visit, "waiver-denied", visit.application.waivers.deny_waiver)


def revoke(visit: Visit) -> Answer:
    """End it now."""
    return _decide(visit, "waiver-revoked", visit.application.waivers.revoke_waiver)


def _decide(visit: Visit, done: str, verb: Callable[..., Waiver]) -> Answer:
    def act() -> Answer:
        return _look_at(verb(visit.actor, visit.path["waiver"], reason=visit.form.text("reason")), done)

    return attempt(act, form=DECISION_FORM, instead=lambda: show_waiver(visit))


def _look_at(waiver: Waiver, done: str) -> Redirect:
    return Redirect(address("waivers", waiver.id), done)
