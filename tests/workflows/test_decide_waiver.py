"""A waiver is asked for by one, decided by another, and ends everywhere at the same instant."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pavior.findings import store as findings
from pavior.findings.model import Finding
from pavior.identity.model import Actor, Permission, Role, Surface
from pavior.kernel.errors import ConflictError, ForbiddenError, InvalidError, MissingError, PaviorError
from pavior.policy.model import Waiver, WaiverState
from pavior.testing.memory_platform import BLOCK, BUCKET, PUBLIC_ACCESS, MemoryPlatform

NOBODY = Actor("nobody", frozenset(), frozenset(), Surface.API)


@pytest.fixture
def orders(stage: MemoryPlatform) -> MemoryPlatform:
    """Its bucket was opened behind the platform's back, which is known."""
    stage.create_orders()
    stage.cloud.of("orders/dev")[BLOCK]["block_public_acls"] = False
    stage.drift.check_drift(stage.mara, "orders/dev")
    stage.runs.work()
    return stage


def ask(stage: MemoryPlatform, actor: Actor, *, days: int = 7, subject: str = BUCKET) -> Waiver:
    return stage.waivers.request_waiver(
        actor,
        control=PUBLIC_ACCESS,
        environment="orders/dev",
        subject=subject,
        reason="The pictures are public.",
        days=days,
    )


def the_finding(stage: MemoryPlatform) -> Finding:
    with stage.database.snapshot() as transaction:
        (found,) = findings.list_in_place(transaction, "orders", "orders/dev")
    return found


def test_an_approved_waiver_excuses_the_finding_until_its_end(orders: MemoryPlatform) -> None:
    waiver = ask(orders, orders.mara)
    assert not the_finding(orders).is_waived(orders.clock.now())
    orders.clock.pass_by(timedelta(hours=2))

    approved = orders.waivers.approve_waiver(orders.sam, waiver.id, reason="Pictures only.")

    end = orders.clock.now() + timedelta(days=7)
    assert (approved.state, approved.expires_at, approved.decided_by) == (WaiverState.APPROVED, end, "sam")
    assert the_finding(orders).is_waived(end - timedelta(microseconds=1))
    assert not the_finding(orders).is_waived(end)
    event = orders.events("waiver.approved")[0]
    assert (event.actor, event.waited_seconds) == ("sam", 7200.0)


@pytest.mark.parametrize("is_by_token", ["in person", "by a token"])
def test_who_asked_does_not_decide(orders: MemoryPlatform, is_by_token: str) -> None:
    sam = orders.sam
    token = replace(
        sam,
        id="token:sam/ci",
        teams=frozenset({"payments"}),
        token_permissions=frozenset({Permission.WAIVER_REQUEST}),
    )
    waiver = ask(orders, token if is_by_token == "by a token" else sam)

    for decide in (orders.waivers.approve_waiver, orders.waivers.deny_waiver):
        with pytest.raises(ForbiddenError, match="waiver-self-approval"):
            decide(sam, waiver.id, reason="Mine.")
    assert orders.events("waiver.approved") == []


def test_who_may_not_decide_is_told_so_and_who_may_not_know_is_told_that_there_is_none(orders: MemoryPlatform) -> None:
    waiver = ask(orders, orders.mara)

    for actor in (orders.nina, orders.paul, orders.finn):
        with pytest.raises(ForbiddenError, match="permission-denied"):
            orders.waivers.approve_waiver(actor, waiver.id)
    with pytest.raises(MissingError, match="waiver-missing"):
        orders.waivers.approve_waiver(NOBODY, waiver.id)
    with pytest.raises(MissingError, match="waiver-missing"):
        orders.waivers.approve_waiver(orders.sam, "W-99")


def test_of_two_decisions_the_second_is_told_of_the_first(orders: MemoryPlatform) -> None:
    sue = Actor("sue", frozenset({Role.SECURITY}), frozenset(), Surface.API)
    waiver = ask(orders, orders.mara)
    orders.waivers.deny_waiver(orders.sam, waiver.id, reason="No.")

    with pytest.raises(ConflictError, match="waiver-already-decided"):
        orders.waivers.approve_waiver(sue, waiver.id)
    assert [event.verb for event in orders.events() if event.verb.startswith("waiver.")] == [
        "waiver.requested",
        "waiver.denied",
    ]
    assert not the_finding(orders).is_waived(orders.clock.now())


def test_a_revoked_waiver_excuses_nothing_more_but_what_another_one_excuses(orders: MemoryPlatform) -> None:
    wide, narrow = ask(orders, orders.mara, days=3, subject=""), ask(orders, orders.mara, days=7)
    for waiver in (wide, narrow):
        orders.waivers.approve_waiver(orders.sam, waiver.id)
    assert the_finding(orders).waiver_id == narrow.id
    orders.clock.pass_by(timedelta(days=1))

    revoked = orders.waivers.revoke_waiver(orders.sam, narrow.id, reason="The pictures moved.")

    now = orders.clock.now()
    assert (revoked.state, revoked.expires_at) == (WaiverState.REVOKED, now)
    assert the_finding(orders).is_waived(now), "the wide one holds for two more days"
    assert not the_finding(orders).is_waived(now + timedelta(days=2))
    orders.waivers.revoke_waiver(orders.sam, wide.id, reason="All of it.")
    assert not the_finding(orders).is_waived(now)
    with pytest.raises(ConflictError, match="waiver-not-active"):
        orders.waivers.revoke_waiver(orders.sam, wide.id, reason="Again.")


@pytest.mark.parametrize(
    ("given", "kind", "code"),
    [
        ({"days": 16}, InvalidError, "waiver-too-long"),
        ({"days": 0}, InvalidError, "waiver-days-invalid"),
        ({"reason": " ... "}, InvalidError, "waiver-reason-missing"),
        ({"control": "no-such-control"}, MissingError, "control-missing"),
        ({"environment": "orders/nowhere"}, MissingError, "environment-missing"),
    ],
)
def test_a_request_that_nobody_could_decide_on_is_refused(
    orders: MemoryPlatform, given: dict[str, object], kind: type[PaviorError], code: str
) -> None:
    wish: dict[str, object] = {
        "control": PUBLIC_ACCESS,
        "environment": "orders/dev",
        "subject": BUCKET,
        "reason": "The pictures are public.",
        "days": 7,
        **given,
    }

    with pytest.raises(kind, match=code):
        orders.waivers.request_waiver(orders.mara, **wish)  # type: ignore[arg-type] # they differ by case
