"""What a `moved` block renames has been there all the while, so a block for new does not stop it."""

from datetime import timedelta

import pytest
from msgspec import structs

from pavior.environments import store as environments
from pavior.environments.model import ChangeKind, ChangeStatus
from pavior.policy import level_store
from pavior.policy.model import Effect, Level
from pavior.resources.model import Action, PlanReading, ResourceChange, ResourceGraph
from pavior.testing.memory_platform import BUCKET, PUBLIC_ACCESS, MemoryPlatform, a_stack
from pavior.workflows.gate import judge, note_what_was_there

HOUR = timedelta(hours=1)
RENAMED = "aws_s3_bucket.renamed"


@pytest.fixture
def blocked_for_new(stage: MemoryPlatform) -> MemoryPlatform:
    """Orders had a public bucket before its control began to block what is new."""
    stage.with_controls(default_level=Level.WARN, levels={})
    stage.create_orders()
    assert stage.open(a_stack(is_public=True)).status is ChangeStatus.VERIFIED
    stage.clock.pass_by(HOUR)
    wish = stage.levels.propose_level(
        stage.sam, control=PUBLIC_ACCESS, level=Level.BLOCK, is_new_only=True, reason="It is time."
    )
    stage.levels.approve_level(stage.sven, wish.id, plan_digest=wish.plan.digest if wish.plan else "")
    stage.clock.pass_by(HOUR)
    return stage


def renamed(stage: MemoryPlatform, *, action: Action | None = None, moved: bool = True) -> PlanReading:
    """The plan of dev as it is, but that the bucket is called otherwise, as Terraform tells it."""
    reading = stage.plan("C-2").reading

    def with_name(graph: ResourceGraph) -> ResourceGraph:
        return structs.replace(
            graph,
            resources=tuple(
                structs.replace(item, address=RENAMED) if item.address == BUCKET else item for item in graph.resources
            ),
        )

    changes = () if action is None else (ResourceChange(RENAMED, "aws_s3_bucket", action, None, {}),)
    return structs.replace(
        reading,
        graph=with_name(reading.graph),
        prior=with_name(reading.graph),
        changes=changes,
        moved={RENAMED: BUCKET} if moved else {},
    )


def effect_of(stage: MemoryPlatform, reading: PlanReading) -> Effect:
    with stage.database.transaction() as transaction:
        environment = environments.get_environment(transaction, "orders/dev")
        now = stage.clock.now()
        note_what_was_there(transaction, environment, reading, now)
        decision = judge(
            stage.platform,
            transaction,
            environment=environment,
            kind=ChangeKind.DEPLOY,
            reading=reading,
            plan_digest="",
            now=now,
        )
    return {item.verdict.subject: item.effect for item in decision.rulings}[RENAMED]


def test_what_is_renamed_is_warned_of_and_noted_since_it_was_first_seen(blocked_for_new: MemoryPlatform) -> None:
    with blocked_for_new.database.snapshot() as transaction:
        before = level_store.read_sightings(transaction, "orders/dev")

    assert effect_of(blocked_for_new, renamed(blocked_for_new)) is Effect.WARN

    with blocked_for_new.database.snapshot() as transaction:
        assert level_store.read_sightings(transaction, "orders/dev")[RENAMED] == before[BUCKET]


def test_without_a_moved_block_another_name_is_new(blocked_for_new: MemoryPlatform) -> None:
    assert effect_of(blocked_for_new, renamed(blocked_for_new, moved=False)) is Effect.BLOCK


@pytest.mark.parametrize("action", [Action.CREATE, Action.REPLACE])
def test_what_is_renamed_and_made_anew_is_new(blocked_for_new: MemoryPlatform, action: Action) -> None:
    assert effect_of(blocked_for_new, renamed(blocked_for_new, action=action)) is Effect.BLOCK


def test_a_look_after_the_apply_keeps_the_moment_under_the_new_name(blocked_for_new: MemoryPlatform) -> None:
    with blocked_for_new.database.transaction() as transaction:
        known = level_store.read_sightings(transaction, "orders/dev")
        # As a look does: what is gone is forgotten first.
        level_store.forget_sightings(transaction, "orders/dev", [BUCKET])
        level_store.note_moved(transaction, "orders/dev", known, {RENAMED: BUCKET, "aws_s3_bucket.other": "none"})
        level_store.note_sightings(transaction, "orders/dev", [RENAMED], blocked_for_new.clock.now())

        seen = level_store.read_sightings(transaction, "orders/dev")
    assert (seen[RENAMED], "aws_s3_bucket.other" in seen, BUCKET in seen) == (known[BUCKET], False, False)
