"""`pavior check`: infrastructure code and manifests against the controls, without server, account or network."""

from pathlib import Path
from typing import Any

import click

from pavior.cli.checking.command import CheckOptions, answer_check
from pavior.cli.checking.formats import FORMATS
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
    help="Go by these levels and waivers of one environment, signed by a server; unknown once they are not valid "
    "(exit status 3).",
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
def check(launcher: Launcher, **options: Any) -> int:
    """Check Terraform and manifests, a state or a JSON plan at PATH; with - what comes on standard input.

    Exit status: 0 clean; 1 blocked; 2 bad input; 3 something that matters could not be evaluated; 70 a bug in Pavior.
    See docs/reference/check.md.
    """
    return answer_check(launcher, CheckOptions(**options))
