"""What every engine promises, as tests: subclass `EngineContract` and give it a `world` fixture.

    class TestMyEngine(EngineContract):
        @pytest.fixture
        def world(self) -> EngineWorld:
            return MyWorld(...)

The stacks are Terraform source of a few AWS types, so the cloud may be a sandbox. See docs/reference/engine-port.md.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
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
from pavior.kernel.errors import ConflictError, InvalidError, PaviorError, UnavailableError
from pavior.resources.drift import compare
from pavior.resources.model import GraphFormat
from pavior.testing.engine_stacks import (
    HOSTILE,
    MAIN,
    SMALL,
    UNSUPPORTED,
    VERSIONS,
    without_block,
)

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


class EngineContract:
    """The promises. Every test makes things of its own, so they may share one cloud."""

    def test_a_plan_changes_nothing(self, world: EngineWorld, tmp_path: Path) -> None:
        """Planning is reading."""
        trial = _trial(world, tmp_path, "plans")

        plan = trial.plan()

        expect_equal(set(actions(plan).values()), {"create"}, "the actions of a first plan")
        expect_equal(trial.count(), {}, "what is in the cloud after a plan")

    def test_two_plans_of_the_same_are_the_same(self, world: EngineWorld, tmp_path: Path) -> None:
        """What people approve does not depend on when it was planned."""
        trial = _trial(world, tmp_path, "same")

        expect_equal(trial.plan().plan_json == trial.plan().plan_json, True, "equality of two plans")

    def test_an_apply_makes_exactly_what_was_planned(self, world: EngineWorld, tmp_path: Path) -> None:
        """Once each, with the values that the plan knew."""
        trial = _trial(world, tmp_path, "makes")
        plan = trial.plan()

        result = trial.apply(plan)

        expect_equal(trial.count(), dict.fromkeys(THINGS, 1), "what is in the cloud")
        expect_equal(set(result.applied), set(actions(plan)), "what the engine says it applied")
        graph = world.new_engine().read_state(result.state)
        expect_equal(graph.format, GraphFormat.STATE, "the format of the state's graph")
        expect_equal({item.address for item in graph.resources}, set(actions(plan)), "addresses in the state")
        for change in _changes(plan):
            resource = graph.find(change["address"])
            values = resource.values if resource else {}
            known = {name: value for name, value in change["change"]["after"].items() if _is_plain(value)}
            for name, value in known.items():
                expect_equal(values.get(name), value, f"{name} of {change['address']}")

    def test_a_second_plan_is_empty(self, world: EngineWorld, tmp_path: Path) -> None:
        """What was applied is what was wanted."""
        trial = _trial(world, tmp_path, "second")
        trial.deploy()

        expect_equal(actions(trial.plan()), {}, "the actions of a second plan")

    def test_what_is_there_after_an_apply_differs_in_nothing(self, world: EngineWorld, tmp_path: Path) -> None:
        """No noise: not one property."""
        trial = _trial(world, tmp_path, "quiet")
        trial.deploy()
        engine, state = world.new_engine(), trial.applied_state()

        observed = engine.observe(state=state, target=world.target(), report=_silently)

        expect_equal(observed.format, GraphFormat.LIVE, "the format of an observation")
        expect_equal(compare(engine.read_state(state), observed), (), "drift right after an apply")
        expect_equal(len(observed.resources), len(engine.read_state(state).resources), "resources observed")

    def test_tampering_is_seen_property_by_property_and_taken_back(self, world: EngineWorld, tmp_path: Path) -> None:
        """Drift names what was touched, a plan takes it back, and nothing else is in it."""
        trial = _trial(world, tmp_path, "drift")
        trial.deploy()
        world.remove_public_access_block(f"{trial.name}-files")
        world.edit_bucket_tag(f"{trial.name}-files", "owner", "somebody-else")
        engine, state = world.new_engine(), trial.applied_state()

        drifts = {
            drift.address: (drift.kind, [item.path for item in drift.properties])
            for drift in compare(
                engine.read_state(state), engine.observe(state=state, target=world.target(), report=_silently)
            )
        }
        expect_equal(drifts, {BLOCK: ("missing", []), BUCKET: ("changed", ["tags.owner"])}, "drift")

        plan = trial.plan()
        expect_equal(actions(plan), {BLOCK: "create", BUCKET: "update"}, "the actions of the revert")
        trial.apply(plan)
        expect_equal(trial.count(), dict.fromkeys(THINGS, 1), "what is in the cloud after the revert")
        expect_equal(actions(trial.plan()), {}, "the actions after the revert")

    def test_an_update_and_a_removal_are_planned_and_applied_as_such(self, world: EngineWorld, tmp_path: Path) -> None:
        """Numbers grow in place; a resource that is no longer in the source goes."""
        trial = _trial(world, tmp_path, "edits")
        trial.deploy()
        trial.variables["capacity"] = "20"
        trial.write(without_block(MAIN, BLOCK))

        plan = trial.plan()
        expect_equal(actions(plan), {"aws_dynamodb_table.records": "update", BLOCK: "delete"}, "the actions")
        trial.apply(plan)

        left = {kind: 1 for kind in THINGS if kind != "public-access-block"}
        expect_equal(trial.count(), left, "what is in the cloud")
        table = world.new_engine().read_state(trial.applied_state()).find("aws_dynamodb_table.records")
        expect_equal(table.values["read_capacity"] if table else None, 20, "the table's capacity")
        expect_equal(actions(trial.plan()), {}, "the actions afterwards")

    def test_what_cannot_be_changed_is_replaced_with_all_that_leans_on_it(
        self, world: EngineWorld, tmp_path: Path
    ) -> None:
        """Deleted before what it leans on, made after it."""
        trial = _trial(world, tmp_path, "renames")
        trial.deploy()
        trial.write(MAIN.replace("-files", "-papers"))

        plan = trial.plan()
        replaced = {address for address, action in actions(plan).items() if action == "replace"}
        expect_equal(replaced, {BUCKET, BLOCK}, "what is replaced")
        trial.apply(plan)

        expect_equal(trial.count(), dict.fromkeys(THINGS, 1), "what is in the cloud")
        expect_equal(actions(trial.plan()), {}, "the actions afterwards")

    def test_destroying_leaves_nothing(self, world: EngineWorld, tmp_path: Path) -> None:
        """In an order that works."""
        trial = _trial(world, tmp_path, "gone")
        trial.deploy()

        plan = trial.plan(is_destroy=True)
        expect_equal(set(actions(plan).values()), {"delete"}, "the actions of a destruction")
        trial.apply(plan, is_destroy=True)

        expect_equal(trial.count(), {}, "what is in the cloud")
        expect_equal(world.new_engine().read_state(trial.applied_state()).resources, (), "resources in the state")

    def test_a_crash_at_any_save_doubles_nothing_and_loses_nothing(self, world: EngineWorld, tmp_path: Path) -> None:
        """The process ends before or after each save; another goes on with the journal."""
        saves = _count_saves(world, tmp_path)
        expect(saves > len(FEW_THINGS), "an engine saves at least once for each thing")
        for crash_at in range(1, saves + 1):
            for is_saved_first in (False, True):
                trial = _trial(world, tmp_path, f"crash{crash_at}{'b' if is_saved_first else 'a'}", main=SMALL)
                plan = trial.plan()
                journal = MemoryJournal(crash_at, is_saved_first=is_saved_first)
                _expect_crash(trial, plan, journal)
                journal.crash_at = 0

                result = trial.apply(plan, journal)

                told = f"after a crash at save {crash_at} of {saves}"
                expect_equal(trial.count(), dict.fromkeys(FEW_THINGS, 1), f"what is in the cloud {told}")
                expect_equal(sorted(result.applied), sorted(actions(plan)), f"what was applied {told}")
                expect_equal(actions(trial.plan()), {}, f"the actions {told}")

    def test_an_apply_that_crashes_again_and_again_ends(self, world: EngineWorld, tmp_path: Path) -> None:
        """Each process gets two saves further, whatever it has to find out first."""
        trial = _trial(world, tmp_path, "again")
        plan, journal = trial.plan(), MemoryJournal()
        for _ in range(len(THINGS) - 1):
            journal.saves, journal.crash_at = 0, 2
            _expect_crash(trial, plan, journal)
        journal.crash_at = 0

        trial.apply(plan, journal)

        expect_equal(trial.count(), dict.fromkeys(THINGS, 1), "what is in the cloud")
        expect_equal(actions(trial.plan()), {}, "the actions")

    def test_what_a_crash_left_is_known_to_the_next_plan(self, world: EngineWorld, tmp_path: Path) -> None:
        """The journal of a run that is given up is a state like another."""
        for crash_at in range(1, _count_saves(world, tmp_path) + 1):
            trial = _trial(world, tmp_path, f"left{crash_at}", main=SMALL)
            journal = MemoryJournal(crash_at)
            _expect_crash(trial, trial.plan(), journal)
            trial.state = journal.content

            trial.deploy()

            told = f"what is in the cloud after save {crash_at}"
            expect_equal(trial.count(), dict.fromkeys(FEW_THINGS, 1), told)

    def test_a_crash_in_a_destruction_leaves_nothing_behind(self, world: EngineWorld, tmp_path: Path) -> None:
        """Deleting again what is gone is no failure."""
        trial = _trial(world, tmp_path, "undone")
        trial.deploy()
        plan = trial.plan(is_destroy=True)
        journal = MemoryJournal()
        for crash_at in range(3, 9):
            journal.saves, journal.crash_at = 0, crash_at % 4 + 1
            _expect_crash(trial, plan, journal, is_destroy=True)
        journal.crash_at = 0

        trial.apply(plan, journal, is_destroy=True)

        expect_equal(trial.count(), {}, "what is in the cloud")

    def test_a_plan_that_no_longer_fits_is_refused(self, world: EngineWorld, tmp_path: Path) -> None:
        """The cloud moved: what would be done is no longer what was approved."""
        trial = _trial(world, tmp_path, "stale")
        trial.deploy()
        trial.variables["capacity"] = "20"
        plan = trial.plan()
        world.remove_table(f"{trial.name}-records")

        expect_error(ConflictError, "plan-stale", lambda: trial.apply(plan))

        expect_equal("table" in trial.count(), False, "whether the table was made again")

    def test_a_drift_after_the_plan_is_not_reverted_unseen(self, world: EngineWorld, tmp_path: Path) -> None:
        """A change that nobody approved is not made, even back to what was."""
        trial = _trial(world, tmp_path, "unseen")
        trial.deploy()
        trial.variables["capacity"] = "20"
        plan = trial.plan()
        world.edit_bucket_tag(f"{trial.name}-files", "owner", "somebody-else")

        expect_error(ConflictError, "plan-stale", lambda: trial.apply(plan))

    def test_another_plan_than_people_saw_is_refused(self, world: EngineWorld, tmp_path: Path) -> None:
        """The saved plan is bound to the plan JSON."""
        trial = _trial(world, tmp_path, "bound")
        plan = trial.plan()
        shown = replace(plan, plan_json=plan.plan_json.replace(b'"payments"', b'"platform"'))

        expect_error(ConflictError, "plan-stale", lambda: trial.apply(shown))

        expect_equal(trial.count(), {}, "what is in the cloud")

    def test_other_source_than_was_planned_is_refused(self, world: EngineWorld, tmp_path: Path) -> None:
        """The saved plan is bound to source and variables."""
        trial = _trial(world, tmp_path, "moved")
        plan = trial.plan()
        trial.write(MAIN.replace("read_capacity  = var.capacity", "read_capacity  = 40"))

        expect_error(ConflictError, "plan-stale", lambda: trial.apply(plan))

        expect_equal(trial.count(), {}, "what is in the cloud")

    def test_a_cancelled_apply_stops_between_two_resources_and_can_go_on(
        self, world: EngineWorld, tmp_path: Path
    ) -> None:
        """What was done is in the journal."""
        trial = _trial(world, tmp_path, "cancel")
        plan, journal = trial.plan(), MemoryJournal()
        asked = iter([False, False, False])

        expect_error(
            ConflictError,
            "run-cancelled",
            lambda: trial.apply(plan, journal, is_cancelled=lambda: next(asked, True)),
        )

        begun = trial.count()
        expect(0 < sum(begun.values()) < len(THINGS), f"some things, not all: {begun}")
        trial.apply(plan, journal)
        expect_equal(trial.count(), dict.fromkeys(THINGS, 1), "what is in the cloud")

    def test_a_secret_leaves_the_engine_in_clear_nowhere(self, world: EngineWorld, tmp_path: Path) -> None:
        """Neither in the plan that people see, nor in what is read back, nor in progress."""
        trial = _trial(world, tmp_path, "secret")
        first = trial.plan()
        trial.apply(first)
        trial.variables["capacity"] = "20"
        second = trial.plan()
        engine, state = world.new_engine(), trial.applied_state()
        expect(CANARY.encode() in state, "a state that holds the secret, or this test shows nothing")

        for plan in (first, second, trial.plan(is_destroy=True)):
            expect(CANARY.encode() not in plan.plan_json, "a plan JSON without the secret")
            expect(CANARY not in repr(plan), "a plan that prints without the secret")
        expect(CANARY not in repr(trial.events), "progress without the secret")
        expect(CANARY not in repr(engine.read_state(state)), "a graph of the state without the secret")
        live = engine.observe(state=state, target=world.target(), report=_silently)
        expect(CANARY not in repr(live), "an observation without the secret")
        expect(CANARY not in repr(engine.outputs(state)), "outputs without the secret")
        expect("token" not in engine.outputs(state), "no sensitive output")

    def test_outputs_are_those_of_the_stack(self, world: EngineWorld, tmp_path: Path) -> None:
        """Known after the apply, all but the sensitive ones."""
        trial = _trial(world, tmp_path, "outputs")
        trial.deploy()

        outputs = world.new_engine().outputs(trial.applied_state())

        expect_equal(outputs.get("bucket"), f"{trial.name}-files", "output bucket")
        expect(str(outputs.get("key_arn", "")).startswith("arn:aws:kms:"), "an output that was unknown before")

    def test_hostile_source_is_refused_before_anything_starts(self, world: EngineWorld, tmp_path: Path) -> None:
        """Not even the cloud is asked."""
        for what, text in HOSTILE.items():
            trial = _trial(world, tmp_path, f"hostile-{what}", extra=text)
            unreachable = world.unreachable_target()

            expect_error(InvalidError, "stack-refused", lambda: trial.plan(target=unreachable))  # noqa: B023 - called at once

    def test_what_the_engine_does_not_offer_is_named(self, world: EngineWorld, tmp_path: Path) -> None:
        """All of it at once, before the cloud is asked. An engine that offers everything has nothing to refuse."""
        if not tuple(world.new_engine().supported_types()):
            return
        trial = _trial(world, tmp_path, "beyond", extra=UNSUPPORTED)
        unreachable = world.unreachable_target()

        error = expect_error(InvalidError, "stack-unsupported", lambda: trial.plan(target=unreachable))

        for name in ("aws_instance.server", "aws_sqs_queue.work", "OpenTofu or Terraform"):
            expect(name in error.summary + error.fix, f"{name} in: {error.summary} {error.fix}")

    def test_a_missing_variable_is_named(self, world: EngineWorld, tmp_path: Path) -> None:
        """Before the cloud is asked."""
        trial = _trial(world, tmp_path, "lacking", extra='variable "budget" {\n  type = number\n}\n')
        unreachable = world.unreachable_target()

        error = expect_error(InvalidError, "variable-missing", lambda: trial.plan(target=unreachable))

        expect("budget" in error.summary, f"budget in: {error.summary}")

    def test_a_cloud_that_does_not_answer_is_no_empty_cloud(self, world: EngineWorld, tmp_path: Path) -> None:
        """Nothing is planned, nothing is observed."""
        trial = _trial(world, tmp_path, "silent")
        unreachable = world.unreachable_target()
        expect_error(UnavailableError, "cloud-unreachable", lambda: trial.plan(target=unreachable))
        trial.deploy()

        expect_error(
            UnavailableError,
            "cloud-unreachable",
            lambda: world.new_engine().observe(
                state=trial.applied_state(),
                target=replace(unreachable, instance=world.target().instance),
                report=_silently,
            ),
        )

    def test_progress_counts_to_the_end(self, world: EngineWorld, tmp_path: Path) -> None:
        """Each resource is named, and the last event is the whole."""
        trial = _trial(world, tmp_path, "progress")
        plan = trial.plan()
        trial.events.clear()

        trial.apply(plan)

        named = {event.address for event in trial.events if event.address}
        expect_equal(named, set(actions(plan)), "resources named by progress")
        last = trial.events[-1]
        expect_equal((last.done, last.total), (len(actions(plan)), len(actions(plan))), "the last count")
        counts = [event.done for event in trial.events if event.total]
        expect_equal(counts, sorted(counts), "counts")


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
    for change in _changes(plan):
        said = tuple(change["change"]["actions"])
        found[str(change["address"])] = words.get(said, said[0])
    return found


def _changes(plan: EnginePlan) -> list[dict[str, Any]]:
    document = json.loads(plan.plan_json)
    return [
        change
        for change in document.get("resource_changes", [])
        if change["mode"] == "managed" and change["change"]["actions"] not in (["no-op"], ["read"])
    ]


def _count_saves(world: EngineWorld, tmp_path: Path) -> int:
    trial, journal = _trial(world, tmp_path, "counted", main=SMALL), MemoryJournal()
    trial.apply(trial.plan(), journal)
    trial.apply(trial.plan(is_destroy=True), is_destroy=True)
    return journal.saves


def _trial(world: EngineWorld, tmp_path: Path, name: str, *, main: str = MAIN, extra: str = "") -> Trial:
    trial = Trial(world, tmp_path / name, f"contract-{name}")
    trial.write(main, **({"extra": extra} if extra else {}))
    return trial


def _expect_crash(trial: Trial, plan: EnginePlan, journal: MemoryJournal, *, is_destroy: bool = False) -> None:
    try:
        trial.apply(plan, journal, is_destroy=is_destroy)
    except Crash:
        return
    raise AssertionError(f"expected save {journal.crash_at} to be reached")


def _silently(_: EngineEvent) -> None:
    """Nobody listens."""


def _is_plain(value: object) -> bool:
    return isinstance(value, bool | int | str) and value != "" and "(sensitive" not in str(value)
