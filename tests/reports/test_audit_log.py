"""Reading, verifying and exporting the audit log, by those who may."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pavior.audit.service import HeadSigner, record, verify_export
from pavior.identity.authorisation import Authoriser
from pavior.kernel.errors import ForbiddenError
from pavior.kernel.pages import PageRequest
from pavior.kernel.verdicts import Outcome
from pavior.reports.audit_log import AuditLog
from pavior.storage.database import Database
from pavior.testing.builders import NOON, an_event
from pavior.testing.company import somebody

SAM, MARA = somebody("sam"), somebody("mara")


@pytest.fixture
def log(database: Database) -> AuditLog:
    return AuditLog(database, Authoriser(), HeadSigner(Ed25519PrivateKey.from_private_bytes(bytes(32))))


def write(log: AuditLog, *services: str) -> None:
    with log.database.transaction() as tx:
        for service in services:
            record(tx, an_event(service=service), NOON)


def test_events_are_listed_newest_first_and_by_service(log: AuditLog) -> None:
    write(log, "orders", "ledger", "orders")

    assert [item.sequence for item in log.list_events(SAM, PageRequest()).items] == [3, 2, 1]
    assert [item.sequence for item in log.list_events(SAM, PageRequest(), service="ledger").items] == [2]


def test_an_empty_log_is_not_called_intact(log: AuditLog) -> None:
    assert log.verify(SAM).outcome is Outcome.UNKNOWN


def test_a_log_that_nobody_touched_is_intact(log: AuditLog) -> None:
    write(log, "orders")

    assert log.verify(SAM).is_intact


def test_an_export_is_signed_to_its_end_and_verifies_elsewhere(log: AuditLog) -> None:
    write(log, "orders", "ledger")

    lines = list(log.export(SAM))

    found = verify_export(lines, log.signer.public_key)
    assert (found.is_intact, found.checked, found.signed_up_to) == (True, 2, 2)
    assert json.loads(lines[-1])["head"]["sequence"] == 2


@pytest.mark.parametrize("verb", ["verify", "export"])
def test_who_may_not_read_the_log_is_refused_before_anything_is_read(log: AuditLog, verb: str) -> None:
    with pytest.raises(ForbiddenError, match="permission-denied"):
        getattr(log, verb)(MARA)
    with pytest.raises(ForbiddenError, match="permission-denied"):
        log.list_events(MARA, PageRequest())
