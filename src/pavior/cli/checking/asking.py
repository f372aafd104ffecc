"""What else can be asked of a check than its report; each is loaded when it is asked."""

import sys
import time
from collections.abc import Callable
from typing import TypeAlias

from msgspec import structs

from pavior.cli.answer import Answer
from pavior.cli.checking.ending import ending_of
from pavior.cli.checking.report import CheckReport
from pavior.cli.checking.request import CheckRequest
from pavior.cli.checking.standard_input import STANDARD_INPUT
from pavior.cli.launcher import CheckTools
from pavior.cli.printing import clean
from pavior.kernel.errors import InvalidError

# Whether a diff is to be written; and whether whoever decides has seen it then.
Agreement: TypeAlias = "tuple[Callable[[str], bool], bool]"


def require_one_question(
    request: CheckRequest,
    *,
    explained: str | None,
    is_fix_wanted: bool,
    is_certain: bool,
    is_watch_wanted: bool,
    is_report_wanted: bool,
) -> None:
    """Refuse what means nothing together.

    Raises:
        InvalidError: `check-options-exclude-each-other`, `check-option-alone`.
    """
    is_narrowed = bool(request.baseline or request.written_baseline) or request.changed_since is not None
    if is_certain and not is_fix_wanted:
        raise InvalidError("check-option-alone", "--yes agrees to what --fix would write.", fix="Give --fix as well.")
    if explained is not None and (is_narrowed or is_fix_wanted):
        raise InvalidError(
            "check-options-exclude-each-other",
            "--explain tells every verdict of one control, sets nothing aside, and writes nothing.",
            fix="Leave --baseline, --write-baseline, --changed-since and --fix out.",
        )
    if is_watch_wanted and (explained is not None or is_fix_wanted or request.written_baseline):
        raise InvalidError(
            "check-options-exclude-each-other",
            "--watch tells what changes in a check, and writes nothing.",
            fix="Leave --explain, --fix and --write-baseline out.",
        )
    if is_report_wanted and (explained is not None or is_fix_wanted or is_watch_wanted):
        raise InvalidError(
            "check-options-exclude-each-other",
            "--format and --output tell the report of one check, which --explain, --fix and --watch do not make.",
            fix="Leave them out; --json tells each of the others to programs.",
        )
    if str(request.path) == STANDARD_INPUT and (is_watch_wanted or is_fix_wanted or request.changed_since is not None):
        raise InvalidError(
            "check-options-exclude-each-other",
            "What comes on standard input comes once: it is neither watched, nor fixed, nor compared with a commit.",
            fix="Leave --watch, --fix and --changed-since out, or give the path of the files.",
        )
    if is_fix_wanted and request.written_baseline:
        raise InvalidError(
            "check-options-exclude-each-other",
            "--fix changes what --write-baseline would write down.",
            fix="Fix first, and write the baseline of what is left.",
        )


def answer_explained(request: CheckRequest, control_id: str, tools: CheckTools) -> Answer:
    """One control, explained on what is at the path; the exit status is that of a check with it alone.

    Raises:
        InvalidError, MissingError: As `explaining.explain`.
    """
    from pavior.cli.checking.explained import explained_to_people
    from pavior.cli.checking.explaining import explain

    explanation = explain(request, control_id, tools)
    status = int(ending_of(explanation.report))
    return Answer(explanation, tuple(explained_to_people(explanation)), status)


def answer_fixed(request: CheckRequest, tools: CheckTools, agreement: Agreement) -> Answer:
    """What was or could be written, and the check afterwards, whose exit status it is.

    Raises:
        PaviorError: As `repairing.repair`.
    """
    from pavior.cli.checking.repaired import repaired_to_people
    from pavior.cli.checking.repairing import repair

    agree, is_seen = agreement
    repaired = repair(request, tools, agree)
    status = int(ending_of(repaired.report))
    parts = repaired_to_people(repaired, tools.mask_lines, is_diff_wanted=not is_seen)
    return Answer(repaired, tuple(parts), status)


def find_agreement(*, is_certain: bool, is_json: bool) -> Agreement:
    """Yes when it was given beforehand; else a person at a terminal is shown the diff and asked; else no."""
    if is_certain:
        return (lambda _: True), False
    if is_json or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return (lambda _: False), False

    def ask(diff: str) -> bool:
        import click

        click.echo(clean(diff), err=True)
        return click.confirm("Write this?", err=True)

    return ask, True


def answer_watched(request: CheckRequest, tools: CheckTools, *, is_json: bool) -> int:
    """Check again at every change until Ctrl-C; gives the exit status of the last check.

    Raises:
        PaviorError: As `check_path`, of the first check.
    """
    from pavior.cli.checking.given_variables import read_given_again
    from pavior.cli.checking.looking import check_path
    from pavior.cli.checking.watched import follow
    from pavior.cli.checking.watched_files import WatchedFiles
    from pavior.cli.checking.watching import watch

    def check() -> CheckReport:
        return check_path(structs.replace(request, given=read_given_again(request.given)), tools)

    turns = watch(check, WatchedFiles(request, tools).stamps, time.sleep, time.monotonic)
    return follow(turns, mask_lines=tools.mask_lines, is_json=is_json, stream=sys.stdout)
