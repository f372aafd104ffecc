"""The one place that knows the durable-run engine (DBOS), so that another could take its place.

A workflow is a function of (`Steps`, payload). Its steps are checkpointed: after a crash the
workflow runs again from the top, finished steps give their stored result, and the step that was
under way runs a second time. So every step is written to be repeated.

What was measured about DBOS 3.4.0 shapes this module:
pickle is its default, so portable JSON is set; it never sets WAL, so the file must have it already;
recovery looks at executor id and application version, so both are constant, and what belongs to another executor
is never taken up by the engine itself, so `Worker` does that; a queue that is
partitioned by environment with a concurrency of one is what makes applies exclusive; it gives a run up
for ever after a hundred recoveries, so it does not count them and `running` does; it keeps ended runs for
ever, so `forget_ended` must be called now and then.
"""

import logging
import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeAlias

from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, Queue, WorkflowStatus

from pavior.kernel.clock import format_instant
from pavior.storage.database import Database, Transaction

# One name for all releases: a run that an older release began is finished by the newer one.
_APPLICATION_VERSION = "pavior"
_APPLICATION_NAME = "pavior"
# Where there is one worker; a restarted one has the same id, and so finds its own runs again.
ONLY_WORKER = "worker-1"
# Idle cost against latency: with 0.1 s an idle worker would use a tenth of one core. So the engine is asked often only
# while there is work, and whether there is any is one cheap question of ours.
_BUSY_POLL_SECONDS = 0.1
_IDLE_POLL_SECONDS = 2.0
_LOOK_SECONDS = 1.0
# A person who is at work finds it awake; only the first one after a while waits for up to two seconds.
_QUIET_AFTER_SECONDS = 30.0
# Plans and applies of different environments run beside each other; each holds an engine.
_CONCURRENCY = 4
_RESUME_EVERY_SECONDS = 5.0
UNDER_WAY = "PENDING"
_ENDED = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
_FORGET_AT_ONCE = 500
GENERAL_QUEUE = "pavior-general"
ENVIRONMENT_QUEUE = "pavior-environment"

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

_log = logging.getLogger("pavior.worker")


class RunInterrupted(BaseException):
    """The worker stops, or its notes cannot be written: the run is left as it is, and goes on from its last checkpoint.

    Not an Exception, so that nobody on its way takes it for an answer of the step.
    """


class Steps(Protocol):
    """Checkpoints of one running workflow."""

    run_id: str

    def do(self, name: str, function: Callable[[], Json]) -> Json:
        """The result of `function`, from its checkpoint when it was already done.

        `function` may run more than once. It answers with a value, a failure as well: an exception here
        can then only mean that the checkpoint could not be read or written.

        Raises:
            RunInterrupted: The worker stops, or keeps no checkpoints at the moment.
        """

    def pause(self, seconds: float) -> None:
        """Wait, for a database that may answer again soon.

        Raises:
            RunInterrupted: The worker stops.
        """

    def stop_if_stopping(self) -> None:
        """Raises RunInterrupted when the worker stops."""


Workflow: TypeAlias = Callable[[Steps, Mapping[str, Json]], None]


class RunQueue(Protocol):
    """Where work is put within a transaction: it is there exactly when the caller commits."""

    def enqueue(
        self,
        transaction: Transaction,
        workflow: str,
        run_id: str,
        payload: Mapping[str, Json],
        *,
        environment: str = "",
    ) -> None:
        """Ask for `workflow` to be run once under `run_id`; a second time with the same id is a no-op.

        Args:
            payload: Stored in clear: ids and names, never secrets.
            environment: When given, no other run of this environment runs at the same time.
        """

    def forget_ended(self, before: datetime) -> int:
        """Delete the checkpoints of runs that were asked for before this moment and have ended; how many there were.

        The Run itself, its log and its events are not the engine's, and stay.
        """


class _Steps:
    """Of the engine."""

    def __init__(self, run_id: str, stopping: threading.Event, is_suspended: Callable[[], bool]) -> None:
        self.run_id = run_id
        self._stopping = stopping
        self._is_suspended = is_suspended

    def do(self, name: str, function: Callable[[], Json]) -> Json:
        """See `Steps`."""
        self.stop_if_stopping()
        try:
            return DBOS.run_step({"name": name}, function)
        except Exception as error:
            raise RunInterrupted from error

    def pause(self, seconds: float) -> None:
        """See `Steps`."""
        self._stopping.wait(seconds)
        self.stop_if_stopping()

    def stop_if_stopping(self) -> None:
        """See `Steps`."""
        if self._stopping.is_set() or self._is_suspended():
            raise RunInterrupted


@dataclass(frozen=True, slots=True)
class Enqueuer:
    """The engine's `RunQueue`."""

    client: DBOSClient

    @classmethod
    def open(cls, database: Database) -> "Enqueuer":
        """Prepare the engine's own tables and a client for them. Repeating it is no error."""
        _quiet()
        DBOS.migrate(database.url)
        client = DBOSClient(
            system_database_url=database.url,
            serializer=DBOSPortableJSONSerializer(),
            application_name=_APPLICATION_NAME,
        )
        return cls(client)

    def enqueue(
        self,
        transaction: Transaction,
        workflow: str,
        run_id: str,
        payload: Mapping[str, Json],
        *,
        environment: str = "",
    ) -> None:
        """See `RunQueue`."""
        options: dict[str, Any] = {
            "workflow_name": workflow,
            "queue_name": _queue(environment),
            "workflow_id": run_id,
            "app_version": _APPLICATION_VERSION,
        }
        if environment:
            options["queue_partition_key"] = environment
        self.client.enqueue_in_transaction(transaction, options, run_id, dict(payload))  # type: ignore[arg-type]

    def forget_ended(self, before: datetime) -> int:
        """See `RunQueue`."""
        forgotten = 0
        while True:
            ended = self.client.list_workflows(
                status=list(_ENDED),
                end_time=format_instant(before),
                limit=_FORGET_AT_ONCE,
                load_input=False,
                load_output=False,
            )
            if not ended:
                return forgotten
            self.client.delete_workflows([workflow.workflow_id for workflow in ended])
            forgotten += len(ended)

    def close(self) -> None:
        """Give back the connections."""
        self.client.destroy()


class Worker:
    """Runs what is queued, in threads of this process, until it is stopped. One per process.

    Args:
        executor: Its id among all workers of the database; the same after a restart.
        is_suspended: Whether nothing may be done at the moment; runs are then interrupted, and go on later.
        find_gone: Ids of workers that are gone, whose runs go on here.
    """

    def __init__(
        self,
        database: Database,
        workflows: Mapping[str, Workflow],
        *,
        executor: str = ONLY_WORKER,
        is_suspended: Callable[[], bool] = lambda: False,
        find_gone: Callable[[], Collection[str]] = tuple,
    ) -> None:
        self.database = database
        self.workflows = dict(workflows)
        self.executor = executor
        self.is_suspended = is_suspended
        self.find_gone = find_gone
        self._stopping = threading.Event()
        self._interrupted: set[str] = set()
        self._tending: threading.Thread | None = None

    def start(self) -> None:
        """Take up what a killed worker left behind, then whatever is queued. Returns at once."""
        _quiet()
        config: DBOSConfig = {
            "name": _APPLICATION_NAME,
            "system_database_url": self.database.url,
            "serializer": DBOSPortableJSONSerializer(),
            "application_version": _APPLICATION_VERSION,
            "executor_id": self.executor,
            "log_level": "ERROR",
            "enable_otlp": False,
        }
        self._stopping.clear()
        DBOS(config=config)
        for name, function in self.workflows.items():
            DBOS.workflow(name=name, max_recovery_attempts=None)(self._entry(name, function))
        DBOS.launch()
        general = DBOS.register_queue(
            GENERAL_QUEUE, worker_concurrency=_CONCURRENCY, polling_interval_sec=_BUSY_POLL_SECONDS
        )
        environment = DBOS.register_queue(
            ENVIRONMENT_QUEUE,
            worker_concurrency=_CONCURRENCY,
            partition_concurrency=1,
            polling_interval_sec=_BUSY_POLL_SECONDS,
        )
        pace = _Pace(self.database, (general, environment))
        self._tending = threading.Thread(target=self._tend, args=(pace,), name="pavior-tend", daemon=True)
        self._tending.start()

    def stop(self, *, wait_seconds: int = 0) -> None:
        """Stop taking work. What is under way stops where it loses nothing, and is resumed at the next start.

        Args:
            wait_seconds: How long a step that does not come to such a place is waited for.
        """
        self._stopping.set()
        if self._tending is not None:
            self._tending.join()
        DBOS.destroy(workflow_completion_timeout_sec=wait_seconds, destroy_registry=True)

    def _entry(self, name: str, function: Workflow) -> Callable[[str, dict[str, Json]], None]:
        def run(run_id: str, payload: dict[str, Json]) -> None:
            try:
                function(_Steps(run_id, self._stopping, self.is_suspended), payload)
            except RunInterrupted as interruption:
                if interruption.__cause__ is not None:
                    _log.warning("run %s waits until it can be noted how far it is", run_id, exc_info=interruption)
                self._interrupted.add(run_id)
                # The engine records nothing for what is no Exception: the run stays as it is.
                raise

        run.__name__ = run.__qualname__ = name
        return run

    def _tend(self, pace: "_Pace") -> None:
        """Keep the pace, and give interrupted runs back to their queue."""
        until_resuming_seconds = _RESUME_EVERY_SECONDS
        while not self._stopping.wait(_LOOK_SECONDS):
            until_resuming_seconds -= _LOOK_SECONDS
            try:
                pace.keep()
                if until_resuming_seconds <= 0:
                    until_resuming_seconds = _RESUME_EVERY_SECONDS
                    if not self.is_suspended():
                        self._resume_interrupted()
                        self._adopt()
            except Exception:  # noqa: BLE001 - whatever its database has now, it is asked again soon
                _log.debug("the durable engine cannot be tended now", exc_info=True)

    def _resume_interrupted(self) -> None:
        """As a restart would."""
        for run_id in tuple(self._interrupted):
            status = DBOS.get_workflow_status(run_id)
            if status is not None and status.status == UNDER_WAY:
                # The queue that it came from: elsewhere it would not wait for its environment.
                DBOS.resume_workflow(run_id, queue_name=status.queue_name)
            self._interrupted.discard(run_id)

    def _adopt(self) -> None:
        """Give the runs of workers that are gone back to their queues, each once."""
        gone = list(self.find_gone())
        if not gone or not _left_by(gone):
            return
        # Writers take turns, so of two that adopt at once the second finds nothing left.
        with self.database.transaction():
            for workflow in _left_by(gone):
                _log.warning("run %s of worker %s goes on", workflow.workflow_id, workflow.executor_id)
                DBOS.resume_workflow(workflow.workflow_id, queue_name=workflow.queue_name)


def _left_by(gone: list[str]) -> list[WorkflowStatus]:
    return DBOS.list_workflows(status=UNDER_WAY, executor_id=gone, load_input=False, load_output=False)


class _Pace:
    """Has the engine look at its queues often while there is work, and seldom when there is none."""

    def __init__(self, database: Database, queues: Iterable[Queue]) -> None:
        self.database = database
        self.queues = tuple(queues)
        self._is_busy = True
        self._quiet_seconds = 0.0

    def keep(self) -> None:
        """Called each `_LOOK_SECONDS`."""
        has_work = bool(count_unfinished(self.database))
        self._quiet_seconds = 0.0 if has_work else self._quiet_seconds + _LOOK_SECONDS
        if has_work and not self._is_busy:
            self._set(is_busy=True)
        elif self._is_busy and self._quiet_seconds >= _QUIET_AFTER_SECONDS:
            self._set(is_busy=False)

    def _set(self, *, is_busy: bool) -> None:
        for queue in self.queues:
            queue.set_polling_interval_sec(_BUSY_POLL_SECONDS if is_busy else _IDLE_POLL_SECONDS)
        self._is_busy = is_busy


def count_unfinished(database: Database) -> int:
    """How many runs the durable engine still holds: queued or under way."""
    with database.snapshot() as transaction:
        # On PostgreSQL its tables have a schema of their own.
        schema = "dbos." if transaction.dialect.name == "postgresql" else ""
        statement = f"SELECT count(*) FROM {schema}workflow_status WHERE status IN ('PENDING', 'ENQUEUED')"  # noqa: S608
        return int(transaction.exec_driver_sql(statement).scalar_one())


def _queue(environment: str) -> str:
    return ENVIRONMENT_QUEUE if environment else GENERAL_QUEUE


def _quiet() -> None:
    logging.getLogger("dbos").setLevel(logging.ERROR)
