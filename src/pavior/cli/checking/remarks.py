"""What a check has to tell that is no verdict: what was not read, looked at or asked; the same for every format."""

from collections.abc import Iterator

from msgspec import Struct

from pavior.cli.checking.given_levels import LevelsUse
from pavior.cli.checking.people import told_kind
from pavior.cli.checking.report import CheckReport
from pavior.kernel.verdicts import Position
from pavior.resources.model import READ_AS_MEANT


class Remark(Struct, frozen=True):
    """One thing.

    Args:
        code: Stable; that of the error, or of the kind of remark.
        subject: What it is about; the path that was checked for what is about all of it.
        does_stop: Whether the check does not end clean because of it.
        does_matter: Whether something that is asked about may be missing because of it, or somebody left it out or
            has to mend it.
        position: Where it stands, of what has a line.
    """

    code: str
    subject: str
    text: str
    fix: str = ""
    does_stop: bool = False
    does_matter: bool = True
    position: Position | None = None


def remarks_of(report: CheckReport, sentence: str) -> tuple[Remark, ...]:
    """All of them, what stops first. A report that does not end clean has an entry that stops, here or in its items."""
    return (*_stopping(report, sentence), *_telling(report))


def _stopping(report: CheckReport, sentence: str) -> Iterator[Remark]:
    for problem in report.problems:
        yield Remark(problem.code, report.path, problem.summary, problem.fix, does_stop=True)
    if report.problems:
        return
    if report.is_blind:
        yield Remark("nothing-read", report.path, sentence, does_stop=True)
    elif report.is_denied and not report.denials:
        # Such as --require-known and --require-coverage: nothing failed, and it is a no all the same.
        yield Remark("not-evaluated", report.path, sentence, does_stop=True)


def _telling(report: CheckReport) -> Iterator[Remark]:
    coverage = report.coverage
    for item in coverage.skipped:
        if item.kind == READ_AS_MEANT:
            yield Remark("read-as-meant", item.subject, item.why, position=_position(item.subject))
        else:
            yield Remark("passed-over", item.subject, item.why, does_matter=not report.is_complete)
    for other in coverage.not_looked_at:
        for subject in other.subjects:
            yield Remark("not-looked-at", subject, f"{told_kind(other.kind)}: {other.why}")
    for excluded in report.excluded:
        if excluded.files:
            files = "1 file was" if excluded.files == 1 else f"{excluded.files} files were"
            yield Remark("excluded", excluded.glob, f"{files} not looked at, because {excluded.origin} says so")
    for kind, count in coverage.uncovered_types.items():
        why = f"no control looks at this type, of which there are {count}"
        yield Remark("no-control", kind, why, does_matter=not report.verdicts)
    for control in report.not_asked:
        # That a control waits for a value is by design; that somebody's own rules were not run makes it incomplete.
        yield Remark("not-asked", control.subject, control.why, does_matter=not report.is_complete)
    if report.levels is not None:
        yield from _of_levels(report.levels, {verdict.control for verdict in report.verdicts})


def _of_levels(use: LevelsUse, asked: set[str]) -> Iterator[Remark]:
    """Where what is asked here is not what the gate asks: the level holds, and the verdict may be another one there."""
    for item in use.other_versions:
        why = f"{item.told}, at {use.server}: its level holds, and its verdict may be another one"
        yield Remark("other-version", item.control, why, does_matter=item.control in asked)
    for name in use.not_named:
        yield Remark("not-asked-there", name, f"{use.server} does not ask it", does_matter=name in asked)
    for name in use.not_here:
        yield Remark("not-here", name, f"{use.server} asks it, and nobody can here")
    for name in use.ended_waivers:
        yield Remark("waiver-ended", name, f"it ended after {use.server} told of it, and excuses nothing")


def _position(place: str) -> Position:
    path, _, line = place.rpartition(":")
    return Position(path, int(line), int(line))
