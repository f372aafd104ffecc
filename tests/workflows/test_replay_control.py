"""Before a level is changed, a replay says whom it would stop; what nobody read is named and never passes."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from pavior.environments.model import ChangeStatus
from pavior.environments.tables import plans
from pavior.inventory.tables import observations
from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Outcome, Phase
from pavior.policy.levels import LevelScope
from pavior.policy.model import Level
from pavior.policy.waiver_model import WaiverWish
from pavior.reports.replay import read_replay
from pavior.reports.replay_view import ReplayView
from pavior.reports.sight import Sight
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
    warned.levels.approve_level(warned.sven, wish.id)

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
