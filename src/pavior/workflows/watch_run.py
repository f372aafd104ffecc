"""Watching and cancelling runs."""

from dataclasses import dataclass

from pavior.audit.model import Event
from pavior.audit.service import record
from pavior.catalog import store as catalog
from pavior.identity.model import Actor, Permission, Scope
from pavior.kernel.errors import ConflictError
from pavior.kernel.pages import Page, PageRequest
from pavior.runs import store
from pavior.runs.model import LogLine, Run
from pavior.storage.database import Transaction
from pavior.workflows.platform import Platform

LOG_LINES_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class RunWatch:
    """The verbs of a run."""

    platform: Platform

    def get_run(self, actor: Actor, run_id: str) -> Run:
        """Raises MissingError `run-missing`."""
        with self.platform.database.snapshot() as transaction:
            return self._authorised(transaction, actor, run_id, Permission.RUN_READ)

    def list_runs(self, actor: Actor, page: PageRequest, *, service: str = "", environment: str = "") -> Page[Run]:
        """Newest first."""
        self.platform.authoriser.authorise(actor, Permission.RUN_READ, on=Scope())
        with self.platform.database.snapshot() as transaction:
            return store.list_runs(transaction, page, service=service, environment=environment)

    def list_log(self, actor: Actor, run_id: str, *, after: int = 0) -> tuple[LogLine, ...]:
        """Lines with a sequence above `after`, at most 1,000."""
        with self.platform.database.snapshot() as transaction:
            run = self._authorised(transaction, actor, run_id, Permission.RUN_READ)
            return store.list_log(transaction, run.id, after=after, limit=LOG_LINES_AT_ONCE)

    def read_on(self, actor: Actor, run_id: str, after: int) -> tuple[Run, tuple[LogLine, ...]]:
        """The run and its next lines, at one instant: what a follower asks again and again."""
        with self.platform.database.snapshot() as transaction:
            run = self._authorised(transaction, actor, run_id, Permission.RUN_READ)
            return run, store.list_log(transaction, run.id, after=after, limit=LOG_LINES_AT_ONCE)

    def cancel_run(self, actor: Actor, run_id: str) -> Run:
        """Ask it to stop; it stops between two steps, or after the resource an engine is at.

        Raises:
            ConflictError: `run-ended`.
        """
        now = self.platform.clock.now()
        with self.platform.database.transaction() as transaction:
            run = self._authorised(transaction, actor, run_id, Permission.RUN_CANCEL)
            if run.state.is_ended:
                raise ConflictError(
                    "run-ended", f"Run {run.id} is {run.state.value} already.", fix="There is nothing left to cancel."
                )
            store.request_cancel(transaction, run.id, actor.id)
            event = Event(
                verb="run.cancelled",
                actor=actor.id,
                surface=actor.surface.value,
                subject=run.subject,
                service=run.service,
                environment=run.environment,
                started_at=now,
                ended_at=now,
                outcome="cancelled",
                details={"run": run.id},
            )
            record(transaction, event, now)
            return store.get_run(transaction, run.id)

    def _authorised(self, transaction: Transaction, actor: Actor, run_id: str, permission: Permission) -> Run:
        run = store.get_run(transaction, run_id)
        service = catalog.find_service(transaction, run.service) if run.service else None
        scope = Scope(kind="run", name=run.id, team=service.team if service else "", requester=run.requester)
        self.platform.authoriser.authorise(actor, permission, on=scope)
        return run
