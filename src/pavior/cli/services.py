"""`pavior service`."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import click

from pavior.cli.answer import ANSWER_IS_NO, Answer, Facts, Part, Table, Text
from pavior.cli.changes import change_answer
from pavior.cli.deciding import decision_parts
from pavior.cli.following import follow_change, follow_run
from pavior.cli.parameters import fill_parameters, read_assignments
from pavior.cli.verb import Call, Verb, page_options, page_request
from pavior.identity.model import Permission
from pavior.kernel.errors import ConflictError
from pavior.reports.model import ServiceView
from pavior.runs.model import RunState


@click.group()
def service() -> None:
    """Create services and look at them."""


_set_option = click.option("--set", "assignments", metavar="KEY=VALUE", multiple=True, help="A parameter; repeatable.")


@service.command("list", cls=Verb, permission=Permission.SERVICE_READ, example="pavior service list --team payments")
@click.option("--query", default="", help="Words in name, title, description, tags, or owner.")
@click.option("--team", default="", help="Only services of this team.")
@page_options
def list_services(call: Call, query: str, team: str, limit: int, offset: int) -> Answer:
    """List the services of the catalog."""
    page = call.application.pages.list_services(call.actor, page_request(limit, offset), query=query, team=team)
    rows = tuple(
        (
            item.service.name,
            item.service.team,
            " ".join(f"{found.name}:{found.status.value}" for found in item.environments),
            str(item.open_findings),
            item.service.title,
        )
        for item in page.items
    )
    empty = "There is no service yet. Create one: pavior service create python-service"
    return Answer(page, (Table(("service", "team", "environments", "open findings", "title"), rows, empty),))


@service.command("show", cls=Verb, permission=Permission.SERVICE_READ, example="pavior service show orders")
@click.argument("name")
def show_service(call: Call, name: str) -> Answer:
    """Show one service: owner, repository, environments, proposals, findings."""
    view = call.application.pages.get_service(call.actor, name)
    return Answer(view, _service_parts(view, call.application.clock.now()))


@service.command(
    "create",
    cls=Verb,
    permission=Permission.SERVICE_CREATE,
    example="pavior service create python-service --set name=orders --set team=payments",
)
@click.argument("golden_path")
@_set_option
@click.option("--no-wait", is_flag=True, help="Return at once, while the run goes on.")
def create_service(call: Call, golden_path: str, assignments: tuple[str, ...], no_wait: bool) -> Answer:
    """Create a service from a golden path, and deploy it to its first environment."""
    path = call.application.creation.get_golden_path(call.actor, golden_path)
    parameters = fill_parameters(
        path.parameters_schema, read_assignments(assignments), is_interactive=call.is_interactive
    )
    run = call.application.creation.create_service(call.actor, golden_path, parameters)
    if no_wait:
        return Answer(run, (Text(f"Run {run.id} is queued. Watch it: pavior run show {run.id}"),))
    ended = follow_run(call, run.id)
    if ended.state is not RunState.SUCCEEDED:
        why = f"{ended.error_code}: {ended.error_message}\n  fix: {ended.error_fix}"
        return Answer(ended, (Text(why),), ANSWER_IS_NO)
    view = call.application.pages.get_service(call.actor, ended.service)
    first = change_answer(call, follow_change(call, view.changes[-1].id))
    view = call.application.pages.get_service(call.actor, ended.service)
    parts = (*_service_parts(view, call.application.clock.now()), *first.parts)
    return Answer({"service": view, "change": first.document}, parts, first.exit_status)


@service.command(
    "preview",
    cls=Verb,
    permission=Permission.SERVICE_CREATE,
    example="pavior service preview python-service --set name=orders --set team=payments",
)
@click.argument("golden_path")
@_set_option
@click.option("--into", type=click.Path(path_type=Path), help="Also write the files into this empty folder.")
def preview_service(call: Call, golden_path: str, assignments: tuple[str, ...], into: Path | None) -> Answer:
    """Show the files, plan and verdicts that a golden path would give; make nothing."""
    path = call.application.creation.get_golden_path(call.actor, golden_path)
    parameters = fill_parameters(
        path.parameters_schema, read_assignments(assignments), is_interactive=call.is_interactive
    )
    preview = call.application.creation.preview_service(call.actor, golden_path, parameters)
    if into is not None:
        _write_files(into, preview.files)
    files = tuple((name, str(len(text.splitlines()))) for name, text in sorted(preview.files.items()))
    changes = tuple((item.action.value, item.address) for item in preview.changes)
    return Answer(
        preview,
        (
            Table(("file", "lines"), files, "No files."),
            Table(("action", "resource"), changes, "No resources."),
            *decision_parts(call, preview.decision),
        ),
    )


def _service_parts(view: ServiceView, now: datetime) -> tuple[Part, ...]:
    found = view.service
    return (
        Facts(
            (
                ("service", found.name),
                ("title", found.title),
                ("team", found.team),
                ("golden path", f"{found.golden_path} {found.golden_path_version}".strip()),
                ("data class", found.data_class),
                ("clone", f"git clone {view.clone_url}" if view.clone_url else ""),
                ("main", view.head[:12]),
            )
        ),
        Table(
            ("environment", "status", "commit", "detail"),
            tuple((item.id, item.status.value, item.commit[:12], item.status_detail) for item in view.environments),
            "It has no environments.",
        ),
        Table(
            ("proposal", "commit", "checks", "title"),
            tuple(
                (
                    proposal.branch,
                    proposal.commit[:12],
                    " ".join(f"{check.name}:{check.state}" for check in checks),
                    proposal.title,
                )
                for proposal, checks in view.proposals
            ),
            "No proposals.",
        ),
        Table(
            ("finding", "severity", "state", "control", "subject", "due"),
            tuple(
                (
                    item.id,
                    item.severity.value,
                    "waived" if item.is_waived(now) else item.state.value,
                    item.control,
                    item.subject,
                    item.due_at.strftime("%Y-%m-%d"),
                )
                for item in view.findings
            ),
            "No findings.",
        ),
    )


def _write_files(folder: Path, files: Mapping[str, str]) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise ConflictError("folder-not-empty", f"{folder} is not empty.", fix="Name a folder that is new or empty.")
    for name, text in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
