"""`pavior threat`: the table of its commands. What reads files alone needs no server."""

import click

from pavior.cli.verb import Later, LazyGroup

COMMANDS: dict[str, Later] = {
    "export": Later("pavior.cli.threat_exchange:export_model", "Write a model in another form, such as OTM."),
    "import": Later("pavior.cli.threat_exchange:import_model", "Make a model out of an Open Threat Model."),
}


@click.group(cls=LazyGroup, commands_later=COMMANDS)
def threat() -> None:
    """What could go wrong by design, what stops it, and whether that holds."""
