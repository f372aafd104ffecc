"""What becomes of a Change: planned, gated, approved by another, applied once."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from pavior.environments import store
from pavior.environments.model import ChangeStatus, EnvironmentStatus
from pavior.environments.ports import Purpose
from pavior.identity import store as identity
from pavior.identity.model import Actor, Role, Surface
from pavior.kernel.errors import ConflictError, ForbiddenError, InvalidError, MissingError, PaviorError
from pavior.policy.model import DecisionOutcome, Effect
from pavior.policy.waiver_model import WaiverWish
from pavior.runs.model import RunState
from pavior.testing.memory_platform import BLOCK, BUCKET, PUBLIC_ACCESS, MemoryPlatform, a_stack
from pavior.testing.people import a_person

NOBODY = Actor("nobody", frozenset(), frozenset(), Surface.API)


def test_a_new_service_is_deployed_to_its_first_environment_by_itself(stage: MemoryPlatform) -> None:
    change = stage.create_orders()

    assert (change.status, change.environment_id, change.requester) == (ChangeStatus.VERIFIED, "orders/dev", "mara")
    assert stage.cloud.things["orders/dev"][BUCKET] == {"bucket": "dev-files", "tags": {"size": "small"}}
    environment = stage.environment()
    assert (environment.status, environment.commit) == (EnvironmentStatus.DEPLOYED, stage.forge.head("orders"))
    assert [event.verb for event in stage.events()] == [
        "service.created",
        "change.opened",
        "change.planned",
        "change.applied",
    ]
    assert [check.state for check in stage.forge.list_checks("orders", change.commit)] == ["passed", "passed"]
    runs = [stage.run(run_id) for run_id in ("create-orders", "plan-C-1-1", "apply-C-1-1")]
    assert [(run.state, run.attempts, run.progress) for run in runs] == [
        (RunState.SUCCEEDED, 1, 2),
        (RunState.SUCCEEDED, 1, 2),
        (RunState.SUCCEEDED, 1, 5),
    ]


def test_what_a_control_forbids_is_blocked_and_nothing_is_made(stage: MemoryPlatform) -> None:
    stage.create_orders()
    before = dict(stage.cloud.made)

    change = stage.open(a_stack(is_public=True))

    assert change.status is ChangeStatus.BLOCKED
    rulings = stage.plan(change.id).decision.with_effect(Effect.BLOCK)
    assert [(item.verdict.control, item.verdict.subject) for item in rulings] == [(PUBLIC_ACCESS, BUCKET)]
    assert stage.cloud.made == before
    assert stage.cloud.things["orders/dev"][BLOCK]["block_public_acls"] is True
    planned = stage.events("change.planned")[-1]
    assert (planned.outcome, planned.details["controls"]) == ("blocked", [PUBLIC_ACCESS])
    assert stage.forge.list_checks("orders", change.commit)[0].state == "failed"
    assert stage.run(f"plan-{change.id}-1").state is RunState.BLOCKED


def waive(stage: MemoryPlatform, change_id: str) -> str:
    waiver = stage.waivers.request_waiver(
        stage.mara,
        WaiverWish(
            control=PUBLIC_ACCESS,
            environment="orders/dev",
            subject=BUCKET,
            reason="The pictures are public.",
            days=7,
            change_id=change_id,
        ),
    )
    stage.waivers.approve_waiver(stage.sam, waiver.id)
    return waiver.id


def test_a_waiver_lets_the_same_commit_through_until_its_end_and_only_where_it_holds(stage: MemoryPlatform) -> None:
    stage.create_orders()
    blocked = stage.open(a_stack(is_public=True))
    waiver_id = waive(stage, blocked.id)
    approved_at = stage.clock.now()

    stage.changes.plan_again(stage.mara, blocked.id)
    stage.runs.work()

    change = stage.change(blocked.id)
    assert change.status is ChangeStatus.VERIFIED
    assert [item.waiver_id for item in stage.plan(change.id).decision.with_effect(Effect.WAIVED)] == [waiver_id]
    end = approved_at + timedelta(days=7)
    just_before, at_end = (
        stage.changes.ask_gate(stage.mara, change.id, at).outcome for at in (end - timedelta(microseconds=1), end)
    )
    assert (just_before, at_end) == (DecisionOutcome.ALLOWED, DecisionOutcome.BLOCKED)
    assert stage.promote().status is ChangeStatus.BLOCKED


def test_a_waiver_that_ended_between_gate_and_apply_closes_the_gate_again(stage: MemoryPlatform) -> None:
    stage.create_orders()
    blocked = stage.open(a_stack(is_public=True))
    waive(stage, blocked.id)
    stage.changes.plan_again(stage.mara, blocked.id)
    stage.runs.work_once()
    assert stage.change(blocked.id).status is ChangeStatus.APPLYING

    stage.clock.pass_by(timedelta(days=7))
    stage.runs.work()

    change = stage.change(blocked.id)
    assert change.status is ChangeStatus.BLOCKED
    assert change.status_detail.startswith("gate-closed: ")
    assert stage.cloud.things["orders/dev"][BLOCK]["block_public_acls"] is True
    assert stage.events("change.applied")[-1].outcome == "blocked"
    assert stage.environment().status is EnvironmentStatus.DEPLOYED


def test_rights_to_change_something_are_asked_for_by_the_apply_alone(stage: MemoryPlatform) -> None:
    stage.create_orders()
    stage.promote()

    assert stage.cloud.purposes
    before = stage.cloud.purposes.count(("orders/prod", Purpose.APPLY))
    stage.changes.approve_change(stage.paul, "C-2", stage.plan("C-2").digest)
    assert before == stage.cloud.purposes.count(("orders/prod", Purpose.APPLY)) == 0
    stage.runs.work()

    assert stage.cloud.purposes.count(("orders/prod", Purpose.APPLY)) == 1
    assert stage.cloud.purposes.count(("orders/dev", Purpose.APPLY)) == 1


def test_production_needs_a_second_person_who_may_and_who_has_seen_this_plan(stage: MemoryPlatform) -> None:
    stage.create_orders()
    change = stage.promote()
    digest = stage.plan(change.id).digest

    assert change.status is ChangeStatus.AWAITING_APPROVAL
    for actor, kind, code in (
        (stage.mara, ForbiddenError, "change-self-approval"),
        (stage.nina, ForbiddenError, "permission-denied"),
        (stage.finn, ForbiddenError, "permission-denied"),
        (NOBODY, MissingError, "change-missing"),
    ):
        with pytest.raises(kind, match=code):
            stage.changes.approve_change(actor, change.id, digest)
    with pytest.raises(ConflictError, match="plan-not-latest"):
        stage.changes.approve_change(stage.paul, change.id, "0" * 64)

    stage.changes.approve_change(stage.paul, change.id, digest)
    stage.runs.work()

    assert stage.change(change.id).status is ChangeStatus.VERIFIED
    assert stage.run(f"apply-{change.id}-1").requester == "paul"
    with pytest.raises(ConflictError, match="change-not-awaiting-approval"):
        stage.changes.approve_change(stage.sam, change.id, digest)


def test_what_somebody_approved_who_left_before_it_was_applied_is_not_applied(stage: MemoryPlatform) -> None:
    stage.create_orders()
    change = stage.promote()
    paul = a_person(name="paul", roles=frozenset({Role.PLATFORM}), teams=frozenset())
    with stage.database.transaction() as transaction:
        identity.insert_person(transaction, paul)
    stage.changes.approve_change(stage.paul, change.id, stage.plan(change.id).digest)
    with stage.database.transaction() as transaction:
        identity.update_person(transaction, replace(paul, is_disabled=True))

    stage.runs.work()

    found = stage.change(change.id)
    assert found.status is ChangeStatus.BLOCKED
    assert "0 of 1 approvals that still count" in found.status_detail


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Do all of it in threads that begin together; the codes of what went wrong, or `done`."""
    ready, outcomes = threading.Barrier(len(acts)), []

    def do(act: Callable[[], object]) -> None:
        ready.wait()
        try:
            act()
        except PaviorError as error:
            outcomes.append(error.code)
        else:
            outcomes.append("done")

    threads = [threading.Thread(target=do, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_of_two_who_approve_at_once_one_is_told_and_one_apply_runs(stage: MemoryPlatform) -> None:
    stage.create_orders()
    change = stage.promote()
    digest = stage.plan(change.id).digest

    outcomes = at_once(
        lambda: stage.changes.approve_change(stage.paul, change.id, digest),
        lambda: stage.changes.approve_change(stage.sam, change.id, digest),
    )

    assert outcomes == ["change-not-awaiting-approval", "done"]
    assert [run_id for _, run_id, _ in stage.runs.asked] == [f"apply-{change.id}-1"]
    stage.runs.work()
    assert stage.change(change.id).status is ChangeStatus.VERIFIED
    assert [event.environment for event in stage.events("change.applied")] == ["orders/dev", "orders/prod"]


def test_an_approval_and_a_cancel_at_the_same_instant_end_in_one_of_both_ways(stage: MemoryPlatform) -> None:
    stage.create_orders()
    change = stage.promote()
    digest = stage.plan(change.id).digest

    outcomes = at_once(
        lambda: stage.changes.approve_change(stage.paul, change.id, digest),
        lambda: stage.changes.cancel_change(stage.mara, change.id),
    )
    stage.runs.work()

    # Cancelled first: the approval comes too late. Approved first: the run that was queued finds itself cancelled.
    assert outcomes in (["change-not-awaiting-approval", "done"], ["done", "done"])
    assert stage.change(change.id).status is ChangeStatus.CANCELLED
    assert stage.cloud.of("orders/prod") == {}
    assert len(stage.events("change.applied")) == (1 if "change-not-awaiting-approval" in outcomes else 2)


def test_an_answer_to_an_earlier_plan_counts_for_nothing(stage: MemoryPlatform) -> None:
    stage.create_orders()
    change = stage.promote()
    old = stage.plan(change.id).digest
    stage.changes.plan_again(stage.mara, change.id)

    with pytest.raises(ConflictError, match="change-not-awaiting-approval"):
        stage.changes.approve_change(stage.paul, change.id, old)
    stage.cloud.of("orders/prod")["aws_s3_bucket.other"] = {}
    stage.runs.work()

    assert stage.change(change.id).plan_number == 2
    assert ("saved-plan", f"{change.id}/1") not in stage.sealed()
    stage.changes.approve_change(stage.paul, change.id, stage.plan(change.id).digest)
    stage.runs.work()
    assert stage.change(change.id).status is ChangeStatus.VERIFIED


def test_what_needs_more_approvals_when_it_is_applied_than_it_got_is_not_applied(stage: MemoryPlatform) -> None:
    stage.create_orders()
    opened = stage.changes.open_change(stage.mara, "orders/dev", branch=stage.propose(a_stack(size="large")))
    stage.runs.work_once()
    assert stage.change(opened.id).status is ChangeStatus.APPLYING
    with stage.database.transaction() as transaction:
        store.update_environment(transaction, replace(stage.environment(), is_production=True))

    stage.runs.work()

    assert stage.change(opened.id).status_detail.startswith("gate-closed: ")
    assert stage.cloud.of("orders/dev")[BUCKET]["tags"] == {"size": "small"}


def test_a_rejection_ends_it_with_its_reason(stage: MemoryPlatform) -> None:
    stage.create_orders()
    change = stage.promote()
    digest = stage.plan(change.id).digest
    with pytest.raises(InvalidError, match="rejection-reason-missing"):
        stage.changes.reject_change(stage.paul, change.id, digest, reason=" ")
    stage.clock.pass_by(timedelta(minutes=5))

    rejected = stage.changes.reject_change(stage.paul, change.id, digest, reason="Not on a Friday.")

    assert (rejected.status, rejected.status_detail) == (ChangeStatus.REJECTED, "paul: Not on a Friday.")
    event = stage.events("change.rejected")[0]
    assert (event.actor, event.outcome, event.waited_seconds) == ("paul", "denied", 300.0)
    with pytest.raises(ConflictError, match="change-not-plannable"):
        stage.changes.plan_again(stage.mara, change.id)


def test_a_newer_change_of_the_branch_takes_the_place_of_an_older_one_whose_plan_never_applies(
    stage: MemoryPlatform,
) -> None:
    stage.create_orders()
    branch = stage.propose(a_stack(size="large"))
    older = stage.changes.open_change(stage.mara, "orders/dev", branch=branch)

    newer = stage.changes.open_change(stage.mara, "orders/dev", branch=branch)
    stage.runs.work()

    assert stage.change(older.id).status is ChangeStatus.SUPERSEDED
    assert stage.run(f"plan-{older.id}-1").state is RunState.CANCELLED
    assert [line.text.partition(":")[0] for line in stage.log(f"plan-{older.id}-1")] == ["run-cancelled"]
    assert stage.change(newer.id).status is ChangeStatus.VERIFIED
    assert [item[1] for item in stage.runs.noted if item[0].startswith(f"apply-{older.id}")] == []
    assert stage.cloud.made["orders/dev " + BUCKET] == 1


def test_a_plan_that_is_under_way_when_its_change_is_cancelled_leads_nowhere(stage: MemoryPlatform) -> None:
    stage.create_orders()
    opened = stage.changes.open_change(stage.mara, "orders/dev", branch=stage.propose(a_stack(size="large")))

    stage.cloud.while_reading = lambda: stage.changes.cancel_change(stage.mara, opened.id)

    stage.runs.work()

    assert stage.change(opened.id).status is ChangeStatus.CANCELLED
    assert stage.run(f"plan-{opened.id}-1").state is RunState.CANCELLED
    assert stage.sealed() == {("state", "orders/dev")}
    assert [event.outcome for event in stage.events("change.cancelled")] == ["cancelled"]


def test_a_branch_that_fell_behind_is_neither_planned_nor_applied(stage: MemoryPlatform) -> None:
    stage.create_orders()
    behind = stage.propose(a_stack(size="large"))
    waiting = stage.changes.open_change(stage.mara, "orders/prod", branch=behind)
    stage.runs.work()
    digest = stage.plan(waiting.id).digest
    stage.open(a_stack(size="medium"))

    stage.changes.approve_change(stage.paul, waiting.id, digest)
    stage.runs.work()

    change = stage.change(waiting.id)
    assert change.status is ChangeStatus.FAILED
    assert change.status_detail.startswith("proposal-behind: ")
    assert stage.cloud.of("orders/prod") == {}
    with pytest.raises(ConflictError, match="proposal-behind"):
        stage.changes.open_change(stage.mara, "orders/prod", branch=behind)
    stage.changes.plan_again(stage.mara, waiting.id)
    stage.runs.work()
    assert stage.change(waiting.id).status_detail.startswith("proposal-behind: ")


def test_only_what_is_on_main_can_be_promoted(stage: MemoryPlatform) -> None:
    stage.create_orders()
    commit = stage.push("elsewhere", a_stack(size="large"))

    with pytest.raises(ConflictError, match="commit-not-on-main"):
        stage.changes.open_change(stage.mara, "orders/prod", commit=commit)
    with pytest.raises(InvalidError, match="change-source-unclear"):
        stage.changes.open_change(stage.mara, "orders/prod", commit=commit, branch="elsewhere")
    with pytest.raises(InvalidError, match="change-source-unclear"):
        stage.changes.open_change(stage.mara, "orders/prod")
    with pytest.raises(MissingError, match="commit-missing"):
        stage.changes.open_change(stage.mara, "orders/prod", commit="f" * 40)
    with pytest.raises(MissingError, match="proposal-missing"):
        stage.changes.open_change(stage.mara, "orders/prod", branch="nowhere")


def test_who_may_not_know_of_it_is_told_that_there_is_none(stage: MemoryPlatform) -> None:
    change = stage.create_orders()
    with pytest.raises(MissingError, match="environment-missing"):
        stage.changes.open_change(NOBODY, "orders/dev", branch="x")
    with pytest.raises(MissingError, match="environment-missing"):
        stage.changes.open_change(stage.mara, "orders/nowhere", branch="x")
    now = stage.clock.now()
    for verb in (stage.changes.cancel_change, lambda actor, name: stage.changes.ask_gate(actor, name, now)):
        with pytest.raises(MissingError, match="change-missing"):
            verb(NOBODY, change.id)
        with pytest.raises(MissingError, match="change-missing"):
            verb(stage.mara, "C-99")
    with pytest.raises(ForbiddenError, match="permission-denied"):
        stage.changes.open_change(stage.finn, "orders/dev", branch="x")
    with pytest.raises(ForbiddenError, match="permission-denied"):
        stage.changes.cancel_change(stage.finn, change.id)
    with pytest.raises(ConflictError, match="change-ended"):
        stage.changes.cancel_change(stage.mara, change.id)


def test_a_change_that_changes_no_infrastructure_is_merged_all_the_same(stage: MemoryPlatform) -> None:
    stage.create_orders()
    commit = stage.push("words", a_stack())
    before = dict(stage.cloud.made)

    opened = stage.changes.open_change(stage.mara, "orders/dev", branch="words")
    stage.runs.work()

    assert stage.change(opened.id).status is ChangeStatus.VERIFIED
    assert (stage.forge.head("orders"), stage.environment().commit) == (commit, commit)
    assert stage.cloud.made == before


def test_what_cannot_be_planned_says_why_and_can_be_planned_again(stage: MemoryPlatform) -> None:
    stage.create_orders()
    change = stage.open(a_stack(aws_kms_key={"description": "${missing}"}))

    assert change.status is ChangeStatus.FAILED
    assert change.status_detail.startswith("variable-missing: Variable missing has no value.")
    run = stage.run(f"plan-{change.id}-1")
    assert (run.state, run.error_code) == (RunState.FAILED, "variable-missing")
    assert stage.log(run.id)[-1].text == "variable-missing: Variable missing has no value."

    stage.changes.plan_again(stage.mara, change.id)
    stage.runs.work()
    assert stage.change(change.id).plan_number == 2
