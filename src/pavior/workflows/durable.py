"""The one place that knows the durable-run engine (DBOS), so that another could take its place.

A workflow is a function of (`Steps`, payload). Its steps are checkpointed: after a crash the
workflow runs again from the top, finished steps give their stored result, and the step that was
under way runs a second time. So every step is written to be repeated.

What was measured about DBOS 3.4.0 shapes this module:
pickle is its default, so portable JSON is set; it never sets WAL, so the file must have it already;
recovery looks at executor id and application version, so both are constant; a queue that is
partitioned by environment with a concurrency of one is what makes applies exclusive.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSConfig
from dbos._serialization import DBOSPortableJSON

from pavior.storage.database import Transaction

# One name for all releases: a run that an older release began is finished by the newer one.
_APPLICATION_VERSION = "pavior"
_APPLICATION_NAME = "pavior"
# One engine per data folder holds the worker lock, so a restarted worker finds its own runs again.
_EXECUTOR = "worker-1"
# Idle cost against latency: at 0.2 s an idle worker uses a few per cent of one core.
_POLL_SECONDS = 0.2
# Plans and drift checks may run beside each other; each holds an engine.
_GENERAL_CONCURRENCY = 4
GENERAL_QUEUE = "pavior-general"
ENVIRONMENT_QUEUE = "pavior-environment"

Json: TypeAlias = "None | bool | int | float | str | list[Json] | dict[str, Json]"


class Steps:
    """Checkpoints of one running workflow."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id

    def do(self, name: str, function: Callable[[], Json]) -> Json:
        """The result of `function`, from its checkpoint when it was already done.

        `function` may run more than once; an exception it raises is not checkpointed as a result.
        """
        return DBOS.run_step({"name": name}, function)


Workflow: TypeAlias = Callable[[Steps, Mapping[str, Json]], None]


@dataclass(frozen=True, slots=True)
class Enqueuer:
    """Puts work in the queue inside the caller's transaction: it is there exactly when the caller commits."""

    client: DBOSClient

    @classmethod
    def open(cls, database_url: str) -> "Enqueuer":
        """Prepare the engine's own tables and a client for them. Repeating it is no error."""
        _quiet()
        DBOS.migrate(database_url)
        client = DBOSClient(
            system_database_url=database_url, serializer=DBOSPortableJSON, application_name=_APPLICATION_NAME
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
        """Ask for `workflow` to be run once under `run_id`; a second time with the same id is a no-op.

        Args:
            environment: When given, no other run of this environment runs at the same time.
        """
        options: dict[str, Any] = {
            "workflow_name": workflow,
            "queue_name": ENVIRONMENT_QUEUE if environment else GENERAL_QUEUE,
            "workflow_id": run_id,
            "app_version": _APPLICATION_VERSION,
        }
        if environment:
            options["queue_partition_key"] = environment
        self.client.enqueue_in_transaction(transaction, options, run_id, dict(payload))  # type: ignore[arg-type]

    def close(self) -> None:
        """Give back the connections."""
        self.client.destroy()


class Worker:
    """Runs what is queued, in threads of this process, until it is stopped. One per process."""

    def __init__(self, database_url: str, workflows: Mapping[str, Workflow]) -> None:
        self.database_url = database_url
        self.workflows = dict(workflows)

    def start(self) -> None:
        """Take up what a killed worker left behind, then whatever is queued. Returns at once."""
        _quiet()
        config: DBOSConfig = {
            "name": _APPLICATION_NAME,
            "system_database_url": self.database_url,
            "serializer": DBOSPortableJSON,
            "application_version": _APPLICATION_VERSION,
            "executor_id": _EXECUTOR,
            "log_level": "ERROR",
            "enable_otlp": False,
        }
        DBOS(config=config)
        for name, function in self.workflows.items():
            DBOS.workflow(name=name)(_entry(function))
        DBOS.launch()
        DBOS.register_queue(GENERAL_QUEUE, worker_concurrency=_GENERAL_CONCURRENCY, polling_interval_sec=_POLL_SECONDS)
        DBOS.register_queue(ENVIRONMENT_QUEUE, partition_concurrency=1, polling_interval_sec=_POLL_SECONDS)

    def stop(self, *, wait_seconds: int = 0) -> None:
        """Stop taking work; what is under way gets `wait_seconds`, and is resumed at the next start otherwise."""
        DBOS.destroy(workflow_completion_timeout_sec=wait_seconds, destroy_registry=True)


def _entry(function: Workflow) -> Callable[[str, dict[str, Json]], None]:
    def run(run_id: str, payload: dict[str, Json]) -> None:
        function(Steps(run_id), payload)

    run.__name__ = run.__qualname__ = getattr(function, "__name__", "workflow")
    return run


def _quiet() -> None:
    logging.getLogger("dbos").setLevel(logging.ERROR)


def count_unfinished(engine: sa.Engine) -> int:
    """How many runs the durable engine still holds: queued or under way."""
    statement = sa.text("SELECT count(*) FROM workflow_status WHERE status IN ('PENDING', 'ENQUEUED')")
    with engine.connect() as connection:
        return int(connection.execute(statement).scalar_one())
