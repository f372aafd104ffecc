"""A change of policy travels the road: planned over the fleet, weighed, approved by its digest, and reverted."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from pavior.environments.model import ChangeStatus
from pavior.identity import store as identity
from pavior.identity.model import Actor, Role
from pavior.kernel.errors import ConflictError, ForbiddenError
from pavior.kernel.pages import PageRequest
from pavior.policy import level_store
from pavior.policy.levels import LevelChange, LevelChangeState, LevelScope, Rung
from pavior.policy.model import Level
from pavior.policy.risk_model import RiskFactor
from pavior.policy.tables import level_plans
from pavior.reports.level_evidence import Place, rung_now
from pavior.reports.sight import Sight
from pavior.testing.memory_platform import PUBLIC_ACCESS, MemoryPlatform, a_stack
from pavior.testing.people import a_person

HOUR = timedelta(hours=1)
DEV = LevelScope("orders/dev")


@pytest.fixture
def warned(stage: MemoryPlatform) -> MemoryPlatform:
    """Orders is deployed to dev with a public bucket: its control, which is critical, only warned."""
    stage.with_controls(default_level=Level.WARN, levels={})
    stage.create_orders()
    assert stage.open(a_stack(is_public=True)).status is ChangeStatus.VERIFIED
    stage.clock.pass_by(HOUR)
    return stage


def propose(stage: MemoryPlatform, level: Level = Level.BLOCK, **fields: Any) -> LevelChange:
    return stage.levels.propose_level(
        stage.sam,
        **{"control": PUBLIC_ACCESS, "level": level, "environment": "orders/dev", "reason": "It is time.", **fields},
    )


def approve(stage: MemoryPlatform, wish: LevelChange, by: Actor | None = None) -> LevelChange:
    assert wish.plan is not None
    return stage.levels.approve_level(by or stage.sven, wish.id, plan_digest=wish.plan.digest, reason="Yes.")


def olga(stage: MemoryPlatform) -> Actor:
    return replace(stage.sven, id="olga")


def rung(stage: MemoryPlatform, environment: str = "orders/dev") -> Rung:
    (control,) = stage.platform.controls
    with stage.database.snapshot() as transaction:
        sight = Sight(transaction, stage.platform.authoriser, stage.sam, stage.clock.now())
        changes = level_store.list_level_changes(transaction)
        return rung_now(sight, control, changes, Place(environment, "payments"))


def mended(stage: MemoryPlatform) -> None:
    assert stage.open(a_stack(size="large")).status is ChangeStatus.VERIFIED


def test_a_proposal_has_a_plan_of_who_would_be_stopped_and_what_was_asked(warned: MemoryPlatform) -> None:
    plan = propose(warned).plan

    assert plan is not None
    assert (plan.number, plan.environments, plan.answered, plan.planned_at) == (1, 1, 1, warned.clock.now())
    (share,) = plan.services
    assert (share.service, share.team, share.newly_stopped, share.let_go, share.not_read) == (
        "orders",
        "payments",
        1,
        0,
        0,
    )
    assert plan.control_version == warned.platform.controls[0].version
    assert len({plan.digest, plan.inputs_digest, share.digest}) == 3


def test_its_risk_is_explained_factor_by_factor(warned: MemoryPlatform) -> None:
    plan = propose(warned, environment="").plan

    assert plan is not None
    assert [(item.factor, item.weight) for item in plan.risk.factors] == [
        (RiskFactor.WIDE, 3),
        (RiskFactor.NOT_KNOWN, 2),
        (RiskFactor.STOPS, 1),
    ]
    assert plan.risk.factors[2].told == "It newly stops 1 resource, none of them in production."


def test_an_approval_of_another_plan_is_refused(warned: MemoryPlatform) -> None:
    wish = propose(warned)

    for digest in ("", "0" * 64):
        with pytest.raises(ConflictError, match="level-plan-not-latest"):
            warned.levels.approve_level(warned.sven, wish.id, plan_digest=digest)
    assert approve(warned, wish).state is LevelChangeState.APPROVED


def test_when_the_fleet_has_changed_the_approval_is_refused_with_what_is_different(warned: MemoryPlatform) -> None:
    wish = propose(warned)
    mended(warned)

    with pytest.raises(ConflictError) as refused:
        approve(warned, wish)
    assert refused.value.code == "level-plan-not-latest"
    assert "orders is not touched, it was 1 newly stopped" in refused.value.summary

    again = warned.levels.plan_level_again(warned.sam, wish.id)
    assert again.plan is not None
    assert (again.plan.number, again.plan.newly_stopped) == (2, 0)
    with pytest.raises(ConflictError, match="level-plan-not-latest"):
        approve(warned, wish)
    assert approve(warned, again).starts_at == warned.clock.now()


def test_what_changes_nothing_of_the_answer_is_the_same_plan_over_other_inputs(warned: MemoryPlatform) -> None:
    wish = propose(warned)
    warned.open(a_stack(is_public=True, size="large"))

    again = warned.levels.plan_level_again(warned.sam, wish.id)

    assert wish.plan is not None
    assert again.plan is not None
    assert again.plan.digest == wish.plan.digest
    assert again.plan.inputs_digest != wish.plan.inputs_digest


def test_another_version_of_the_control_is_another_plan(warned: MemoryPlatform) -> None:
    wish = propose(warned)
    warned.with_controls(version="f" * 64)

    with pytest.raises(ConflictError, match="the control is now ffffffffffff"):
        approve(warned, wish)


def lowered(stage: MemoryPlatform) -> LevelChange:
    """Block everywhere is to give way to a warning, of a critical control."""
    approve(stage, propose(stage, environment=""))
    stage.clock.pass_by(HOUR)
    return propose(stage, Level.WARN, environment="")


def test_the_riskiest_need_two_others_and_until_then_nothing_starts(warned: MemoryPlatform) -> None:
    wish = lowered(warned)
    assert wish.plan is not None
    assert (wish.plan.risk.score, wish.approvals_required) == (11, 2)

    seconded = approve(warned, wish)

    assert (seconded.state, seconded.starts_at) == (LevelChangeState.PROPOSED, None)
    assert rung(warned).level is Level.BLOCK
    with pytest.raises(ConflictError, match="level-already-approved"):
        approve(warned, wish)
    with pytest.raises(ForbiddenError, match="level-self-approval"):
        approve(warned, wish, warned.sam)

    decided = approve(warned, wish, olga(warned))
    assert (decided.state, decided.decided_by) == (LevelChangeState.APPROVED, "olga")
    assert [item.person for item in decided.approvals] == ["sven", "olga"]
    assert rung(warned).level is Level.WARN
    verbs = [event.verb for event in warned.events() if event.details.get("level_change") == wish.id]
    assert verbs == ["control.level-proposed", "control.level-seconded", "control.level-approved"]


def test_an_approval_of_who_has_left_since_or_lost_the_role_counts_no_longer(warned: MemoryPlatform) -> None:
    wish = lowered(warned)
    with warned.database.transaction() as transaction:
        for name in ("sven", "olga"):
            identity.insert_person(transaction, a_person(name=name, roles=frozenset({Role.SECURITY})))
    approve(warned, wish)
    with warned.database.transaction() as transaction:
        identity.update_person(transaction, a_person(name="sven", roles=frozenset({Role.VIEWER})))
    assert approve(warned, wish, olga(warned)).state is LevelChangeState.PROPOSED
    assert rung(warned).level is Level.BLOCK

    decided = approve(warned, wish, replace(warned.sven, id="tina"))

    assert (decided.state, len(decided.approvals)) == (LevelChangeState.APPROVED, 3)


def test_an_approval_of_the_plan_before_does_not_count_for_the_next(warned: MemoryPlatform) -> None:
    wish = lowered(warned)
    approve(warned, wish)
    warned.with_controls(version="f" * 64)

    again = warned.levels.plan_level_again(warned.sam, wish.id)

    assert again.approvals == ()
    assert approve(warned, again, olga(warned)).state is LevelChangeState.PROPOSED


def test_what_was_proposed_before_plans_were_kept_is_decided_as_it_was(warned: MemoryPlatform) -> None:
    wish = propose(warned)
    with warned.database.transaction() as transaction:
        for trigger in ("update", "delete"):
            table = " ON level_plans" if transaction.dialect.name == "postgresql" else ""
            transaction.execute(sa.text(f"DROP TRIGGER level_plans_no_{trigger}{table}"))
        transaction.execute(level_plans.delete())

    assert warned.levels.approve_level(warned.sven, wish.id).state is LevelChangeState.APPROVED


def test_a_revert_brings_back_what_held_before_after_a_plan_and_an_approval_of_its_own(warned: MemoryPlatform) -> None:
    done = approve(warned, propose(warned))
    warned.clock.pass_by(HOUR)

    revert = warned.levels.revert_level(warned.sam, done.id)

    assert (revert.reverts, revert.scope, revert.level, revert.rung) == ("L-1", DEV, Level.WARN, "as before L-1")
    assert revert.reason == "Reverts L-1: It is time."
    assert revert.plan is not None
    assert (revert.plan.let_go, revert.plan.newly_stopped) == (1, 0)
    assert rung(warned).level is Level.BLOCK
    with pytest.raises(ForbiddenError, match="level-self-approval"):
        approve(warned, revert, warned.sam)

    approve(warned, revert)

    assert (rung(warned).level, rung(warned).change, rung(warned).since) == (Level.WARN, None, warned.clock.now())
    assert warned.open(a_stack(is_public=True, size="large")).status is ChangeStatus.VERIFIED


def test_a_revert_brings_back_what_the_folder_says_of_each_stage(warned: MemoryPlatform) -> None:
    warned.with_controls(default_level=Level.OBSERVE, levels={"prod": Level.WARN})
    done = approve(warned, propose(warned, environment=""))
    warned.clock.pass_by(HOUR)
    revert = warned.levels.revert_level(warned.sam, done.id)
    approve(warned, revert)
    approve(warned, revert, olga(warned))

    assert [rung(warned, name).level for name in ("orders/dev", "orders/prod")] == [Level.OBSERVE, Level.WARN]


def test_a_revert_can_be_reverted(warned: MemoryPlatform) -> None:
    done = approve(warned, propose(warned))
    warned.clock.pass_by(HOUR)
    back = approve(warned, warned.levels.revert_level(warned.sam, done.id))
    warned.clock.pass_by(HOUR)

    approve(warned, warned.levels.revert_level(warned.sam, back.id))

    found = rung(warned)
    assert found.change is not None
    assert (found.level, found.change.id) == (Level.BLOCK, "L-1")


def test_what_changed_nothing_or_was_reverted_or_followed_cannot_be_reverted(warned: MemoryPlatform) -> None:
    wish = propose(warned)
    with pytest.raises(ConflictError, match="level-not-revertible"):
        warned.levels.revert_level(warned.sam, wish.id)

    done = approve(warned, wish)
    warned.clock.pass_by(HOUR)
    followed = approve(warned, propose(warned, Level.OBSERVE))
    warned.clock.pass_by(HOUR)
    with pytest.raises(ConflictError, match="level-unchanged"):
        warned.levels.revert_level(warned.sam, done.id)

    approve(warned, warned.levels.revert_level(warned.sam, followed.id))
    with pytest.raises(ConflictError, match="level-not-revertible"):
        warned.levels.revert_level(warned.sam, followed.id)


def test_what_is_still_to_come_can_be_called_off(warned: MemoryPlatform) -> None:
    done = approve(warned, propose(warned, wanted_from=warned.clock.now() + 2 * HOUR))

    approve(warned, warned.levels.revert_level(warned.sam, done.id))
    warned.clock.pass_by(3 * HOUR)

    assert rung(warned).level is Level.WARN


def test_the_newest_are_listed_first_open_or_decided(warned: MemoryPlatform) -> None:
    approve(warned, propose(warned))
    propose(warned, environment="orders/prod")
    page = PageRequest()

    with warned.database.snapshot() as transaction:
        every = level_store.page_level_changes(transaction, page)
        some = level_store.page_level_changes(transaction, page, is_open=True)
        decided = level_store.page_level_changes(transaction, page, is_open=False)

    assert ([item.id for item in every.items], every.total) == (["L-2", "L-1"], 2)
    assert ([item.id for item in some.items], [item.id for item in decided.items]) == (["L-2"], ["L-1"])
    assert every.items[1].approvals[0].person == "sven"


def test_neither_developers_nor_tokens_plan_again_or_revert(warned: MemoryPlatform) -> None:
    done = approve(warned, propose(warned))
    wish = propose(warned, environment="orders/prod")

    for verb, change in ((warned.levels.revert_level, done), (warned.levels.plan_level_again, wish)):
        with pytest.raises(ForbiddenError, match="permission-denied"):
            verb(warned.mara, change.id)


def test_a_secret_in_the_reason_of_a_revert_is_masked(warned: MemoryPlatform) -> None:
    done = approve(warned, propose(warned))
    warned.clock.pass_by(HOUR)

    revert = warned.levels.revert_level(warned.sam, done.id, reason="It needs AKIAIOSFODNN7EXAMPLE.")

    assert "AKIA" not in revert.reason
