"""Edits as a unified diff to be read: what stands beside them may be secret, so it is masked as excerpts are."""

from collections.abc import Container, Iterator
from difflib import SequenceMatcher

from pavior.cli.checking.excerpts import hidden_lines, shown_lines
from pavior.cli.checking.fixing import Repairs, seen_from
from pavior.cli.checking.people import MaskLines
from pavior.resources.model import ResourceGraph

_CONTEXT = 3


def shown_diff(repairs: Repairs, graphs: tuple[ResourceGraph, ...], mask_lines: MaskLines) -> str:
    """The edits with `/` in paths, and without secrets; not to be applied.

    Args:
        graphs: What was read before the edits, with positions as seen from where the person stands.
        mask_lines: See `CheckTools.mask_lines`.
    """
    hidden = hidden_lines(graphs)
    return "".join(
        f"{line}\n"
        for path in sorted(repairs.after)
        for line in _of_file(repairs, path, hidden.get(seen_from(repairs.root, path), frozenset()), mask_lines)
    )


def _of_file(repairs: Repairs, path: str, hidden: Container[int], mask_lines: MaskLines) -> Iterator[str]:
    before, after = _lines(repairs.before[path]), _lines(repairs.after[path])
    matcher = SequenceMatcher(None, before, after)
    still_hidden = frozenset(_moved(matcher, hidden))
    was = shown_lines(path, before, range(1, len(before) + 1), hidden, mask_lines)
    now = shown_lines(path, after, range(1, len(after) + 1), still_hidden, mask_lines)
    yield f"--- a/{path}"
    yield f"+++ b/{path}"
    for group in matcher.get_grouped_opcodes(_CONTEXT):
        (_, first, _, new_first, _), (_, _, last, _, new_last) = group[0], group[-1]
        yield f"@@ -{_range(first, last)} +{_range(new_first, new_last)} @@"
        for what, begin, end, new_begin, new_end in group:
            if what == "equal":
                yield from (f" {was[number]}" for number in range(begin + 1, end + 1))
                continue
            yield from (f"-{was[number]}" for number in range(begin + 1, end + 1))
            yield from (f"+{now[number]}" for number in range(new_begin + 1, new_end + 1))


def _moved(matcher: "SequenceMatcher[str]", hidden: Container[int]) -> Iterator[int]:
    """The numbers, after the edits, of lines that are hidden or stand in place of one that was."""
    for what, begin, end, new_begin, new_end in matcher.get_opcodes():
        if what == "equal":
            yield from (new_begin + at for at in range(1, end - begin + 1) if begin + at in hidden)
        elif any(number in hidden for number in range(begin + 1, end + 1)):
            yield from range(new_begin + 1, new_end + 1)


def _range(begin: int, end: int) -> str:
    """As in a unified diff: lines count from 1, and the number of no lines is that of the line before."""
    length = end - begin
    first = begin + 1 if length else begin
    return str(first) if length == 1 else f"{first},{length}"


def _lines(body: bytes) -> list[str]:
    *lines, last = body.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    return [*lines, *([last] if last else [])]
