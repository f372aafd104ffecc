"""Before a level is changed, a replay says whom it would stop; what nobody read is named and never passes."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from msgspec import structs

from pavior.content.loading import CONTROLS_FOLDER, load_control
from pavior.environments.model import ChangeStatus
from pavior.environments.tables import plans
from pavior.inventory.tables import observations
from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Outcome, Phase
from pavior.policy import level_store
from pavior.policy import store as policy
from pavior.policy.levels import LevelScope
from pavior.policy.model import Effect, Level
from pavior.policy.rules import passed
from pavior.policy.waiver_model import WaiverWish
from pavior.reports.replay import read_replay
from pavior.reports.replay_view import ReplayView
from pavior.reports.sight import Sight
from pavior.reports.waiver_replay import read_waiver_replay
from pavior.testing.memory_platform import BUCKET, PUBLIC_ACCESS, MemoryPlatform, a_stack

HOUR = timedelta(hours=1)


@pytest.fixture
def warned(stage: MemoryPlatform) -> MemoryPlatform:
    """Orders is deployed to dev with a public bucket: its control only warned. Nothing is in prod yet."""
    stage.with_controls(default_level=Level.WARN, levels={})
    stage.create_orders()
    assert stage.open(a_stack(is_public=True)).status is ChangeStatus.VERIFIED
    stage.clock.pass_by(HOUR)
    return stage


def tried(
    stage: MemoryPlatform, level: Level = Level.BLOCK, scope: LevelScope | None = None, *, is_new_only: bool = False
) -> ReplayView:
    (control,) = stage.platform.controls
    with stage.database.snapshot() as transaction:
        sight = Sight(transaction, stage.platform.authoriser, stage.sam, stage.clock.now())
        return read_replay(sight, control, scope or LevelScope("dev"), level, is_new_only=is_new_only)


def test_what_fails_now_would_newly_be_stopped_and_is_named_with_its_team_and_service(warned: MemoryPlatform) -> None:
    view = tried(warned)

    (found,) = view.newly_stopped
    assert (found.environment, found.team, found.service) == ("orders/dev", "payments", "orders")
    assert (found.verdict.subject, found.verdict.outcome) == (BUCKET, Outcome.FAILED)
    assert (found.level, found.level_then) == (Level.WARN, Level.BLOCK)
    (team,) = view.teams
    assert (team.team, team.services, team.newly_stopped, team.subjects) == ("payments", ("orders",), 1, 1)
    assert (view.environments, view.answered, view.not_read, view.let_go) == (1, 1, (), ())


def test_the_gate_stops_what_the_replay_said(warned: MemoryPlatform) -> None:
    assert len(tried(warned).newly_stopped) == 1

    wish = warned.levels.propose_level(warned.sam, control=PUBLIC_ACCESS, level=Level.BLOCK, reason="It is time.")
    warned.levels.approve_level(warned.sven, wish.id, plan_digest=wish.plan.digest if wish.plan else "")

    assert warned.open(a_stack(is_public=True, size="large")).status is ChangeStatus.BLOCKED
    assert tried(warned).newly_stopped == ()
    assert [item.verdict.subject for item in tried(warned, Level.WARN).let_go] == [BUCKET]


def test_an_environment_without_any_input_is_unknown_and_named(warned: MemoryPlatform) -> None:
    view = tried(warned, scope=LevelScope())

    assert (view.environments - view.answered, view.answered) == (len(view.not_read), 1)
    assert {(item.environment, item.phase) for item in view.not_read} >= {("orders/prod", None)}
    assert view.teams[0].not_read == len(view.not_read)


@pytest.mark.parametrize(
    "reading", ["null", '{"version": 99, "graph": {"resources": [], "skipped": [], "complete": true}, "changes": []}']
)
def test_an_input_that_cannot_be_read_is_named_and_never_passes(warned: MemoryPlatform, reading: str) -> None:
    with warned.database.transaction() as transaction:
        transaction.execute(observations.delete())
        transaction.execute(sa.text("UPDATE plans SET reading = :reading"), {"reading": reading})

    view = tried(warned)

    assert (view.answered, view.newly_stopped) == (0, ())
    assert [(item.environment, item.phase) for item in view.not_read] == [("orders/dev", Phase.PLAN)]


def test_without_its_plan_what_is_live_answers(warned: MemoryPlatform) -> None:
    with warned.database.transaction() as transaction:
        transaction.execute(plans.delete())

    view = tried(warned)

    assert [(item.verdict.subject, item.verdict.phase) for item in view.newly_stopped] == [(BUCKET, Phase.LIVE)]


def test_what_is_excused_is_not_stopped(warned: MemoryPlatform) -> None:
    asked = warned.waivers.request_waiver(
        warned.mara,
        WaiverWish(control=PUBLIC_ACCESS, environment="orders/dev", subject=BUCKET, reason="A price list.", days=3),
    )
    warned.waivers.approve_waiver(warned.sven, asked.id, reason="Yes.")

    view = tried(warned)

    assert (view.newly_stopped, view.teams[0].subjects) == ((), 1)


def test_block_for_new_alone_is_no_step_of_another_level(warned: MemoryPlatform) -> None:
    with pytest.raises(InvalidError, match="no step of the ladder"):
        tried(warned, Level.WARN, is_new_only=True)


def test_block_for_new_counts_what_was_seen_as_the_approval_would_note_it(warned: MemoryPlatform) -> None:
    with warned.database.transaction() as transaction:
        # As after an upgrade to the first version that counts.
        level_store.forget_sightings(transaction, "orders/dev")

    assert tried(warned, is_new_only=True).newly_stopped == ()
    wish = warned.levels.propose_level(
        warned.sam,
        control=PUBLIC_ACCESS,
        level=Level.BLOCK,
        environment="orders/dev",
        is_new_only=True,
        reason="It is time.",
    )
    assert wish.plan is not None
    assert wish.plan.newly_stopped == 0
    warned.levels.approve_level(warned.sven, wish.id, plan_digest=wish.plan.digest)
    assert warned.open(a_stack(is_public=True, size="large")).status is ChangeStatus.VERIFIED


def test_block_for_new_stops_what_nobody_has_seen(warned: MemoryPlatform) -> None:
    with warned.database.transaction() as transaction:
        level_store.forget_sightings(transaction, "orders/dev")
        transaction.execute(observations.delete())

    assert [item.verdict.subject for item in tried(warned, is_new_only=True).newly_stopped] == [BUCKET]


def test_a_sight_that_cannot_be_read_makes_nothing_old(warned: MemoryPlatform) -> None:
    with warned.database.transaction() as transaction:
        level_store.forget_sightings(transaction, "orders/dev")
        transaction.execute(sa.text("UPDATE observations SET document = 'null'"))

    view = tried(warned, is_new_only=True)

    assert [item.verdict.subject for item in view.newly_stopped] == [BUCKET]
    assert [item.phase for item in view.not_read] == [Phase.LIVE]


def test_a_replay_without_anything_to_try_is_refused(warned: MemoryPlatform) -> None:
    (control,) = warned.platform.controls
    with warned.database.snapshot() as transaction:
        sight = Sight(transaction, warned.platform.authoriser, warned.sam, warned.clock.now())
        with pytest.raises(InvalidError, match="replay-nothing-tried"):
            read_replay(sight, control, LevelScope(), None, is_new_only=False)


def test_an_edited_rule_and_its_levels_meet_the_rule_and_levels_of_now(warned: MemoryPlatform) -> None:
    (control,) = warned.platform.controls
    lenient = structs.replace(
        control, rule=lambda _: passed("It is fine."), levels={"dev": Level.BLOCK}, version="e" * 64
    )
    strict = structs.replace(control, levels={"dev": Level.BLOCK}, version="f" * 64)

    with warned.database.snapshot() as transaction:
        sight = Sight(transaction, warned.platform.authoriser, warned.sam, warned.clock.now())
        views = [
            read_replay(sight, now, LevelScope("dev"), None, is_new_only=False, tried=then)
            for now, then in ((strict, lenient), (control, strict))
        ]

    (let_go,) = views[0].let_go
    assert (let_go.outcome, let_go.verdict.outcome) == (Outcome.FAILED, Outcome.PASSED)
    assert (let_go.effect, let_go.effect_then) == (Effect.BLOCK, Effect.PASS)
    assert (views[0].newly_stopped, views[0].version, views[0].version_then) == ((), "f" * 64, "e" * 64)
    assert [item.verdict.subject for item in views[1].newly_stopped] == [BUCKET]


def test_what_an_edited_rule_is_no_longer_about_has_no_answer_and_does_not_pass(warned: MemoryPlatform) -> None:
    (control,) = warned.platform.controls
    elsewhere = load_control(CONTROLS_FOLDER / "key_rotation")
    edited = structs.replace(elsewhere, id=control.id)

    with warned.database.snapshot() as transaction:
        sight = Sight(transaction, warned.platform.authoriser, warned.sam, warned.clock.now())
        view = read_replay(sight, control, LevelScope("dev"), None, is_new_only=False, tried=edited)

    (item,) = view.unanswered
    assert (item.verdict.subject, item.effect, item.effect_then) == (BUCKET, Effect.WARN, None)


def test_a_waiver_is_replayed_as_approved_and_one_in_force_as_ended(warned: MemoryPlatform) -> None:
    (control,) = warned.platform.controls
    wish = warned.levels.propose_level(warned.sam, control=PUBLIC_ACCESS, level=Level.BLOCK, reason="It is time.")
    warned.levels.approve_level(warned.sven, wish.id, plan_digest=wish.plan.digest if wish.plan else "")
    warned.clock.pass_by(HOUR)
    asked = warned.waivers.request_waiver(
        warned.mara,
        WaiverWish(control=PUBLIC_ACCESS, environment="orders/dev", subject=BUCKET, reason="A price list.", days=3),
    )

    def replayed() -> ReplayView:
        with warned.database.snapshot() as transaction:
            sight = Sight(transaction, warned.platform.authoriser, warned.sam, warned.clock.now())
            return read_waiver_replay(sight, control, policy.get_waiver(transaction, asked.id))

    before = replayed()
    warned.waivers.approve_waiver(warned.sven, asked.id, reason="Yes.")
    after = replayed()

    assert (before.waiver, before.scope, before.environments) == (asked.id, LevelScope("orders/dev"), 1)
    assert [(item.verdict.subject, item.effect_then) for item in before.let_go] == [(BUCKET, Effect.WAIVED)]
    assert before.newly_stopped == after.let_go == ()
    assert [(item.verdict.subject, item.effect, item.waiver_id) for item in after.newly_stopped] == [
        (BUCKET, Effect.WAIVED, "")
    ]
