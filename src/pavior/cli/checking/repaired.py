"""How people are told what was fixed."""

from pavior.cli.answer import Part, Table, Text
from pavior.cli.checking.people import MaskLines, told_to_people
from pavior.cli.checking.repairing import Repaired
from pavior.cli.checking.request import CheckRequest

_MOST_LEFT = 20


def repaired_to_people(
    repaired: Repaired, request: CheckRequest, mask_lines: MaskLines, *, is_diff_wanted: bool
) -> list[Part]:
    """The parts of the answer: the diff, what came of it, and the check."""
    parts: list[Part] = [Text(repaired.diff)] if repaired.diff and is_diff_wanted else []
    if repaired.left:
        rows = tuple((item.control, item.subject, item.attribute, item.why_not) for item in repaired.left[:_MOST_LEFT])
        parts.append(Table(("left to you", "resource", "attribute", "why"), rows, ""))
        if len(repaired.left) > _MOST_LEFT:
            parts.append(Text(f"and {len(repaired.left) - _MOST_LEFT} more, see --json"))
    return [
        *parts,
        Text(f"{_sum(repaired)}\n"),
        *told_to_people(repaired.report, request.is_known_required, mask_lines),
    ]


def _sum(repaired: Repaired) -> str:
    count, files = len(repaired.fixed), len({item.path for item in repaired.fixed})
    told = f"{count} in {files} {'file' if files == 1 else 'files'}"
    if repaired.is_written:
        return f"Fixed {told}. Read the diff before you commit it."
    if not count:
        return "Nothing here is fixed by setting one attribute in place; what to type is below."
    return f"Nothing was written. To fix {told}: pavior check {repaired.report.path} --fix --yes"
