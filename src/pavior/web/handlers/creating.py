"""From a golden path to a service: choose, answer, preview, create."""

from collections.abc import Sequence
from dataclasses import replace

from pavior.goldenpaths.model import GoldenPath
from pavior.identity.model import Permission, Scope
from pavior.kernel.errors import InvalidError, PaviorError
from pavior.web.handlers.changes import controls_by_id, rulings_by_effect
from pavior.web.rendering import address, may_somewhere
from pavior.web.schema_forms import PREFIX, fields_of, parameters_of, problems_by_name
from pavior.web.values import planned_resource
from pavior.web.visits import Answer, Page, Redirect, Visit

FORM = "create"
_TEAM_FIELD = "team"


def choose_golden_path(visit: Visit) -> Answer:
    """All golden paths."""
    return Page("create.html", {"golden_paths": visit.application.creation.list_golden_paths(visit.actor)})


def show_form(visit: Visit) -> Answer:
    """The questions of one golden path."""
    return _form(visit, _golden_path(visit), None)


def preview(visit: Visit) -> Answer:
    """What it would make: files, plan and verdicts. Nothing is made."""
    golden_path = _golden_path(visit)
    if visit.form.has("back"):
        return _form(visit, golden_path, None)
    parameters = parameters_of(golden_path.parameters_schema, visit.form)
    try:
        shown = visit.application.creation.preview_service(visit.actor, golden_path.name, parameters)
    except PaviorError as error:
        return _form(visit, golden_path, error)
    return Page(
        "create_preview.html",
        {
            "golden_path": golden_path,
            "preview": shown,
            "planned": tuple(planned_resource(change) for change in shown.changes),
            "controls": controls_by_id(visit),
            "groups": rulings_by_effect(shown.decision),
            "answers": tuple(pair for pair in visit.form.pairs if pair[0].startswith(PREFIX)),
            "name": str(parameters.get("name", "")),
        },
    )


def create(visit: Visit) -> Answer:
    """Make it, and watch it being made."""
    golden_path = _golden_path(visit)
    parameters = parameters_of(golden_path.parameters_schema, visit.form)
    try:
        run = visit.application.creation.create_service(visit.actor, golden_path.name, parameters)
    except PaviorError as error:
        return _form(visit, golden_path, error)
    return Redirect(address("runs", run.id))


def _golden_path(visit: Visit) -> GoldenPath:
    return visit.application.creation.get_golden_path(visit.actor, visit.path["golden_path"])


def _form(visit: Visit, golden_path: GoldenPath, error: PaviorError | None) -> Page:
    fields = fields_of(
        golden_path.parameters_schema, typed=visit.form, choices={_TEAM_FIELD: _teams(visit)}, error=error
    )
    shown = {field.name for field in fields}
    loose = tuple(message for name, message in problems_by_name(error).items() if name not in shown)
    page = Page("create_form.html", {"golden_path": golden_path, "fields": fields, "loose_problems": loose})
    if error is None:
        return page
    if isinstance(error, InvalidError) and not loose and any(field.problem for field in fields):
        # Each problem stands beside its field; one sentence at the top is enough.
        error = InvalidError(error.code, "Some answers need another look.", fix="They are marked below.")
    return replace(page, status=error.http_status, error=error, failed_form=FORM)


def _teams(visit: Visit) -> Sequence[str]:
    """The teams for which the actor may create a service."""
    application, actor = visit.application, visit.actor
    names = set(actor.teams)
    if may_somewhere(application.authoriser, actor, Permission.PERSON_READ):
        names |= {team.name for team in application.access.list_teams(actor)}
    return tuple(
        team
        for team in sorted(names)
        if application.authoriser.may(actor, Permission.SERVICE_CREATE, on=Scope(kind="service", team=team))
    )
