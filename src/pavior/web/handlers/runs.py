"""Runs: what is happening, line by line."""

from pavior.identity.model import Permission
from pavior.runs.model import Run
from pavior.web.handlers.changes import log_of
from pavior.web.handlers.ownership import service_scope_by_name
from pavior.web.rendering import address
from pavior.web.visits import Answer, LiveLog, Page, Redirect, Visit, attempt


def list_runs(visit: Visit) -> Answer:
    """Newest first, narrowed by service and environment."""
    service, environment = visit.query.text("service"), visit.query.text("environment")
    page = visit.application.runs.list_runs(visit.actor, visit.page_request(), service=service, environment=environment)
    return Page("runs.html", {"page": page, "service": service, "environment": environment})


def show_run(visit: Visit) -> Page:
    """One run with its log."""
    run = visit.application.runs.get_run(visit.actor, visit.path["run"])
    may_cancel = not run.state.is_ended and visit.application.authoriser.may(
        visit.actor, Permission.RUN_CANCEL, on=service_scope_by_name(visit, run.service)
    )
    return Page(
        "run.html", {"run": run, "lines": log_of(visit, run), "may_cancel": may_cancel, "links": _links_from(run)}
    )


def follow_run(visit: Visit) -> Answer:
    """Its log as it grows, after what the browser has."""
    run = visit.application.runs.get_run(visit.actor, visit.path["run"])
    return LiveLog(run.id, max(visit.last_event_id, visit.query.whole_number("after")))


def cancel_run(visit: Visit) -> Answer:
    """Ask it to stop."""

    def act() -> Answer:
        run = visit.application.runs.cancel_run(visit.actor, visit.path["run"])
        return Redirect(address("runs", run.id), "run-cancelled")

    return attempt(act, form="cancel", instead=lambda: show_run(visit))


def _links_from(run: Run) -> tuple[tuple[str, str], ...]:
    """Where to go from it: what it is about, and what that belongs to."""
    kind, _, words = run.subject.partition(":")
    name = words.rpartition("/")[2]
    links = []
    if kind == "change" and name:
        links.append((f"Change {name}", address("changes", name)))
    service, _, stage = run.environment.partition("/")
    if stage:
        links.append((run.environment, address("environments", service, stage)))
    if run.service:
        links.append((run.service, address("services", run.service)))
    return tuple(links)
