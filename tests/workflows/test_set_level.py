"""A level is changed by two people, from a moment on, with what was known; the gate goes by it at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pavior.environments.model import ChangeStatus
from pavior.findings import store as findings
from pavior.identity.model import Actor, Permission, Surface
from pavior.kernel.errors import ConflictError, ForbiddenError, InvalidError, MissingError
from pavior.policy import level_store
from pavior.policy.decision import controls_digest
from pavior.policy.level_documents import SignedControl, read_levels
from pavior.policy.levels import LevelChange, LevelChangeState
from pavior.policy.model import Effect, Level
from pavior.policy.waiver_model import WaiverWish
from pavior.testing.memory_platform import BLOCK, BUCKET, GOLDEN_PATH, PUBLIC_ACCESS, MemoryPlatform, a_stack
from pavior.workflows.sign_levels import SignedLevels
from pavior.workflows.triage_finding import FindingTriage

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def warned(stage: MemoryPlatform) -> MemoryPlatform:
    """Orders is deployed with a public bucket: its control only warned."""
    stage.with_controls(default_level=Level.WARN, levels={})
    stage.create_orders()
    assert stage.open(a_stack(is_public=True)).status is ChangeStatus.VERIFIED
    stage.clock.pass_by(HOUR)
    return stage


def propose(stage: MemoryPlatform, level: Level = Level.BLOCK, **fields: Any) -> LevelChange:
    return stage.levels.propose_level(
        stage.sam, **{"control": PUBLIC_ACCESS, "level": level, "reason": "It is time.", **fields}
    )


def approve(stage: MemoryPlatform, actor: Actor, wish: LevelChange, **said: Any) -> LevelChange:
    """Of the plan that came with the proposal."""
    assert wish.plan is not None
    return stage.levels.approve_level(actor, wish.id, **{"plan_digest": wish.plan.digest, "reason": "Yes.", **said})


def set_level(stage: MemoryPlatform, level: Level = Level.BLOCK, **fields: Any) -> LevelChange:
    wish = propose(stage, level, **fields)
    return approve(stage, stage.sven, wish)


def effects(stage: MemoryPlatform, change_id: str) -> dict[str, Effect]:
    return {item.verdict.subject: item.effect for item in stage.plan(change_id).decision.rulings}


def test_a_proposal_keeps_who_fails_now_and_changes_nothing(warned: MemoryPlatform) -> None:
    proposed = propose(warned)

    evidence = proposed.evidence
    assert evidence is not None
    assert (evidence.level, evidence.since, evidence.days) == ("warn", None, None)
    assert (evidence.failing, evidence.not_known, evidence.environments) == ({"payments": 1}, {}, 1)
    assert (evidence.false_positives, evidence.waivers) == (0, 0)
    assert (proposed.state, proposed.starts_at) == (LevelChangeState.PROPOSED, None)
    assert warned.open(a_stack(is_public=True, size="large")).status is ChangeStatus.VERIFIED


def test_from_the_approval_on_the_gate_blocks_and_says_since_when_and_who_wanted_it(warned: MemoryPlatform) -> None:
    approved = set_level(warned)

    change = warned.open(a_stack(is_public=True, size="large"))

    assert change.status is ChangeStatus.BLOCKED
    decision = warned.plan(change.id).decision
    (ruling,) = decision.rulings
    basis = decision.find_level_basis(ruling)
    assert basis is not None
    assert (basis.since, basis.proposer, basis.decided_by) == (warned.clock.now(), "sam", "sven")
    assert (approved.starts_at, basis.reason) == (warned.clock.now(), "It is time.")


def test_a_later_start_is_waited_for_and_its_moment_counts(warned: MemoryPlatform) -> None:
    start = warned.clock.now() + DAY
    set_level(warned, wanted_from=start)

    warned.clock.moment = start - timedelta(microseconds=1)
    assert warned.open(a_stack(is_public=True, size="large")).status is ChangeStatus.VERIFIED
    warned.clock.moment = start
    assert warned.open(a_stack(is_public=True)).status is ChangeStatus.BLOCKED


def test_an_approval_that_comes_after_the_wanted_start_changes_nothing_backwards(warned: MemoryPlatform) -> None:
    proposed = propose(warned, wanted_from=warned.clock.now() + HOUR)
    warned.clock.pass_by(DAY)

    assert approve(warned, warned.sven, proposed).starts_at == warned.clock.now()


def test_block_for_new_lets_what_is_there_be_changed_and_stops_what_is_made(warned: MemoryPlatform) -> None:
    set_level(warned, is_new_only=True)
    warned.clock.pass_by(HOUR)

    assert warned.open(a_stack(is_public=True, size="large")).status is ChangeStatus.VERIFIED
    # The same in production, where nothing is yet.
    made = warned.promote()

    assert made.status is ChangeStatus.BLOCKED
    assert effects(warned, made.id) == {BUCKET: Effect.BLOCK}


def test_nothing_that_was_seen_becomes_new_because_nobody_kept_count_before(warned: MemoryPlatform) -> None:
    with warned.database.transaction() as transaction:
        # As after an upgrade to the first version that counts.
        level_store.forget_sightings(transaction, "orders/dev")

    set_level(warned, is_new_only=True)
    warned.clock.pass_by(HOUR)

    assert warned.open(a_stack(is_public=True, size="large")).status is ChangeStatus.VERIFIED


def test_an_empty_history_counts_as_new(warned: MemoryPlatform) -> None:
    set_level(warned, is_new_only=True)
    warned.clock.pass_by(HOUR)
    with warned.database.transaction() as transaction:
        level_store.forget_sightings(transaction, "orders/dev")

    assert warned.open(a_stack(is_public=True, size="large")).status is ChangeStatus.BLOCKED


def test_what_was_deleted_and_is_made_again_is_new(warned: MemoryPlatform) -> None:
    set_level(warned, is_new_only=True)
    warned.clock.pass_by(HOUR)
    # Gone behind the platform's back, and seen to be.
    warned.cloud.of("orders/dev").pop(BUCKET)
    warned.cloud.of("orders/dev").pop(BLOCK)
    warned.drift.check_drift(warned.mara, "orders/dev")
    warned.runs.work()
    warned.clock.pass_by(HOUR)

    with warned.database.snapshot() as transaction:
        assert BUCKET not in level_store.read_sightings(transaction, "orders/dev")
    assert warned.open(a_stack(is_public=True, size="large")).status is ChangeStatus.BLOCKED


def test_what_is_gone_and_was_not_missed_yet_is_new_in_the_plan_that_makes_it(warned: MemoryPlatform) -> None:
    set_level(warned, is_new_only=True)
    warned.clock.pass_by(HOUR)
    warned.cloud.of("orders/dev").pop(BUCKET)

    change = warned.open(a_stack(is_public=True, size="large"))

    assert effects(warned, change.id) == {BUCKET: Effect.BLOCK}


def test_a_plan_alone_reserves_no_name(warned: MemoryPlatform) -> None:
    start = warned.clock.now() + DAY
    set_level(warned, is_new_only=True, wanted_from=start)
    warned.promote()
    warned.clock.moment = start + HOUR

    with warned.database.snapshot() as transaction:
        assert level_store.read_sightings(transaction, "orders/prod") == {}
    assert warned.promote().status is ChangeStatus.BLOCKED


def test_who_proposed_does_not_approve_but_may_take_it_back(warned: MemoryPlatform) -> None:
    proposed = propose(warned)

    with pytest.raises(ForbiddenError, match="level-self-approval"):
        warned.levels.approve_level(warned.sam, proposed.id)

    taken = warned.levels.reject_level(warned.sam, proposed.id, reason="A slip.")
    assert (taken.state, taken.decided_by, taken.starts_at) == (LevelChangeState.REJECTED, "sam", None)


@pytest.mark.parametrize("second", ["approve", "reject"])
def test_what_is_decided_is_decided(warned: MemoryPlatform, second: str) -> None:
    change = set_level(warned)
    decide: dict[str, Callable[..., LevelChange]] = {
        "approve": warned.levels.approve_level,
        "reject": warned.levels.reject_level,
    }

    with pytest.raises(ConflictError, match="level-already-decided"):
        decide[second](warned.sven, change.id, reason="Again.")


def test_neither_developers_nor_platform_nor_tokens_change_levels(warned: MemoryPlatform) -> None:
    proposed = propose(warned)
    token = replace(warned.sven, id="token:sven/ci", token_permissions=frozenset(Permission))

    for actor in (warned.mara, warned.paul, token):
        with pytest.raises(ForbiddenError, match="permission-denied"):
            warned.levels.approve_level(actor, proposed.id)
        with pytest.raises(ForbiddenError, match="permission-denied"):
            warned.levels.propose_level(actor, control=PUBLIC_ACCESS, level=Level.OBSERVE, reason="It annoys.")
    assert [event.verb for event in warned.events() if event.verb.startswith("control.")] == ["control.level-proposed"]


def test_each_step_is_an_event_with_its_reason(warned: MemoryPlatform) -> None:
    set_level(warned, environment="orders/dev")
    warned.levels.reject_level(warned.sven, propose(warned, Level.OBSERVE).id, reason="Not now.")

    told = [(event.verb, event.actor, event.outcome, event.details["level_change"]) for event in warned.events()[-4:]]
    assert told == [
        ("control.level-proposed", "sam", "succeeded", "L-1"),
        ("control.level-approved", "sven", "succeeded", "L-1"),
        ("control.level-proposed", "sam", "succeeded", "L-2"),
        ("control.level-rejected", "sven", "denied", "L-2"),
    ]
    assert warned.events("control.level-rejected")[0].details["reason"] == "Not now."
    assert warned.events("control.level-approved")[0].details["scope"] == "orders/dev"


@pytest.mark.parametrize(
    ("fields", "kind", "code"),
    [
        ({"environment": "prd"}, MissingError, "level-scope-unknown"),
        ({"environment": "orders/prd"}, MissingError, "level-scope-unknown"),
        ({"team": "nobody"}, MissingError, "level-scope-unknown"),
        ({"control": "none"}, MissingError, "control-missing"),
        ({"level": Level.WARN}, ConflictError, "level-unchanged"),
        ({"level": Level.WARN, "environment": "orders/dev"}, ConflictError, "level-unchanged"),
        ({"level": Level.OBSERVE, "is_new_only": True}, InvalidError, "level-new-only-invalid"),
    ],
)
def test_what_could_change_nothing_is_said_at_once(
    warned: MemoryPlatform, fields: dict[str, Any], kind: type[Exception], code: str
) -> None:
    with pytest.raises(kind, match=code):
        propose(warned, **fields)


def test_a_start_that_has_passed_is_refused(warned: MemoryPlatform) -> None:
    with pytest.raises(InvalidError, match="level-start-past"):
        propose(warned, wanted_from=warned.clock.now() - HOUR)


def test_evidence_counts_the_time_at_the_present_level(warned: MemoryPlatform) -> None:
    change = warned.open(a_stack(is_public=True, size="large"))
    assert change.status is ChangeStatus.VERIFIED
    set_level(warned)
    with warned.database.snapshot() as transaction:
        (found,) = findings.list_in_place(transaction, "orders", "orders/dev")
    warned.clock.pass_by(3 * DAY + HOUR)
    FindingTriage(warned.platform).mark_false_positive(warned.sam, found.id, reason="It is a website.")
    wish = WaiverWish(
        control=PUBLIC_ACCESS, environment="orders/dev", subject=BUCKET, reason="It is a website.", days=7
    )
    warned.waivers.request_waiver(warned.mara, wish)

    evidence = propose(warned, Level.WARN).evidence

    assert evidence is not None
    assert (evidence.level, evidence.days, evidence.false_positives, evidence.waivers) == ("block", 3, 1, 1)
    assert evidence.since == warned.clock.now() - 3 * DAY - HOUR == evidence.counted_from


def test_environments_that_differ_are_told_as_mixed(warned: MemoryPlatform) -> None:
    set_level(warned, environment="orders/dev")

    evidence = propose(warned).evidence

    assert evidence is not None
    assert (evidence.level, evidence.since, evidence.days) == ("mixed", None, None)


def test_what_is_exported_is_what_the_gate_goes_by(warned: MemoryPlatform) -> None:
    key = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    start = warned.clock.now() + HOUR
    set_level(warned, is_new_only=True, wanted_from=start)
    set_level(warned, Level.OBSERVE, environment="orders/prod")
    # Beyond what the document is valid for.
    set_level(warned, wanted_from=start + 2 * DAY)

    signed = SignedLevels(warned.platform, key, "pavior.example.com").export_levels(warned.mara, "orders/dev")

    found = read_levels(signed.encode(), key=key.public_key(), now=warned.clock.now())
    assert (found.environment, found.team, found.valid_until - found.issued_at) == ("orders/dev", "payments", DAY)
    assert [item.id for item in found.changes] == ["L-1"]
    # Who was hit, who wanted it and why stays here.
    told = found.changes[0]
    assert (told.evidence, told.reason, told.proposer) == (None, "", "")
    assert (told.decided_by, told.decision_reason) == ("", "")
    (control,) = warned.platform.controls
    assert found.controls == {PUBLIC_ACCESS: SignedControl(control.version, Level.WARN)}
    assert found.controls_digest == controls_digest([control])
    assert BUCKET in found.first_seen
    assert found.at(start).of(control, BUCKET).level is Level.WARN
    assert found.at(start).of(control, "aws_s3_bucket.new").level is Level.BLOCK


def test_who_may_not_know_of_the_environment_learns_no_level(warned: MemoryPlatform) -> None:
    key = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    nobody = Actor("nobody", frozenset(), frozenset(), Surface.API)

    with pytest.raises(MissingError, match="environment-missing"):
        SignedLevels(warned.platform, key, "pavior.example.com").export_levels(nobody, "orders/dev")


def test_a_preview_goes_by_the_levels_of_the_team_that_would_own_it(warned: MemoryPlatform) -> None:
    warned.with_controls(default_level=Level.OBSERVE)
    set_level(warned, Level.WARN, team="payments")
    wish = {"name": "billing", "team": "payments"}

    decision = warned.creation.preview_service(warned.mara, GOLDEN_PATH, wish).decision

    assert {ruling.level for ruling in decision.rulings} == {Level.WARN}


def test_where_a_team_owns_the_control_its_people_decide_about_its_level(warned: MemoryPlatform) -> None:
    warned.with_controls(owner="storage")
    proposed = propose(warned)

    with pytest.raises(ForbiddenError, match="permission-denied"):
        approve(warned, warned.sven, proposed)
    owner = replace(warned.sven, teams=frozenset({"storage"}))
    assert approve(warned, owner, proposed).state is LevelChangeState.APPROVED
    developer = replace(warned.finn, teams=frozenset({"storage"}))
    back = warned.levels.propose_level(
        developer, control=PUBLIC_ACCESS, level=Level.WARN, environment="orders/dev", reason="It hits too many."
    )
    assert approve(warned, owner, back).state is LevelChangeState.APPROVED
