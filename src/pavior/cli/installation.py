"""`pavior installation`: how Pavior itself is."""

import click

from pavior.cli.answer import ANSWER_IS_NO, Answer, Facts, Table
from pavior.cli.verb import Call, Verb
from pavior.identity.model import Permission
from pavior.kernel.clock import format_instant

_NO_WORKERS = {
    True: "On SQLite one worker holds the lock of the data folder, and has no name; whether it is there stands above.",
    False: "No worker was ever here. Start one with: pavior worker",
}


@click.group()
def installation() -> None:
    """How Pavior itself is."""


@installation.command(
    "show", cls=Verb, permission=Permission.INSTALLATION_READ, example="pavior installation show --json"
)
def show(call: Call) -> Answer:
    """Show what it is made of, whether it is well, who works and what waits; exit status 1 when it is not well."""
    found = call.application.overview.show_installation(call.actor)
    facts = Facts(
        (
            ("pavior", found.version),
            ("python", found.python),
            ("database", f"{found.database}, tables {found.tables}"),
            ("cloud", found.cloud),
            ("forge", found.forge),
            ("runs", f"{found.running} running, {found.queued} waiting"),
            ("waiting since", format_instant(found.waiting_since) if found.waiting_since else ""),
        )
    )
    checks = tuple((item.name, "well" if item.is_well else "unwell", item.detail) for item in found.checks)
    workers = tuple(
        (item.id, item.state, format_instant(item.started_at), format_instant(item.seen_at)) for item in found.workers
    )
    engines = tuple(
        (item.name, item.version or "not known", "default" if item.is_default else "") for item in found.engines
    )
    parts = (
        facts,
        Table(("part", "state", "what to do"), checks, "Nothing was asked."),
        Table(("worker", "state", "since", "last seen"), workers, _NO_WORKERS[found.database == "sqlite"]),
        Table(("engine", "version", ""), engines, "There is none."),
    )
    is_well = all(item.is_well for item in found.checks)
    return Answer(found, parts, 0 if is_well else ANSWER_IS_NO)
