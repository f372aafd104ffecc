"""Rows of what threats are judged by: what controls said at the last look, and what the tests of a commit came to."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa

from pavior.kernel.clock import format_instant
from pavior.kernel.verdicts import Outcome, Phase, Position, Verdict
from pavior.storage.database import Transaction
from pavior.threatmodels.standing_model import CaseOutcome
from pavior.threatmodels.tables import threat_test_cases, threat_verdicts


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


def write_verdicts(
    tx: Transaction,
    environment: str,
    verdicts: Mapping[str, Iterable[Verdict]],
    observed_at: datetime,
    *,
    asked: Collection[str] = (),
) -> None:
    """Keep what these controls said at a look at `orders/dev`, in place of the look before.

    Args:
        asked: Those that were asked about all that is there, seen whole.
    """
    said = {
        control: [[item.subject, item.outcome.value, item.position.path if item.position else ""] for item in about]
        for control, about in verdicts.items()
    }
    forget_verdicts(tx, environment)
    tx.execute(
        threat_verdicts.insert().values(
            environment=environment,
            observed_at=format_instant(observed_at),
            asked=sorted(asked),
            document=said,
        )
    )


def forget_verdicts(tx: Transaction, environment: str) -> None:
    """Nobody knows what is there now; no error when nobody did before."""
    tx.execute(threat_verdicts.delete().where(threat_verdicts.c.environment == environment))


def read_asked(tx: Transaction, environment: str) -> frozenset[str]:
    """Which controls were asked about all that was seen at the last look; none when nobody looked, or not at all."""
    statement = sa.select(threat_verdicts.c.asked).where(threat_verdicts.c.environment == environment)
    return frozenset(tx.execute(statement).scalar_one_or_none() or ())


def read_verdicts(tx: Transaction, environment: str) -> dict[str, list[Verdict]]:
    """What is kept of the last look, by control: without messages, and of a position the file alone."""
    statement = sa.select(threat_verdicts.c.document).where(threat_verdicts.c.environment == environment)
    document = tx.execute(statement).scalar_one_or_none() or {}
    return {
        control: [
            Verdict(
                control=control,
                subject=subject,
                phase=Phase.LIVE,
                outcome=Outcome(outcome),
                position=Position(path, 0, 0) if path else None,
            )
            for subject, outcome, path in about
        ]
        for control, about in document.items()
    }
