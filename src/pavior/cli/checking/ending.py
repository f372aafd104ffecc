"""How a check ends, as a number that a pipeline can act on; see docs/decisions/0018.

    0  clean           everything that was asked of could be evaluated, and nothing stops it
    1  blocked         a blocking control failed
    2  bad input       what was asked for cannot be checked: no such path, no such option, no plan
    3  not evaluated   nothing failed, but something that matters could not be evaluated
   70  bug             Pavior stumbled over itself

Worse evidence wins: a failure is a fact whatever else could not be read, so 1 comes before 3. Where the levels that
were asked for are not known, nobody can say what blocks: that is 3 as well.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

from pavior.cli.checking.report import CheckReport
from pavior.kernel.errors import PaviorError
from pavior.kernel.verdicts import Outcome


class Ending(IntEnum):
    """Exit statuses of `pavior check`."""

    CLEAN = 0
    BLOCKED = 1
    BAD_INPUT = 2
    NOT_EVALUATED = 3
    BUG = 70


# What is there, and was asked for, and could not be read; all else that is refused should not have been asked.
_NOT_READ = frozenset({"check-unreadable", "manifest-unreadable"})


def ending_of(report: CheckReport) -> Ending:
    """How a check ends that came to an answer."""
    if report.levels is not None and not report.levels.is_known:
        # A failure is a fact; whether it blocks, nobody can say then.
        return Ending.NOT_EVALUATED
    if any(denial.outcome is Outcome.FAILED for denial in report.denials):
        return Ending.BLOCKED
    return Ending.NOT_EVALUATED if report.is_denied else Ending.CLEAN


def ending_of_error(error: PaviorError) -> Ending:
    """How a check ends that was refused as a whole, whatever kind of error that is elsewhere."""
    return Ending.NOT_EVALUATED if error.code in _NOT_READ else Ending.BAD_INPUT


@contextmanager
def refused_as_checks_are() -> Iterator[None]:
    """Within, what is refused ends with the number that it has for a check; kinds of errors have others elsewhere."""
    try:
        yield
    except PaviorError as error:
        error.exit_status = int(ending_of_error(error))
        raise
