"""`pavior check`: infrastructure code and manifests against the controls, without server, account or network."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from pavior.cli.answer import ANSWER_IS_NO, Answer
from pavior.cli.checking.asking import (
    answer_explained,
    answer_fixed,
    answer_watched,
    find_agreement,
    require_one_question,
)
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
    "--source",
    type=click.Path(path_type=Path),
    help="Terraform that the plan at PATH was made of: gives lines, and what the plan hides.",
)
@click.option(
    "--baseline",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Only failures that are not in FILE stop it; the others are told as known before.",
)
@click.option(
    "--write-baseline",
    "written_baseline",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write every failure of now into FILE, and use it as the baseline.",
)
@click.option(
    "--changed-since",
    metavar="REF",
    help="Only what changed since this branch left REF, as origin/main, stops it; all is read.",
)
@click.option(
    "--explain",
    "explained",
    metavar="CONTROL",
    help="Explain one control instead: what it demands, what it was asked about, and what decided.",
)
@click.option(
    "--fix",
    "is_fix_wanted",
    is_flag=True,
    help="Set the attributes that make failing resources pass, where that is safe: shows the diff, and asks.",
)
@click.option("--yes", "is_certain", is_flag=True, help="With --fix: write without asking.")
@click.option(
    "--watch",
    "is_watch_wanted",
    is_flag=True,
    help="Check again whenever a file changes, and tell what changed; with --json one document a line.",
)
def check(
    launcher: Launcher,
    path: Path,
    environment: str,
    is_known_required: bool,
    source: Path | None,
    baseline: Path | None,
    written_baseline: Path | None,
    changed_since: str | None,
    explained: str | None,
    is_fix_wanted: bool,
    is_certain: bool,
    is_watch_wanted: bool,
    is_json: bool,
) -> Answer | int:
    """Check Terraform and manifests, a state or a JSON plan at PATH; exit status 1 when a blocking control says no."""
    request = CheckRequest(path, environment, is_known_required, source, baseline, written_baseline, changed_since)
    require_one_question(
        request,
        explained=explained,
        is_fix_wanted=is_fix_wanted,
        is_certain=is_certain,
        is_watch_wanted=is_watch_wanted,
    )
    if is_watch_wanted:
        return answer_watched(request, launcher.check_tools(), is_json=is_json)
    if explained is not None:
        return answer_explained(request, explained, launcher.check_tools())
    if is_fix_wanted:
        return answer_fixed(request, launcher.check_tools(), find_agreement(is_certain=is_certain, is_json=is_json))
    with _without_collecting():
        report = check_path(request, launcher.check_tools())
    return Answer(report, tuple(told_to_people(report, is_known_required)), ANSWER_IS_NO if report.is_denied else 0)


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
