"""What a check is narrowed to: what is not in the baseline, and what changed; and how the rest of it is told."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from pavior.cli.checking.aside import NOTHING_ASIDE, Aside, BaselineUse
from pavior.cli.checking.report import CheckReport, Looked
from pavior.cli.checking.request import CheckRequest
from pavior.cli.launcher import CheckTools
from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Phase
from pavior.policy.model import Control

FindAside: TypeAlias = Callable[[Phase, Sequence[Looked]], Aside]


def prepare_aside(request: CheckRequest, tools: CheckTools, controls: tuple[Control, ...]) -> FindAside:  # noqa: ARG001
    """Gives what sets verdicts aside once they are there.

    Raises:
        InvalidError: `baseline-unreadable`, `check-options-exclude-each-other`.
    """
    if request.baseline and request.written_baseline:
        raise InvalidError(
            "check-options-exclude-each-other",
            "--baseline reads what is known, and --write-baseline says it anew.",
            fix="Give one of them.",
        )
    if request.baseline:
        return _reading(request.baseline, request, controls)
    if request.written_baseline:
        return _writing(request.written_baseline, request)
    return lambda _phase, _looked: NOTHING_ASIDE


def _reading(file: Path, request: CheckRequest, controls: tuple[Control, ...]) -> FindAside:
    from pavior.cli.checking.baseline import match, read_baseline

    baseline = read_baseline(file, (item.id for item in controls))

    def find(phase: Phase, looked: Sequence[Looked]) -> Aside:
        matched = match(baseline, request, phase, looked)
        use = BaselineUse(str(file), baseline.entries.total(), matched.gone.total())
        return Aside(matched.known, baseline=use)

    return find


def _writing(file: Path, request: CheckRequest) -> FindAside:
    from pavior.cli.checking.baseline import match, write_baseline

    def find(phase: Phase, looked: Sequence[Looked]) -> Aside:
        baseline, use = write_baseline(file, request, phase, looked)
        return Aside(match(baseline, request, phase, looked).known, baseline=use)

    return find


def told_aside(report: CheckReport) -> tuple[tuple[str, str], ...]:
    """Rows of facts about what was set aside; the counts of verdicts beside them still hold it."""
    known, use = len(report.known_before), report.baseline
    told = []
    if use is not None:
        told.append(("known before", f"{known} of the verdicts that failed"))
        told.append(("baseline", _told_baseline(use)))
    return tuple(told)


def _told_baseline(use: BaselineUse) -> str:
    if use.is_written:
        kept = f", {use.kept} of them from where this check did not look" if use.kept else ""
        return f"{use.file} is written: {use.entries} known{kept}; {use.gone} taken out"
    gone = f"; {use.gone} of the baseline are gone: write it anew with --write-baseline {use.file}" if use.gone else ""
    return f"{use.file}: {use.entries} known{gone}"


def told_free(report: CheckReport) -> str:
    """That nothing stops it. What was set aside may still stop a Change, since the gate asks about everything."""
    if report.known_before:
        return "Nothing new here stops it. What was known before is not fixed, and a gate does not set it aside."
    return "Nothing here stops a Change."
