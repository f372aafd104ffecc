"""`pavior check`: infrastructure code and manifests against the controls, without server, account or network."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from msgspec import structs

from pavior.cli.answer import Answer
from pavior.cli.checking.asking import (
    answer_explained,
    answer_fixed,
    answer_watched,
    find_agreement,
    require_one_question,
)
from pavior.cli.checking.ending import refused_as_checks_are
from pavior.cli.checking.formats import FORMATS
from pavior.cli.checking.given_levels import levels_request
from pavior.cli.checking.given_variables import read_given
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
@click.argument("path", type=click.Path(path_type=Path, readable=False), default=".")
# What is read; by which measure; what of it may stop the check; what else is asked; how it is told.
@click.option(
    "--source",
    metavar="FOLDER",
    type=click.Path(path_type=Path, readable=False),
    help="Terraform that the plan at PATH was made of: it has lines, and what the plan hides.",
)
@click.option(
    "--var", "variables", metavar="NAME=VALUE", multiple=True, help="A value for a variable of Terraform; repeatable."
)
@click.option(
    "--var-file",
    "variable_files",
    metavar="FILE",
    type=click.Path(path_type=Path, readable=False),
    multiple=True,
    help="A file of such values; later ones win. TF_VAR_... of the environment is not read.",
)
@click.option(
    "--environment",
    metavar="STAGE",
    help="Use the levels of this stage; else those of the stage in pavior.yaml, else the defaults.",
)
@click.option(
    "--require-known/--no-require-known",
    "is_known_required",
    default=None,
    help="Whether what is not known under a blocking control stops the check (exit status 3).",
)
@click.option(
    "--require-coverage/--no-require-coverage",
    "is_coverage_required",
    default=None,
    help="Whether what no control looked at, or could not be read, stops the check (exit status 3).",
)
@click.option(
    "--trust-packs",
    "is_pack_trusted",
    is_flag=True,
    help="Run rules of packs that the pavior.yaml of PATH names: programs, with your rights.",
)
@click.option(
    "--baseline",
    metavar="FILE",
    type=click.Path(path_type=Path, readable=False),
    help="Failures in FILE are told as known before, and do not stop the check.",
)
@click.option(
    "--write-baseline",
    "written_baseline",
    metavar="FILE",
    type=click.Path(path_type=Path, readable=False),
    help="Write every failure of now into FILE, and use it as the baseline.",
)
@click.option(
    "--changed-since",
    metavar="REF",
    help="Only what changed since this branch left REF, such as origin/main, stops the check.",
)
@click.option(
    "--explain",
    "explained",
    metavar="CONTROL",
    help="Instead, explain one control: what it demands, and what decided here.",
)
@click.option(
    "--fix",
    "is_fix_wanted",
    is_flag=True,
    help="Set single attributes that make failing resources pass: shows the diff, and asks.",
)
@click.option("--yes", "is_certain", is_flag=True, help="With --fix: write without asking.")
@click.option(
    "--watch",
    "is_watch_wanted",
    is_flag=True,
    help="Check again whenever a file changes; with --json, one document a line.",
)
@click.option(
    "--levels-from",
    "levels_file",
    metavar="FILE",
    type=click.Path(path_type=Path, readable=False),
    help="Go by these levels of one environment, signed by a server; unknown once they are not valid (exit status 3).",
)
@click.option(
    "--levels-key",
    metavar="FILE",
    type=click.Path(path_type=Path, readable=False),
    help="Public key of the server that signed them: audit-public.pem.",
)
@click.option("--format", "format_name", type=click.Choice(list(FORMATS)), help="How to tell it; else to people.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, readable=False),
    metavar="FILE",
    help="Write the format into FILE, whole or not at all, and tell people on stdout.",
)
def check(
    launcher: Launcher,
    path: Path,
    source: Path | None,
    variables: tuple[str, ...],
    variable_files: tuple[Path, ...],
    environment: str | None,
    is_known_required: bool | None,
    is_coverage_required: bool | None,
    is_pack_trusted: bool,
    baseline: Path | None,
    written_baseline: Path | None,
    changed_since: str | None,
    explained: str | None,
    is_fix_wanted: bool,
    is_certain: bool,
    is_watch_wanted: bool,
    levels_file: Path | None,
    levels_key: Path | None,
    format_name: str | None,
    output: Path | None,
    is_json: bool,
) -> Answer | int:
    """Check Terraform and manifests, a state or a JSON plan at PATH; with - what comes on standard input.

    Exit status: 0 clean; 1 blocked; 2 bad input; 3 something that matters could not be evaluated; 70 a bug in Pavior.
    See docs/reference/check.md.
    """
    tools = launcher.check_tools()
    with refused_as_checks_are():
        levels = levels_request(levels_file, levels_key)
    request = CheckRequest(
        path=path,
        environment=environment,
        is_known_required=is_known_required,
        is_coverage_required=is_coverage_required,
        source=source,
        is_pack_trusted=is_pack_trusted,
        baseline=baseline,
        written_baseline=written_baseline,
        changed_since=changed_since,
        levels=levels,
    )
    telling = telling_of(format_name or "", output, tools.mask_lines, is_json=is_json)
    require_one_question(
        request,
        explained=explained,
        is_fix_wanted=is_fix_wanted,
        is_certain=is_certain,
        is_watch_wanted=is_watch_wanted,
        is_report_wanted=format_name is not None or output is not None,
    )

    def with_values() -> CheckRequest:
        return structs.replace(request, given=read_given(variables, variable_files))

    with refused_as_checks_are():
        if is_watch_wanted:
            return answer_watched(with_values(), tools, is_json=is_json)
        if explained is not None:
            return answer_explained(with_values(), explained, tools)
        if is_fix_wanted:
            return answer_fixed(with_values(), tools, find_agreement(is_certain=is_certain, is_json=is_json))
    with _without_collecting():
        return ask_and_tell(telling, request, lambda: check_path(with_values(), tools))


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
