"""Does what `pavior check` is asked for, whoever read the options."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct, structs

from pavior.cli.answer import Answer
from pavior.cli.checking.asking import (
    answer_explained,
    answer_fixed,
    answer_watched,
    find_agreement,
    require_one_question,
)
from pavior.cli.checking.ending import refused_as_checks_are
from pavior.cli.checking.given_levels import levels_request
from pavior.cli.checking.given_variables import read_given
from pavior.cli.checking.looking import check_path
from pavior.cli.checking.request import CheckRequest
from pavior.cli.checking.telling import ask_and_tell, telling_of
from pavior.cli.launcher import Launcher
from pavior.cli.printing import print_answer


class CheckOptions(Struct, frozen=True):
    """What was typed, by the names and with the defaults of the options in `cli.check`, which say what each means."""

    path: Path = Path()
    source: Path | None = None
    variables: tuple[str, ...] = ()
    variable_files: tuple[Path, ...] = ()
    environment: str | None = None
    is_known_required: bool | None = None
    is_coverage_required: bool | None = None
    is_pack_trusted: bool = False
    baseline: Path | None = None
    written_baseline: Path | None = None
    changed_since: str | None = None
    explained: str | None = None
    is_fix_wanted: bool = False
    is_certain: bool = False
    is_watch_wanted: bool = False
    levels_file: Path | None = None
    levels_key: Path | None = None
    format_name: str | None = None
    output: Path | None = None
    is_json: bool = False


@refused_as_checks_are()
def answer_check(launcher: Launcher, options: CheckOptions) -> int:
    """Check, print what came of it, and give the exit status.

    Raises:
        PaviorError: What is refused before anything is looked at; all else of a plain check is told here.
    """
    tools = launcher.check_tools()
    levels = levels_request(options.levels_file, options.levels_key)
    request = CheckRequest(
        path=options.path,
        environment=options.environment,
        is_known_required=options.is_known_required,
        is_coverage_required=options.is_coverage_required,
        source=options.source,
        is_pack_trusted=options.is_pack_trusted,
        baseline=options.baseline,
        written_baseline=options.written_baseline,
        changed_since=options.changed_since,
        levels=levels,
    )
    telling = telling_of(options.format_name or "", options.output, tools.mask_lines, is_json=options.is_json)
    require_one_question(
        request,
        explained=options.explained,
        is_fix_wanted=options.is_fix_wanted,
        is_certain=options.is_certain,
        is_watch_wanted=options.is_watch_wanted,
        is_report_wanted=options.format_name is not None or options.output is not None,
    )

    def with_values() -> CheckRequest:
        return structs.replace(request, given=read_given(options.variables, options.variable_files))

    if options.is_watch_wanted:
        return answer_watched(with_values(), tools, is_json=options.is_json)
    if options.explained is not None:
        return _printed(answer_explained(with_values(), options.explained, tools), options)
    if options.is_fix_wanted:
        agreement = find_agreement(is_certain=options.is_certain, is_json=options.is_json)
        return _printed(answer_fixed(with_values(), tools, agreement), options)
    with _without_collecting():
        return ask_and_tell(telling, request, lambda: check_path(with_values(), tools))


def _printed(answer: Answer, options: CheckOptions) -> int:
    print_answer(answer, is_json=options.is_json, stream=sys.stdout)
    return answer.exit_status


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
