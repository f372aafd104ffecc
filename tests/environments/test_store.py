"""Rows of environments, Changes, plans and approvals, and the sealed documents that belong to them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pavior.environments import store
from pavior.environments.model import Change, ChangeKind, ChangeStatus
from pavior.environments.tables import sealed_documents
from pavior.environments.vault import SealedKind, Vault
from pavior.kernel.errors import MissingError, UnavailableError
from pavior.kernel.pages import PageRequest
from pavior.storage.database import Transaction
from pavior.storage.sealing import Sealer
from pavior.testing.builders import (
    NOON,
    a_blocked_decision,
    a_change,
    a_plan,
    an_approval,
    an_environment,
)

LATER = NOON + timedelta(hours=1)


def a_stored_change(tx: Transaction, **fields: object) -> Change:
    return store.insert_change(tx, a_change(id="", **fields))


def test_what_is_stored_is_read_back_whole(tx: Transaction) -> None:
    environment = an_environment(drift_checked_at=LATER)
    store.insert_environment(tx, environment, 0)
    store.insert_environment(tx, replace(environment, commit="other"), 0)
    change = a_stored_change(tx, variables={"tier": "gold"}, status_detail="Why.", ended_at=LATER)
    plan = a_plan(change_id=change.id, decision=a_blocked_decision())
    store.insert_plan(tx, plan)

    assert store.get_environment(tx, "orders/dev") == environment
    kept = replace(a_change(), variables={"tier": "gold"}, status_detail="Why.", ended_at=LATER)
    assert store.get_change(tx, "C-1") == change == kept
    assert store.find_plan(tx, "C-1", 1) == plan
    assert store.find_plan(tx, "C-1", 2) is None


def test_what_is_not_there_is_said_by_name(tx: Transaction) -> None:
    for environment in ("orders/dev", "orders", "", "orders/dev/x"):
        with pytest.raises(MissingError, match="environment-missing"):
            store.get_environment(tx, environment)
    for find in (store.get_change, store.lock_change):
        with pytest.raises(MissingError, match="change-missing"):
            find(tx, "C-1")


def test_environments_are_listed_in_the_order_of_the_road(tx: Transaction) -> None:
    for position, name in ((2, "prod"), (0, "dev"), (1, "staging")):
        store.insert_environment(tx, an_environment(name=name), position)

    assert [item.name for item in store.list_environments(tx, "orders")] == ["dev", "staging", "prod"]
    assert store.list_environments(tx, "other") == ()


def test_changes_are_listed_newest_first_and_narrowed_by_what_is_given(tx: Transaction) -> None:
    first = a_stored_change(tx, status=ChangeStatus.BLOCKED)
    second = a_stored_change(tx, environment="prod", requester="nina")
    third = a_stored_change(tx, service="ledger", kind=ChangeKind.DESTROY)

    def ids(**narrowed: object) -> list[str]:
        return [item.id for item in store.list_changes(tx, PageRequest(), **narrowed).items]  # type: ignore[arg-type]

    assert [first.id, second.id, third.id] == ["C-1", "C-2", "C-3"]
    assert ids() == ["C-3", "C-2", "C-1"]
    assert ids(service="orders") == ["C-2", "C-1"]
    assert ids(services=["ledger"]) == ["C-3"]
    assert ids(services=[]) == []
    assert ids(environment="prod") == ["C-2"]
    assert ids(requester="nina") == ["C-2"]
    assert ids(statuses=(ChangeStatus.BLOCKED,)) == ["C-1"]
    page = store.list_changes(tx, PageRequest(offset=1, size=1))
    assert ([item.id for item in page.items], page.total) == (["C-2"], 3)


def test_a_change_moves_only_from_where_it_is_expected(tx: Transaction) -> None:
    change = a_stored_change(tx, status=ChangeStatus.AWAITING_APPROVAL)

    assert not store.move_change(tx, change, ChangeStatus.APPLYING, LATER, expected=(ChangeStatus.PLANNING,))
    assert store.move_change(tx, change, ChangeStatus.APPLYING, LATER, expected=(ChangeStatus.AWAITING_APPROVAL,))
    assert not store.move_change(tx, change, ChangeStatus.APPLYING, LATER, expected=(ChangeStatus.AWAITING_APPROVAL,))
    assert store.get_change(tx, change.id).ended_at is None
    store.move_change(tx, change, ChangeStatus.FAILED, LATER, detail="Why.")
    moved = store.get_change(tx, change.id)
    assert (moved.status, moved.status_detail, moved.ended_at) == (ChangeStatus.FAILED, "Why.", LATER)


def test_a_plan_that_is_made_again_takes_the_place_of_the_first(tx: Transaction) -> None:
    change = a_stored_change(tx)
    store.insert_plan(tx, a_plan(change_id=change.id))
    store.insert_plan(tx, a_plan(change_id=change.id, digest="ff" * 32))

    found = store.find_plan(tx, change.id, 1)
    assert found is not None
    assert found.digest == "ff" * 32


def test_a_person_answers_a_plan_once(tx: Transaction) -> None:
    a_stored_change(tx)

    assert store.insert_approval(tx, an_approval())
    assert not store.insert_approval(tx, an_approval(is_approved=False, at=LATER))
    assert store.insert_approval(tx, an_approval(person="paul", at=LATER))
    assert store.insert_approval(tx, an_approval(plan_digest="ff" * 32, at=LATER + timedelta(hours=1)))
    answers = [(item.person, item.is_approved) for item in store.list_approvals(tx, "C-1")]
    assert answers == [("sam", True), ("paul", True), ("sam", True)]


def test_a_sealed_document_opens_for_its_owner_alone_and_is_gone_when_erased(tx: Transaction) -> None:
    vault = Vault(Sealer(bytes(32)))
    vault.write(tx, SealedKind.STATE, "orders/dev", b"secret", NOON)
    vault.write(tx, SealedKind.STATE, "orders/dev", b"newer secret", LATER)

    assert vault.find(tx, SealedKind.STATE, "orders/dev") == b"newer secret"
    assert vault.find(tx, SealedKind.STATE, "orders/prod") is None
    assert vault.find(tx, SealedKind.JOURNAL, "orders/dev") is None
    stored = tx.execute(sealed_documents.select()).mappings().all()
    assert len(stored) == 1
    assert b"secret" not in stored[0]["body"]
    tx.execute(sealed_documents.update().values(owner="ledger/dev"))
    with pytest.raises(UnavailableError, match="sealed-unreadable"):
        vault.find(tx, SealedKind.STATE, "ledger/dev")
    with pytest.raises(UnavailableError, match="sealed-unreadable"):
        Vault(Sealer(bytes([1] * 32))).find(tx, SealedKind.STATE, "ledger/dev")
    vault.erase(tx, SealedKind.STATE, "ledger/dev")
    vault.erase(tx, SealedKind.STATE, "ledger/dev")
    assert vault.find(tx, SealedKind.STATE, "ledger/dev") is None
