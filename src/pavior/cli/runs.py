"""`pavior run`: what is happening."""

import click

from pavior.cli.answer import ANSWER_IS_NO, Answer, Facts, Table, Text
from pavior.cli.following import follow_run
from pavior.cli.verb import Call, Verb, page_options, page_request
from pavior.identity.model import Permission
from pavior.kernel.clock import format_instant
from pavior.runs.model import LogLine, Run, RunState


@click.group()
def run() -> None:
    """What is happening: watch, cancel."""


@run.command("list", cls=Verb, permission=Permission.RUN_READ, example="pavior run list --environment orders/dev")
@click.option("--service", default="", help="Only of this service.")
@click.option("--environment", default="", help="Only of this environment.")
@page_options
def list_runs(call: Call, service: str, environment: str, limit: int, offset: int) -> Answer:
    """List runs, newest first."""
    page = call.application.runs.list_runs(
        call.actor, page_request(limit, offset), service=service, environment=environment
    )
    rows = tuple(
        (item.id, item.state.value, item.kind, item.environment or item.service, item.requester, item.step)
        for item in page.items
    )
    columns = ("run", "state", "kind", "where", "requester", "step")
    return Answer(page, (Table(columns, rows, "There is no such run."),))


@run.command("show", cls=Verb, permission=Permission.RUN_READ, example="pavior run show plan-C-12-1 --follow")
@click.argument("run_id")
@click.option("--follow", "is_followed", is_flag=True, help="Wait until it has ended, with its log.")
def show_run(call: Call, run_id: str, is_followed: bool) -> Answer:
    """Show one run; with --follow exit status 1 when it did not succeed."""
    if not is_followed:
        return _answer(call.application.runs.get_run(call.actor, run_id))
    found = follow_run(call, run_id)
    answer = _answer(found)
    return Answer(answer.document, answer.parts, 0 if found.state is RunState.SUCCEEDED else ANSWER_IS_NO)


@run.command("log", cls=Verb, permission=Permission.RUN_READ, example="pavior run log plan-C-12-1")
@click.argument("run_id")
@click.option("--after", type=click.IntRange(0), default=0, help="Only lines after this number.")
def show_log(call: Call, run_id: str, after: int) -> Answer:
    """Print the whole log of a run so far."""
    lines: list[LogLine] = []
    while part := call.application.runs.list_log(call.actor, run_id, after=lines[-1].sequence if lines else after):
        lines.extend(part)
    told = "\n".join(f"{line.at:%H:%M:%S} {line.text}" for line in lines)
    return Answer(lines, (Text(told or "No lines."),))


@run.command("cancel", cls=Verb, permission=Permission.RUN_CANCEL, example="pavior run cancel apply-C-12-1")
@click.argument("run_id")
def cancel_run(call: Call, run_id: str) -> Answer:
    """Ask a run to stop between two steps, or after the resource that it is at."""
    return _answer(call.application.runs.cancel_run(call.actor, run_id))


def _answer(item: Run) -> Answer:
    facts = Facts(
        (
            ("run", item.id),
            ("kind", item.kind),
            ("state", item.state.value),
            ("subject", item.subject),
            ("requester", item.requester),
            ("step", item.step),
            ("progress", f"{item.progress} of {item.progress_total}" if item.progress_total else ""),
            ("began", format_instant(item.started_at) if item.started_at else ""),
            ("ended", format_instant(item.ended_at) if item.ended_at else ""),
            ("cancel asked by", item.cancel_requested_by),
            ("error", f"{item.error_code}: {item.error_message}" if item.error_code else ""),
            ("fix", item.error_fix),
        )
    )
    return Answer(item, (facts,))
