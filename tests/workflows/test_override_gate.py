"""An override lets exactly one Decision through, once, by two people, and a third looks at it afterwards."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from msgspec import structs

from pavior.environments.model import Change, ChangeStatus
from pavior.findings import store as findings
from pavior.identity import store as identity
from pavior.identity.model import Actor, Permission, Role, Surface
from pavior.kernel.errors import PaviorError
from pavior.kernel.pages import PageRequest
from pavior.kernel.verdicts import Outcome
from pavior.overrides import store
from pavior.overrides.model import Override, OverrideState, ReviewOutcome
from pavior.policy.model import DecisionOutcome, Effect
from pavior.policy.overriding import Denied
from pavior.policy.rendering import summary
from pavior.policy.risk_model import RiskFactor
from pavior.policy.waiver_model import WaiverWish
from pavior.testing.builders import NOON
from pavior.testing.memory_platform import BUCKET, PUBLIC_ACCESS, MemoryPlatform, a_stack
from pavior.testing.people import a_person
from pavior.workflows.overrides_in_force import follow_overrides

WORDS = "Customers cannot see their invoices until the bucket is public again."
ADMIN = Actor("ada", frozenset({Role.ADMIN}), frozenset(), Surface.PORTAL)


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(PaviorError) as refused:
        act()
    return refused.value.code


def a_blocked(stage: MemoryPlatform, *, environment: str = "orders/dev") -> Change:
    if not stage.branches:
        stage.create_orders()
    change = stage.open(a_stack(is_public=True), environment)
    assert change.status is ChangeStatus.BLOCKED
    return change


def ask(stage: MemoryPlatform, change: Change, actor: Actor | None = None, **given: Any) -> Override:
    wish = {"reason_class": "incident", "reason": WORDS, **given}
    return stage.overrides.request_override(actor or stage.mara, change.id, **wish)


def approved(stage: MemoryPlatform, **given: Any) -> tuple[Change, Override]:
    change = a_blocked(stage)
    return change, stage.overrides.approve_override(stage.sam, ask(stage, change, **given).id)


def let_apply(stage: MemoryPlatform, change: Change) -> Change:
    """Another person approves the Change, and what follows by itself has happened."""
    stage.changes.approve_change(stage.paul, change.id, stage.plan(change.id).digest)
    stage.runs.work()
    return stage.change(change.id)


def test_a_request_names_what_it_would_let_through_and_leaves_the_change_blocked(stage: MemoryPlatform) -> None:
    change = a_blocked(stage)

    override = ask(stage, change)

    assert (override.id, override.state, override.hours) == ("OV-1", OverrideState.REQUESTED, 4)
    assert override.denied == (Denied(PUBLIC_ACCESS, BUCKET, Outcome.FAILED),)
    assert override.plan_digest == stage.plan(change.id).digest
    assert stage.change(change.id).status is ChangeStatus.BLOCKED
    event = stage.events("override.requested")[-1]
    assert (event.actor, event.subject) == ("mara", "override:orders/OV-1")
    assert (event.details["class"], event.details["controls"]) == ("incident", [PUBLIC_ACCESS])


def test_an_approved_one_lets_that_plan_through_and_nothing_counts_as_passed(stage: MemoryPlatform) -> None:
    change, override = approved(stage)

    decision = stage.plan(change.id).decision
    assert override.expires_at == NOON + timedelta(hours=4)
    assert override.review_due_at == NOON + timedelta(days=7)
    assert stage.change(change.id).status is ChangeStatus.AWAITING_APPROVAL
    assert (decision.outcome, decision.override) == (DecisionOutcome.NEEDS_APPROVAL, override.basis())
    assert [(item.verdict.subject, item.verdict.outcome) for item in decision.with_effect(Effect.OVERRIDDEN)] == [
        (BUCKET, Outcome.FAILED)
    ]
    assert not decision.with_effect(Effect.BLOCK)
    assert not decision.with_effect(Effect.PASS)
    assert summary(decision) == "1 overridden."
    assert stage.forge.list_checks("orders", change.commit)[0].state == "failed"

    assert let_apply(stage, change).status is ChangeStatus.VERIFIED
    applied = stage.events("change.applied")[-1]
    assert (applied.details["override"], applied.details["overridden"]) == ("OV-1", [PUBLIC_ACCESS])


def test_what_is_live_afterwards_fails_as_ever_and_is_a_finding(stage: MemoryPlatform) -> None:
    change, _ = approved(stage)

    let_apply(stage, change)

    with stage.database.snapshot() as transaction:
        found = findings.list_findings(transaction, PageRequest(), now=stage.clock.now(), services=["orders"])
    assert [(item.control, item.subject, item.waived_until) for item in found.items] == [(PUBLIC_ACCESS, BUCKET, None)]


def test_an_override_is_a_risk_for_which_another_person_must_approve_the_change(stage: MemoryPlatform) -> None:
    change, _ = approved(stage)

    decision = stage.plan(change.id).decision

    assert decision.risk is not None
    assert (RiskFactor.OVERRIDDEN, 3) in [(item.factor, item.weight) for item in decision.risk.factors]
    assert decision.approvals_required == 1
    assert (
        code_of(lambda: stage.changes.approve_change(stage.mara, change.id, decision.plan_digest))
        == "change-self-approval"
    )


def test_neither_who_asked_nor_who_wants_the_change_approves_and_others_without_the_control_do_not(
    stage: MemoryPlatform,
) -> None:
    change = a_blocked(stage)
    override = ask(stage, change, stage.nina)
    mara_as_admin = replace(ADMIN, id="mara")

    assert code_of(lambda: stage.overrides.approve_override(mara_as_admin, override.id)) == "override-self-approval"
    nina_as_security = replace(stage.sam, id="nina")
    assert code_of(lambda: stage.overrides.approve_override(nina_as_security, override.id)) == "override-self-approval"
    able = frozenset({Permission.OVERRIDE_READ, Permission.OVERRIDE_DECIDE})
    for other in (stage.finn, stage.paul, replace(stage.sam, token_permissions=able)):
        assert code_of(partial(stage.overrides.approve_override, other, override.id)) == "permission-denied"
    assert stage.overrides.approve_override(stage.sam, override.id).decided_by == "sam"


def test_the_team_that_owns_the_control_approves_and_another_team_does_not(stage: MemoryPlatform) -> None:
    change = a_blocked(stage)
    stage.with_controls(owner="guards")
    override = ask(stage, change)
    guard = Actor("gus", frozenset({Role.DEVELOPER}), frozenset({"guards"}), Surface.CLI)

    assert code_of(lambda: stage.overrides.approve_override(replace(guard, teams=frozenset({"x"})), override.id)) == (
        "permission-denied"
    )
    assert stage.overrides.approve_override(guard, override.id).state is OverrideState.APPROVED


def test_only_who_may_open_changes_of_the_service_asks(stage: MemoryPlatform) -> None:
    change = a_blocked(stage)

    for other in (stage.finn, stage.sam):
        assert code_of(partial(ask, stage, change, other)) == "permission-denied"
    assert ask(stage, change, stage.paul).requester == "paul"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"reason_class": "hurry"}, "override-class-unknown"),
        ({"reason_class": ""}, "override-class-unknown"),
        ({"reason": "..."}, "override-reason-missing"),
        ({"hours": 0}, "override-hours-invalid"),
        ({"hours": 25}, "override-hours-invalid"),
    ],
)
def test_a_request_that_says_too_little_is_refused(stage: MemoryPlatform, given: dict[str, Any], code: str) -> None:
    change = a_blocked(stage)

    assert code_of(lambda: ask(stage, change, **given)) == code
    assert ask(stage, change, hours=24).hours == 24


def test_the_same_plan_is_asked_for_once_at_a_time(stage: MemoryPlatform) -> None:
    change = a_blocked(stage)
    ask(stage, change)

    assert code_of(lambda: ask(stage, change, stage.nina)) == "override-open"
    stage.overrides.reject_override(stage.sam, "OV-1", reason="Mend it: it is one line.")
    assert stage.change(change.id).status is ChangeStatus.BLOCKED
    assert ask(stage, change).id == "OV-2"


def test_a_change_that_is_not_blocked_has_nothing_to_override(stage: MemoryPlatform) -> None:
    first = stage.create_orders()

    assert code_of(lambda: ask(stage, first)) == "override-not-blocked"


def test_what_a_waiver_lets_through_meanwhile_needs_no_override(stage: MemoryPlatform) -> None:
    change = a_blocked(stage)
    override = ask(stage, change)
    wish = WaiverWish(PUBLIC_ACCESS, "orders/dev", "A price list.", 7, subject=BUCKET, change_id=change.id)
    waiver = stage.waivers.request_waiver(stage.mara, wish)
    stage.waivers.approve_waiver(stage.sam, waiver.id)

    assert code_of(lambda: stage.overrides.approve_override(stage.sam, override.id)) == "override-not-blocked"
    assert stage.change(change.id).status is ChangeStatus.BLOCKED


def test_a_plan_that_is_made_again_needs_an_override_of_its_own(stage: MemoryPlatform) -> None:
    change, override = approved(stage)

    stage.changes.plan_again(stage.mara, change.id)
    stage.runs.work()

    # The plan is the same to the byte, and it is another plan all the same.
    assert stage.plan(change.id).digest == override.plan_digest
    assert stage.change(change.id).status is ChangeStatus.BLOCKED
    assert stage.plan(change.id).decision.override is None
    assert ask(stage, change).plan_number == 2


def test_a_request_for_an_earlier_plan_cannot_be_approved(stage: MemoryPlatform) -> None:
    change = a_blocked(stage)
    override = ask(stage, change)
    stage.changes.plan_again(stage.mara, change.id)
    stage.runs.work()

    assert code_of(lambda: stage.overrides.approve_override(stage.sam, override.id)) == "override-outdated"


def test_controls_that_changed_since_the_request_or_the_approval_are_not_overridden(stage: MemoryPlatform) -> None:
    change, _ = approved(stage)
    stage.with_controls(version="f" * 64)

    ended = let_apply(stage, change)

    assert ended.status is ChangeStatus.BLOCKED
    assert ended.status_detail.startswith("gate-closed: ")
    assert "OV-1 of mara does not let it through any more." in ended.status_detail


def test_a_control_that_changed_since_the_plan_asks_for_a_new_plan_first(stage: MemoryPlatform) -> None:
    change = a_blocked(stage)
    stage.with_controls(version="f" * 64)

    assert code_of(lambda: ask(stage, change)) == "override-outdated"


def test_it_ends_at_its_moment_between_approval_and_apply(stage: MemoryPlatform) -> None:
    change, _ = approved(stage, hours=1)
    stage.clock.pass_by(timedelta(hours=1))

    ended = let_apply(stage, change)

    assert ended.status is ChangeStatus.BLOCKED
    assert stage.cloud.of("orders/dev")["aws_s3_bucket_public_access_block.files"]["block_public_acls"] is True
    assert code_of(lambda: ask(stage, change)) == "override-plan-gone"


def test_it_holds_until_just_before_its_moment(stage: MemoryPlatform) -> None:
    change, _ = approved(stage, hours=1)
    stage.clock.pass_by(timedelta(hours=1) - timedelta(seconds=1))

    assert let_apply(stage, change).status is ChangeStatus.VERIFIED


def test_its_end_is_recorded_and_no_clock_that_is_moved_back_revives_it(stage: MemoryPlatform) -> None:
    change, override = approved(stage)
    stage.clock.pass_by(timedelta(hours=4))

    assert follow_overrides(stage.platform) == (override.id,)
    assert follow_overrides(stage.platform) == ()
    stage.clock.pass_by(timedelta(hours=-3))

    assert stage.change(change.id).status is ChangeStatus.BLOCKED
    assert stage.change(change.id).status_detail.startswith("The time of OV-1 is over. ")
    decision = stage.changes.ask_gate(stage.mara, change.id, stage.clock.now())
    assert decision.outcome is DecisionOutcome.BLOCKED
    assert stage.events("override.expired")[-1].actor == "pavior"


def test_a_request_whose_change_has_moved_on_is_ended(stage: MemoryPlatform) -> None:
    change = a_blocked(stage)
    override = ask(stage, change)
    assert follow_overrides(stage.platform) == ()
    stage.changes.plan_again(stage.mara, change.id)
    stage.runs.work()

    assert follow_overrides(stage.platform) == (override.id,)
    assert stage.events("override.expired")[-1].details["reason"] == "Its Change has moved on."
    assert stage.change(change.id).status is ChangeStatus.BLOCKED


def test_a_clock_before_the_approval_lets_nothing_through(stage: MemoryPlatform) -> None:
    change, _ = approved(stage)

    before = stage.changes.ask_gate(stage.mara, change.id, NOON - timedelta(seconds=1))
    at = stage.changes.ask_gate(stage.mara, change.id, NOON)

    assert (before.outcome, at.outcome) == (DecisionOutcome.BLOCKED, DecisionOutcome.NEEDS_APPROVAL)


def test_more_that_blocks_than_was_asked_for_blocks(stage: MemoryPlatform) -> None:
    change, override = approved(stage)
    with stage.database.transaction() as transaction:
        store.end_override(transaction, replace(override, state=OverrideState.REVOKED))
        other = replace(override, denied=(Denied(PUBLIC_ACCESS, "aws_s3_bucket.other", Outcome.FAILED),))
        store.insert_override(transaction, other)

    assert let_apply(stage, change).status is ChangeStatus.BLOCKED


def test_who_asked_or_who_may_decide_ends_it_and_the_change_is_blocked_again(stage: MemoryPlatform) -> None:
    change, override = approved(stage)

    assert (
        code_of(lambda: stage.overrides.revoke_override(stage.nina, override.id, reason="No.")) == "permission-denied"
    )
    assert (
        code_of(lambda: stage.overrides.revoke_override(stage.mara, override.id, reason="."))
        == "override-reason-missing"
    )
    revoked = stage.overrides.revoke_override(stage.mara, override.id, reason="The incident is over.")

    assert (revoked.state, revoked.ended_by) == (OverrideState.REVOKED, "mara")
    assert stage.change(change.id).status is ChangeStatus.BLOCKED
    assert stage.plan(change.id).decision.with_effect(Effect.BLOCK)
    assert code_of(lambda: stage.overrides.revoke_override(stage.sam, override.id, reason="Again.")) == "override-ended"


def test_an_approver_who_is_disabled_or_loses_the_role_takes_the_override_along(stage: MemoryPlatform) -> None:
    with stage.database.transaction() as transaction:
        identity.insert_person(transaction, a_person(name="sam", roles=frozenset({Role.SECURITY}), teams=frozenset()))
    change, _ = approved(stage)
    now = stage.clock.now()
    assert stage.changes.ask_gate(stage.mara, change.id, now).outcome is DecisionOutcome.NEEDS_APPROVAL

    for roles, is_disabled in ((Role.SECURITY, True), (Role.VIEWER, False)):
        left = a_person(name="sam", roles=frozenset({roles}), teams=frozenset(), is_disabled=is_disabled)
        with stage.database.transaction() as transaction:
            identity.update_person(transaction, left)
        assert stage.changes.ask_gate(stage.mara, change.id, now).outcome is DecisionOutcome.BLOCKED

    assert let_apply(stage, change).status is ChangeStatus.BLOCKED


def test_somebody_disabled_since_signing_in_decides_nothing(stage: MemoryPlatform) -> None:
    change = a_blocked(stage)
    override = ask(stage, change)
    with stage.database.transaction() as transaction:
        left = a_person(name="sam", roles=frozenset({Role.SECURITY}), teams=frozenset(), is_disabled=True)
        identity.insert_person(transaction, left)

    assert code_of(lambda: stage.overrides.approve_override(stage.sam, override.id)) == "override-decider-left"


def test_of_two_who_approve_at_once_one_is_told_that_it_is_decided(stage: MemoryPlatform) -> None:
    change = a_blocked(stage)
    override = ask(stage, change)
    outcomes: list[str] = []

    def approve(actor: Actor) -> None:
        try:
            stage.overrides.approve_override(actor, override.id)
            outcomes.append("done")
        except PaviorError as refused:
            outcomes.append(refused.code)

    threads = [threading.Thread(target=approve, args=(actor,)) for actor in (stage.sam, stage.sven)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["done", "override-already-decided"]
    assert len(stage.events("override.approved")) == 1


def test_a_third_person_says_afterwards_whether_it_was_right(stage: MemoryPlatform) -> None:
    change, override = approved(stage)
    early = code_of(lambda: stage.overrides.review_override(ADMIN, override.id, outcome="justified", reason="Yes."))
    assert early == "override-not-reviewable"
    let_apply(stage, change)

    for own in (stage.sam, replace(ADMIN, id="mara")):
        look = partial(stage.overrides.review_override, own, override.id, outcome="justified", reason="Yes.")
        assert code_of(look) == "override-self-review"
    unknown = code_of(lambda: stage.overrides.review_override(ADMIN, override.id, outcome="fine", reason="Yes."))
    assert unknown == "override-review-unknown"
    reviewed = stage.overrides.review_override(
        stage.sven, override.id, outcome="not-justified", reason="One line mended it."
    )

    assert (reviewed.review, reviewed.reviewed_by) == (ReviewOutcome.NOT_JUSTIFIED, "sven")
    assert stage.events("override.reviewed")[-1].details["review"] == "not-justified"
    again = code_of(lambda: stage.overrides.review_override(ADMIN, override.id, outcome="justified", reason="Yes."))
    assert again == "override-already-reviewed"


def test_what_was_refused_is_not_reviewed(stage: MemoryPlatform) -> None:
    change = a_blocked(stage)
    override = ask(stage, change)
    stage.overrides.reject_override(stage.sam, override.id, reason="No.")

    refused = code_of(
        lambda: stage.overrides.review_override(stage.sven, override.id, outcome="justified", reason="Yes.")
    )

    assert refused == "override-not-reviewable"


def test_a_review_is_overdue_after_its_moment_and_not_at_it(stage: MemoryPlatform) -> None:
    _, override = approved(stage)

    assert not override.is_review_overdue(NOON + timedelta(days=7))
    assert override.is_review_overdue(NOON + timedelta(days=7, seconds=1))


def test_secrets_in_what_people_say_are_masked(stage: MemoryPlatform) -> None:
    secret = "the key is AKIAIOSFODNN7EXAMPLE"
    change = a_blocked(stage)
    override = stage.overrides.approve_override(stage.sam, ask(stage, change, reason=secret).id, reason=secret)
    revoked = stage.overrides.revoke_override(stage.mara, override.id, reason=secret)
    reviewed = stage.overrides.review_override(stage.sven, override.id, outcome="justified", reason=secret)

    told = (override.reason, override.decision_reason, revoked.end_reason, reviewed.review_reason)
    assert not [text for text in told if "AKIA" in text]
    assert not [event for event in stage.events() if "AKIA" in str(event.details)]


def test_who_may_read_nothing_learns_nothing(stage: MemoryPlatform) -> None:
    change = a_blocked(stage)
    ask(stage, change)
    nobody = Actor("nobody", frozenset(), frozenset(), Surface.API)

    assert code_of(lambda: stage.overrides.approve_override(nobody, "OV-1")) == "override-missing"
    assert code_of(lambda: stage.overrides.approve_override(nobody, "OV-9")) == "override-missing"


def test_a_basis_covers_only_the_same_answer(stage: MemoryPlatform) -> None:
    change, override = approved(stage)
    verdict = stage.plan(change.id).decision.with_effect(Effect.OVERRIDDEN)[0].verdict

    assert override.basis().covers(verdict)
    assert not override.basis().covers(structs.replace(verdict, outcome=Outcome.ERRORED))
