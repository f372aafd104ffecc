"""What the embedded engine does when the cloud, or the process, ends in the middle of a call."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from pavior.adapters.clouds.aws import AwsClients
from pavior.adapters.clouds.sandbox import Sandbox
from pavior.adapters.engines.embedded import EmbeddedEngine
from pavior.environments.ports import CloudTarget
from pavior.kernel.errors import ConflictError, UnavailableError
from pavior.testing.engine_stacks import MAIN, SMALL, without_block
from pavior.testing.engine_trial import (
    CANARY,
    FEW_THINGS,
    THINGS,
    Crash,
    EngineWorld,
    MemoryJournal,
    Trial,
    a_trial,
    actions,
    expect_error,
)

FINGERPRINT_KEY = b"k" * 32
_READING = ("Get", "List", "Describe", "Head")


class BreakingClients(AwsClients):
    """Clients that break off right after their n-th change reached the cloud.

    Args:
        break_at: Number of the change, from 1; 0 for never.
        with_error: What the caller sees instead of the answer.

    `only` are the first letters of the names of the changes that count.
    """

    def __init__(self, target: CloudTarget, break_at: int, with_error: BaseException) -> None:
        super().__init__(target)
        self.break_at = break_at
        self.with_error = with_error
        self.changes = 0
        self.only = ""
        self._watched: set[str] = set()

    def client(self, service: str) -> Any:
        client = super().client(service)
        if service not in self._watched:
            self._watched.add(service)
            client.meta.events.register("after-call", self._after_call)
        return client

    def _after_call(self, model: Any, **_: Any) -> None:
        if model.name.startswith(_READING) or not model.name.startswith(self.only):
            return
        self.changes += 1
        if self.changes == self.break_at:
            raise self.with_error


@dataclass
class BreakingWorld:
    """A world whose engines use one set of clients."""

    world: EngineWorld
    clients: AwsClients

    def new_engine(self) -> EmbeddedEngine:
        return EmbeddedEngine(FINGERPRINT_KEY, make_clients=lambda _: self.clients)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.world, name)


@pytest.fixture
def own_sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


def _breaking(world: EngineWorld, break_at: int, error: BaseException) -> tuple[BreakingWorld, BreakingClients]:
    clients = BreakingClients(world.target(), break_at, error)
    return BreakingWorld(world, clients), clients


def test_a_crash_right_after_any_change_doubles_nothing(world: EngineWorld, tmp_path: Path) -> None:
    counting, counted = _breaking(world, 0, Crash())
    a_trial(counting, tmp_path, "calls", main=SMALL).deploy()
    total = counted.changes
    assert total > len(FEW_THINGS)

    for call in range(1, total + 1):
        trial = a_trial(world, tmp_path, f"call{call}", main=SMALL)
        plan, journal = trial.plan(), MemoryJournal()
        counted.changes, counted.break_at = 0, call
        trial.world = counting
        with pytest.raises(Crash):
            trial.apply(plan, journal)
        trial.world = world

        trial.apply(plan, journal)

        assert trial.count() == dict.fromkeys(FEW_THINGS, 1), f"after call {call}"
        assert actions(trial.plan()) == {}, f"after call {call}"


def test_a_creation_whose_answer_is_lost_doubles_nothing(world: EngineWorld, tmp_path: Path) -> None:
    counting, counted = _breaking(world, 0, ReadTimeoutError(endpoint_url="http://127.0.0.1"))
    counted.only = "Create"
    a_trial(counting, tmp_path, "answers", main=SMALL).deploy()
    total = counted.changes
    assert total == len(FEW_THINGS) - 1  # a public access block is put, not created

    for call in range(1, total + 1):
        trial = a_trial(counting, tmp_path, f"lost{call}", main=SMALL)
        counted.changes, counted.break_at = 0, call

        trial.deploy()

        assert counted.changes > 0
        assert trial.count() == dict.fromkeys(FEW_THINGS, 1), f"after call {call}"


def test_a_restarted_sandbox_is_neither_drift_nor_a_new_plan(own_sandbox: Sandbox, tmp_path: Path) -> None:
    from pavior.adapters.clouds.sandbox import SandboxCloud

    before = SandboxCloud(lambda: own_sandbox.endpoint_url).target("orders/dev")
    engine = EmbeddedEngine(FINGERPRINT_KEY)
    trial = Trial(_Fixed(engine, before), tmp_path / "infra", "restarted")
    trial.write(without_block(without_block(SMALL, "aws_security_group.service"), "aws_dynamodb_table.records"))
    plan = trial.plan()
    trial.apply(plan)
    with Sandbox() as other:
        # The old target, and a cloud that is another by now.
        moved = replace(before, endpoint_url=other.endpoint_url)
        trial.world = _Fixed(engine, moved)

        expect_error(ConflictError, "sandbox-restarted", trial.plan)
        expect_error(ConflictError, "sandbox-restarted", lambda: trial.apply(plan))
        expect_error(
            ConflictError,
            "sandbox-restarted",
            lambda: engine.observe(state=trial.applied_state(), target=moved, report=lambda _: None),
        )
        fresh = replace(moved, instance=other.instance)
        expect_error(
            ConflictError,
            "sandbox-restarted",
            lambda: engine.observe(state=trial.applied_state(), target=fresh, report=lambda _: None),
        )

        trial.world, trial.state = _Fixed(engine, fresh), None
        assert set(actions(trial.plan()).values()) == {"create"}


def test_what_the_cloud_refuses_is_told_with_address_and_code(world: EngineWorld, tmp_path: Path) -> None:
    trial = a_trial(world, tmp_path, "refused", main=MAIN.replace('"alias/${var.name}"', '"${var.name}-${var.token}"'))
    journal = MemoryJournal()
    plan = trial.plan()

    error = expect_error(UnavailableError, "apply-failed", lambda: trial.apply(plan, journal))

    assert "aws_kms_alias.data" in error.summary
    assert "ValidationException" in error.summary
    assert CANARY not in f"{error.summary} {error.fix} {error.context}"
    trial.state = journal.content
    trial.write(MAIN)
    trial.deploy()
    assert trial.count() == dict.fromkeys(THINGS, 1)


def test_a_bucket_of_somebody_else_is_not_taken_over(world: EngineWorld, tmp_path: Path) -> None:
    trial = a_trial(world, tmp_path, "foreign")
    plan, journal = trial.plan(), MemoryJournal()
    AwsClients(world.target()).client("s3").create_bucket(
        Bucket=f"{trial.name}-files", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )

    error = expect_error(ConflictError, "resource-exists", lambda: trial.apply(plan, journal))

    assert f"{trial.name}-files" in error.summary
    expect_error(ConflictError, "resource-exists", lambda: trial.apply(plan, journal))


def test_what_may_not_be_read_is_no_missing_thing(world: EngineWorld, tmp_path: Path) -> None:
    trial = a_trial(world, tmp_path, "hidden")
    trial.deploy()
    clients = AwsClients(world.target())
    clients.client("dynamodb").meta.events.register("before-call.dynamodb.DescribeTable", _deny)
    trial.world = BreakingWorld(world, clients)

    error = expect_error(UnavailableError, "engine-failed", trial.plan)

    assert "aws_dynamodb_table.records" in error.summary
    assert "AccessDeniedException" in error.summary


def test_a_state_of_another_environment_is_refused(world: EngineWorld, tmp_path: Path) -> None:
    first, second = a_trial(world, tmp_path, "first"), a_trial(world, tmp_path, "other")
    second.state = first.deploy().state

    with pytest.raises(Exception, match="state-of-another"):
        second.plan()


@dataclass
class _Fixed:
    engine: EmbeddedEngine
    at: CloudTarget

    def new_engine(self) -> EmbeddedEngine:
        return self.engine

    def target(self) -> CloudTarget:
        return self.at

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)


def _deny(**_: Any) -> Any:
    body = {"Error": {"Code": "AccessDeniedException", "Message": "not authorized"}}
    from botocore.exceptions import ClientError

    raise ClientError(body, "DescribeTable")
