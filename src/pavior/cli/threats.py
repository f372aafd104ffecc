"""`pavior threat`: the table of its commands. What reads files alone needs no server."""

import click

from pavior.cli.verb import Later, LazyGroup

COMMANDS: dict[str, Later] = {
    "draft": Later("pavior.cli.threat_drafting:draft_threats", "Draft the model of a service, or what is new in it."),
}


@click.group(cls=LazyGroup, commands_later=COMMANDS)
def threat() -> None:
    """What could go wrong by design, what stops it, and whether that holds."""
