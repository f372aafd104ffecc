"""How the turns of a watch are told."""

import json
from collections.abc import Iterable
from typing import TextIO

from pavior.cli.answer import Answer, Part, Table, Text, to_json
from pavior.cli.checking.ending import Ending, ending_of, ending_of_error
from pavior.cli.checking.people import MaskLines, sentence_of, told_to_people
from pavior.cli.checking.request import CheckRequest
from pavior.cli.checking.watching import Told, Turn
from pavior.cli.printing import print_answer, print_error

_FIXED, _GONE = "fixed", "gone"


def follow(
    turns: Iterable[Turn], request: CheckRequest, *, mask_lines: MaskLines, is_json: bool, stream: TextIO
) -> int:
    """Print each turn as it comes until Ctrl-C; gives the exit status of the last check.

    Args:
        mask_lines: See `CheckTools.mask_lines`.
        is_json: One document a line.
    """
    status: int | None = None
    try:
        for turn in turns:
            status = _status(turn)
            if is_json:
                stream.write(json.dumps(_document(turn), ensure_ascii=False) + "\n")
                stream.flush()
            elif turn.error is not None:
                print_error(turn.error, is_json=False)
            elif turn.is_first or turn.is_change:
                print_answer(Answer(None, tuple(_parts(turn, request, mask_lines))), is_json=False, stream=stream)
    except KeyboardInterrupt:
        # How a person says that it is enough; before the first answer there is none to give.
        if status is None:
            raise
    return status or 0


def _status(turn: Turn) -> int:
    if turn.report is None:
        return int(Ending.NOT_EVALUATED if turn.error is None else ending_of_error(turn.error))
    return int(ending_of(turn.report))


def _parts(turn: Turn, request: CheckRequest, mask_lines: MaskLines) -> list[Part]:
    if turn.report is None:
        return []
    if turn.is_first:
        return told_to_people(turn.report, request.is_known_required, mask_lines)
    parts: list[Part] = [Text(f"{item.code}: {item.summary}\n  fix: {item.fix}") for item in turn.problems]
    rows = tuple(_row(word, item) for word, items in _kinds(turn) for item in items)
    if rows:
        parts.append(Table(("now", "control", "resource", "where", "what"), rows, ""))
    told = ", ".join(f"{len(items)} {word}" for word, items in _kinds(turn) if items)
    verdict = sentence_of(turn.report, request.is_known_required)
    return [*parts, Text(f"{told or 'Something cannot be read'}. {verdict}\n")]


def _row(word: str, item: Told) -> tuple[str, ...]:
    is_over = word in {_FIXED, _GONE}
    # Where it stood and what was wrong with it is so no more.
    return (word, item.control, item.subject, *(("", "") if is_over else (str(item.position or ""), item.message)))


def _kinds(turn: Turn) -> tuple[tuple[str, tuple[Told, ...]], ...]:
    return ((_FIXED, turn.fixed), ("new", turn.new), ("not known", turn.not_known), (_GONE, turn.gone))


def _document(turn: Turn) -> object:
    error = turn.error
    return {
        "report": to_json(turn.report),
        "error": None if error is None else {"code": error.code, "summary": error.summary, "fix": error.fix},
        **{word.replace(" ", "_"): to_json(items) for word, items in _kinds(turn)},
    }
