"""Writes repairs to disk once somebody agreed, asks the controls again, and takes back what does not pass."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from pavior.cli.checking.diffs import shown_diff
from pavior.cli.checking.fixing import Repair, Repairs, plan_repairs, seen_from
from pavior.cli.checking.looking import check_path
from pavior.cli.checking.replacing import replace_file
from pavior.cli.checking.report import CheckReport
from pavior.cli.checking.request import CheckRequest
from pavior.cli.launcher import CheckTools
from pavior.kernel.verdicts import Outcome

_CHANGED = "its file was changed while it was checked; ask again"
_UNDONE = "the control did not pass after it was written, so it was taken back"
_STANDS = "the control did not pass after it was written, and the file was changed since, so it still stands there"


@dataclass(frozen=True, slots=True)
class Repaired:
    """What became of the failures that one attribute mends.

    Args:
        is_written: Whether `fixed` stands in the files; otherwise it could.
        left: What is left to a person, and why.
        diff: Of what was or could be written, secrets hidden; to be read, not to be applied.
        report: Of the check afterwards.
    """

    is_written: bool
    fixed: tuple[Repair, ...]
    left: tuple[Repair, ...]
    diff: str
    report: CheckReport


def repair(request: CheckRequest, tools: CheckTools, agree: Callable[[str], bool]) -> Repaired:
    """Fix what can be, if `agree` says so of the diff.

    Raises:
        InvalidError: `fix-without-source`, and as `check_path`.
        MissingError: As `check_path`.
        UnavailableError: `file-not-written`, `storage-full`; the files that were written before it stay written.
    """
    report = check_path(request, tools)
    repairs = plan_repairs(request, report, tools)
    diff = shown_diff(repairs, report.graphs, tools.mask_lines)
    if not repairs.after or not agree(diff):
        return Repaired(False, repairs.done, repairs.left, diff, report)
    written = {path for path in sorted(repairs.after) if _write(repairs, path, repairs.before, repairs.after)}
    done = [item for item in repairs.done if item.path in written]
    left = [*repairs.left, *_because(_CHANGED, (item for item in repairs.done if item.path not in written))]
    report = check_path(request, tools)
    failing = _not_passing(repairs, done, report)
    if failing:
        # The whole file: its edits were proven together, and nobody knows which of them is to blame.
        spoiled = {item.path for item in failing}
        undone = {path for path in sorted(spoiled) if _write(repairs, path, repairs.after, repairs.before)}
        left += _because(_UNDONE, (item for item in done if item.path in undone))
        left += _because(_STANDS, (item for item in failing if item.path not in undone))
        done = [item for item in done if item.path not in undone and item not in failing]
        report = check_path(request, tools)
    return Repaired(True, tuple(done), tuple(left), diff, report)


def _write(repairs: Repairs, path: str, old: Mapping[str, bytes], new: Mapping[str, bytes]) -> bool:
    """Let the file hold `new` if it holds `old` still."""
    place = repairs.root / path
    try:
        found = place.read_bytes()
    except OSError:
        return False
    if found != old[path]:
        return False
    replace_file(place, new[path])
    return True


def _not_passing(repairs: Repairs, done: Iterable[Repair], report: CheckReport) -> list[Repair]:
    passing = {
        (verdict.control, verdict.subject, verdict.position.path)
        for verdict in report.verdicts
        if verdict.outcome is Outcome.PASSED and verdict.position is not None
    }
    return [item for item in done if (item.control, item.subject, seen_from(repairs.root, item.path)) not in passing]


def _because(why_not: str, items: Iterable[Repair]) -> list[Repair]:
    return [replace(item, why_not=why_not) for item in items]
