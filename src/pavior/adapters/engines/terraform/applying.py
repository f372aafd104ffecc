"""One apply of one plan file: heard, noted after each resource, and stopped when somebody wants that."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from pavior.adapters.engines.terraform.events import Listener
from pavior.adapters.engines.terraform.program import PLAN_FILE, Workspace
from pavior.adapters.engines.terraform.state import StoredState, write_stored
from pavior.environments.ports import Journal, Report
from pavior.kernel.errors import ConflictError, InvalidError


class Applying:
    """One apply of one plan file."""

    def __init__(
        self,
        work: Workspace,
        stored: StoredState,
        journal: Journal,
        *,
        total: int,
        wanted: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self._work = work
        self._stored = stored
        self._journal = journal
        self._total = total
        self._wanted = wanted
        self._is_cancelled: Callable[[], bool] = lambda: False
        self._is_stopped = False

    @property
    def applied(self) -> tuple[str, ...]:
        """Addresses that were changed under this plan, before a crash as well."""
        return self._stored.applied

    def run(self, report: Report, is_cancelled: Callable[[], bool]) -> StoredState:
        """Raises as `apply`."""
        self._is_cancelled = is_cancelled
        listener = Listener(
            report, self._stored.secrets, self._total, self._changed, done=self._total - len(self._wanted)
        )
        self._note()
        self._work.must_stay = True
        finished = self._work.run_apply(
            "apply",
            "-json",
            "-input=false",
            "-lock=false",
            "-parallelism=4",
            str(self._work.folder / PLAN_FILE),
            on_line=listener.hear,
            is_stopped=lambda: self._is_stopped,
        )
        self._note()
        self._work.must_stay = False
        if finished.is_interrupted:
            raise ConflictError(
                "run-cancelled",
                f"{self._stored.environment}: cancelled after {listener.done} of {self._total} resources.",
                fix="Plan again to see what is left, or apply again to go on.",
            )
        if finished.exit_status != 0:
            raise listener.error(while_doing="applying")
        return self._stored

    def _changed(self, address: str) -> None:
        applied = tuple(dict.fromkeys((*self._stored.applied, address)))
        self._stored = replace(self._stored, applied=applied)
        self._note()
        self._is_stopped = self._is_stopped or self._is_cancelled()

    def _note(self) -> None:
        """Into the journal, with Terraform's state as it is on the disk now."""
        if self._work.state_file.exists():
            try:
                self._stored = self._stored.with_raw(self._work.state_file.read_bytes())
            except InvalidError:
                # It is being written at this moment; the next note has it.
                return
        self._journal.save(write_stored(self._stored))
