"""`pavior environment`: what runs where, what drifted, and what is done about it."""

import json
from collections.abc import Mapping
from pathlib import Path

import click

from pavior.cli.answer import ANSWER_IS_NO, Answer, Facts, Part, Table, Text
from pavior.cli.changes import no_wait_option, opened
from pavior.cli.checking.output import write_whole
from pavior.cli.fetching_levels import fetch_levels
from pavior.cli.following import follow_run
from pavior.cli.parameters import fill_parameters, read_assignments
from pavior.cli.verb import Call, Verb
from pavior.environments.model import EnvironmentStatus
from pavior.identity.model import Permission
from pavior.kernel.errors import ConflictError, InvalidError
from pavior.kernel.verdicts import Outcome
from pavior.reports.model import EnvironmentView
from pavior.resources.model import Sensitive, Unknown
from pavior.runs.model import RunState


@click.group()
def environment() -> None:
    """What runs where, and what drifted."""


environment.add_command(fetch_levels)


@environment.command(
    "show", cls=Verb, permission=Permission.ENVIRONMENT_READ, example="pavior environment show orders/dev"
)
@click.argument("name")
def show_environment(call: Call, name: str) -> Answer:
    """Show what was applied to an environment, how it stands, and what drifted."""
    return _environment_answer(call.application.pages.get_environment(call.actor, name))


@environment.command(
    "levels",
    cls=Verb,
    permission=Permission.ENVIRONMENT_READ,
    example="pavior environment levels orders/prod --output levels.json",
)
@click.argument("name")
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write them into this file.")
def export_levels(call: Call, name: str, output: Path | None) -> Answer:
    """Sign the levels and waivers of an environment, for pavior check --levels-from; valid for 24 hours."""
    signed = call.application.signed_levels.export_levels(call.actor, name)
    if output is None:
        return Answer(json.loads(signed), (Text(signed.strip()),))
    write_whole(output, signed)
    used = f"pavior check --levels-from {output} --levels-key audit-public.pem --environment {name}"
    return Answer(json.loads(signed), (Text(f"Signed into {output}. Use it within 24 hours: {used}"),))


@environment.command(
    "check-drift",
    cls=Verb,
    permission=Permission.ENVIRONMENT_CHECK_DRIFT,
    example="pavior environment check-drift orders/dev",
)
@click.argument("name")
@no_wait_option
def check_drift(call: Call, name: str, no_wait: bool) -> Answer:
    """Look at the live cloud now, and compare it with what was applied; exit status 1 when it drifted."""
    run = call.application.drift.check_drift(call.actor, name)
    if no_wait:
        return Answer(run, (Text(f"Run {run.id} is queued. Watch it: pavior run show {run.id}"),))
    ended = follow_run(call, run.id)
    if ended.state is not RunState.SUCCEEDED:
        told = f"{ended.error_code}: {ended.error_message}\n  fix: {ended.error_fix}"
        return Answer(ended, (Text(told),), ANSWER_IS_NO)
    answer = _environment_answer(call.application.pages.get_environment(call.actor, name))
    view = call.application.pages.get_environment(call.actor, name)
    return Answer(answer.document, answer.parts, ANSWER_IS_NO if view.drifts else 0)


@environment.command(
    "revert-drift",
    cls=Verb,
    permission=Permission.ENVIRONMENT_REVERT_DRIFT,
    example="pavior environment revert-drift orders/dev",
)
@click.argument("name")
@no_wait_option
def revert_drift(call: Call, name: str, no_wait: bool) -> Answer:
    """Bring the live cloud back to what was applied, through a Change."""
    return opened(call, call.application.changes.revert_drift(call.actor, name), no_wait=no_wait)


@environment.command(
    "adopt-drift",
    cls=Verb,
    permission=Permission.ENVIRONMENT_ADOPT_DRIFT,
    example="pavior environment adopt-drift orders/dev --resource aws_s3_bucket.files",
)
@click.argument("name")
@click.option("--resource", "resources", multiple=True, help="Address of one that drifted; may be given again.")
@no_wait_option
def adopt_drift(call: Call, name: str, resources: tuple[str, ...], no_wait: bool) -> Answer:
    """Let the source say what is live, through a proposal and its Change; all that drifted, or the resources named."""
    return opened(call, call.application.changes.adopt_drift(call.actor, name, resources), no_wait=no_wait)


@environment.command(
    "rebuild", cls=Verb, permission=Permission.ENVIRONMENT_REBUILD, example="pavior environment rebuild orders/dev"
)
@click.argument("name")
@no_wait_option
def rebuild(call: Call, name: str, no_wait: bool) -> Answer:
    """Make everything again after the sandbox forgot it, through a Change."""
    return opened(call, call.application.changes.rebuild_environment(call.actor, name), no_wait=no_wait)


@environment.command(
    "destroy",
    cls=Verb,
    permission=Permission.ENVIRONMENT_DESTROY,
    example="pavior environment destroy orders/dev --yes",
)
@click.argument("name")
@click.option("--yes", "is_certain", is_flag=True, help="Do not ask.")
@no_wait_option
def destroy(call: Call, name: str, is_certain: bool, no_wait: bool) -> Answer:
    """Take everything down, through a Change."""
    if not is_certain:
        if not call.is_interactive:
            raise InvalidError(
                "confirmation-missing", f"Destroying {name} was not confirmed.", fix="Add --yes when you are certain."
            )
        click.confirm(f"Destroy everything in {name}?", abort=True, err=True)
    return opened(call, call.application.changes.destroy_environment(call.actor, name), no_wait=no_wait)


@environment.command(
    "promote",
    cls=Verb,
    permission=Permission.CHANGE_OPEN,
    example="pavior environment promote orders/dev orders/prod",
)
@click.argument("source")
@click.argument("target")
@no_wait_option
def promote(call: Call, source: str, target: str, no_wait: bool) -> Answer:
    """Bring the commit that one environment runs to another, through a Change."""
    commit = call.application.pages.get_environment(call.actor, source).environment.commit
    if not commit:
        raise ConflictError(
            "environment-not-deployed",
            f"{source} runs nothing yet, so there is nothing to promote.",
            fix=f"Deploy to it first: pavior change open {source} --branch NAME",
        )
    return opened(call, call.application.changes.open_change(call.actor, target, commit=commit), no_wait=no_wait)


@environment.command(
    "resize",
    cls=Verb,
    permission=Permission.CHANGE_OPEN,
    example="pavior environment resize orders/dev --set size=large",
)
@click.argument("name")
@click.option("--set", "assignments", metavar="KEY=VALUE", multiple=True, help="A day-two parameter; repeatable.")
@no_wait_option
def resize(call: Call, name: str, assignments: tuple[str, ...], no_wait: bool) -> Answer:
    """Set parameters that the golden path lets you change later, through a proposal and its Change."""
    service, _, stage = name.partition("/")
    schema = call.application.pages.get_service(call.actor, service).day_two_schema or {}
    if not assignments and not call.is_interactive:
        raise InvalidError(
            "parameters-missing",
            f"Nothing was given that {name} should be set to.",
            fix=f"Add --set KEY=VALUE; the keys are: {', '.join(_keys(schema)) or 'none'}.",
        )
    parameters = fill_parameters(schema, read_assignments(assignments), is_interactive=call.is_interactive)
    found = call.application.changes.resize(call.actor, service, stage, parameters)
    return opened(call, found, no_wait=no_wait)


def _environment_answer(view: EnvironmentView) -> Answer:
    found = view.environment
    facts = Facts(
        (
            ("environment", found.id + (" (production)" if found.is_production else "")),
            ("status", found.status.value),
            ("", found.status_detail),
            ("engine", found.engine),
            ("commit", found.commit[:12]),
            ("change", found.change_id),
            ("deployed", _moment(found.deployed_at)),
            ("drift checked", _moment(found.drift_checked_at) or "never"),
        )
    )
    resources = tuple(
        (
            resource.address,
            " ".join(
                f"{outcome.value}:{sum(verdict.outcome is outcome for verdict in verdicts)}"
                for outcome in Outcome
                if any(verdict.outcome is outcome for verdict in verdicts)
            )
            or ("no control looks at it" if resource.type in view.uncovered_types else "looked at with another one"),
        )
        for resource, verdicts in view.resources
    )
    drifts = tuple(
        (
            drift.severity.value,
            drift.address,
            prop.path,
            _value(prop.expected),
            _value(prop.actual),
            " ".join(drift.controls),
        )
        for drift in view.drifts
        for prop in drift.properties or ()
    ) + tuple(
        (drift.severity.value, drift.address, "", "there", drift.kind, " ".join(drift.controls))
        for drift in view.drifts
        if not drift.properties
    )
    next_step: tuple[Text, ...] = ()
    if view.drifts:
        next_step = (
            Text(f"Next: pavior environment revert-drift {found.id}"),
            Text(f"  or: pavior environment adopt-drift {found.id}, to let the source say it"),
        )
    elif found.status is EnvironmentStatus.UNKNOWN:
        next_step = (Text(f"Next: pavior environment rebuild {found.id}"),)
    columns = ("severity", "resource", "property", "applied", "live", "breaks")
    parts: tuple[Part, ...] = (
        facts,
        Table(("resource", "verdicts"), resources, "It holds nothing."),
        Table(columns, drifts, "No drift is known."),
        *next_step,
    )
    return Answer(view, parts)


def _keys(schema: Mapping[str, object]) -> list[str]:
    properties = schema.get("properties")
    return list(properties) if isinstance(properties, Mapping) else []


def _moment(instant: object) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC" if instant else ""


def _value(value: object) -> str:
    match value:
        case None:
            return "(absent)"
        case Sensitive():
            return str(value)
        case Unknown():
            return f"(unknown: {value.detail or value.reason.value})"
        case _:
            return str(value)
