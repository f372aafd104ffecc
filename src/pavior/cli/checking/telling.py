"""Puts the answer of a check where it is wanted, in the format that is wanted, and says how the check ends."""

import sys
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from pavior.cli.answer import Answer
from pavior.cli.checking.ending import Ending, ending_of, refused_as_checks_are
from pavior.cli.checking.formats import PEOPLE, rendered
from pavior.cli.checking.people import MaskLines, sentence_of, told_to_people
from pavior.cli.checking.report import CheckReport, Looked, Problem, weigh_all
from pavior.cli.checking.request import CheckRequest
from pavior.cli.checking.settling import unsettled
from pavior.cli.printing import plain_answer, print_answer, print_error
from pavior.kernel.errors import InvalidError, PaviorError
from pavior.kernel.verdicts import Phase
from pavior.policy.model import Coverage, Evaluation
from pavior.resources.model import GraphFormat, ResourceGraph

UNWRITABLE = "check-output-unwritable"


class Telling(Struct, frozen=True):
    """How an answer is wanted.

    Args:
        format: One of `formats.FORMATS`.
        output: The file that the format goes to; people are then told on stdout.
        mask_lines: See `CheckTools.mask_lines`.
    """

    format: str
    output: Path | None
    mask_lines: MaskLines


def telling_of(format_name: str, output: Path | None, mask_lines: MaskLines, *, is_json: bool) -> Telling:
    """What the options ask for; `--json` is short for `--format json`.

    Raises:
        InvalidError: `check-format-ambiguous`.
    """
    if is_json and format_name not in ("", "json"):
        raise InvalidError(
            "check-format-ambiguous",
            f"--json and --format {format_name} ask for two formats, and one is told.",
            fix="Leave one of them out.",
        )
    return Telling("json" if is_json else format_name or PEOPLE, output, mask_lines)


def ask_and_tell(telling: Telling, request: CheckRequest, ask: Callable[[], CheckReport]) -> int:
    """Ask, tell, and give the exit status; whatever `ask` raises on purpose is told in the same format."""
    try:
        with refused_as_checks_are():
            report = ask()
            ending = ending_of(report)
            _tell(telling, report, ending)
    except PaviorError as error:
        ending = Ending(error.exit_status)
        _tell_refusal(telling, request, error, ending)
    return int(ending)


def _tell(telling: Telling, report: CheckReport, ending: Ending) -> None:
    if telling.output is None and telling.format != PEOPLE:
        _print(_rendered(telling, report, ending))
        return
    answer = Answer(report, tuple(told_to_people(report, telling.mask_lines)), int(ending))
    # People first: what was found is seen also where the file cannot be written.
    print_answer(answer, is_json=False, stream=sys.stdout)
    if telling.output is not None:
        is_plain = telling.format == PEOPLE
        _write(telling.output, plain_answer(answer) if is_plain else _rendered(telling, report, ending))


def _tell_refusal(telling: Telling, request: CheckRequest, error: PaviorError, ending: Ending) -> None:
    """To people as any error; to programs as a report of nothing but the problem, so that no old file looks clean."""
    is_json = telling.format == "json" and telling.output is None
    print_error(error, is_json=is_json)
    if telling.format == PEOPLE or is_json or error.code == UNWRITABLE:
        return
    problem = Problem(error.code, error.summary, error.fix)
    unread = ResourceGraph(GraphFormat.TERRAFORM_SOURCE, (), complete=False)
    nothing = Looked(Evaluation((), Coverage({}, {})), unread, problems=(problem,))
    text = _rendered(telling, weigh_all(unsettled(request), Phase.CODE, (nothing,)), ending)
    if telling.output is None:
        _print(text)
        return
    try:
        _write(telling.output, text)
    except InvalidError as second:
        print_error(second, is_json=False)


def _rendered(telling: Telling, report: CheckReport, ending: Ending) -> str:
    return rendered(telling.format, report, int(ending), sentence_of(report))


def _print(text: str) -> None:
    # Half of a character, as names of files may hold, is written as the escape that JSON has for it too.
    sys.stdout.write(text.encode("utf-8", errors="backslashreplace").decode("utf-8"))
    sys.stdout.flush()


def _write(path: Path, text: str) -> None:
    from pavior.cli.checking.output import write_whole

    write_whole(path, text)
