"""`pavior threat`: the table of its commands. What reads files alone needs no server."""

import click

from pavior.cli.verb import Later, LazyGroup

COMMANDS: dict[str, Later] = {
    "library": Later("pavior.cli.threat_library:list_library", "List the threats that are known before any system is."),
    "explain": Later("pavior.cli.threat_library:explain_threat", "Show what one threat of the library is."),
}


@click.group(cls=LazyGroup, commands_later=COMMANDS)
def threat() -> None:
    """What could go wrong by design, what stops it, and whether that holds."""
