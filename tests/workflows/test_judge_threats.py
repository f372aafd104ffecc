"""A threat is mitigated while its controls pass on what is deployed, and not a moment longer."""

from datetime import UTC, datetime, timedelta

import pytest

from pavior.environments.model import ChangeStatus, EnvironmentStatus
from pavior.findings import store as findings
from pavior.identity.model import Actor, Role, Surface
from pavior.kernel.pages import PageRequest
from pavior.kernel.verdicts import Phase
from pavior.policy.waiver_model import Waiver, WaiverWish
from pavior.testing.memory_platform import BLOCK, BUCKET, PUBLIC_ACCESS, MemoryPlatform, a_stack
from pavior.threatmodels import model_store, review_store, store
from pavior.threatmodels.model import ThreatState
from pavior.threatmodels.review_model import ThreatSignOff
from pavior.threatmodels.standing_model import ThreatStanding, ThreatStep
from pavior.workflows.follow_waivers import follow_waivers
from pavior.workflows.judge_threats import follow_acceptances, judge_service
from pavior.workflows.watch_cloud import notice_restarts

ADA = Actor("ada", frozenset({Role.ADMIN}), frozenset(), Surface.CLI)
INSTANT = timedelta(microseconds=1)
OPEN, NOT_EVALUATED, ACCEPTED, MITIGATED = ThreatState
MODEL = f"""\
version: 2
service: orders
scope: Takes orders and keeps their files.
assets:
  - {{id: customer-files, title: Files of customers, data_class: confidential}}
elements:
  - {{id: files, title: Files, kind: data-store, resources: [{BUCKET}], assets: [customer-files]}}
threats:
  - id: files-read-by-anybody
    title: Anybody reads the files of customers
    category: information-disclosure
    severity: high
    places: [files]
    controls: [{PUBLIC_ACCESS}]
"""


def deploy(stage: MemoryPlatform, model: str | None = MODEL, *, size: str = "large") -> None:
    """Main and orders/dev have this model from now on."""
    body = None if model is None else model.encode()
    stage.branches += 1
    branch = f"model-{stage.branches}"
    stage.push_files(branch, {"infra/stack.json": a_stack(size=size), "threatmodel.yaml": body})
    stage.changes.open_change(stage.mara, "orders/dev", branch=branch)
    stage.runs.work()


def a_sign_off(digest: str, *, at: datetime) -> ThreatSignOff:
    return ThreatSignOff(
        number=0,
        service="orders",
        review="",
        digest=digest,
        model_digest=digest,
        is_agreed=True,
        by="sam",
        at=at,
        reason="Read it.",
    )


def look(stage: MemoryPlatform) -> str:
    run = stage.drift.check_drift(stage.mara, "orders/dev")
    stage.runs.work()
    stage.clock.pass_by(timedelta(minutes=1))
    return run.id


def open_to_all(stage: MemoryPlatform, *, is_open: bool = True) -> None:
    stage.cloud.of("orders/dev")[BLOCK]["block_public_acls"] = not is_open


def standing(stage: MemoryPlatform) -> ThreatStanding:
    with stage.database.snapshot() as transaction:
        (found,) = store.list_of_service(transaction, "orders", stage.clock.now())
    return found


def steps(stage: MemoryPlatform) -> list[ThreatState | None]:
    with stage.database.snapshot() as transaction:
        page = store.list_steps(transaction, PageRequest(), service="orders")
    return [step.state for step in reversed(page.items)]


def last_step(stage: MemoryPlatform) -> ThreatStep:
    with stage.database.snapshot() as transaction:
        return store.list_steps(transaction, PageRequest(), service="orders").items[0]


def grant(stage: MemoryPlatform, *, days: int = 7) -> Waiver:
    wish = WaiverWish(PUBLIC_ACCESS, "orders/dev", "The pictures are public.", days, subject=BUCKET)
    return stage.waivers.approve_waiver(stage.sam, stage.waivers.request_waiver(stage.mara, wish).id)


@pytest.fixture
def modelled(stage: MemoryPlatform) -> MemoryPlatform:
    """Orders is deployed with its threat model."""
    stage.create_orders()
    deploy(stage)
    stage.clock.pass_by(timedelta(minutes=1))
    return stage


def test_a_threat_is_mitigated_once_its_control_passes_on_what_was_applied(modelled: MemoryPlatform) -> None:
    found = standing(modelled)

    assert (found.environment, found.state) == ("orders/dev", MITIGATED)
    assert found.because == f"{PUBLIC_ACCESS} holds."
    assert steps(modelled) == [MITIGATED]
    assert last_step(modelled).commit == modelled.environment().commit
    (event,) = modelled.events("threat.mitigated")
    assert (event.subject, event.environment) == ("threat:orders/files-read-by-anybody", "orders/dev")


def test_a_drift_that_breaks_its_control_reopens_a_threat_and_tells_the_team(modelled: MemoryPlatform) -> None:
    open_to_all(modelled)

    run_id = look(modelled)

    found = standing(modelled)
    assert (found.state, found.because) == (OPEN, f"{PUBLIC_ACCESS} fails on {BUCKET}.")
    assert found.reopened_at == found.since
    assert steps(modelled) == [MITIGATED, OPEN]
    (event,) = modelled.events("threat.reopened")
    assert (event.service, event.environment) == ("orders", "orders/dev")
    assert (event.details["team"], event.details["before"]) == ("payments", "mitigated")
    assert any("files-read-by-anybody is open again" in line.text for line in modelled.log(run_id))


def test_a_control_that_passes_again_closes_it_again(modelled: MemoryPlatform) -> None:
    open_to_all(modelled)
    look(modelled)
    open_to_all(modelled, is_open=False)

    look(modelled)

    assert (standing(modelled).state, standing(modelled).reopened_at) == (MITIGATED, None)
    assert steps(modelled) == [MITIGATED, OPEN, MITIGATED]


def test_a_look_that_finds_nothing_new_is_no_step(modelled: MemoryPlatform) -> None:
    since = standing(modelled).since

    look(modelled)

    assert steps(modelled) == [MITIGATED]
    assert standing(modelled).since == since < standing(modelled).checked_at


def test_a_waiver_accepts_from_its_start_to_its_end_and_the_end_is_told(modelled: MemoryPlatform) -> None:
    open_to_all(modelled)
    look(modelled)
    waiver = grant(modelled)
    assert waiver.expires_at is not None
    assert (standing(modelled).state, standing(modelled).until) == (ACCEPTED, waiver.expires_at)

    modelled.clock.moment = waiver.expires_at - INSTANT
    assert standing(modelled).state is ACCEPTED
    modelled.clock.moment = waiver.expires_at
    # Nothing ran, and it reads as open; what runs writes that down.
    assert (standing(modelled).state, steps(modelled)[-1]) == (OPEN, ACCEPTED)
    follow_waivers(modelled.platform)

    assert steps(modelled) == [MITIGATED, OPEN, ACCEPTED, OPEN]
    assert last_step(modelled).at == waiver.expires_at
    assert [event.details["before"] for event in modelled.events("threat.reopened")] == ["mitigated", "accepted"]
    assert follow_acceptances(modelled.platform) == ()


def test_an_end_that_is_noticed_late_is_dated_by_the_end(modelled: MemoryPlatform) -> None:
    open_to_all(modelled)
    look(modelled)
    waiver = grant(modelled)
    assert waiver.expires_at is not None
    modelled.clock.moment = waiver.expires_at + timedelta(hours=3)

    assert follow_acceptances(modelled.platform) == ("orders/dev",)

    assert last_step(modelled).at == standing(modelled).since == waiver.expires_at
    assert follow_acceptances(modelled.platform) == ()


def test_a_waiver_that_is_revoked_accepts_nothing_from_that_moment(modelled: MemoryPlatform) -> None:
    open_to_all(modelled)
    look(modelled)
    waiver = grant(modelled)
    modelled.clock.pass_by(timedelta(hours=1))

    modelled.waivers.revoke_waiver(modelled.sam, waiver.id, reason="It was a mistake.")

    assert (standing(modelled).state, standing(modelled).reopened_at) == (OPEN, modelled.clock.now())


def test_a_waiver_of_everything_is_followed_soon_after_its_start_and_its_end_at_once(modelled: MemoryPlatform) -> None:
    open_to_all(modelled)
    look(modelled)
    wish = WaiverWish(PUBLIC_ACCESS, "*", "All of it is public.", 7, is_whole=True)
    asked = modelled.waivers.request_waiver(modelled.sam, wish)
    waiver = modelled.waivers.approve_waiver(ADA, asked.id)
    assert standing(modelled).state is OPEN

    assert follow_acceptances(modelled.platform) == ("orders/dev",)
    assert (standing(modelled).state, standing(modelled).until) == (ACCEPTED, waiver.expires_at)
    modelled.clock.pass_by(timedelta(minutes=1))
    follow_acceptances(modelled.platform)
    assert follow_acceptances(modelled.platform) == ()
    modelled.waivers.revoke_waiver(ADA, waiver.id, reason="It is not.")

    # Nothing ran.
    assert (standing(modelled).state, standing(modelled).since) == (OPEN, modelled.clock.now())
    assert follow_acceptances(modelled.platform) == ("orders/dev",)
    assert steps(modelled) == [MITIGATED, OPEN, ACCEPTED, OPEN]


def test_what_the_model_accepts_counts_once_somebody_else_signed_it_off_and_until_its_day(
    modelled: MemoryPlatform,
) -> None:
    accepting = MODEL + "    accepted: {reason: Nobody has the address., until: 2026-12-01}\n"
    deploy(modelled, accepting, size="small")
    open_to_all(modelled)
    look(modelled)
    assert standing(modelled).state is OPEN
    with modelled.database.transaction() as transaction:
        latest = model_store.latest_model(transaction, "orders")
        assert latest is not None
        review_store.append_sign_off(transaction, a_sign_off(latest.digest, at=modelled.clock.now()))
        judge_service(transaction, "orders", modelled.clock.now())

    first_moment = datetime(2026, 12, 1, tzinfo=UTC)
    assert (standing(modelled).state, standing(modelled).until) == (ACCEPTED, first_moment)
    modelled.clock.moment = first_moment
    assert standing(modelled).state is OPEN
    assert follow_acceptances(modelled.platform) == ("orders/dev",)
    assert steps(modelled)[-2:] == [ACCEPTED, OPEN]


def test_a_model_that_cannot_be_read_leaves_nothing_mitigated(modelled: MemoryPlatform) -> None:
    deploy(modelled, MODEL.replace("data-store", "database"), size="small")

    assert standing(modelled).state is NOT_EVALUATED
    assert standing(modelled).because.startswith("The threat model of the deployed commit cannot be read: ")
    assert steps(modelled) == [MITIGATED, NOT_EVALUATED]
    with modelled.database.snapshot() as transaction:
        latest = model_store.latest_model(transaction, "orders")
    assert latest is not None
    assert latest.model is None
    assert latest.problem


def test_a_model_of_another_service_cannot_be_read_here(modelled: MemoryPlatform) -> None:
    deploy(modelled, MODEL.replace("service: orders", "service: billing"), size="small")

    assert "line 2: service: this is the model of billing, and not of orders." in standing(modelled).because


def test_a_model_that_could_not_be_read_is_read_again_with_the_next_look(modelled: MemoryPlatform) -> None:
    deploy(modelled, MODEL.replace(PUBLIC_ACCESS, "bucket-is-private"), size="small")
    assert standing(modelled).state is NOT_EVALUATED

    # The installation knows the control by that name now.
    modelled.with_controls(formerly=("bucket-is-private",))
    look(modelled)

    assert standing(modelled).state is MITIGATED
    with modelled.database.snapshot() as transaction:
        latest = model_store.latest_model(transaction, "orders")
    assert latest is not None
    assert latest.problem == ""


def test_a_threat_that_was_not_evaluated_for_a_while_is_reopened_all_the_same(modelled: MemoryPlatform) -> None:
    deploy(modelled, MODEL.replace("data-store", "database"), size="small")
    deploy(modelled, MODEL.replace("high", "low"), size="large")
    assert steps(modelled) == [MITIGATED, NOT_EVALUATED, MITIGATED]
    deploy(modelled, MODEL.replace("data-store", "database"), size="small")
    modelled.clock.pass_by(timedelta(minutes=1))
    deploy(modelled, MODEL.replace(f"\n    controls: [{PUBLIC_ACCESS}]", ""), size="large")

    assert (standing(modelled).state, standing(modelled).reopened_at) == (OPEN, modelled.clock.now())


def test_a_control_that_was_renamed_goes_on_stopping_its_threats(modelled: MemoryPlatform) -> None:
    modelled.with_controls(id="bucket-is-private", formerly=(PUBLIC_ACCESS,))
    open_to_all(modelled)
    look(modelled)

    assert (standing(modelled).state, standing(modelled).controls) == (OPEN, ("bucket-is-private",))
    wish = WaiverWish(PUBLIC_ACCESS, "orders/dev", "The pictures are public.", 7, subject=BUCKET)
    modelled.waivers.approve_waiver(modelled.sam, modelled.waivers.request_waiver(modelled.mara, wish).id)
    assert standing(modelled).state is ACCEPTED


def test_a_threat_that_the_model_lost_is_gone_and_so_is_a_whole_model(modelled: MemoryPlatform) -> None:
    deploy(modelled, None, size="small")

    with modelled.database.snapshot() as transaction:
        assert store.list_of_service(transaction, "orders", modelled.clock.now()) == ()
        assert model_store.latest_model(transaction, "orders") is None
    assert steps(modelled) == [MITIGATED, None]
    assert [event.environment for event in modelled.events("threat.gone")] == ["orders/dev"]


def test_where_all_is_taken_down_no_threat_stands(modelled: MemoryPlatform) -> None:
    opened = modelled.changes.destroy_environment(modelled.paul, "orders/dev")
    modelled.runs.work()
    modelled.changes.approve_change(modelled.sam, opened.id, modelled.plan(opened.id).digest)
    modelled.runs.work()

    assert modelled.change(opened.id).status is ChangeStatus.VERIFIED
    assert steps(modelled) == [MITIGATED, None]


def test_what_was_applied_and_could_not_be_looked_at_is_not_evaluated(modelled: MemoryPlatform) -> None:
    modelled.cloud.silent_after = BUCKET
    deploy(modelled, size="small")

    assert modelled.environment().status is EnvironmentStatus.UNKNOWN
    assert standing(modelled).state is NOT_EVALUATED


def test_after_an_apply_that_stopped_half_way_nobody_knows(modelled: MemoryPlatform) -> None:
    modelled.cloud.breaks_at = "aws_kms_key.files"

    change = modelled.open(a_stack(size="small", aws_kms_key={"description": "orders"}))

    assert change.status is ChangeStatus.FAILED
    assert standing(modelled).state is NOT_EVALUATED


def test_who_judges_before_what_was_applied_is_looked_at_loses_nothing(modelled: MemoryPlatform) -> None:
    modelled_at = standing(modelled).modelled_at
    modelled.cloud.silent_after = BUCKET
    deploy(modelled, MODEL.replace("severity: high", "severity: low"), size="small")
    with modelled.database.transaction() as transaction:
        judge_service(transaction, "orders", modelled.clock.now())

    assert (standing(modelled).state, standing(modelled).modelled_at) == (NOT_EVALUATED, modelled_at)


def test_what_the_cloud_forgot_is_not_evaluated(modelled: MemoryPlatform) -> None:
    modelled.cloud.restart()

    notice_restarts(modelled.platform)

    assert standing(modelled).state is NOT_EVALUATED
    assert steps(modelled) == [MITIGATED, NOT_EVALUATED]


def test_a_finding_was_predicted_by_the_threat_whose_control_found_it(modelled: MemoryPlatform) -> None:
    open_to_all(modelled)
    look(modelled)

    with modelled.database.snapshot() as transaction:
        (found,) = findings.list_in_place(transaction, "orders", "orders/dev")
    assert (found.threat, found.found_in) == ("files-read-by-anybody", Phase.LIVE)


def test_what_is_found_without_a_model_was_neither_predicted_nor_missed(stage: MemoryPlatform) -> None:
    stage.create_orders()
    open_to_all(stage)
    look(stage)

    with stage.database.snapshot() as transaction:
        (found,) = findings.list_in_place(transaction, "orders", "orders/dev")
    assert found.threat is None


def test_what_no_threat_names_is_unmodelled(stage: MemoryPlatform) -> None:
    stage.create_orders()
    deploy(stage, MODEL.replace(BUCKET, "aws_s3_bucket.logs"))
    open_to_all(stage)
    look(stage)

    with stage.database.snapshot() as transaction:
        (found,) = findings.list_in_place(transaction, "orders", "orders/dev")
    assert found.threat == ""
