"""`pavior check`: infrastructure code and manifests against the controls, without server, account or network."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from pavior.cli.answer import ANSWER_IS_NO, Answer
from pavior.cli.checking.looking import check_path
from pavior.cli.checking.people import told_to_people
from pavior.cli.checking.request import CheckRequest
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
    "--environment",
    metavar="STAGE",
    help="Use the levels of this stage; those of pavior.yaml, else the default levels, when left out.",
)
@click.option(
    "--require-known/--no-require-known",
    "is_known_required",
    default=None,
    help="Whether what is not known under a blocking control is a no too.",
)
@click.option(
    "--source",
    type=click.Path(path_type=Path),
    help="Terraform that the plan at PATH was made of: gives lines, and what the plan hides.",
)
@click.option(
    "--trust-packs",
    "is_pack_trusted",
    is_flag=True,
    help="Run the rules of packs that the pavior.yaml of PATH names; they are programs and get your rights.",
)
def check(
    launcher: Launcher,
    path: Path,
    environment: str | None,
    is_known_required: bool | None,
    source: Path | None,
    is_pack_trusted: bool,
    is_json: bool,  # noqa: ARG001 - every open verb takes it
) -> Answer:
    """Check Terraform and manifests, a state or a JSON plan at PATH; exit status 1 when a blocking control says no."""
    request = CheckRequest(path, environment, is_known_required, source, is_pack_trusted)
    with _without_collecting():
        report = check_path(request, launcher.check_tools())
    return Answer(report, tuple(told_to_people(report)), ANSWER_IS_NO if report.is_denied else 0)


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
