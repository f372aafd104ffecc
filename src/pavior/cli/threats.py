"""`pavior threat`: the table of its commands. What reads files alone needs no server."""

import click

from pavior.cli.verb import Later, LazyGroup

COMMANDS: dict[str, Later] = {
    "lint": Later("pavior.cli.threat_lint:lint_models", "Check models, and tell what they leave open."),
    "upgrade": Later("pavior.cli.threat_lint:upgrade_models", "Bring models of the first version to the second."),
}


@click.group(cls=LazyGroup, commands_later=COMMANDS)
def threat() -> None:
    """What could go wrong by design, what stops it, and whether that holds."""
