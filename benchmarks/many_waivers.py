"""What a hundred thousand waivers cost: `python benchmarks/many_waivers.py [--waivers 100000]`.

Fills a fresh database (half have expired, a tenth is in force, the others were denied or revoked, a few are undecided),
and prints how long it takes to find those in force in one environment, to show pages of the list and what ends soon,
and to follow all of them by the clock. Says as well where the database would read every row. Ends by itself, and
nothing is asserted: machines are noisy.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pavior.kernel.clock import format_instant
from pavior.kernel.pages import PageRequest
from pavior.policy import store
from pavior.policy.tables import waivers
from pavior.policy.waiver_model import WaiverState
from pavior.policy.waivers import ANNOUNCED_DAYS
from pavior.storage.database import Database, Transaction
from pavior.testing.builders import NOON
from pavior.testing.databases import a_database

SERVICES, STAGES, CONTROLS, BATCH, REPEATS = 1_000, ("dev", "stage", "prod"), 170, 5_000, 20
# Of a hundred of one service.
_STATES = ["expired"] * 50 + ["denied"] * 20 + ["revoked"] * 19 + ["approved"] * 10 + ["requested"]
Ask = Callable[[Transaction], object]


def main() -> int:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--waivers", type=int, default=100_000, help="How many there are.")
    count = min(parser.parse_args().waivers, 1_000_000)
    services = [f"service-{number}" for number in range(SERVICES)]
    every: dict[str, Any] = {"services": services, "now": NOON}
    asks: dict[str, Ask] = {
        "in force in one environment": lambda tx: store.list_in_force(tx, "service-105/prod", NOON),
        "latest of one environment": lambda tx: store.list_waivers_of(tx, "service-105/prod", limit=200),
        "asked before": lambda tx: store.list_earlier(tx, store.get_waiver(tx, f"W-{count - 1}"), limit=200),
        "first page of the list": lambda tx: store.list_waivers(tx, PageRequest(), **every),
        "a page in the middle": lambda tx: store.list_waivers(tx, PageRequest(offset=count // 2), **every),
        "the list of one service": lambda tx: store.list_waivers(tx, PageRequest(), now=NOON, services=["service-105"]),
        "undecided": lambda tx: store.list_waivers(tx, PageRequest(), state=WaiverState.REQUESTED, **every),
        "counts by control": lambda tx: store.count_active_by_control(tx, services, NOON),
        "due to be announced": lambda tx: store.list_due(tx, NOON, ANNOUNCED_DAYS),
        "to be ended": lambda tx: store.expire_waivers(tx, NOON),
    }
    with tempfile.TemporaryDirectory(prefix="pavior-waivers-") as name:
        database = a_database(Path(name))
        try:
            _fill(database, count)
            sys.stdout.write(f"{count:,} waivers{'':24}{'median':>10}{'worst':>10}   reads every row\n")
            for told, ask in asks.items():
                times, scans = _ask(database, ask)
                scanned = "yes" if scans else "no"
                sys.stdout.write(f"{told:38}{statistics.median(times):8.1f} ms{max(times):7.1f} ms   {scanned}\n")
        finally:
            database.close()
    return 0


def _fill(database: Database, count: int) -> None:
    for start in range(0, count, BATCH):
        with database.transaction() as transaction:
            rows = [_row(number) for number in range(start, min(start + BATCH, count))]
            transaction.execute(waivers.insert(), rows)


def _row(number: int) -> dict[str, Any]:
    service = f"service-{number % SERVICES}"
    asked_at = NOON - timedelta(days=200, seconds=number)
    state = _STATES[number // SERVICES % len(_STATES)]
    is_active, is_granted = state == "approved", state in {"approved", "expired", "revoked"}
    end = NOON + timedelta(minutes=1 + number % 40_000) if is_active else asked_at + timedelta(days=30)
    return {
        "id": f"W-{number}",
        "number": number,
        "control": f"control-{number % CONTROLS}",
        "service": service,
        "environment": f"{service}/{STAGES[number % len(STAGES)]}",
        "subject": f"aws_s3_bucket.data_{number % 7}",
        "reason": "It holds only caches.",
        "requester": "mara",
        "requested_at": format_instant(asked_at),
        "days": 30,
        "state": state,
        "decided_by": None if state == "requested" else "sam",
        "decided_at": None if state == "requested" else format_instant(asked_at),
        "expires_at": format_instant(end) if is_granted else None,
        "ended_at": None if state in {"requested", "approved"} else format_instant(end),
        "change_id": None,
        "team": f"team-{number % 50}",
    }


def _ask(database: Database, ask: Ask) -> tuple[list[float], bool]:
    statements: list[tuple[str, Any]] = []
    times = []
    for turn in range(REPEATS):
        with database.transaction() as transaction:
            if not turn:
                sa.event.listen(transaction, "before_cursor_execute", lambda *given: statements.append(given[2:4]))
            begun = time.perf_counter()
            ask(transaction)
            times.append((time.perf_counter() - begun) * 1_000)
    with database.transaction() as transaction:
        plans = [
            str(row)
            for text, values in statements
            for row in transaction.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)
        ]
    return times, any("SCAN waivers" in line and "USING" not in line for line in plans)


if __name__ == "__main__":
    sys.exit(main())
