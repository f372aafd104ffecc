"""A durable engine in memory, for tests of workflows: it runs what was committed when told to, and can be killed."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pavior.runs import store as runs
from pavior.storage.database import Database, Transaction
from pavior.workflows.durable import Json, RunInterrupted, Workflow


class Killed(BaseException):
    """The end of the worker's process, so nothing may catch it."""


@dataclass(slots=True)
class MemoryRuns:
    """Implements `workflows.durable.RunQueue`, and does the work of its worker in `work`.

    As in a real one, a step whose end was not noted runs again, and what its function gave was JSON.

    Args:
        workflows: To be given before the first `work`.
        kill_before: Name of a step: the worker dies when it is about to begin.
        kill_after: Name of a step: the worker dies when it is done, and that is not noted yet.
    """

    database: Database
    workflows: Mapping[str, Workflow] = field(default_factory=dict)
    kill_before: str = ""
    kill_after: str = ""
    asked: list[tuple[str, str, Mapping[str, Json]]] = field(default_factory=list)
    noted: dict[tuple[str, int], str] = field(default_factory=dict)

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
        # As it will be read back.
        self.asked.append((workflow, run_id, json.loads(json.dumps(dict(payload)))))

    def forget_ended(self, before: datetime) -> int:
        """See `RunQueue`. Memory is short enough."""
        return 0

    def work(self) -> None:
        """Run all that was committed, in order, and what follows from it, until nothing is left.

        Raises:
            Killed: The worker died; `work` again is its next start.
        """
        while self.asked:
            self.work_once()

    def work_once(self) -> None:
        """Run what is first in the queue, and nothing of what follows from it."""
        workflow, run_id, payload = self.asked[0]
        if self._is_committed(run_id):
            self.workflows[workflow](_MemorySteps(self, run_id), payload)
        self.asked.pop(0)

    def work_through_deaths(self) -> int:
        """`work`, started anew as often as it dies; how often that was."""
        deaths = 0
        while True:
            try:
                self.work()
            except Killed:
                deaths += 1
            else:
                return deaths

    def _is_committed(self, run_id: str) -> bool:
        with self.database.snapshot() as transaction:
            return runs.find_run(transaction, run_id) is not None


class _MemorySteps:
    """Implements `workflows.durable.Steps`."""

    def __init__(self, engine: MemoryRuns, run_id: str) -> None:
        self.run_id = run_id
        self._engine = engine
        self._count = 0

    def do(self, name: str, function: Callable[[], Json]) -> Json:
        """See `Steps`."""
        engine, place = self._engine, (self.run_id, self._count)
        self._count += 1
        if place not in engine.noted:
            if engine.kill_before == name:
                engine.kill_before = ""
                raise Killed
            answer = json.dumps(function())
            if engine.kill_after == name:
                engine.kill_after = ""
                raise Killed
            engine.noted[place] = answer
        noted: Json = json.loads(engine.noted[place])
        return noted

    def pause(self, seconds: float) -> None:
        """See `Steps`. Nothing gets better by waiting here."""
        raise RunInterrupted

    def stop_if_stopping(self) -> None:
        """See `Steps`."""
