"""An apply that is killed, refused, cancelled or left alone: what was done stays known, and nothing is doubled."""

import pytest

from pavior.environments.model import ChangeStatus, EnvironmentStatus
from pavior.findings import store as findings
from pavior.findings.model import FindingSource, FindingState
from pavior.kernel.errors import ConflictError, UnavailableError
from pavior.policy.model import Effect
from pavior.runs.model import RunState
from pavior.testing.databases import a_database, everything_in
from pavior.testing.memory_cloud import CHOSEN_BY_THE_CLOUD
from pavior.testing.memory_platform import BLOCK, BUCKET, PUBLIC_ACCESS, MemoryPlatform, a_stack
from pavior.testing.memory_runs import Killed

STEPS = ("repository", "catalog", "plan", "gate", "apply", "verify", "merge", "finish")
KEY = "aws_kms_key.files"


def what_is_there(stage: MemoryPlatform) -> tuple[object, ...]:
    """Everything that must not depend on how often the worker died."""
    with stage.database.snapshot() as transaction:
        found = findings.list_in_place(transaction, "orders", "orders/dev")
    logs = {run_id: [line.text for line in stage.log(run_id)] for run_id in ("plan-C-2-1", "apply-C-2-1")}
    return (
        stage.cloud.things,
        stage.cloud.made,
        [(event.verb, event.outcome, event.subject) for event in stage.events()],
        logs,
        [(item.control, item.subject, item.state) for item in found],
        stage.sealed(),
        stage.forge.list_checks("orders", stage.forge.head("orders")),
        stage.change("C-2").status,
        stage.environment().status,
    )


def a_whole_road(stage: MemoryPlatform) -> tuple[object, ...]:
    stage.creation.create_service(stage.mara, "memory-service", {"name": "orders", "team": "payments"})
    stage.runs.work_through_deaths()
    branch = stage.propose(a_stack(aws_kms_key={"description": "orders"}))
    stage.changes.open_change(stage.mara, "orders/dev", branch=branch, sensitive_variables={"token": "s3cret-canary"})
    stage.runs.work_through_deaths()
    return what_is_there(stage)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[object, ...]:
    """The same road without a death."""
    folder = tmp_path_factory.mktemp("undisturbed")
    database = a_database(folder)
    try:
        return a_whole_road(MemoryPlatform(folder, database))
    finally:
        database.close()


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("side", ["kill_before", "kill_after"])
def test_a_worker_that_dies_at_a_step_leaves_the_same_behind_as_one_that_lives(
    stage: MemoryPlatform, step: str, side: str, undisturbed: tuple[object, ...]
) -> None:
    setattr(stage.runs, side, step)

    assert a_whole_road(stage) == undisturbed
    assert getattr(stage.runs, side) == "", "nobody died"


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_worker_that_dies_inside_an_apply_goes_on_where_it_was(
    stage: MemoryPlatform, times: int, undisturbed: tuple[object, ...]
) -> None:
    left = [times]

    def die(address: str) -> None:
        if address == KEY and left[0]:
            left[0] -= 1
            raise Killed

    stage.cloud.before = die

    assert a_whole_road(stage) == undisturbed
    assert stage.run("apply-C-2-1").attempts == times + 1


def test_a_refused_resource_fails_the_change_and_what_was_made_is_not_made_again(stage: MemoryPlatform) -> None:
    stage.create_orders()
    stage.cloud.breaks_at = KEY

    change = stage.open(a_stack(aws_sqs_queue={"name": "q"}, aws_kms_key={"description": "orders"}))

    assert change.status is ChangeStatus.FAILED
    assert change.status_detail == "apply-failed: The cloud refused aws_kms_key.files. Try again later."
    environment = stage.environment()
    assert (environment.status, environment.status_detail) == (
        EnvironmentStatus.UNKNOWN,
        "The apply of C-2 stopped before its end.",
    )
    assert environment.commit == stage.forge.head("orders") != change.commit
    assert stage.sealed() == {("state", "orders/dev")}
    assert stage.events("change.applied")[-1].details["code"] == "apply-failed"

    stage.cloud.breaks_at = ""
    stage.changes.plan_again(stage.mara, change.id)
    stage.runs.work()

    assert stage.change(change.id).status is ChangeStatus.VERIFIED
    assert [item.address for item in stage.plan(change.id).reading.changes] == [KEY]
    assert set(stage.cloud.made.values()) == {1}
    assert stage.environment().status is EnvironmentStatus.DEPLOYED
    assert stage.forge.head("orders") == change.commit


def test_an_apply_that_is_cancelled_stops_between_two_resources_and_keeps_the_first(stage: MemoryPlatform) -> None:
    stage.create_orders()

    def cancel(address: str) -> None:
        if address == KEY:
            stage.changes.cancel_change(stage.mara, "C-2")

    stage.cloud.before = cancel
    change = stage.open(a_stack(aws_kms_key={"description": "x"}, aws_sqs_queue={"name": "q"}))

    assert change.status is ChangeStatus.CANCELLED
    assert stage.run("apply-C-2-1").state is RunState.CANCELLED
    assert KEY in stage.cloud.of("orders/dev")
    assert "aws_sqs_queue.files" not in stage.cloud.of("orders/dev")
    assert [event.outcome for event in stage.events("change.applied")] == ["succeeded", "cancelled"]
    assert [event.outcome for event in stage.events("change.cancel-requested")] == ["succeeded"]
    # What it made is known: the next Change takes it away.
    stage.cloud.before = lambda _: None
    cleanup = stage.open(a_stack(size="large"))
    stage.changes.approve_change(stage.paul, cleanup.id, stage.plan(cleanup.id).digest)
    stage.runs.work()
    assert stage.change(cleanup.id).status is ChangeStatus.VERIFIED
    assert KEY not in stage.cloud.of("orders/dev")


def test_a_cancel_that_comes_when_all_is_applied_comes_too_late(stage: MemoryPlatform) -> None:
    stage.create_orders()

    def cancel(address: str) -> None:
        if address == KEY:
            stage.changes.cancel_change(stage.mara, "C-2")

    stage.cloud.before = cancel
    change = stage.open(a_stack(aws_kms_key={"description": "orders"}))

    assert change.status is ChangeStatus.VERIFIED
    assert stage.run("apply-C-2-1").state is RunState.SUCCEEDED
    assert stage.forge.head("orders") == change.commit


def test_a_cloud_that_moved_after_the_plan_makes_it_stale(stage: MemoryPlatform) -> None:
    stage.create_orders()
    change = stage.promote()
    stage.cloud.of("orders/prod")[BUCKET] = {"bucket": "somebody else's"}

    stage.changes.approve_change(stage.paul, change.id, stage.plan(change.id).digest)
    stage.runs.work()

    failed = stage.change(change.id)
    assert failed.status is ChangeStatus.FAILED
    assert failed.status_detail.startswith("plan-stale: ")
    assert stage.cloud.of("orders/prod") == {BUCKET: {"bucket": "somebody else's"}}


def test_what_becomes_known_after_the_apply_is_asked_again_and_opens_a_finding_when_it_fails(
    stage: MemoryPlatform,
) -> None:
    stage.create_orders()
    stage.cloud.choices[f"{BLOCK}.block_public_acls"] = False
    stack = a_stack().replace(b'"block_public_acls": true', b'"block_public_acls": "%s"' % CHOSEN_BY_THE_CLOUD.encode())
    assert CHOSEN_BY_THE_CLOUD.encode() in stack
    # A new block: of one that is there, the cloud has chosen already.
    del stage.cloud.of("orders/dev")[BLOCK]

    change = stage.open(stack)

    decision = stage.plan(change.id).decision
    assert [item.verdict.subject for item in decision.with_effect(Effect.OBLIGATION)] == [BUCKET]
    assert change.status is ChangeStatus.APPLIED_UNVERIFIED
    assert f"Obligation not met: {PUBLIC_ACCESS} on {BUCKET} is failed." in change.status_detail
    with stage.database.snapshot() as transaction:
        found = findings.list_in_place(transaction, "orders", "orders/dev")
    assert [(item.subject, item.source, item.state, item.change_id) for item in found] == [
        (BUCKET, FindingSource.OBLIGATION, FindingState.OPEN, change.id)
    ]
    assert stage.forge.head("orders") == change.commit
    assert [check.state for check in stage.forge.list_checks("orders", change.commit)] == ["failed", "passed"]


def test_an_obligation_that_the_cloud_keeps_verifies_the_change(stage: MemoryPlatform) -> None:
    stage.create_orders()
    stage.cloud.choices[f"{BLOCK}.block_public_acls"] = True
    del stage.cloud.of("orders/dev")[BLOCK]
    stack = a_stack().replace(b'"block_public_acls": true', b'"block_public_acls": "%s"' % CHOSEN_BY_THE_CLOUD.encode())

    assert stage.open(stack).status is ChangeStatus.VERIFIED


def test_a_cloud_that_is_silent_after_the_apply_leaves_it_unverified_and_merged(stage: MemoryPlatform) -> None:
    stage.create_orders()
    stage.cloud.silent_after = KEY
    change = stage.open(a_stack(aws_kms_key={"description": "orders"}))

    assert change.status is ChangeStatus.APPLIED_UNVERIFIED
    assert change.status_detail == (
        "It could not be looked at: cloud-unreachable: The cloud does not answer. Wait until it does."
    )
    environment = stage.environment()
    assert (environment.status, environment.status_detail) == (EnvironmentStatus.UNKNOWN, "Applied; not verified yet.")
    assert stage.forge.head("orders") == change.commit
    stage.cloud.is_answering = True
    stage.drift.check_drift(stage.mara, "orders/dev")
    stage.runs.work()
    assert stage.environment().status is EnvironmentStatus.DEPLOYED


def test_a_cloud_that_is_silent_before_the_apply_fails_the_plan_and_loses_nothing(stage: MemoryPlatform) -> None:
    stage.create_orders()
    stage.cloud.is_answering = False

    change = stage.open(a_stack(aws_kms_key={"description": "orders"}))

    assert change.status is ChangeStatus.FAILED
    assert stage.run("plan-C-2-1").error_code == "cloud-unreachable"
    assert stage.environment().status is EnvironmentStatus.DEPLOYED
    with pytest.raises(UnavailableError, match="cloud-unreachable"):
        stage.creation.preview_service(stage.mara, "memory-service", {"name": "other", "team": "payments"})


def test_sensitive_variables_are_sealed_while_they_are_needed_and_stay_with_the_environment(
    stage: MemoryPlatform,
) -> None:
    stage.create_orders()
    stack = a_stack(aws_ssm_parameter={"value": "${token}", "tier": "${tier}"})
    change = stage.changes.open_change(
        stage.mara,
        "orders/prod",
        branch=stage.propose(stack),
        variables={"tier": "Standard"},
        sensitive_variables={"token": "s3cret-canary"},
    )
    assert stage.sealed() == {("state", "orders/dev"), ("variables", change.id)}
    stage.runs.work()
    assert stage.sealed() == {("state", "orders/dev"), ("variables", change.id), ("saved-plan", f"{change.id}/1")}

    stage.changes.approve_change(stage.paul, change.id, stage.plan(change.id).digest)
    stage.runs.work()

    assert stage.change(change.id).status is ChangeStatus.VERIFIED
    assert stage.sealed() == {("state", "orders/dev"), ("state", "orders/prod"), ("variables", "orders/prod")}
    assert stage.cloud.of("orders/prod")["aws_ssm_parameter.files"] == {"value": "s3cret-canary", "tier": "Standard"}
    # Nobody gives them again.
    del stage.cloud.of("orders/prod")["aws_ssm_parameter.files"]
    revert = stage.changes.revert_drift(stage.paul, "orders/prod")
    stage.runs.work()
    stage.changes.approve_change(stage.sam, revert.id, stage.plan(revert.id).digest)
    stage.runs.work()
    assert stage.change(revert.id).status is ChangeStatus.VERIFIED
    assert stage.cloud.of("orders/prod")["aws_ssm_parameter.files"] == {"value": "s3cret-canary", "tier": "Standard"}
    content = everything_in(stage.platform.database)
    assert "s3cret-canary" not in content
    assert "Standard" in content, "the search finds what is there"
    for change_id in ("C-1", change.id, revert.id):
        assert not [kind for kind, owner in stage.sealed() if owner.startswith(change_id)]


@pytest.mark.parametrize("end", ["cancel", "reject", "supersede", "nothing to do"])
def test_secrets_of_a_change_end_with_it(stage: MemoryPlatform, end: str) -> None:
    stage.create_orders()
    branch = stage.propose(a_stack(aws_ssm_parameter={"value": "${token}"}))
    change = stage.changes.open_change(
        stage.mara, "orders/prod", branch=branch, sensitive_variables={"token": "s3cret-canary"}
    )
    stage.runs.work()
    if end == "cancel":
        stage.changes.cancel_change(stage.mara, change.id)
    elif end == "reject":
        stage.changes.reject_change(stage.paul, change.id, stage.plan(change.id).digest, reason="No.")
    elif end == "supersede":
        newer = stage.changes.open_change(stage.mara, "orders/prod", branch=branch)
        stage.changes.cancel_change(stage.mara, newer.id)
    else:
        stage.changes.cancel_change(stage.mara, change.id)
        stage.changes.revert_drift(stage.mara, "orders/dev")
        stage.runs.work()
        assert stage.change("C-3").status is ChangeStatus.NOTHING_TO_DO

    assert stage.sealed() == {("state", "orders/dev")}


def test_a_failed_change_keeps_its_secrets_only_until_it_is_withdrawn(stage: MemoryPlatform) -> None:
    stage.create_orders()
    stage.cloud.breaks_at = "aws_ssm_parameter.files"
    change = stage.open(
        a_stack(aws_ssm_parameter={"value": "${token}"}), sensitive_variables={"token": "s3cret-canary"}
    )
    assert change.status is ChangeStatus.FAILED
    assert stage.sealed() == {("state", "orders/dev"), ("variables", change.id)}

    assert stage.changes.cancel_change(stage.mara, change.id).status is ChangeStatus.CANCELLED
    assert stage.sealed() == {("state", "orders/dev")}
    with pytest.raises(ConflictError, match="change-ended"):
        stage.changes.cancel_change(stage.mara, change.id)
