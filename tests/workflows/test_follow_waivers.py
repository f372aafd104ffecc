"""A waiver's end is announced, comes loudly, and no clock takes it back."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from msgspec import structs

from pavior.environments.model import ChangeStatus
from pavior.findings import store as findings
from pavior.kernel.errors import InvalidError
from pavior.policy import store
from pavior.policy.waiver_model import Waiver, WaiverState, WaiverWish
from pavior.testing.memory_platform import BLOCK, BUCKET, PUBLIC_ACCESS, MemoryPlatform, a_stack
from pavior.workflows.follow_waivers import follow_waivers
from pavior.workflows.rename_controls import follow_renamed_controls

SECOND = timedelta(seconds=1)
FORMERLY = "bucket-is-private"


def granted(stage: MemoryPlatform, *, days: int = 15) -> Waiver:
    """The bucket of orders/dev was opened behind the platform's back, which is known, and excused."""
    stage.create_orders()
    stage.cloud.of("orders/dev")[BLOCK]["block_public_acls"] = False
    look(stage)
    wish = WaiverWish(PUBLIC_ACCESS, "orders/dev", "The pictures are public.", days, subject=BUCKET)
    return stage.waivers.approve_waiver(stage.sam, stage.waivers.request_waiver(stage.mara, wish).id)


def look(stage: MemoryPlatform) -> None:
    stage.drift.check_drift(stage.mara, "orders/dev")
    stage.runs.work()


def is_excused(stage: MemoryPlatform, now: datetime) -> bool:
    with stage.database.snapshot() as transaction:
        (found,) = findings.list_in_place(transaction, "orders", "orders/dev")
    return found.is_waived(now)


def stored(stage: MemoryPlatform, waiver: Waiver) -> Waiver:
    with stage.database.snapshot() as transaction:
        return store.get_waiver(transaction, waiver.id)


def test_the_end_is_announced_once_for_each_span_that_is_shorter_than_the_waiver(stage: MemoryPlatform) -> None:
    waiver = granted(stage, days=15)
    end = waiver.expires_at
    assert end is not None
    told = []

    for left in (timedelta(days=7, seconds=1), timedelta(days=7), timedelta(days=3), timedelta(days=1), SECOND):
        stage.clock.moment = end - left
        told.append((follow_waivers(stage.platform), follow_waivers(stage.platform)))

    # Of 15 days, 30 before the end never come.
    assert told == [((), ()), ((waiver.id,), ()), ((), ()), ((waiver.id,), ()), ((), ())]
    announced = stage.events("waiver.announced")
    assert [event.details["days_left"] for event in announced] == [7, 1]
    assert announced[0].details["requester"] == "mara"
    assert announced[0].details["team"] == "payments"


def test_after_a_pause_only_the_nearest_is_announced(stage: MemoryPlatform) -> None:
    waiver = granted(stage)
    assert waiver.expires_at is not None
    stage.clock.moment = waiver.expires_at - timedelta(hours=3)

    follow_waivers(stage.platform)

    assert [event.details["days_left"] for event in stage.events("waiver.announced")] == [1]


def test_the_end_is_an_event_and_the_finding_is_open_again(stage: MemoryPlatform) -> None:
    waiver = granted(stage, days=1)
    assert waiver.expires_at is not None
    stage.clock.moment = waiver.expires_at - SECOND
    assert follow_waivers(stage.platform) == ()
    stage.clock.moment = waiver.expires_at

    assert follow_waivers(stage.platform) == (waiver.id,)

    (event,) = stage.events("waiver.expired")
    assert (event.actor, event.environment, event.details["findings_open_again"]) == ("pavior", "orders/dev", 1)
    assert stored(stage, waiver).state is WaiverState.EXPIRED
    assert follow_waivers(stage.platform) == ()


@pytest.mark.parametrize("seen_by", ["the step", "a plan", "a look at the cloud"])
def test_a_clock_that_was_moved_back_revives_nothing(stage: MemoryPlatform, seen_by: str) -> None:
    waiver = granted(stage, days=1)
    assert waiver.expires_at is not None
    stage.clock.moment = waiver.expires_at
    if seen_by == "the step":
        follow_waivers(stage.platform)
    elif seen_by == "a plan":
        stage.open(a_stack(is_public=True, size="large"))
    else:
        look(stage)

    stage.clock.moment = waiver.expires_at - timedelta(hours=5)

    assert not is_excused(stage, stage.clock.now())
    assert stage.open(a_stack(is_public=True)).status is ChangeStatus.BLOCKED


def test_a_waiver_of_a_control_that_was_renamed_goes_on_and_so_does_the_finding(stage: MemoryPlatform) -> None:
    waiver = granted(stage)
    with stage.database.transaction() as transaction:
        # As it was recorded before the control had its present name.
        store.rename_control(transaction, PUBLIC_ACCESS, FORMERLY)
    (control,) = stage.platform.controls
    stage.platform = replace(stage.platform, controls=(structs.replace(control, formerly=(FORMERLY,)),))
    assert stage.open(a_stack(is_public=True)).status is ChangeStatus.BLOCKED

    assert follow_renamed_controls(stage.platform) == 1

    assert stored(stage, waiver).control == PUBLIC_ACCESS
    assert [(event.subject, event.details["formerly"]) for event in stage.events("control.renamed")] == [
        (f"control:default/{PUBLIC_ACCESS}", FORMERLY)
    ]
    assert follow_renamed_controls(stage.platform) == 0


def test_an_id_that_was_given_up_means_one_control(stage: MemoryPlatform) -> None:
    (control,) = stage.platform.controls
    other = structs.replace(control, id="another", formerly=(PUBLIC_ACCESS,))
    stage.platform = replace(stage.platform, controls=(control, other))

    with pytest.raises(InvalidError, match="control-names-clash"):
        follow_renamed_controls(stage.platform)
