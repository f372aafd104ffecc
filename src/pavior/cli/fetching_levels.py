"""`pavior environment fetch-levels`: the signed levels and waivers of a server, for checks that then need no server."""

from datetime import UTC, datetime
from pathlib import Path

import click
from msgspec import Struct

from pavior.cli.answer import Answer, Facts, Text
from pavior.cli.checking.given_levels import read_levels_key
from pavior.cli.checking.output import write_whole
from pavior.cli.launcher import Launcher
from pavior.cli.verb import OpenVerb
from pavior.kernel.clock import format_instant
from pavior.kernel.errors import UnavailableError
from pavior.policy.level_documents import UnusableLevelsError, read_levels


class FetchedLevels(Struct, frozen=True):
    """What was fetched, verified and written.

    Args:
        waivers: How many are in it.
    """

    file: str
    server: str
    environment: str
    issued_at: datetime
    valid_until: datetime
    controls: int
    waivers: int


@click.command(
    "fetch-levels",
    cls=OpenVerb,
    public_because="the server asks who the token in PAVIOR_TOKEN is.",
    example="pavior environment fetch-levels orders/prod --server https://pavior.example.org --key audit-public.pem "
    "--output levels.json",
)
@click.argument("name")
@click.option("--server", metavar="ADDRESS", required=True, help="Such as https://pavior.example.org.")
@click.option(
    "--key", metavar="FILE", type=click.Path(path_type=Path), required=True, help="Its public key: audit-public.pem."
)
@click.option(
    "--output", metavar="FILE", type=click.Path(path_type=Path), required=True, help="Write the document into this."
)
def fetch_levels(
    launcher: Launcher,
    name: str,
    server: str,
    key: Path,
    output: Path,
    is_json: bool,  # noqa: ARG001 - every open verb takes it
) -> Answer:
    """Fetch the signed levels and waivers of an environment from a server, for pavior check --levels-from.

    By the token in PAVIOR_TOKEN. A file that is there already stays as it is unless what comes is good.
    """
    public_key = read_levels_key(key)
    content = launcher.check_tools().fetch_levels(server, name)
    try:
        document = read_levels(content, key=public_key, now=datetime.now(UTC))
    except UnusableLevelsError as error:
        raise _unusable(server, name, error.summary.rstrip(".")) from error
    if document.environment != name:
        raise _unusable(server, name, f"It is about {document.environment}")
    write_whole(output, content.decode())
    fetched = FetchedLevels(
        file=str(output),
        server=document.server,
        environment=document.environment,
        issued_at=document.issued_at,
        valid_until=document.valid_until,
        controls=len(document.controls),
        waivers=len(document.waivers),
    )
    return Answer(fetched, (_facts(fetched), Text(f"Use it: pavior check --levels-from {output} --levels-key {key}")))


def _facts(fetched: FetchedLevels) -> Facts:
    return Facts(
        (
            ("file", fetched.file),
            ("by", fetched.server),
            ("environment", fetched.environment),
            ("issued", format_instant(fetched.issued_at)),
            ("valid until", format_instant(fetched.valid_until)),
            ("controls", str(fetched.controls)),
            ("waivers", str(fetched.waivers)),
        )
    )


def _unusable(server: str, name: str, why: str) -> UnavailableError:
    return UnavailableError(
        "levels-unusable",
        f"What {server} gave as the levels of {name} is of no use: {why}. Nothing was written.",
        fix="Look whether the key is that server's, and whether the clocks of both agree.",
    )
