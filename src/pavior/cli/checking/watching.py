"""Checks again whenever a file changes, and tells what became of the verdicts."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from pavior.cli.checking.report import CheckReport, Problem
from pavior.cli.checking.source_files import NOT_ENTERED
from pavior.kernel.errors import PaviorError
from pavior.kernel.verdicts import Outcome, Position

# Between two looks at the files. A round takes at most a third of the time, however long it takes.
LEAST_PAUSE_SECONDS = 0.5
_PAUSE_RATIO = 2.0
# An editor or Git writes many files in one go; what is read in the middle of it is nobody's work.
SETTLE_SECONDS = 0.1
_MOST_SETTLING = 20

# Moment of change in nanoseconds, size in bytes, and number of the file.
Stamps: TypeAlias = Mapping[str, tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Told:
    """One verdict that is no pass, as it is told."""

    control: str
    subject: str
    outcome: Outcome
    position: Position | None
    message: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What one check found other than the one before.

    Args:
        report: None when it could not be made, which `error` tells.
        fixed: Were no pass, and pass now.
        new: Stop it or warn now, and did not.
        not_known: Are not known now, and were.
        gone: Were no pass, and are not told any more although they do not pass: their subject went away, or they
            are set aside.
        problems: What cannot be read now, and could.
    """

    report: CheckReport | None
    error: PaviorError | None = None
    fixed: tuple[Told, ...] = ()
    new: tuple[Told, ...] = ()
    not_known: tuple[Told, ...] = ()
    gone: tuple[Told, ...] = ()
    problems: tuple[Problem, ...] = ()
    is_first: bool = False

    @property
    def is_change(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.fixed or self.new or self.not_known or self.gone or self.problems or self.error)


def watch(
    check: Callable[[], CheckReport],
    list_files: Callable[[], Stamps],
    wait: Callable[[float], None],
    clock: Callable[[], float],
) -> Iterator[Turn]:
    """A turn for the first check, and one for each that follows a change of the files. Never ends by itself.

    Args:
        wait: Lets that many seconds pass.
        clock: Seconds that only grow.

    Raises:
        PaviorError: Of the first check. A later one gives a turn with the error.
    """
    seen = list_files()
    last = check()
    yield Turn(last, is_first=True)
    began = clock()
    while True:
        wait(max(LEAST_PAUSE_SECONDS, _PAUSE_RATIO * (clock() - began)))
        began = clock()
        now = list_files()
        if now == seen:
            continue
        seen = _settled(now, list_files, wait)
        try:
            report = check()
        except PaviorError as error:
            yield Turn(None, error)
            continue
        yield compare(last, report)
        last = report


def _settled(now: Stamps, list_files: Callable[[], Stamps], wait: Callable[[float], None]) -> Stamps:
    for _ in range(_MOST_SETTLING):
        wait(SETTLE_SECONDS)
        again = list_files()
        if again == now:
            break
        now = again
    return now


def compare(before: CheckReport, after: CheckReport) -> Turn:
    """What is told of `after` and not of `before`. Where a thing stands does not matter."""
    was, now = _told(before), _told(after)
    added = _without(now, was)
    lost = _without(was, now)
    passing = _passing(after) - _passing(before)
    others = Counter((item.control, item.subject) for item in added)
    fixed, gone = [], []
    for item in lost:
        name = (item.control, item.subject)
        if passing[name] > 0:
            passing[name] -= 1
            fixed.append(item)
        elif others[name] > 0:
            # It is another kind of no pass now, which `added` tells.
            others[name] -= 1
        else:
            gone.append(item)
    return Turn(
        after,
        fixed=tuple(fixed),
        new=tuple(item for item in added if item.outcome is not Outcome.UNKNOWN),
        not_known=tuple(item for item in added if item.outcome is Outcome.UNKNOWN),
        gone=tuple(gone),
        problems=tuple(item for item in after.problems if item not in before.problems),
    )


def _told(report: CheckReport) -> list[Told]:
    failing = [
        Told(item.control, item.subject, item.outcome, item.position, item.message)
        for item in (*report.denials, *report.warnings)
    ]
    unknown = [Told(item.control, item.subject, item.outcome, item.position, item.message) for item in report.unknown]
    return [*failing, *unknown]


def _without(items: Iterable[Told], others: Iterable[Told]) -> list[Told]:
    left = Counter((item.control, item.subject, item.outcome) for item in others)
    found = []
    for item in items:
        name = (item.control, item.subject, item.outcome)
        if left[name] > 0:
            left[name] -= 1
        else:
            found.append(item)
    return found


def _passing(report: CheckReport) -> "Counter[tuple[str, str]]":
    return Counter(
        (verdict.control, verdict.subject) for verdict in report.verdicts if verdict.outcome is Outcome.PASSED
    )


def stamps(paths: Iterable[Path]) -> Stamps:
    """Of every file at or below `paths`; what is hidden, or made by tools, is passed over, as a check does."""
    found: dict[str, tuple[int, int, int]] = {}
    for path in paths:
        for name in _files(path):
            try:
                status = os.stat(name)  # noqa: PTH116 - of all files, twice a second: paths cost more than asking
            except OSError:
                # It went away meanwhile, or leads nowhere; that it is not there is what is to be seen.
                continue
            found[name] = (status.st_mtime_ns, status.st_size, status.st_ino)
    return found


def _files(path: Path) -> Iterator[str]:
    if not path.is_dir():
        yield str(path)
        return
    for folder, names, files in os.walk(path):
        names[:] = [name for name in names if not name.startswith(".") and name not in NOT_ENTERED]
        yield from (os.path.join(folder, name) for name in files)  # noqa: PTH118 - the same
