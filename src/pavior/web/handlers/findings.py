"""Findings: the queue, and one of them."""

from collections.abc import Callable

from pavior.findings.model import Finding, FindingState
from pavior.web.handlers.changes import controls_by_id
from pavior.web.rendering import address
from pavior.web.visits import Answer, Page, Redirect, Visit, attempt

TRIAGE_FORM = "triage"
STATES = (*(state.value for state in FindingState), "waived")


def list_findings(visit: Visit) -> Answer:
    """Worst and oldest first, narrowed by service, control and state."""
    query = visit.query
    service, control = query.text("service"), query.text("control")
    state = query.text("state") if query.text("state") in STATES else ""
    page = visit.application.pages.list_findings(
        visit.actor, visit.page_request(), service=service, control=control, state=state
    )
    facts = {"page": page, "service": service, "control": control, "state": state, "states": STATES}
    return Page("findings.html", facts)


def show_finding(visit: Visit) -> Page:
    """One finding."""
    finding = visit.application.pages.get_finding(visit.actor, visit.path["finding"])
    return Page("finding.html", {"finding": finding, "control": controls_by_id(visit).get(finding.control)})


def mark_false_positive(visit: Visit) -> Answer:
    """The control is wrong here."""
    return _triage(visit, "finding-closed", visit.application.triage.mark_false_positive)


def reopen(visit: Visit) -> Answer:
    """It is open after all."""
    return _triage(visit, "finding-reopened", visit.application.triage.reopen)


def _triage(visit: Visit, done: str, verb: Callable[..., Finding]) -> Answer:
    def act() -> Answer:
        finding = verb(visit.actor, visit.path["finding"], reason=visit.form.text("reason"))
        return Redirect(address("findings", finding.id), done)

    return attempt(act, form=TRIAGE_FORM, instead=lambda: show_finding(visit))
