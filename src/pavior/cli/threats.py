"""`pavior threat`: the table of its commands. What reads files alone needs no server."""

import click

from pavior.cli.verb import Later, LazyGroup

COMMANDS: dict[str, Later] = {
    "list": Later("pavior.cli.threat_listing:list_threats", "How threats stand where they are deployed."),
    "show": Later("pavior.cli.threat_listing:show_threat", "One threat: what it is, and what stops it."),
    "history": Later("pavior.cli.threat_listing:show_history", "How one threat stood before."),
    "fleet": Later("pavior.cli.threat_listing:show_fleet", "All services, and what would close how many threats."),
    "models": Later("pavior.cli.threat_listing:list_models", "The threat model of each service."),
    "reopened": Later("pavior.cli.threat_listing:list_reopened", "What was stopped, and is open again."),
}


@click.group(cls=LazyGroup, commands_later=COMMANDS)
def threat() -> None:
    """What could go wrong by design, what stops it, and whether that holds."""
