"""How a workflow becomes a Run that a person can watch: it starts, logs, and ends exactly once."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pavior.environments.ports import EngineEvent
from pavior.identity.model import Actor
from pavior.kernel.errors import KINDS, ConflictError, PaviorError
from pavior.runs import store as runs
from pavior.runs.model import Run, RunState
from pavior.storage.database import Transaction
from pavior.workflows.durable import Json, Steps, Workflow
from pavior.workflows.platform import Platform

_log = logging.getLogger("pavior.runs")
_KIND_BY_NAME = {kind.__name__: kind for kind in KINDS}
_BUG = "bug"


def enqueue_run(
    platform: Platform,
    transaction: Transaction,
    *,
    run_id: str,
    kind: str,
    subject: str,
    requester: str,
    payload: Mapping[str, Json],
    now: datetime,
    service: str = "",
    environment: str = "",
) -> Run:
    """Insert the Run and queue its workflow, both exactly when the caller commits.

    Args:
        environment: `orders/dev`; runs of one environment never overlap.
    """
    run = Run(
        id=run_id,
        kind=kind,
        subject=subject,
        service=service,
        environment=environment,
        requester=requester,
        state=RunState.QUEUED,
        created_at=now,
    )
    runs.insert_run(transaction, run)
    platform.enqueuer.enqueue(transaction, kind, run_id, payload, environment=environment)
    return run


@dataclass(slots=True)
class Running:
    """A run under way: its steps, its log, and whether somebody wants it to stop."""

    platform: Platform
    steps: Steps
    total: int
    done: int = 0
    _lines: dict[str, int] = field(default_factory=dict)

    @property
    def run_id(self) -> str:
        """Id of the Run."""
        return self.steps.run_id

    def do(self, step: str, function: Callable[[], Json]) -> Json:
        """One checkpointed step, shown to the person while it runs.

        A PaviorError is an answer like another: it is checkpointed, and raised again from the checkpoint.

        Raises:
            ConflictError: `run-cancelled` when somebody asked to stop before it began.
        """

        def attempt() -> Json:
            self._lines[step] = 0
            try:
                self.stop_if_cancelled()
                return {"result": function()}
            except PaviorError as error:
                return {
                    "error": {
                        "kind": type(error).__name__,
                        "code": error.code,
                        "summary": self.platform.mask(error.summary),
                        "fix": error.fix,
                    }
                }

        with self.platform.database.transaction() as transaction:
            runs.set_step(transaction, self.run_id, step, self.done, self.total, self.platform.clock.now())
        answer = self.steps.do(step, attempt)
        self.done += 1
        if not isinstance(answer, dict):
            raise TypeError(f"step {step} of {self.run_id} has a checkpoint of an unknown form")
        error = answer.get("error")
        if isinstance(error, dict):
            kind = _KIND_BY_NAME[str(error["kind"])]
            raise kind(str(error["code"]), str(error["summary"]), fix=str(error["fix"]))
        return answer["result"]

    def say(self, step: str, text: str, *, level: str = "info") -> None:
        """One line of log, masked. A repeated step repeats its lines once."""
        number = self._lines[step] = self._lines.get(step, 0) + 1
        line = self.platform.mask(text)
        with self.platform.database.transaction() as transaction:
            runs.append_log(
                transaction,
                self.run_id,
                (line,),
                self.platform.clock.now(),
                level=level,
                keys=(f"{step}:{number}",),
            )

    def report(self, step: str) -> Callable[[EngineEvent], None]:
        """Takes an engine's events into the log."""

        def take(event: EngineEvent) -> None:
            count = f"[{event.done}/{event.total}] " if event.total else ""
            self.say(step, f"{count}{event.text}")

        return take

    def is_cancelled(self) -> bool:
        """Whether somebody asked to stop."""
        with self.platform.database.snapshot() as transaction:
            return runs.is_cancel_requested(transaction, self.run_id)

    def stop_if_cancelled(self) -> None:
        """Raises ConflictError `run-cancelled`."""
        if self.is_cancelled():
            raise ConflictError(
                "run-cancelled",
                f"Run {self.run_id} was cancelled before its next step.",
                fix="Start it again when you want it after all.",
            )


Body = Callable[[Running, Mapping[str, Json]], RunState]
Failed = Callable[[Transaction, Mapping[str, Json], PaviorError], None]


def as_workflow(platform: Platform, body: Body, *, total: int, on_failure: Failed | None = None) -> Workflow:
    """A workflow that keeps its Run true.

    Args:
        body: Does the steps and says how the run ended.
        on_failure: Writes what a failure means for the run's subject, in the transaction that ends the run.
    """

    def workflow(steps: Steps, payload: Mapping[str, Json]) -> None:
        running = Running(platform, steps, total)
        with platform.database.transaction() as transaction:
            runs.start_run(transaction, running.run_id, platform.clock.now())
        try:
            state = body(running, payload)
        except PaviorError as error:
            _end_failed(running, payload, error, on_failure)
            return
        except Exception:
            # A bug must end its run, or the person waits for ever.
            _log.exception("run %s ended by a bug", running.run_id)
            error = PaviorError(
                _BUG,
                f"Run {running.run_id} hit a bug in Pavior.",
                fix="Read the server's log for the trace and report it; nothing else was changed.",
            )
            _end_failed(running, payload, error, on_failure)
            return
        with platform.database.transaction() as transaction:
            runs.end_run(transaction, running.run_id, state, platform.clock.now())

    workflow.__name__ = getattr(body, "__name__", "workflow")
    return workflow


def _end_failed(running: Running, payload: Mapping[str, Json], error: PaviorError, on_failure: Failed | None) -> None:
    platform = running.platform
    state = RunState.CANCELLED if error.code == "run-cancelled" else RunState.FAILED
    running.say("end", f"{error.code}: {error.summary}", level="error")
    with platform.database.transaction() as transaction:
        is_first = runs.end_run(
            transaction,
            running.run_id,
            state,
            platform.clock.now(),
            error_code=error.code,
            error_message=platform.mask(error.summary),
            error_fix=error.fix,
        )
        if is_first and on_failure is not None:
            on_failure(transaction, payload, error)


def require_text(payload: Mapping[str, Json], key: str) -> str:
    """A text of a payload that we wrote ourselves."""
    value = payload[key]
    if not isinstance(value, str):
        raise TypeError(f"{key} of a run's payload is no text")
    return value


def actor_surface(actor: Actor) -> str:
    """For events."""
    return actor.surface.value
