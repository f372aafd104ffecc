from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from msgspec import structs

from pavior.kernel.errors import ConflictError, MissingError
from pavior.kernel.pages import PageRequest
from pavior.policy import store
from pavior.policy.waiver_model import Waiver, WaiverState
from pavior.storage.database import Database, Transaction
from pavior.testing.builders import NOON, PUBLIC_ACCESS, a_waiver

SECOND = timedelta(seconds=1)


def approved(waiver: Waiver, *, until: datetime, by: str = "sam") -> Waiver:
    return structs.replace(waiver, state=WaiverState.APPROVED, decided_by=by, decided_at=NOON, expires_at=until)


def asked_and_approved(tx: Transaction, *, until: datetime, environment: str = "orders/dev") -> str:
    waiver = store.insert_waiver(tx, a_waiver(environment=environment))
    store.decide_waiver(tx, approved(waiver, until=until))
    return waiver.id


def test_waivers_are_numbered_from_one_and_come_back_whole(tx: Transaction) -> None:
    first = store.insert_waiver(tx, a_waiver(id="", change_id="C-4"))
    second = store.insert_waiver(tx, a_waiver(id="", subject=""))

    assert (first.id, second.id) == ("W-1", "W-2")
    assert store.get_waiver(tx, "W-1") == a_waiver(id="W-1", change_id="C-4")
    assert store.get_waiver(tx, "W-2") == a_waiver(id="W-2", subject="")


def test_a_waiver_that_is_not_there_is_missing(tx: Transaction) -> None:
    assert store.find_waiver(tx, "W-9") is None
    with pytest.raises(MissingError) as refused:
        store.get_waiver(tx, "W-9")
    assert refused.value.code == "waiver-missing"


def test_an_approval_is_kept_with_who_when_and_until(tx: Transaction) -> None:
    waiver = store.insert_waiver(tx, a_waiver())
    decided = approved(waiver, until=NOON + timedelta(days=7))

    store.decide_waiver(tx, decided)

    assert store.get_waiver(tx, waiver.id) == decided


def test_a_denial_has_no_end(tx: Transaction) -> None:
    waiver = store.insert_waiver(tx, a_waiver())
    denied = structs.replace(waiver, state=WaiverState.DENIED, decided_by="sam", decided_at=NOON)

    store.decide_waiver(tx, denied)

    assert store.get_waiver(tx, waiver.id) == denied


@pytest.mark.parametrize("state", [WaiverState.APPROVED, WaiverState.DENIED])
def test_a_waiver_is_decided_once(tx: Transaction, state: WaiverState) -> None:
    waiver = store.insert_waiver(tx, a_waiver())
    first = structs.replace(waiver, state=state, decided_by="sam", decided_at=NOON)
    store.decide_waiver(tx, first)

    with pytest.raises(ConflictError) as refused:
        store.decide_waiver(tx, approved(waiver, until=NOON + SECOND, by="pat"))

    assert refused.value.code == "waiver-already-decided"
    assert "by sam" in refused.value.summary
    assert store.get_waiver(tx, waiver.id) == first


def test_of_two_who_decide_at_once_exactly_one_wins(database: Database) -> None:
    with database.transaction() as tx:
        waiver = store.insert_waiver(tx, a_waiver())
    both_have_read = Barrier(2, timeout=20)
    answers: dict[str, str] = {}

    def decide(person: str) -> None:
        with database.snapshot() as tx:
            read = store.get_waiver(tx, waiver.id)
        both_have_read.wait()
        try:
            with database.transaction() as tx:
                store.decide_waiver(tx, approved(read, until=NOON + SECOND, by=person))
            answers[person] = "won"
        except ConflictError as refused:
            answers[person] = refused.code

    threads = [Thread(target=decide, args=(person,)) for person in ("sam", "pat")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(answers.values()) == ["waiver-already-decided", "won"]
    winner = next(person for person, answer in answers.items() if answer == "won")
    with database.snapshot() as tx:
        assert store.get_waiver(tx, waiver.id).decided_by == winner


def test_a_revoked_waiver_ended_when_it_was_revoked(tx: Transaction) -> None:
    waiver_id = asked_and_approved(tx, until=NOON + timedelta(days=7))
    now = NOON + timedelta(hours=1)

    store.revoke_waiver(tx, structs.replace(store.get_waiver(tx, waiver_id), state=WaiverState.REVOKED, expires_at=now))

    found = store.get_waiver(tx, waiver_id)
    assert (found.state, found.expires_at, found.decided_by) == (WaiverState.REVOKED, now, "sam")


def test_a_waiver_can_be_revoked_until_the_moment_before_its_end(tx: Transaction) -> None:
    end = NOON + timedelta(days=7)
    early, late = asked_and_approved(tx, until=end), asked_and_approved(tx, until=end)

    store.revoke_waiver(tx, structs.replace(store.get_waiver(tx, early), expires_at=end - timedelta(microseconds=1)))
    with pytest.raises(ConflictError) as refused:
        store.revoke_waiver(tx, structs.replace(store.get_waiver(tx, late), expires_at=end))

    assert refused.value.code == "waiver-not-active"
    assert "expired" in refused.value.summary


def test_only_an_approved_waiver_can_be_revoked(tx: Transaction) -> None:
    waiver = store.insert_waiver(tx, a_waiver())

    with pytest.raises(ConflictError) as refused:
        store.revoke_waiver(tx, structs.replace(waiver, expires_at=NOON))

    assert refused.value.code == "waiver-not-active"
    assert "requested" in refused.value.summary


def test_the_waivers_of_an_environment_are_all_of_it_and_no_other(tx: Transaction) -> None:
    for environment in ("orders/dev", "orders/prod", "orders/dev"):
        store.insert_waiver(tx, a_waiver(environment=environment))

    assert [item.id for item in store.list_waivers_of(tx, "orders/dev", limit=9)] == ["W-1", "W-3"]


def test_the_list_has_undecided_then_active_by_end_then_what_is_over(tx: Transaction) -> None:
    ended_long_ago = asked_and_approved(tx, until=NOON - timedelta(days=9))
    ends_late = asked_and_approved(tx, until=NOON + timedelta(days=9))
    ends_soon = asked_and_approved(tx, until=NOON + timedelta(days=1))
    ends_this_moment = asked_and_approved(tx, until=NOON)
    first_asked, last_asked = (store.insert_waiver(tx, a_waiver()).id for _ in range(2))

    page = store.list_waivers(tx, PageRequest(), now=NOON)

    assert [item.id for item in page.items] == [
        first_asked,
        last_asked,
        ends_soon,
        ends_late,
        ends_this_moment,
        ended_long_ago,
    ]
    assert page.total == 6
    assert [item.id for item in store.list_waivers(tx, PageRequest(offset=1, size=2), now=NOON).items] == [
        last_asked,
        ends_soon,
    ]


def test_the_list_is_narrowed_by_service_and_state(tx: Transaction) -> None:
    store.insert_waiver(tx, a_waiver(environment="orders/dev"))
    store.insert_waiver(tx, a_waiver(environment="billing/dev"))
    asked_and_approved(tx, until=NOON + SECOND, environment="billing/prod")

    def ids(services: set[str] | None = None, state: WaiverState | None = None) -> list[str]:
        page = store.list_waivers(tx, PageRequest(), now=NOON, services=services, state=state)
        assert page.total == len(page.items)
        return [item.id for item in page.items]

    assert ids() == ["W-1", "W-2", "W-3"]
    assert ids({"billing"}) == ["W-2", "W-3"]
    assert ids({"billing"}, WaiverState.REQUESTED) == ["W-2"]
    assert ids(set()) == []


def test_an_active_waiver_is_counted_until_the_moment_before_its_end(tx: Transaction) -> None:
    end = NOON + timedelta(days=7)
    asked_and_approved(tx, until=end)
    asked_and_approved(tx, until=end, environment="billing/dev")
    store.insert_waiver(tx, a_waiver())

    def count(services: set[str], now: datetime) -> dict[str, int]:
        return store.count_active_by_control(tx, services, now)

    assert count({"orders", "billing"}, end - timedelta(microseconds=1)) == {PUBLIC_ACCESS: 2}
    assert count({"orders"}, NOON) == {PUBLIC_ACCESS: 1}
    assert count({"orders"}, end) == {}
    assert count(set(), NOON) == {}
