"""Waivers: asked for by one, decided by another."""

from collections.abc import Callable

from pavior.identity.model import Permission
from pavior.kernel.errors import PaviorError
from pavior.policy.waiver_model import Waiver, WaiverState, WaiverWish
from pavior.policy.waivers import LONGEST_DAYS
from pavior.reports.model import Matches
from pavior.web.handlers.changes import controls_by_id
from pavior.web.rendering import address, may_somewhere
from pavior.web.visits import Answer, Form, Page, Redirect, Visit, attempt

REQUEST_FORM = "request"
DECISION_FORM = "decision"
RENEWAL_FORM = "renewal"
TRANSFER_FORM = "transfer"


def list_waivers(visit: Visit) -> Answer:
    """Undecided first, then by expiry."""
    service = visit.query.text("service")
    page = visit.application.pages.list_waivers(visit.actor, visit.page_request(), service=service)
    return Page("waivers.html", {"page": page, "service": service, "controls": controls_by_id(visit)})


def show_request(visit: Visit) -> Page:
    """The form, filled in by the address that led here, with what it would excuse today."""
    given = visit.form if visit.form.pairs else visit.query
    matches, problem = _preview(visit, given)
    return Page(
        "waiver_new.html",
        {
            "given": given,
            "controls": controls_by_id(visit),
            "longest_days": LONGEST_DAYS,
            "matches": matches,
            "problem": problem,
        },
    )


def request(visit: Visit) -> Answer:
    """Ask to be excused."""
    form = visit.form

    def act() -> Answer:
        is_whole = form.text("scope") == "everything"
        wish = WaiverWish(
            control=form.text("control"),
            environment=form.text("environment"),
            subject="" if is_whole else form.text("subject"),
            path="" if is_whole else form.text("path"),
            is_whole=is_whole,
            reason=form.text("reason"),
            measures=form.text("measures"),
            evidence=form.text("evidence"),
            days=form.whole_number("days"),
            change_id=form.text("change_id"),
            may_match_nothing=form.has("may_match_nothing"),
        )
        return _look_at(visit.application.waivers.request_waiver(visit.actor, wish), "waiver-requested")

    return attempt(act, form=REQUEST_FORM, instead=lambda: show_request(visit))


def show_waiver(visit: Visit) -> Page:
    """One waiver, with its history."""
    view = visit.application.pages.get_waiver_view(visit.actor, visit.path["waiver"])
    return Page(
        "waiver.html",
        {
            "view": view,
            "waiver": view.waiver,
            "control": controls_by_id(visit).get(view.waiver.control),
            "longest_days": LONGEST_DAYS,
            "may_renew": _may_renew(visit, view.waiver),
        },
    )


def renew(visit: Visit) -> Answer:
    """Ask for the same once more."""
    form = visit.form

    def act() -> Answer:
        waiver = visit.application.waivers.renew_waiver(
            visit.actor,
            visit.path["waiver"],
            reason=form.text("reason"),
            days=form.whole_number("days"),
            may_match_nothing=form.has("may_match_nothing"),
        )
        return _look_at(waiver, "waiver-requested")

    return attempt(act, form=RENEWAL_FORM, instead=lambda: show_waiver(visit))


def transfer(visit: Visit) -> Answer:
    """Let another team answer for it."""

    def act() -> Answer:
        waiver = visit.application.waivers.transfer_waiver(
            visit.actor, visit.path["waiver"], team=visit.form.text("team"), reason=visit.form.text("reason")
        )
        return _look_at(waiver, "waiver-transferred")

    return attempt(act, form=TRANSFER_FORM, instead=lambda: show_waiver(visit))


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


def _preview(visit: Visit, given: Form) -> tuple[Matches | None, str]:
    """What it would excuse, or why that cannot be said; neither when too little was typed to ask."""
    control, environment = given.text("control"), given.text("environment")
    if not control or not environment:
        return None, ""
    is_whole = given.text("scope") == "everything"
    try:
        found = visit.application.waivers.preview_waiver(
            visit.actor,
            control=control,
            environment=environment,
            subject="" if is_whole else given.text("subject"),
            path="" if is_whole else given.text("path"),
        )
    except PaviorError as error:
        return None, f"{error.summary} {error.fix}"
    return found, ""


def _may_renew(visit: Visit, waiver: Waiver) -> bool:
    is_granted = waiver.state not in {WaiverState.REQUESTED, WaiverState.DENIED}
    return is_granted and may_somewhere(visit.application.authoriser, visit.actor, Permission.WAIVER_REQUEST)
