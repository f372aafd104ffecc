"""A waiver is asked for by one, decided by another, and ends everywhere at the same instant."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from msgspec import structs

from pavior.findings import store as findings
from pavior.findings.model import Finding
from pavior.identity import store as identity
from pavior.identity.model import Actor, Permission, Role, Surface
from pavior.kernel.errors import ConflictError, ForbiddenError, InvalidError, MissingError, PaviorError
from pavior.policy.waiver_model import Waiver, WaiverState, WaiverWish
from pavior.testing.memory_platform import BLOCK, BUCKET, PUBLIC_ACCESS, MemoryPlatform
from pavior.testing.people import a_person, a_team

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
        WaiverWish(
            control=PUBLIC_ACCESS,
            environment="orders/dev",
            subject=subject,
            is_whole=not subject,
            reason="The pictures are public.",
            days=days,
        ),
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
        orders.waivers.request_waiver(orders.mara, WaiverWish(**wish))  # type: ignore[arg-type] # they differ by case


def test_the_team_that_owns_a_control_decides_about_it_and_an_admin_can(orders: MemoryPlatform) -> None:
    (control,) = orders.platform.controls
    orders.platform = replace(orders.platform, controls=(structs.replace(control, owner="storage"),))
    olga = Actor("olga", frozenset({Role.DEVELOPER}), frozenset({"storage"}), Surface.API)
    ada = Actor("ada", frozenset({Role.ADMIN}), frozenset(), Surface.API)
    mine, theirs, last = (ask(orders, actor) for actor in (olga_of_payments(), orders.mara, orders.mara))

    with pytest.raises(ForbiddenError, match="permission-denied"):
        orders.waivers.approve_waiver(orders.sam, theirs.id)
    with pytest.raises(ForbiddenError, match="waiver-self-approval"):
        orders.waivers.approve_waiver(olga, mine.id)

    assert orders.waivers.approve_waiver(olga, theirs.id).decided_by == "olga"
    assert orders.waivers.approve_waiver(ada, last.id).decided_by == "ada"


def olga_of_payments() -> Actor:
    return Actor("olga", frozenset({Role.DEVELOPER}), frozenset({"storage", "payments"}), Surface.API)


def test_who_was_disabled_after_signing_in_decides_nothing(orders: MemoryPlatform) -> None:
    waiver = ask(orders, orders.mara)
    with orders.database.transaction() as transaction:
        identity.insert_person(transaction, a_person(name="sam", teams=frozenset(), is_disabled=True))

    with pytest.raises(ForbiddenError, match="waiver-decider-left"):
        orders.waivers.approve_waiver(orders.sam, waiver.id)
    assert orders.events("waiver.approved") == []


def test_another_team_answers_for_what_a_team_leaves_and_the_excuse_stays(orders: MemoryPlatform) -> None:
    waiver = orders.waivers.approve_waiver(orders.sam, ask(orders, orders.mara).id)
    denied = orders.waivers.deny_waiver(orders.sam, ask(orders, orders.mara).id, reason="No.")
    with pytest.raises(MissingError, match="team-missing"):
        orders.waivers.transfer_waivers(orders.paul, from_team="payments", team="shipping", reason="It ends.")
    with pytest.raises(ForbiddenError, match="permission-denied"):
        orders.waivers.transfer_waiver(orders.mara, waiver.id, team="payments", reason="Mine.")
    with orders.database.transaction() as transaction:
        identity.insert_team(transaction, a_team(name="shipping", members=frozenset()))

    moved = orders.waivers.transfer_waivers(orders.paul, from_team="payments", team="shipping", reason="It ends.")

    assert [(item.id, item.team, item.expires_at) for item in moved] == [(waiver.id, "shipping", waiver.expires_at)]
    (event,) = orders.events("waiver.transferred")
    assert (event.actor, event.details["from"], event.details["to"]) == ("paul", "payments", "shipping")
    assert denied.team == "payments"
    with pytest.raises(ConflictError, match="waiver-already-transferred"):
        orders.waivers.transfer_waiver(orders.paul, waiver.id, team="shipping", reason="Again.")


def test_of_two_who_decide_at_once_exactly_one_wins(orders: MemoryPlatform) -> None:
    waiver = ask(orders, orders.mara)
    sue = replace(orders.sam, id="sue")
    barrier, told = Barrier(2), []

    def decide(actor: Actor) -> None:
        barrier.wait()
        try:
            told.append(orders.waivers.approve_waiver(actor, waiver.id).decided_by or "")
        except ConflictError as refusal:
            told.append(refusal.code)

    threads = [Thread(target=decide, args=(actor,)) for actor in (orders.sam, sue)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    (winner,) = set(told) - {"waiver-already-decided"}
    assert sorted(told) == sorted([winner, "waiver-already-decided"])
    assert [event.actor for event in orders.events("waiver.approved")] == [winner]


@pytest.mark.parametrize("reason", ["", " ", "..."])
def test_nobody_says_no_or_takes_back_a_yes_without_a_reason(orders: MemoryPlatform, reason: str) -> None:
    denied, revoked = ask(orders, orders.mara), ask(orders, orders.mara)
    orders.waivers.approve_waiver(orders.sam, revoked.id)

    with pytest.raises(InvalidError, match="waiver-reason-missing"):
        orders.waivers.deny_waiver(orders.sam, denied.id, reason=reason)
    with pytest.raises(InvalidError, match="waiver-reason-missing"):
        orders.waivers.revoke_waiver(orders.sam, revoked.id, reason=reason)
