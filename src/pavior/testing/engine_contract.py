"""What every engine promises, as tests: subclass `EngineContract` and give it a `world` fixture.

    class TestMyEngine(EngineContract):
        @pytest.fixture
        def world(self) -> EngineWorld:
            return MyWorld(...)

The stacks are Terraform source of a few AWS types, so the cloud may be a sandbox. See docs/reference/engine-port.md.
"""

from pathlib import Path

from pavior.resources.drift import compare
from pavior.resources.model import GraphFormat
from pavior.testing.engine_safety_contract import EngineSafetyContract
from pavior.testing.engine_stacks import MAIN, without_block
from pavior.testing.engine_trial import (
    BLOCK,
    BUCKET,
    THINGS,
    EngineWorld,
    a_trial,
    actions,
    changes_of,
    expect,
    expect_equal,
    is_plain,
    silently,
)


class EngineContract(EngineSafetyContract):
    """The promises. Every test makes things of its own, so they may share one cloud."""

    def test_a_plan_changes_nothing(self, world: EngineWorld, tmp_path: Path) -> None:
        """Planning is reading."""
        trial = a_trial(world, tmp_path, "plans")

        plan = trial.plan()

        expect_equal(set(actions(plan).values()), {"create"}, "the actions of a first plan")
        expect_equal(trial.count(), {}, "what is in the cloud after a plan")

    def test_two_plans_of_the_same_are_the_same(self, world: EngineWorld, tmp_path: Path) -> None:
        """What people approve does not depend on when it was planned."""
        trial = a_trial(world, tmp_path, "same")

        expect_equal(trial.plan().plan_json == trial.plan().plan_json, True, "equality of two plans")

    def test_an_apply_makes_exactly_what_was_planned(self, world: EngineWorld, tmp_path: Path) -> None:
        """Once each, with the values that the plan knew."""
        trial = a_trial(world, tmp_path, "makes")
        plan = trial.plan()

        result = trial.apply(plan)

        expect_equal(trial.count(), dict.fromkeys(THINGS, 1), "what is in the cloud")
        expect_equal(set(result.applied), set(actions(plan)), "what the engine says it applied")
        graph = world.new_engine().read_state(result.state)
        expect_equal(graph.format, GraphFormat.STATE, "the format of the state's graph")
        expect_equal({item.address for item in graph.resources}, set(actions(plan)), "addresses in the state")
        for change in changes_of(plan):
            resource = graph.find(change["address"])
            values = resource.values if resource else {}
            known = {name: value for name, value in change["change"]["after"].items() if is_plain(value)}
            for name, value in known.items():
                expect_equal(values.get(name), value, f"{name} of {change['address']}")

    def test_a_second_plan_is_empty(self, world: EngineWorld, tmp_path: Path) -> None:
        """What was applied is what was wanted."""
        trial = a_trial(world, tmp_path, "second")
        trial.deploy()

        expect_equal(actions(trial.plan()), {}, "the actions of a second plan")

    def test_what_is_there_after_an_apply_differs_in_nothing(self, world: EngineWorld, tmp_path: Path) -> None:
        """No noise: not one property."""
        trial = a_trial(world, tmp_path, "quiet")
        trial.deploy()
        engine, state = world.new_engine(), trial.applied_state()

        observed = engine.observe(state=state, target=world.target(), report=silently)

        expect_equal(observed.format, GraphFormat.LIVE, "the format of an observation")
        expect_equal(compare(engine.read_state(state), observed), (), "drift right after an apply")
        expect_equal(len(observed.resources), len(engine.read_state(state).resources), "resources observed")

    def test_tampering_is_seen_property_by_property_and_taken_back(self, world: EngineWorld, tmp_path: Path) -> None:
        """Drift names what was touched, a plan takes it back, and nothing else is in it."""
        trial = a_trial(world, tmp_path, "drift")
        trial.deploy()
        world.remove_public_access_block(f"{trial.name}-files")
        world.edit_bucket_tag(f"{trial.name}-files", "owner", "somebody-else")
        engine, state = world.new_engine(), trial.applied_state()

        drifts = {
            drift.address: (drift.kind, [item.path for item in drift.properties])
            for drift in compare(
                engine.read_state(state), engine.observe(state=state, target=world.target(), report=silently)
            )
        }
        expect_equal(drifts, {BLOCK: ("missing", []), BUCKET: ("changed", ["tags.owner"])}, "drift")

        plan = trial.plan()
        expect_equal(actions(plan), {BLOCK: "create", BUCKET: "update"}, "the actions of the revert")
        trial.apply(plan)
        expect_equal(trial.count(), dict.fromkeys(THINGS, 1), "what is in the cloud after the revert")
        expect_equal(actions(trial.plan()), {}, "the actions after the revert")

    def test_what_the_source_says_now_is_what_was_applied(self, world: EngineWorld, tmp_path: Path) -> None:
        """Drift that is adopted needs nothing done, and is no drift after the apply of that nothing."""
        trial = a_trial(world, tmp_path, "adopts")
        trial.deploy()
        world.edit_bucket_tag(f"{trial.name}-files", "owner", "somebody-else")
        own = 'tags   = merge(local.tags, { owner = "somebody-else" })'
        trial.write(MAIN.replace("tags   = local.tags", own, 1))

        plan = trial.plan()
        expect_equal(actions(plan), {}, "the actions of the adoption")
        trial.apply(plan)

        engine, state = world.new_engine(), trial.applied_state()
        observed = engine.observe(state=state, target=world.target(), report=silently)
        expect_equal(compare(engine.read_state(state), observed), (), "drift after the adoption")

    def test_an_update_and_a_removal_are_planned_and_applied_as_such(self, world: EngineWorld, tmp_path: Path) -> None:
        """Numbers grow in place; a resource that is no longer in the source goes."""
        trial = a_trial(world, tmp_path, "edits")
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
        trial = a_trial(world, tmp_path, "renames")
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
        trial = a_trial(world, tmp_path, "gone")
        trial.deploy()

        plan = trial.plan(is_destroy=True)
        expect_equal(set(actions(plan).values()), {"delete"}, "the actions of a destruction")
        trial.apply(plan, is_destroy=True)

        expect_equal(trial.count(), {}, "what is in the cloud")
        expect_equal(world.new_engine().read_state(trial.applied_state()).resources, (), "resources in the state")

    def test_outputs_are_those_of_the_stack(self, world: EngineWorld, tmp_path: Path) -> None:
        """Known after the apply, all but the sensitive ones."""
        trial = a_trial(world, tmp_path, "outputs")
        trial.deploy()

        outputs = world.new_engine().outputs(trial.applied_state())

        expect_equal(outputs.get("bucket"), f"{trial.name}-files", "output bucket")
        expect(str(outputs.get("key_arn", "")).startswith("arn:aws:kms:"), "an output that was unknown before")

    def test_progress_counts_to_the_end(self, world: EngineWorld, tmp_path: Path) -> None:
        """Each resource is named, and the last event is the whole."""
        trial = a_trial(world, tmp_path, "progress")
        plan = trial.plan()
        trial.events.clear()

        trial.apply(plan)

        named = {event.address for event in trial.events if event.address}
        expect_equal(named, set(actions(plan)), "resources named by progress")
        last = trial.events[-1]
        expect_equal((last.done, last.total), (len(actions(plan)), len(actions(plan))), "the last count")
        counts = [event.done for event in trial.events if event.total]
        expect_equal(counts, sorted(counts), "counts")
