"""`pavior check`: infrastructure code and manifests against the controls, without server, account or network."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from pavior.cli.answer import ANSWER_IS_NO, Answer
from pavior.cli.checking.given_variables import read_given
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
    "--environment", metavar="STAGE", default="", help="Use the levels of this stage; the default levels when left out."
)
@click.option(
    "--require-known", "is_known_required", is_flag=True, help="What is not known under a blocking control is a no too."
)
@click.option(
    "--require-coverage",
    "is_coverage_required",
    is_flag=True,
    help="What no control looked at is a no too: kinds of files, types of resources, what could not be read.",
)
@click.option(
    "--source",
    type=click.Path(path_type=Path),
    help="Terraform that the plan at PATH was made of: gives lines, and what the plan hides.",
)
@click.option("--var", "variables", metavar="NAME=VALUE", multiple=True, help="A value for a variable of Terraform.")
@click.option(
    "--var-file",
    "variable_files",
    metavar="FILE",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A file of such values; later ones win. TF_VAR_... of the environment is not read.",
)
def check(
    launcher: Launcher,
    path: Path,
    environment: str,
    is_known_required: bool,
    is_coverage_required: bool,
    source: Path | None,
    variables: tuple[str, ...],
    variable_files: tuple[Path, ...],
    is_json: bool,  # noqa: ARG001 - every open verb takes it
) -> Answer:
    """Check Terraform and manifests, a state or a JSON plan at PATH; exit status 1 when a blocking control says no.

    With - as PATH it reads a plan, a state or manifests from standard input.
    """
    request = CheckRequest(
        path, environment, is_known_required, is_coverage_required, source, read_given(variables, variable_files)
    )
    with _without_collecting():
        report = check_path(request, launcher.check_tools())
    is_no = report.is_denied or report.lacks_coverage
    return Answer(report, tuple(told_to_people(report, is_known_required)), ANSWER_IS_NO if is_no else 0)


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
