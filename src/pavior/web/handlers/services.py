"""The catalog, and one service whole."""

from collections.abc import Mapping

from pavior.reports.model import ServiceView
from pavior.web.rendering import address
from pavior.web.schema_forms import fields_of, parameters_of
from pavior.web.visits import Answer, Form, Page, Redirect, Visit, attempt

RESIZE_FORM = "resize"


def list_services(visit: Visit) -> Answer:
    """By name, narrowed by `q` and `team`."""
    query, team = visit.query.text("q"), visit.query.text("team")
    page = visit.application.pages.list_services(visit.actor, visit.page_request(), query=query, team=team)
    return Page("services.html", {"page": page, "query": query, "team": team})


def show_service(visit: Visit) -> Page:
    """One service."""
    view = visit.application.pages.get_service(visit.actor, visit.path["service"])
    return Page("service.html", {"view": view, "resize_fields": _resize_fields(view, Form())})


def resize(visit: Visit) -> Answer:
    """Open a Change that sets day-two parameters."""
    service, stage = visit.path["service"], visit.form.text("environment")

    def act() -> Answer:
        view = visit.application.pages.get_service(visit.actor, service)
        parameters = parameters_of(view.day_two_schema or {}, visit.form)
        change = visit.application.changes.resize(visit.actor, service, stage, parameters)
        return Redirect(address("changes", change.id), "change-opened")

    return attempt(act, form=RESIZE_FORM, instead=lambda: show_service(visit))


def _resize_fields(view: ServiceView, typed: Form) -> tuple[object, ...]:
    schema: Mapping[str, object] = view.day_two_schema or {}
    return fields_of(schema, typed=typed, known=view.service.parameters)
