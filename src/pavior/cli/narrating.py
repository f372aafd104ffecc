"""Telling a waiting person what a run is doing, on stderr, so that stdout holds the answer alone."""

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from pavior.cli.printing import clean, is_rich
from pavior.runs.model import LogLine, Run

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Narrator(Protocol):
    """A context; tells while it is entered."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End, and leave the terminal as it was."""

    def line(self, line: LogLine) -> None:
        """A line of the run's log."""

    def progress(self, run: Run) -> None:
        """Where the run stands."""


class Silence:
    """Says nothing, for programs."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def line(self, line: LogLine) -> None:
        """Nothing."""

    def progress(self, run: Run) -> None:
        """Nothing."""


class Lines(Silence):
    """One line for each line of the log, for pipes and log files."""

    def line(self, line: LogLine) -> None:
        """Write it."""
        sys.stderr.write(f"{clean(line.text)}\n")


class Bar:
    """A progress bar below the scrolling log, for a person at a terminal."""

    def __init__(self) -> None:
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[step]}", markup=False),
            TimeElapsedColumn(),
            console=Console(stderr=True, highlight=False, markup=False, emoji=False),
        )
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress is not None:
            self._progress.stop()

    def line(self, line: LogLine) -> None:
        """Write it above the bar."""
        if self._progress is not None:
            self._progress.console.print(clean(line.text))

    def progress(self, run: Run) -> None:
        """Move the bar of this run."""
        if self._progress is None:
            return
        if run.id not in self._tasks:
            self._tasks[run.id] = self._progress.add_task(clean(run.id), total=None, step="")
        self._progress.update(
            self._tasks[run.id],
            completed=run.progress,
            total=run.progress_total or None,
            step=clean(run.step or run.state.value),
        )


def narrator(*, is_json: bool) -> Narrator:
    """The one that suits who is watching."""
    if is_json:
        return Silence()
    return Bar() if is_rich(sys.stderr) else Lines()
