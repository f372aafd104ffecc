"""How a workflow becomes a Run that a person can watch: it starts, logs, and ends exactly once.

A failure is an answer: it is checkpointed, and the run ends with it. That holds for UnavailableError too: an apply that
waited for its cloud would keep its environment from everybody for as long, nothing done is lost, and planning again is
one command. The one exception is Pavior's own database: while it does not take notes, nothing can be answered at all,
so runs pause until it does.
"""

import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from pavior.environments.ports import EngineEvent
from pavior.kernel.errors import KINDS, ConflictError, PaviorError, find_full_disk
from pavior.runs import store as runs
from pavior.runs.model import Run, RunState
from pavior.storage.database import Transaction
from pavior.storage.failures import concerns_storage
from pavior.telemetry.tracing import span
from pavior.workflows.durable import Json, Steps, Workflow
from pavior.workflows.platform import Platform

# A run that takes its worker down with it would do so for ever.
MAXIMUM_ATTEMPTS = 20
# Long enough to look into a failure at leisure; logs and events are kept elsewhere.
CHECKPOINTS_KEPT = timedelta(days=7)
_PAUSE_SECONDS = 2.0
_TEXT_DIGITS = 32

_log = logging.getLogger("pavior.runs")
_KIND_BY_NAME = {kind.__name__: kind for kind in (*KINDS, PaviorError)}
_T = TypeVar("_T")
Ending = Callable[[Transaction, datetime], None]


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
    """Insert the Run and queue its workflow, both exactly when the caller commits. The same id again changes nothing.

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
    if runs.insert_run(transaction, run):
        platform.enqueuer.enqueue(transaction, kind, run_id, payload, environment=environment)
    return run


@dataclass(slots=True)
class Running:
    """A run under way: its steps, its log, and whether somebody wants it to stop."""

    platform: Platform
    steps: Steps
    total: int
    done: int = 0
    endings: list[Ending] = field(default_factory=list)
    _said: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def run_id(self) -> str:
        """Id of the Run."""
        return self.steps.run_id

    def do(self, step: str, function: Callable[[], Json], *, is_cancellable: bool = True) -> Json:
        """One checkpointed step, shown to the person while it runs.

        Args:
            is_cancellable: False when what was done before makes no sense without this step.

        Raises:
            ConflictError: `run-cancelled` when somebody asked to stop before it began.
            PaviorError: Whatever `function` raised, now or before a crash; `bug` for an error that is not ours.
        """
        self.patiently(lambda: self._show(step))
        answer = self.steps.do(
            step, lambda: self.patiently(lambda: self._attempt(step, function, is_cancellable=is_cancellable))
        )
        self.done += 1
        if not isinstance(answer, dict):
            raise TypeError(f"step {step} of {self.run_id} has a checkpoint of an unknown form")
        error = answer.get("error")
        if isinstance(error, dict):
            kind = _KIND_BY_NAME[str(error["kind"])]
            raise kind(str(error["code"]), str(error["summary"]), fix=str(error["fix"]))
        return answer["result"]

    def at_end(self, ending: Ending) -> None:
        """Do this exactly once: in the transaction that ends the run, unless it ends with a failure."""
        self.endings.append(ending)

    def say(self, step: str, text: str, *, level: str = "info") -> None:
        """One line of log, masked. A step that is repeated does not repeat its lines."""
        line = self.platform.mask(text)
        # By what it says: after a crash a step may come to the same point by another way.
        digest = hashlib.sha256(line.encode("utf-8", "surrogatepass")).hexdigest()[:_TEXT_DIGITS]
        self._said[step, digest] += 1
        key = f"{step}:{digest}:{self._said[step, digest]}"
        self.patiently(lambda: self._write(line, level, key))

    def report(self, step: str) -> Callable[[EngineEvent], None]:
        """Takes an engine's events into the log."""

        def take(event: EngineEvent) -> None:
            self.steps.stop_if_stopping()
            count = f"[{event.done}/{event.total}] " if event.total else ""
            self.say(step, f"{count}{event.text}")

        return take

    def is_cancelled(self) -> bool:
        """Whether somebody asked to stop."""
        self.steps.stop_if_stopping()
        return self.patiently(self._is_cancel_requested)

    def stop_if_cancelled(self) -> None:
        """Raises ConflictError `run-cancelled`."""
        if self.is_cancelled():
            raise ConflictError(
                "run-cancelled",
                f"Run {self.run_id} was cancelled before its next step.",
                fix="Start it again when you want it after all.",
            )

    def patiently(self, work: Callable[[], _T]) -> _T:
        """What `work` gives, as soon as our own database takes part; `work` may run several times.

        Raises:
            RunInterrupted: The worker stops meanwhile.
        """
        while True:
            try:
                return work()
            except PaviorError as error:
                if not concerns_storage(error):
                    raise
                _log.warning("run %s pauses: %s: %s", self.run_id, error.code, error.summary)
            self.steps.pause(_PAUSE_SECONDS)

    def _attempt(self, step: str, function: Callable[[], Json], *, is_cancellable: bool) -> Json:
        for key in [key for key in self._said if key[0] == step]:
            del self._said[key]
        try:
            if is_cancellable:
                self.stop_if_cancelled()
            with span(f"step {step}", run=self.run_id):
                return {"result": function()}
        except PaviorError as error:
            if concerns_storage(error):
                raise
            return self._failure(error)
        except Exception as error:
            if full := find_full_disk(error):
                raise full from error
            _log.exception("step %s of run %s hit a bug", step, self.run_id)
            return self._failure(_bug(self.run_id))

    def _failure(self, error: PaviorError) -> Json:
        return {
            "error": {
                "kind": next(name for name, kind in _KIND_BY_NAME.items() if isinstance(error, kind)),
                "code": error.code,
                "summary": self.platform.mask(error.summary),
                "fix": self.platform.mask(error.fix),
            }
        }

    def _show(self, step: str) -> None:
        with self.platform.database.transaction() as transaction:
            runs.set_step(transaction, self.run_id, step, self.done, self.total, self.platform.clock.now())

    def _write(self, line: str, level: str, key: str) -> None:
        with self.platform.database.transaction() as transaction:
            runs.append_log(transaction, self.run_id, (line,), self.platform.clock.now(), level=level, keys=(key,))

    def _is_cancel_requested(self) -> bool:
        with self.platform.database.snapshot() as transaction:
            return runs.is_cancel_requested(transaction, self.run_id)


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
        attempt = running.patiently(lambda: _start(running))
        if attempt == 0:
            # It ended, and only the engine's note of that was lost.
            return
        try:
            _require_attempts_left(running.run_id, attempt)
            state = body(running, payload)
        except PaviorError as error:
            _fail(running, payload, error, on_failure)
        except Exception:  # noqa: BLE001 - a bug between two steps must end its run as well
            _log.exception("run %s hit a bug", running.run_id)
            _fail(running, payload, _bug(running.run_id), on_failure)
        else:
            running.patiently(lambda: _end(running, state))

    workflow.__name__ = getattr(body, "__name__", "workflow")
    return workflow


def _start(running: Running) -> int:
    with running.platform.database.transaction() as transaction:
        return runs.start_run(transaction, running.run_id, running.platform.clock.now())


def _end(running: Running, state: RunState) -> None:
    now = running.platform.clock.now()
    with running.platform.database.transaction() as transaction:
        if runs.end_run(transaction, running.run_id, state, now):
            for ending in running.endings:
                ending(transaction, now)


def _fail(running: Running, payload: Mapping[str, Json], error: PaviorError, on_failure: Failed | None) -> None:
    running.say("end", f"{error.code}: {error.summary}", level="error")
    try:
        running.patiently(lambda: _end_failed(running, payload, error, on_failure))
    except Exception:  # noqa: BLE001 - what a failure means could not be written; that the run ended still must be
        _log.exception("run %s failed with %s, and its subject does not know", running.run_id, error.code)
        running.patiently(lambda: _end_failed(running, payload, _bug(running.run_id), None))


def _end_failed(running: Running, payload: Mapping[str, Json], error: PaviorError, on_failure: Failed | None) -> None:
    platform = running.platform
    state = RunState.CANCELLED if error.code == "run-cancelled" else RunState.FAILED
    with platform.database.transaction() as transaction:
        is_first = runs.end_run(
            transaction,
            running.run_id,
            state,
            platform.clock.now(),
            error_code=error.code,
            error_message=platform.mask(error.summary),
            error_fix=platform.mask(error.fix),
        )
        if is_first and on_failure is not None:
            on_failure(transaction, payload, error)


def _bug(run_id: str) -> PaviorError:
    return PaviorError(
        "bug",
        f"Run {run_id} hit a bug in Pavior.",
        fix="Find the trace in the worker's log, and report it; what was done before is kept.",
    )


def _require_attempts_left(run_id: str, attempt: int) -> None:
    if attempt > MAXIMUM_ATTEMPTS:
        raise ConflictError(
            "run-crashes-worker",
            f"Run {run_id} was given up: the worker ended each of the {MAXIMUM_ATTEMPTS} times that it was under way.",
            fix="Look in the system's log for why the worker ended, such as too little memory; then start it again.",
        )


def forget_checkpoints(platform: Platform) -> int:
    """Let the durable engine forget what ended long ago, which it would keep for ever; how many runs that were."""
    return platform.enqueuer.forget_ended(platform.clock.now() - CHECKPOINTS_KEPT)


def require_text(payload: Mapping[str, Json], key: str) -> str:
    """A text of a payload that we wrote ourselves."""
    value = payload[key]
    if not isinstance(value, str):
        raise TypeError(f"{key} of a run's payload is no text")
    return value
