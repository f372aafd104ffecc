"""What every engine promises when things go wrong; part of `engine_contract.EngineContract`."""

from dataclasses import replace
from pathlib import Path

from pavior.kernel.errors import ConflictError, InvalidError, UnavailableError
from pavior.testing.engine_stacks import HOSTILE, MAIN, SMALL, UNSUPPORTED
from pavior.testing.engine_trial import (
    CANARY,
    FEW_THINGS,
    THINGS,
    EngineWorld,
    MemoryJournal,
    a_trial,
    actions,
    count_saves,
    crashes,
    expect,
    expect_crash,
    expect_equal,
    expect_error,
    silently,
)


class EngineSafetyContract:
    """Crashes, staleness, cancelling, secrets, hostile source, silent clouds."""

    def test_a_crash_at_any_save_doubles_nothing_and_loses_nothing(self, world: EngineWorld, tmp_path: Path) -> None:
        """One process ends before a save is durable, the next right after its first one, a third goes to the end."""
        saves = count_saves(world, tmp_path)
        expect(saves > len(FEW_THINGS), "an engine saves at least once for each thing")
        for crash_at in range(1, saves + 1):
            trial = a_trial(world, tmp_path, f"crash{crash_at}", main=SMALL)
            plan = trial.plan()
            journal = MemoryJournal(crash_at, is_saved_first=False)
            expect_crash(trial, plan, journal)
            if crash_at < saves:
                journal.saves, journal.crash_at, journal.is_saved_first = 0, 1, True
                expect_crash(trial, plan, journal)
            journal.crash_at = 0

            result = trial.apply(plan, journal)

            told = f"after a crash at save {crash_at} of {saves}"
            expect_equal(trial.count(), dict.fromkeys(FEW_THINGS, 1), f"what is in the cloud {told}")
            expect_equal(sorted(result.applied), sorted(actions(plan)), f"what was applied {told}")
            expect_equal(actions(trial.plan()), {}, f"the actions {told}")

    def test_an_apply_that_crashes_again_and_again_ends(self, world: EngineWorld, tmp_path: Path) -> None:
        """Each process gets two saves further, whatever it has to find out first."""
        trial = a_trial(world, tmp_path, "again")
        plan, journal = trial.plan(), MemoryJournal()
        for _ in range(len(THINGS) - 1):
            journal.saves, journal.crash_at = 0, 2
            expect_crash(trial, plan, journal)
        journal.crash_at = 0

        trial.apply(plan, journal)

        expect_equal(trial.count(), dict.fromkeys(THINGS, 1), "what is in the cloud")
        expect_equal(actions(trial.plan()), {}, "the actions")

    def test_what_a_crash_left_is_known_to_the_next_plan(self, world: EngineWorld, tmp_path: Path) -> None:
        """The journal of a run that is given up is a state like another."""
        for crash_at in range(1, count_saves(world, tmp_path) + 1):
            trial = a_trial(world, tmp_path, f"left{crash_at}", main=SMALL)
            journal = MemoryJournal(crash_at)
            expect_crash(trial, trial.plan(), journal)
            trial.state = journal.content

            trial.deploy()

            told = f"what is in the cloud after save {crash_at}"
            expect_equal(trial.count(), dict.fromkeys(FEW_THINGS, 1), told)

    def test_a_crash_in_a_destruction_leaves_nothing_behind(self, world: EngineWorld, tmp_path: Path) -> None:
        """Deleting again what is gone is no failure."""
        trial = a_trial(world, tmp_path, "undone")
        trial.deploy()
        plan = trial.plan(is_destroy=True)
        journal = MemoryJournal(crash_at=4)
        expect_crash(trial, plan, journal, is_destroy=True)
        for crash_at in (1, 2, 3, 4, 1):
            journal.saves, journal.crash_at = 0, crash_at
            # An engine that came to its end in spite of the crash has not so much left to save.
            crashes(trial, plan, journal, is_destroy=True)
        journal.crash_at = 0

        trial.apply(plan, journal, is_destroy=True)

        expect_equal(trial.count(), {}, "what is in the cloud")

    def test_a_plan_that_no_longer_fits_is_refused(self, world: EngineWorld, tmp_path: Path) -> None:
        """The cloud moved: what would be done is no longer what was approved."""
        trial = a_trial(world, tmp_path, "stale")
        trial.deploy()
        trial.variables["capacity"] = "20"
        plan = trial.plan()
        world.remove_table(f"{trial.name}-records")

        expect_error(ConflictError, "plan-stale", lambda: trial.apply(plan))

        expect_equal("table" in trial.count(), False, "whether the table was made again")

    def test_a_drift_after_the_plan_is_not_reverted_unseen(self, world: EngineWorld, tmp_path: Path) -> None:
        """A change that nobody approved is not made, even back to what was."""
        trial = a_trial(world, tmp_path, "unseen")
        trial.deploy()
        trial.variables["capacity"] = "20"
        plan = trial.plan()
        world.edit_bucket_tag(f"{trial.name}-files", "owner", "somebody-else")

        expect_error(ConflictError, "plan-stale", lambda: trial.apply(plan))

    def test_another_plan_than_people_saw_is_refused(self, world: EngineWorld, tmp_path: Path) -> None:
        """The saved plan is bound to the plan JSON."""
        trial = a_trial(world, tmp_path, "bound")
        plan = trial.plan()
        shown = replace(plan, plan_json=plan.plan_json.replace(b'"payments"', b'"platform"'))

        expect_error(ConflictError, "plan-stale", lambda: trial.apply(shown))

        expect_equal(trial.count(), {}, "what is in the cloud")

    def test_other_source_than_was_planned_is_refused(self, world: EngineWorld, tmp_path: Path) -> None:
        """The saved plan is bound to source and variables."""
        trial = a_trial(world, tmp_path, "moved")
        plan = trial.plan()
        trial.write(MAIN, more='output "told" {\n  value = var.name\n}\n')

        expect_error(ConflictError, "plan-stale", lambda: trial.apply(plan))

        expect_equal(trial.count(), {}, "what is in the cloud")

    def test_a_cancelled_apply_stops_between_two_resources_and_can_go_on(
        self, world: EngineWorld, tmp_path: Path
    ) -> None:
        """What was done is in the journal."""
        trial = a_trial(world, tmp_path, "cancel")
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
        trial = a_trial(world, tmp_path, "secret")
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
        live = engine.observe(state=state, target=world.target(), report=silently)
        expect(CANARY not in repr(live), "an observation without the secret")
        expect(CANARY not in repr(engine.outputs(state)), "outputs without the secret")
        expect("token" not in engine.outputs(state), "no sensitive output")

    def test_hostile_source_is_refused_before_anything_starts(self, world: EngineWorld, tmp_path: Path) -> None:
        """Not even the cloud is asked."""
        for what, text in HOSTILE.items():
            trial = a_trial(world, tmp_path, f"hostile-{what}", extra=text)
            unreachable = world.unreachable_target()

            expect_error(InvalidError, "stack-refused", lambda: trial.plan(target=unreachable))  # noqa: B023 - called at once

    def test_what_the_engine_does_not_offer_is_named(self, world: EngineWorld, tmp_path: Path) -> None:
        """All of it at once, before the cloud is asked. An engine that offers everything has nothing to refuse."""
        if not tuple(world.new_engine().supported_types()):
            return
        trial = a_trial(world, tmp_path, "beyond", extra=UNSUPPORTED)
        unreachable = world.unreachable_target()

        error = expect_error(InvalidError, "stack-unsupported", lambda: trial.plan(target=unreachable))

        for name in ("aws_instance.server", "aws_sns_topic.work", "OpenTofu or Terraform"):
            expect(name in error.summary + error.fix, f"{name} in: {error.summary} {error.fix}")

    def test_a_missing_variable_is_named(self, world: EngineWorld, tmp_path: Path) -> None:
        """Before the cloud is asked."""
        trial = a_trial(world, tmp_path, "lacking", extra='variable "budget" {\n  type = number\n}\n')
        unreachable = world.unreachable_target()

        error = expect_error(InvalidError, "variable-missing", lambda: trial.plan(target=unreachable))

        expect("budget" in error.summary, f"budget in: {error.summary}")

    def test_a_cloud_that_does_not_answer_is_no_empty_cloud(self, world: EngineWorld, tmp_path: Path) -> None:
        """Nothing is planned, nothing is observed."""
        trial = a_trial(world, tmp_path, "silent")
        unreachable = world.unreachable_target()
        expect_error(UnavailableError, "cloud-unreachable", lambda: trial.plan(target=unreachable))
        trial.deploy()

        expect_error(
            UnavailableError,
            "cloud-unreachable",
            lambda: world.new_engine().observe(
                state=trial.applied_state(),
                target=replace(unreachable, instance=world.target().instance),
                report=silently,
            ),
        )
