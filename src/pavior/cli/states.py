"""`pavior state`: Terraform's states that Pavior keeps, for whoever runs Terraform by themselves."""

import click

from pavior.cli.answer import Answer, Facts, Table, Text
from pavior.cli.verb import Call, Verb
from pavior.identity.model import Permission
from pavior.kernel.clock import format_instant
from pavior.kernel.errors import InvalidError
from pavior.states.model import StateHistory


@click.group()
def state() -> None:
    """Terraform's states that are kept here."""


@state.command("history", cls=Verb, permission=Permission.STATE_READ, example="pavior state history orders/prod")
@click.argument("environment")
def history(call: Call, environment: str) -> Answer:
    """List the versions of a state, newest first, and say who holds its lock."""
    return _history_answer(call.application.states.history(call.actor, environment))


@state.command(
    "pull",
    cls=Verb,
    permission=Permission.STATE_READ,
    example="pavior state pull orders/prod --version 3",
)
@click.argument("environment")
@click.option("--version", "number", type=click.IntRange(1), help="An older one; the newest when left out.")
def pull(call: Call, environment: str, number: int | None) -> Answer:
    """Print a state, with its secrets in clear. That it was read is recorded."""
    states = call.application.states
    if number is None:
        body = states.read(call.actor, environment)
    else:
        body = states.read_version(call.actor, environment, number)
    text = "" if body is None else body.decode()
    return Answer({"environment": environment, "state": text}, (Text(text),) if text else ())


@state.command(
    "restore", cls=Verb, permission=Permission.STATE_WRITE, example="pavior state restore orders/prod --version 3 --yes"
)
@click.argument("environment")
@click.option("--version", "number", type=click.IntRange(1), required=True, help="As `pavior state history` lists it.")
@click.option("--yes", "is_certain", is_flag=True, help="Do not ask.")
def restore(call: Call, environment: str, number: int, is_certain: bool) -> Answer:
    """Let an older state be the newest again; nothing in the cloud is changed."""
    if not is_certain:
        if not call.is_interactive:
            raise InvalidError(
                "confirmation-missing",
                f"Going back to version {number} of {environment} was not confirmed.",
                fix="Add --yes when you are certain.",
            )
        click.confirm(f"Let version {number} be the state of {environment}?", abort=True, err=True)
    return _history_answer(call.application.states.restore(call.actor, environment, number))


@state.command(
    "unlock",
    cls=Verb,
    permission=Permission.STATE_UNLOCK,
    example="pavior state unlock orders/prod --reason 'the runner that held it is gone'",
)
@click.argument("environment")
@click.option("--reason", required=True, help="Stands in the audit log.")
def unlock(call: Call, environment: str, reason: str) -> Answer:
    """Take the lock away from whoever holds it; what they write afterwards is refused."""
    return _history_answer(call.application.states.force_unlock(call.actor, environment, reason=reason))


def _history_answer(found: StateHistory) -> Answer:
    lock = found.lock
    facts = Facts(
        (
            ("environment", found.environment + ("" if found.is_run_here else " (run elsewhere)")),
            ("locked by", lock.holder if lock else "nobody"),
            ("since", format_instant(lock.locked_at) if lock else ""),
            ("for", lock.operation if lock else ""),
        )
    )
    rows = tuple(
        (
            str(item.number),
            str(item.serial),
            format_instant(item.written_at),
            item.written_by,
            str(item.size_bytes),
            item.digest[:12],
        )
        for item in found.versions
    )
    columns = ("version", "serial", "written", "by", "bytes", "digest")
    return Answer(found, (facts, Table(columns, rows, "No state is kept yet.")))
