"""What the contract suite of engines works with: a world, a journal that can crash, and one environment of one test."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pavior.environments.ports import (
    ApplyResult,
    CloudTarget,
    Engine,
    EngineEvent,
    EnginePlan,
    Stack,
)
from pavior.kernel.errors import PaviorError
from pavior.testing.engine_stacks import MAIN, SMALL, VERSIONS

T = TypeVar("T", bound=PaviorError)

CANARY = "canary-3f9a1c77"
BLOCK = "aws_s3_bucket_public_access_block.files"
BUCKET = "aws_s3_bucket.files"
# What MAIN makes, by kind, and what SMALL makes: of each exactly one.
THINGS = (
    "alias",
    "bucket",
    "key",
    "log-group",
    "public-access-block",
    "role",
    "role-policy",
    "security-group",
    "table",
)
FEW_THINGS = ("alias", "bucket", "key", "public-access-block", "security-group", "table")


class EngineWorld(Protocol):
    """What the suite needs besides the engine: a cloud that it can look into by other means."""

    def new_engine(self) -> Engine:
        """An engine that remembers nothing, as after a restart."""

    def target(self) -> CloudTarget:
        """Where the engine is to work; the cloud is running."""

    def unreachable_target(self) -> CloudTarget:
        """A cloud that does not answer."""

    def count_things(self, prefix: str) -> Mapping[str, int]:
        """How many things of each kind in `THINGS` have a name (of a key: a description) that begins with `prefix`."""

    def remove_public_access_block(self, bucket: str) -> None:
        """Behind the engine's back."""

    def edit_bucket_tag(self, bucket: str, key: str, value: str) -> None:
        """Behind the engine's back."""

    def remove_table(self, table: str) -> None:
        """Behind the engine's back."""


class Crash(BaseException):
    """The end of a process, so nothing may catch it."""


@dataclass
class MemoryJournal:
    """A journal that survives its engine. It can end the process at one of its saves.

    Args:
        crash_at: Number of the save, from 1; 0 for never.
        is_saved_first: Whether that save is durable before the process ends.
    """

    crash_at: int = 0
    is_saved_first: bool = True
    content: bytes | None = None
    saves: int = 0

    def load(self) -> bytes | None:
        """What was saved last."""
        return self.content

    def save(self, state: bytes) -> None:
        """Keep it, and end when told to."""
        self.saves += 1
        is_last = self.saves == self.crash_at
        if not is_last or self.is_saved_first:
            self.content = state
        if is_last:
            raise Crash


@dataclass
class Trial:
    """One environment of one test."""

    world: EngineWorld
    folder: Path
    name: str
    variables: dict[str, str] = field(default_factory=dict)
    state: bytes | None = None
    events: list[EngineEvent] = field(default_factory=list)

    def write(self, main: str = MAIN, **files: str) -> None:
        """Set the source."""
        self.folder.mkdir(exist_ok=True)
        for path in self.folder.iterdir():
            path.unlink()
        for name, text in {"main": main, "versions": VERSIONS, **files}.items():
            (self.folder / f"{name}.tf").write_text(text, encoding="utf-8")

    def stack(self, *, is_destroy: bool = False) -> Stack:
        """The source as it is now."""
        return Stack(
            folder=self.folder,
            environment=f"{self.name}/dev",
            variables={"name": self.name, "environment": "dev", **self.variables},
            sensitive_variables={"token": CANARY},
            is_destroy=is_destroy,
        )

    def plan(self, *, is_destroy: bool = False, target: CloudTarget | None = None) -> EnginePlan:
        """By a new engine."""
        engine = self.world.new_engine()
        return engine.plan(
            self.stack(is_destroy=is_destroy),
            state=self.state,
            target=target or self.world.target(),
            report=self.events.append,
        )

    def apply(
        self,
        plan: EnginePlan,
        journal: MemoryJournal | None = None,
        *,
        is_destroy: bool = False,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> ApplyResult:
        """By a new engine; its state is kept."""
        result = self.world.new_engine().apply(
            self.stack(is_destroy=is_destroy),
            plan,
            state=self.state,
            target=self.world.target(),
            journal=journal or MemoryJournal(),
            report=self.events.append,
            is_cancelled=is_cancelled,
        )
        self.state = result.state
        return result

    def deploy(self) -> ApplyResult:
        """Plan and apply."""
        return self.apply(self.plan())

    def applied_state(self) -> bytes:
        """The state, which there is."""
        expect(self.state is not None, "an apply gives a state")
        return self.state or b""

    def count(self) -> dict[str, int]:
        """What is there."""
        return {kind: number for kind, number in self.world.count_things(self.name).items() if number}


def expect(holds: bool, what: str) -> None:  # noqa: FBT001 - reads like assert
    """Raises AssertionError, also where Python runs without assertions."""
    if not holds:
        raise AssertionError(f"expected {what}")


def expect_equal(found: object, wanted: object, what: str) -> None:
    """Raises AssertionError that tells both."""
    if found != wanted:
        raise AssertionError(f"{what}:\n  wanted {wanted}\n  found  {found}")


def expect_error(kind: type[T], code: str, work: Callable[[], object]) -> T:
    """The error that `work` ends with."""
    try:
        work()
    except kind as error:
        expect_equal(error.code, code, f"code of {error}")
        return error
    raise AssertionError(f"expected {code}, and nothing was refused")


def actions(plan: EnginePlan) -> dict[str, str]:
    """Address to Terraform's word for what would happen, without no-ops and reads."""
    words = {("delete", "create"): "replace", ("create", "delete"): "replace"}
    found = {}
    for change in changes_of(plan):
        said = tuple(change["change"]["actions"])
        found[str(change["address"])] = words.get(said, said[0])
    return found


def changes_of(plan: EnginePlan) -> list[dict[str, Any]]:
    """Every managed resource that would change, as Terraform's JSON tells it."""
    document = json.loads(plan.plan_json)
    return [
        change
        for change in document.get("resource_changes", [])
        if change["mode"] == "managed" and change["change"]["actions"] not in (["no-op"], ["read"])
    ]


def count_saves(world: EngineWorld, tmp_path: Path) -> int:
    """How often an engine saves while it makes the small stack."""
    trial, journal = a_trial(world, tmp_path, "counted", main=SMALL), MemoryJournal()
    trial.apply(trial.plan(), journal)
    trial.apply(trial.plan(is_destroy=True), is_destroy=True)
    return journal.saves


def a_trial(world: EngineWorld, tmp_path: Path, name: str, *, main: str = MAIN, extra: str = "") -> Trial:
    """An environment whose things all have names of their own."""
    trial = Trial(world, tmp_path / name, f"contract-{name}")
    trial.write(main, **({"extra": extra} if extra else {}))
    return trial


def crashes(trial: Trial, plan: EnginePlan, journal: MemoryJournal, *, is_destroy: bool = False) -> bool:
    """Apply until the journal ends the process, or all is done: whether the former."""
    try:
        trial.apply(plan, journal, is_destroy=is_destroy)
    except Crash:
        return True
    return False


def expect_crash(trial: Trial, plan: EnginePlan, journal: MemoryJournal, *, is_destroy: bool = False) -> None:
    """Apply until the journal ends the process."""
    if not crashes(trial, plan, journal, is_destroy=is_destroy):
        raise AssertionError(f"expected save {journal.crash_at} to be reached")


def silently(_: EngineEvent) -> None:
    """Nobody listens."""


def is_plain(value: object) -> bool:
    """Whether the value of a plan is shown as it is, and must be the same afterwards."""
    return isinstance(value, bool | int | str) and value != "" and "(sensitive" not in str(value)
