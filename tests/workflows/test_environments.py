"""An environment's life: drift found and reverted, rebuilt after its cloud forgot it, resized, destroyed."""

import json
from datetime import timedelta

import pytest

from pavior.environments.model import Change, ChangeKind, ChangeStatus, EnvironmentStatus
from pavior.findings import store as findings
from pavior.findings.model import FindingSource, FindingState
from pavior.inventory import store as inventory
from pavior.inventory.model import Drift
from pavior.kernel.errors import ConflictError, ForbiddenError, InvalidError, MissingError
from pavior.runs.model import RunState
from pavior.testing.memory_platform import BLOCK, BUCKET, PUBLIC_ACCESS, MemoryPlatform, a_stack
from pavior.testing.memory_runs import Killed
from pavior.workflows.schedule_drift import check_what_is_due
from pavior.workflows.watch_cloud import RESTARTED, notice_restarts


def check(stage: MemoryPlatform, environment: str = "orders/dev") -> RunState:
    stage.clock.pass_by(timedelta(minutes=1))
    run = stage.drift.check_drift(stage.mara, environment)
    stage.runs.work_through_deaths()
    return stage.run(run.id).state


def open_drifts(stage: MemoryPlatform, environment: str = "orders/dev") -> tuple[Drift, ...]:
    with stage.database.snapshot() as transaction:
        return inventory.list_open_drifts(transaction, [environment])


def findings_of(stage: MemoryPlatform) -> list[tuple[str, FindingSource, FindingState]]:
    with stage.database.snapshot() as transaction:
        found = findings.list_in_place(transaction, "orders", "orders/dev")
    return [(item.subject, item.source, item.state) for item in found]


def drift(stage: MemoryPlatform) -> None:
    """Somebody opens the bucket and edits a tag behind the platform's back."""
    stage.cloud.of("orders/dev")[BLOCK]["block_public_acls"] = False
    stage.cloud.of("orders/dev")[BUCKET]["tags"] = {"size": "huge"}


def test_drift_is_told_property_by_property_worst_first_with_the_control_that_it_breaks(stage: MemoryPlatform) -> None:
    stage.create_orders()
    drift(stage)

    assert check(stage) is RunState.SUCCEEDED

    told = [(item.address, [prop.path for prop in item.properties], item.controls) for item in open_drifts(stage)]
    assert told == [(BLOCK, ["block_public_acls"], (PUBLIC_ACCESS,)), (BUCKET, ["tags.size"], ())]
    environment = stage.environment()
    assert (environment.status, environment.status_detail) == (
        EnvironmentStatus.DRIFTED,
        "2 resources are not as applied.",
    )
    assert findings_of(stage) == [(BUCKET, FindingSource.DRIFT, FindingState.OPEN)]


@pytest.mark.parametrize("side", ["kill_before", "kill_after"])
def test_a_check_whose_worker_dies_is_recorded_once(stage: MemoryPlatform, side: str) -> None:
    stage.create_orders()
    drift(stage)
    setattr(stage.runs, side, "observe")

    assert check(stage) is RunState.SUCCEEDED

    (event,) = stage.events("environment.drift-checked")
    assert (event.actor, event.outcome, event.details["controls"]) == ("mara", "succeeded", [PUBLIC_ACCESS])
    assert len(open_drifts(stage)) == 2
    texts = [line.text for line in stage.log(str(event.details["run"]))]
    assert len(texts) == len(set(texts)) == 4


def test_a_check_that_the_cloud_does_not_answer_is_recorded_and_changes_no_status(stage: MemoryPlatform) -> None:
    stage.create_orders()
    stage.cloud.is_answering = False

    assert check(stage) is RunState.FAILED

    (event,) = stage.events("environment.drift-checked")
    assert (event.outcome, event.details["code"]) == ("failed", "cloud-unreachable")
    assert stage.environment().status is EnvironmentStatus.DEPLOYED
    assert notice_restarts(stage.platform) == 0


def test_drift_is_reverted_through_a_change_and_is_gone_then(stage: MemoryPlatform) -> None:
    stage.create_orders()
    drift(stage)
    check(stage)

    change = stage.changes.revert_drift(stage.mara, "orders/dev")
    stage.runs.work()

    assert stage.change(change.id).status is ChangeStatus.VERIFIED
    assert stage.cloud.of("orders/dev")[BLOCK]["block_public_acls"] is True
    assert open_drifts(stage) == ()
    assert findings_of(stage) == [(BUCKET, FindingSource.DRIFT, FindingState.FIXED)]
    assert stage.environment().status is EnvironmentStatus.DEPLOYED
    again = stage.changes.revert_drift(stage.mara, "orders/dev")
    stage.runs.work()
    assert stage.change(again.id).status is ChangeStatus.NOTHING_TO_DO


def test_a_resource_that_is_gone_takes_its_findings_along(stage: MemoryPlatform) -> None:
    stage.create_orders()
    drift(stage)
    check(stage)
    del stage.cloud.of("orders/dev")[BUCKET]
    del stage.cloud.of("orders/dev")[BLOCK]

    check(stage)

    assert [item.kind for item in open_drifts(stage)] == ["missing", "missing"]
    assert findings_of(stage) == [(BUCKET, FindingSource.DRIFT, FindingState.FIXED)]


def test_a_cloud_that_forgot_everything_makes_its_environments_unknown_once(stage: MemoryPlatform) -> None:
    stage.create_orders()
    stage.cloud.restart()

    assert notice_restarts(stage.platform) == 1
    assert notice_restarts(stage.platform) == 0

    environment = stage.environment()
    assert (environment.status, environment.status_detail) == (EnvironmentStatus.UNKNOWN, RESTARTED)
    assert [event.verb for event in stage.events("environment.lost")] == ["environment.lost"]
    assert stage.environment("orders/prod").status is EnvironmentStatus.PLANNED


def test_a_cloud_that_forgets_nothing_is_not_asked_for_rights_every_few_seconds(stage: MemoryPlatform) -> None:
    stage.create_orders()
    stage.cloud.is_forgetful = False
    before = list(stage.cloud.purposes)

    assert notice_restarts(stage.platform) == 0

    assert stage.cloud.purposes == before


def test_a_check_notices_a_restarted_cloud_by_itself(stage: MemoryPlatform) -> None:
    stage.create_orders()
    stage.cloud.restart()

    assert check(stage) is RunState.FAILED

    assert stage.environment().status_detail == RESTARTED
    assert stage.events("environment.drift-checked")[0].details["code"] == "sandbox-restarted"


def test_what_a_cloud_forgot_is_rebuilt_with_one_action_and_with_nothing_else(stage: MemoryPlatform) -> None:
    stage.create_orders()
    stage.cloud.restart()
    notice_restarts(stage.platform)

    refused = stage.open(a_stack(size="large"))
    assert refused.status_detail.startswith("sandbox-restarted: ")
    rebuilt = stage.changes.rebuild_environment(stage.mara, "orders/dev")
    stage.runs.work()

    change = stage.change(rebuilt.id)
    assert (change.kind, change.status) == (ChangeKind.REBUILD, ChangeStatus.VERIFIED)
    assert set(stage.cloud.of("orders/dev")) == {BUCKET, BLOCK}
    environment = stage.environment()
    assert (environment.status, environment.cloud_instance) == (EnvironmentStatus.DEPLOYED, "memory-2")
    assert check(stage) is RunState.SUCCEEDED


def test_a_first_deployment_that_broke_off_before_its_cloud_forgot_it_can_be_planned_again(
    stage: MemoryPlatform,
) -> None:
    stage.cloud.breaks_at = BLOCK
    assert stage.create_orders().status is ChangeStatus.FAILED
    stage.cloud.breaks_at = ""
    stage.cloud.restart()
    notice_restarts(stage.platform)

    stage.changes.plan_again(stage.mara, "C-1")
    stage.runs.work()

    assert stage.change("C-1").status is ChangeStatus.VERIFIED
    assert set(stage.cloud.of("orders/dev")) == {BUCKET, BLOCK}


def test_a_cloud_that_forgets_between_plan_and_apply_gets_nothing_applied(stage: MemoryPlatform) -> None:
    stage.create_orders()
    change = stage.promote()
    stage.cloud.restart()

    stage.changes.approve_change(stage.paul, change.id, stage.plan(change.id).digest)
    stage.runs.work()

    assert stage.change(change.id).status_detail.startswith("plan-stale: ")
    assert stage.cloud.of("orders/prod") == {}


def test_a_cloud_that_forgets_while_a_worker_lies_dead_inside_an_apply_is_planned_for_anew(
    stage: MemoryPlatform,
) -> None:
    deaths = [1]

    def die(address: str) -> None:
        if address == BLOCK and deaths:
            deaths.pop()
            raise Killed

    stage.cloud.before = die
    stage.creation.create_service(stage.mara, "memory-service", {"name": "orders", "team": "payments"})
    with pytest.raises(Killed):
        stage.runs.work()
    stage.cloud.restart()

    stage.runs.work()

    assert stage.change("C-1").status_detail.startswith("plan-stale: ")
    assert stage.cloud.of("orders/dev") == {}
    stage.changes.plan_again(stage.mara, "C-1")
    stage.runs.work()
    assert stage.change("C-1").status is ChangeStatus.VERIFIED
    assert set(stage.cloud.of("orders/dev")) == {BUCKET, BLOCK}


def destroy(stage: MemoryPlatform) -> str:
    change = stage.changes.destroy_environment(stage.paul, "orders/dev")
    stage.runs.work()
    assert stage.change(change.id).status is ChangeStatus.AWAITING_APPROVAL
    stage.changes.approve_change(stage.sam, change.id, stage.plan(change.id).digest)
    stage.runs.work()
    return change.id


def test_a_destroyed_environment_leaves_nothing_behind_and_can_be_deployed_again(stage: MemoryPlatform) -> None:
    stage.create_orders()
    drift(stage)
    check(stage)
    with pytest.raises(ForbiddenError, match="permission-denied"):
        stage.changes.destroy_environment(stage.mara, "orders/dev")

    change_id = destroy(stage)

    assert stage.change(change_id).status is ChangeStatus.VERIFIED
    assert stage.cloud.of("orders/dev") == {}
    environment = stage.environment()
    assert (environment.status, environment.commit, environment.cloud_instance) == (
        EnvironmentStatus.DESTROYED,
        "",
        "",
    )
    assert (stage.sealed(), open_drifts(stage)) == (set(), ())
    assert [state for _, _, state in findings_of(stage)] == [FindingState.FIXED]
    with stage.database.snapshot() as transaction:
        assert inventory.find_observation(transaction, "orders/dev") is None
    for verb in (
        stage.changes.revert_drift,
        stage.changes.rebuild_environment,
        stage.changes.destroy_environment,
    ):
        with pytest.raises(ConflictError, match="environment-not-deployed"):
            verb(stage.paul, "orders/dev")
    assert check(stage) is RunState.FAILED
    assert stage.promote("orders/dev").status is ChangeStatus.VERIFIED
    assert stage.environment().status is EnvironmentStatus.DEPLOYED


def test_an_environment_that_its_cloud_forgot_can_be_destroyed(stage: MemoryPlatform) -> None:
    stage.create_orders()
    stage.cloud.restart()
    notice_restarts(stage.platform)

    assert stage.change(destroy(stage)).status is ChangeStatus.VERIFIED
    assert stage.environment().status is EnvironmentStatus.DESTROYED


def test_a_size_is_set_again_and_back_by_changes_that_start_from_what_main_says(stage: MemoryPlatform) -> None:
    stage.create_orders()
    for size in ("large", "small", "large"):
        change = stage.changes.resize(stage.mara, "orders", "dev", {"size": size})
        stage.runs.work()

        assert (stage.change(change.id).kind, stage.change(change.id).status) == (
            ChangeKind.RESIZE,
            ChangeStatus.VERIFIED,
        )
        assert stage.cloud.of("orders/dev")[BUCKET]["tags"] == {"size": size}
        assert stage.service("orders").parameters["size"] == size
    with pytest.raises(ConflictError, match="parameters-unchanged"):
        stage.changes.resize(stage.mara, "orders", "dev", {"size": "large"})
    for wrong in ({"size": "gigantic"}, {"name": "other"}, {"colour": "red"}):
        with pytest.raises(InvalidError, match="parameters-invalid"):
            stage.changes.resize(stage.mara, "orders", "dev", wrong)


def test_answers_where_they_stood_before_are_read_and_moved_by_the_next_size(stage: MemoryPlatform) -> None:
    stage.create_orders()
    former = b"golden_path: memory-service\nversion: 1.0.0\nparameters: {name: orders, team: payments, size: large}\n"
    stage.push_files("former", {".pavior/golden-path.yaml": None, "pavior.yaml": former})
    stage.changes.open_change(stage.mara, "orders/dev", branch="former")
    stage.runs.work()
    assert stage.service("orders").parameters["size"] == "large"

    change = stage.changes.resize(stage.mara, "orders", "dev", {"size": "small"})
    stage.runs.work()

    def on_main(path: str) -> bytes | None:
        return stage.forge.read_file("orders", stage.forge.head("orders"), path)

    assert stage.change(change.id).status is ChangeStatus.VERIFIED
    assert on_main("pavior.yaml") is None
    assert b"size: small" in (on_main(".pavior/golden-path.yaml") or b"")


def test_settings_of_checks_are_no_answers_and_stay(stage: MemoryPlatform) -> None:
    stage.create_orders()
    settings = b"version: 1\nparameters: {log-retention: {retention_days: 400}}\n"
    stage.push_files("settings", {".pavior/golden-path.yaml": None, "pavior.yaml": settings})
    stage.changes.open_change(stage.mara, "orders/dev", branch="settings")
    stage.runs.work()

    stage.changes.resize(stage.mara, "orders", "dev", {"size": "large"})
    stage.runs.work()

    assert stage.forge.read_file("orders", stage.forge.head("orders"), "pavior.yaml") == settings
    assert stage.service("orders").parameters == {"name": "orders", "team": "payments", "size": "large"}


def test_what_main_says_of_the_service_is_in_the_catalog_as_soon_as_it_is_merged(stage: MemoryPlatform) -> None:
    stage.create_orders()
    stage.push("words", a_stack())
    info = b"apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: orders, title: Orders and more}\n"
    stage.push_files("words-2", {"catalog-info.yaml": info + b"spec: {type: service, lifecycle: x, owner: payments}\n"})

    opened = stage.changes.open_change(stage.mara, "orders/dev", branch="words-2")
    stage.runs.work()

    assert stage.change(opened.id).status is ChangeStatus.VERIFIED
    assert [item.title for item in stage.entities("orders")] == ["Orders and more"]


EVERY = timedelta(hours=6)


def test_an_environment_is_looked_at_when_its_last_look_is_old_enough(stage: MemoryPlatform) -> None:
    stage.create_orders()
    drift(stage)

    early = check_what_is_due(stage.platform, EVERY)
    # Ten per cent more or less, by its name.
    stage.clock.pass_by(EVERY * 0.89)
    still_early = check_what_is_due(stage.platform, EVERY)
    stage.clock.pass_by(EVERY * 0.22)
    due = check_what_is_due(stage.platform, EVERY)
    stage.runs.work_through_deaths()
    afterwards = check_what_is_due(stage.platform, EVERY)

    assert (early, still_early, afterwards) == ((), (), ())
    assert [run_id.rpartition("-every-")[0] for run_id in due] == ["drift-orders-dev"]
    assert stage.run(due[0]).state is RunState.SUCCEEDED
    assert stage.environment().status is EnvironmentStatus.DRIFTED
    [event] = stage.events("environment.drift-checked")
    assert (event.actor, event.surface) == ("pavior", "worker")


def test_of_several_workers_that_look_one_asks(stage: MemoryPlatform) -> None:
    stage.create_orders()
    stage.clock.pass_by(EVERY * 1.2)

    asked = [check_what_is_due(stage.platform, EVERY) for _ in range(3)]

    assert [len(item) for item in asked] == [1, 0, 0]


def test_what_could_not_be_looked_at_is_tried_again_in_the_next_interval(stage: MemoryPlatform) -> None:
    stage.create_orders()
    stage.clock.pass_by(EVERY * 1.2)
    stage.cloud.is_answering = False
    [first] = check_what_is_due(stage.platform, EVERY)
    stage.runs.work_through_deaths()

    at_once = check_what_is_due(stage.platform, EVERY)
    stage.clock.pass_by(EVERY)
    later = check_what_is_due(stage.platform, EVERY)

    assert stage.run(first).state is RunState.FAILED
    assert (at_once, len(later)) == ((), 1)


def test_what_was_never_deployed_or_is_destroyed_is_not_looked_at(stage: MemoryPlatform) -> None:
    stage.create_orders()
    stage.clock.pass_by(EVERY * 2)

    asked = check_what_is_due(stage.platform, EVERY)

    # orders/prod is planned only.
    assert [run_id for run_id in asked if "prod" in run_id] == []


@pytest.mark.parametrize("every", [timedelta(), timedelta(seconds=-1)])
def test_looking_again_and_again_can_be_switched_off(stage: MemoryPlatform, every: timedelta) -> None:
    stage.create_orders()
    stage.clock.pass_by(timedelta(days=365))

    assert check_what_is_due(stage.platform, every) == ()


def adopt(stage: MemoryPlatform, *resources: str) -> Change:
    opened = stage.changes.adopt_drift(stage.mara, "orders/dev", resources)
    stage.runs.work()
    return stage.change(opened.id)


def test_drift_that_breaks_no_control_is_adopted_as_a_proposal_to_the_source_that_everybody_can_see(
    stage: MemoryPlatform,
) -> None:
    stage.create_orders()
    drift(stage)
    check(stage)

    change = adopt(stage, BUCKET)

    assert change.kind is ChangeKind.ADOPT_DRIFT
    assert change.title == "Adopt 1 of 2 drifted properties of orders/dev; the others are set back"
    assert change.branch.startswith("pavior/adopt-")
    # The other drift is set back by the same Change, and the plan says so.
    assert change.status is ChangeStatus.VERIFIED
    assert stage.cloud.of("orders/dev")[BUCKET]["tags"] == {"size": "huge"}
    assert stage.cloud.of("orders/dev")[BLOCK]["block_public_acls"] is True
    assert open_drifts(stage) == ()
    main = stage.forge.read_file("orders", stage.forge.head("orders"), "infra/stack.json") or b""
    assert json.loads(main)[BUCKET] == {"bucket": "${environment}-files", "tags": {"size": "huge"}}


def test_drift_that_breaks_a_control_can_be_proposed_and_is_blocked_at_the_gate(stage: MemoryPlatform) -> None:
    stage.create_orders()
    drift(stage)
    check(stage)

    change = adopt(stage)

    assert change.status is ChangeStatus.BLOCKED
    assert PUBLIC_ACCESS in change.status_detail
    main = stage.forge.read_file("orders", stage.forge.head("orders"), "infra/stack.json") or b""
    assert json.loads(main)[BLOCK]["block_public_acls"] is True


def test_adopting_the_same_drift_again_is_the_same_proposal_and_takes_the_older_changes_place(
    stage: MemoryPlatform,
) -> None:
    stage.create_orders()
    drift(stage)
    check(stage)
    first = adopt(stage)

    second = adopt(stage)

    assert second.branch == first.branch
    assert stage.change(first.id).status is ChangeStatus.SUPERSEDED


def test_what_cannot_be_written_into_the_source_is_named_with_the_reason(stage: MemoryPlatform) -> None:
    stage.create_orders()
    stage.cloud.of("orders/dev")[BUCKET]["bucket"] = "mine"
    check(stage)

    with pytest.raises(ConflictError) as refused:
        stage.changes.adopt_drift(stage.mara, "orders/dev")

    assert refused.value.code == "drift-not-adoptable"
    assert f"{BUCKET}: bucket: it is computed." in refused.value.summary
    assert stage.forge.list_proposals("orders") == ()


def test_what_is_left_out_is_told_in_the_title_and_in_the_proposal(stage: MemoryPlatform) -> None:
    stage.create_orders()
    drift(stage)
    stage.cloud.of("orders/dev")[BUCKET]["bucket"] = "mine"
    check(stage)

    opened = stage.changes.adopt_drift(stage.mara, "orders/dev", [BUCKET])

    assert opened.title == "Adopt 1 of 3 drifted properties of orders/dev; the others are set back"


@pytest.mark.parametrize(
    ("resources", "code"), [((), "environment-not-drifted"), (("memory_bucket.other",), "environment-not-drifted")]
)
def test_nothing_is_proposed_where_no_drift_is_known(
    stage: MemoryPlatform, resources: tuple[str, ...], code: str
) -> None:
    stage.create_orders()

    with pytest.raises(ConflictError) as refused:
        stage.changes.adopt_drift(stage.mara, "orders/dev", resources)

    assert refused.value.code == code


def test_a_resource_that_did_not_drift_is_not_adopted(stage: MemoryPlatform) -> None:
    stage.create_orders()
    drift(stage)
    check(stage)

    with pytest.raises(MissingError) as refused:
        stage.changes.adopt_drift(stage.mara, "orders/dev", [BUCKET, "memory_bucket.other"])

    assert refused.value.code == "drift-missing"
    assert refused.value.fix == f"Name one that did: {BUCKET}, {BLOCK}."


def test_only_the_owning_team_and_the_platform_may_adopt_drift(stage: MemoryPlatform) -> None:
    stage.create_orders()
    drift(stage)
    check(stage)

    with pytest.raises(ForbiddenError):
        stage.changes.adopt_drift(stage.finn, "orders/dev")
