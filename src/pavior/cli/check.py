"""`pavior check`: infrastructure code and manifests against the controls, without server, account or network."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from pavior.cli.checking.formats import FORMATS
from pavior.cli.checking.looking import check_path
from pavior.cli.checking.request import CheckRequest
from pavior.cli.checking.telling import ask_and_tell, telling_of
from pavior.cli.launcher import Launcher
from pavior.cli.verb import OpenVerb


@click.command(
    "check",
    cls=OpenVerb,
    public_because="it reads files that you can read anyway.",
    example="pavior check infra --environment prod",
)
@click.argument("path", type=click.Path(path_type=Path), default=".")
@click.option(
    "--environment", metavar="STAGE", default="", help="Use the levels of this stage; the default levels when left out."
)
@click.option(
    "--require-known",
    "is_known_required",
    is_flag=True,
    help="What is not known under a blocking control stops the check too (exit status 3).",
)
@click.option(
    "--source",
    type=click.Path(path_type=Path),
    help="Terraform that the plan at PATH was made of: gives lines, and what the plan hides.",
)
@click.option("--format", "format_name", type=click.Choice(list(FORMATS)), help="How to tell it; people when left out.")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the format to FILE, whole or not at all, and tell people on stdout.",
)
def check(
    launcher: Launcher,
    path: Path,
    environment: str,
    is_known_required: bool,
    source: Path | None,
    format_name: str | None,
    output: Path | None,
    is_json: bool,
) -> int:
    """Check Terraform and manifests, a state or a JSON plan at PATH.

    Exit status: 0 clean; 1 blocked; 2 bad input; 3 something that matters could not be evaluated; 70 a bug in Pavior.
    See docs/reference/check.md.
    """
    tools = launcher.check_tools()
    telling = telling_of(format_name or "", output, tools.mask_lines, is_json=is_json)
    request = CheckRequest(path, environment, is_known_required, source)
    with _without_collecting():
        return ask_and_tell(telling, request, lambda: check_path(request, tools))


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Nothing that a check makes is thrown away before its end, so looking for garbage finds none, again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
