"""The durable engine, as Pavior uses it: what is queued with a transaction, what is repeated, what is not."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from pavior.storage.database import Database
from pavior.workflows.durable import Enqueuer, Json, RunInterrupted, Steps, Worker, Workflow, count_unfinished

PATIENCE_SECONDS = 20.0


@pytest.fixture
def enqueuer(database: Database) -> Iterator[Enqueuer]:
    enqueuer = Enqueuer.open(database)
    yield enqueuer
    enqueuer.close()


@pytest.fixture
def start(database: Database) -> Iterator[Callable[[dict[str, Workflow]], Worker]]:
    started: list[Worker] = []

    def begin(workflows: dict[str, Workflow]) -> Worker:
        worker = Worker(database, workflows)
        worker.start()
        started.append(worker)
        return worker

    yield begin
    for worker in started:
        worker.stop()


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def enqueue_and_fail(database: Database, enqueuer: Enqueuer) -> None:
    with database.transaction() as transaction:
        enqueuer.enqueue(transaction, "greet", "run-1", {"name": "mara"})
        raise ZeroDivisionError


def noted(database: Database, question: str) -> list[tuple[object, ...]]:
    """From the engine's own tables, which have a schema of their own on PostgreSQL."""
    with database.snapshot() as transaction:
        schema = "dbos." if transaction.dialect.name == "postgresql" else ""
        return [tuple(row) for row in transaction.exec_driver_sql(question.format(schema))]


def is_idle(database: Database) -> bool:
    return count_unfinished(database) == 0


def test_what_is_queued_in_a_transaction_that_rolls_back_is_not_there(database: Database, enqueuer: Enqueuer) -> None:
    with pytest.raises(ZeroDivisionError):
        enqueue_and_fail(database, enqueuer)
    assert count_unfinished(database) == 0

    with database.transaction() as transaction:
        enqueuer.enqueue(transaction, "greet", "run-1", {"name": "mara"})
    assert count_unfinished(database) == 1


def test_a_run_that_is_queued_twice_runs_once_with_its_payload(
    database: Database, enqueuer: Enqueuer, start: Callable[[dict[str, Workflow]], Worker]
) -> None:
    seen: list[tuple[str, Mapping[str, Json]]] = []

    def greet(steps: Steps, payload: Mapping[str, Json]) -> None:
        seen.append((steps.run_id, payload))

    for name in ("mara", "sam"):
        with database.transaction() as transaction:
            enqueuer.enqueue(transaction, "greet", "run-1", {"name": name})
    start({"greet": greet})

    wait_until(lambda: is_idle(database))
    assert seen == [("run-1", {"name": "mara"})]


def test_runs_of_one_environment_never_overlap_and_those_of_others_do(
    database: Database, enqueuer: Enqueuer, start: Callable[[dict[str, Workflow]], Worker]
) -> None:
    under_way: set[str] = set()
    together: list[frozenset[str]] = []
    lock = threading.Lock()

    def work(steps: Steps, _: Mapping[str, Json]) -> None:
        with lock:
            under_way.add(steps.run_id)
            together.append(frozenset(under_way))
        time.sleep(0.4)
        with lock:
            under_way.discard(steps.run_id)

    with database.transaction() as transaction:
        for run_id in ("a1", "a2", "a3", "b1", "b2"):
            enqueuer.enqueue(transaction, "work", run_id, {}, environment=f"orders/{run_id[0]}")
    start({"work": work})

    wait_until(lambda: is_idle(database))
    assert {run_id for group in together for run_id in group} == {"a1", "a2", "a3", "b1", "b2"}
    for group in together:
        places = [run_id[0] for run_id in group]
        assert len(places) == len(set(places)), f"{sorted(group)} ran at the same time"
    assert any(len(group) == 2 for group in together)


def test_a_worker_that_stops_leaves_its_run_to_the_next_one_which_repeats_only_the_step_under_way(
    database: Database, enqueuer: Enqueuer, start: Callable[[dict[str, Workflow]], Worker]
) -> None:
    done: list[str] = []
    reached = threading.Event()

    def work(steps: Steps, _: Mapping[str, Json]) -> None:
        def slow() -> Json:
            done.append("second")
            if done.count("second") == 1:
                reached.set()
                while True:
                    steps.pause(0.01)
            return 2

        def quick() -> Json:
            done.append("first")
            return 1

        first = steps.do("first", quick)
        second = steps.do("second", slow)
        done.append(f"{first} {second}")

    with database.transaction() as transaction:
        enqueuer.enqueue(transaction, "work", "run-1", {}, environment="orders/dev")
    worker = start({"work": work})
    assert reached.wait(PATIENCE_SECONDS)
    worker.stop()
    assert count_unfinished(database) == 1
    start({"work": work})

    wait_until(lambda: is_idle(database))
    assert done == ["first", "second", "second", "1 2"]


def test_a_run_whose_checkpoint_could_not_be_written_goes_on_without_a_restart_and_still_alone_in_its_environment(
    database: Database, enqueuer: Enqueuer, start: Callable[[dict[str, Workflow]], Worker]
) -> None:
    order: list[str] = []

    def work(steps: Steps, _: Mapping[str, Json]) -> None:
        order.append(steps.run_id)
        if order == ["run-1"]:
            raise RunInterrupted
        time.sleep(0.3)
        order.append(f"{steps.run_id} ended")

    with database.transaction() as transaction:
        for run_id in ("run-1", "run-2"):
            enqueuer.enqueue(transaction, "work", run_id, {}, environment="orders/dev")
    start({"work": work})

    wait_until(lambda: is_idle(database))
    assert order == ["run-1", "run-1", "run-1 ended", "run-2", "run-2 ended"]


def test_checkpoints_are_json_and_hold_the_payload_as_it_was_given(
    database: Database, enqueuer: Enqueuer, start: Callable[[dict[str, Workflow]], Worker]
) -> None:
    def work(steps: Steps, _: Mapping[str, Json]) -> None:
        steps.do("only", lambda: {"answer": 42})

    with database.transaction() as transaction:
        enqueuer.enqueue(transaction, "work", "run-1", {"change": "C-1"})
    start({"work": work})
    wait_until(lambda: is_idle(database))

    assert noted(database, "SELECT output, serialization FROM {}operation_outputs") == [
        ('{"answer":42}', "portable_json")
    ]
    assert noted(database, "SELECT DISTINCT serialization FROM {}workflow_status") == [("portable_json",)]


def test_ended_runs_are_forgotten_from_a_moment_on_and_others_are_kept(
    database: Database, enqueuer: Enqueuer, start: Callable[[dict[str, Workflow]], Worker]
) -> None:
    def work(steps: Steps, _: Mapping[str, Json]) -> None:
        steps.do("only", lambda: 1)

    with database.transaction() as transaction:
        enqueuer.enqueue(transaction, "work", "run-1", {})
    worker = start({"work": work})
    wait_until(lambda: is_idle(database))
    worker.stop()
    with database.transaction() as transaction:
        enqueuer.enqueue(transaction, "work", "run-2", {})
    now = datetime.now(UTC)

    assert enqueuer.forget_ended(now - timedelta(days=1)) == 0
    assert enqueuer.forget_ended(now + timedelta(days=1)) == 1

    assert noted(database, "SELECT workflow_uuid FROM {}workflow_status") == [("run-2",)]
    assert noted(database, "SELECT count(*) FROM {}operation_outputs") == [(0,)]
