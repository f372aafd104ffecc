"""Rows of what the tests of a commit came to."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from pavior.kernel.clock import format_instant
from pavior.storage.database import Transaction
from pavior.threatmodels.standing_model import CaseOutcome
from pavior.threatmodels.tables import threat_test_cases


def write_cases(tx: Transaction, service: str, commit: str, cases: Mapping[str, CaseOutcome], now: datetime) -> None:
    """Keep what tests of this commit came to; what an earlier report said of the same test is replaced."""
    of_commit = (threat_test_cases.c.service == service, threat_test_cases.c.commit == commit)
    known = set(tx.execute(sa.select(threat_test_cases.c.name).where(*of_commit)).scalars())
    values = {"outcome": sa.bindparam("to_outcome"), "reported_at": format_instant(now)}
    again = [{"of_name": name, "to_outcome": cases[name].value} for name in cases if name in known]
    if again:
        named = threat_test_cases.c.name == sa.bindparam("of_name")
        tx.execute(threat_test_cases.update().where(*of_commit, named).values(values), again)
    fresh = [
        {
            "service": service,
            "commit": commit,
            "name": name,
            "outcome": outcome.value,
            "reported_at": format_instant(now),
        }
        for name, outcome in cases.items()
        if name not in known
    ]
    if fresh:
        tx.execute(threat_test_cases.insert(), fresh)


def read_cases(tx: Transaction, service: str, commit: str) -> dict[str, CaseOutcome]:
    """What the tests of this commit came to, by name; empty when nobody reported any."""
    statement = sa.select(threat_test_cases.c.name, threat_test_cases.c.outcome).where(
        threat_test_cases.c.service == service, threat_test_cases.c.commit == commit
    )
    return {name: CaseOutcome(outcome) for name, outcome in tx.execute(statement)}
