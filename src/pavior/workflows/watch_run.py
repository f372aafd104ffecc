"""Watching and cancelling runs."""

from pavior.identity.model import Actor
from pavior.kernel.pages import Page, PageRequest
from pavior.runs.model import LogLine, Run


class RunWatch:
    """The verbs of a run."""

    def get_run(self, actor: Actor, run_id: str) -> Run:
        """Raises MissingError `run-missing`."""
        raise NotImplementedError

    def list_runs(
        self, actor: Actor, page: PageRequest, *, service: str = "", environment: str = ""
    ) -> Page[Run]:
        """Newest first."""
        raise NotImplementedError

    def list_log(self, actor: Actor, run_id: str, *, after: int = 0) -> tuple[LogLine, ...]:
        """Lines with a sequence above `after`, at most 1,000."""
        raise NotImplementedError

    def cancel_run(self, actor: Actor, run_id: str) -> Run:
        """Ask it to stop; it stops between two steps, or after the resource an engine is at."""
        raise NotImplementedError
