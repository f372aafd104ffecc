"""Each number is counted from events that were recorded, and names them."""

from datetime import timedelta

import pytest

from pavior.audit.service import record
from pavior.identity.authorisation import Authoriser
from pavior.identity.model import Actor, Surface
from pavior.kernel.clock import SystemClock
from pavior.kernel.errors import ForbiddenError
from pavior.reports.metrics import Metrics
from pavior.reports.model import MetricRow
from pavior.storage.database import Database
from pavior.testing.builders import NOON, an_event
from pavior.testing.company import somebody
from pavior.testing.threat_reviews import a_threat_review
from pavior.threatmodels.review_store import write_review


def happened(
    database: Database, verb: str, *, after_seconds: float = 0, began_seconds: float = 0, **fields: object
) -> int:
    """Record it and give its row."""
    ended, began = NOON + timedelta(seconds=after_seconds), NOON + timedelta(seconds=began_seconds)
    with database.transaction() as tx:
        return record(tx, an_event(verb=verb, started_at=began, ended_at=ended, **fields), ended).sequence


def shown(database: Database, metric: str) -> list[MetricRow]:
    rows = Metrics(database, Authoriser(), SystemClock()).show(somebody("vic"))
    return [row for row in rows if row.id == metric]


def told(rows: list[MetricRow]) -> list[tuple[dict[str, str], float | None, int, tuple[int, ...]]]:
    return [(dict(row.labels), row.value, row.sample_size, row.rows) for row in rows]


def test_nothing_recorded_is_not_known_and_never_zero(database: Database) -> None:
    assert told(shown(database, "time-to-first-deploy")) == [({}, None, 0, ())]
    assert told(shown(database, "approval-wait")) == [
        ({"kind": "change"}, None, 0, ()),
        ({"kind": "waiver"}, None, 0, ()),
        ({"kind": "override"}, None, 0, ()),
    ]
    assert told(shown(database, "denials")) == [({}, None, 0, ())]
    assert told(shown(database, "overrides")) == [({}, None, 0, ())]
    assert told(shown(database, "threat-review-wait")) == [({}, None, 0, ())]
    assert told(shown(database, "threat-review-oldest")) == [({}, None, 0, ())]


def test_time_to_first_deploy_runs_from_the_wish_to_the_first_apply_that_succeeded(database: Database) -> None:
    created = happened(database, "service.created", began_seconds=0, after_seconds=3)
    happened(database, "change.applied", after_seconds=20, outcome="failed")
    applied = happened(database, "change.applied", began_seconds=30, after_seconds=41)
    happened(database, "change.applied", after_seconds=90)

    assert told(shown(database, "time-to-first-deploy")) == [({"service": "orders"}, 41.0, 1, (created, applied))]


def test_a_service_that_was_never_deployed_has_no_time_yet(database: Database) -> None:
    happened(database, "service.created", service="ledger")
    happened(database, "change.applied", service="orders")

    assert told(shown(database, "time-to-first-deploy")) == [({"service": "ledger"}, None, 0, ())]


def test_the_wait_for_approval_is_the_median_of_what_was_approved(database: Database) -> None:
    rows = tuple(happened(database, "change.approved", waited_seconds=seconds) for seconds in (10.0, 600.0, 50.0))
    waiver = happened(database, "waiver.approved", waited_seconds=7.0)
    override = happened(database, "override.approved", waited_seconds=3.0)
    happened(database, "change.rejected", waited_seconds=9_999.0, outcome="denied")

    assert told(shown(database, "approval-wait")) == [
        ({"kind": "change"}, 50.0, 3, rows),
        ({"kind": "waiver"}, 7.0, 1, (waiver,)),
        ({"kind": "override"}, 3.0, 1, (override,)),
    ]


def test_the_wait_for_a_review_is_the_median_of_first_answers_and_the_oldest_waits_by_now(database: Database) -> None:
    rows = tuple(happened(database, "threat.signed-off", waited_seconds=seconds) for seconds in (10.0, 600.0))
    sent_back = happened(database, "threat.changes-asked", waited_seconds=50.0, outcome="denied")
    # Signed off after all, so nobody waited again; or the model of main, for which nobody had asked.
    happened(database, "threat.signed-off", waited_seconds=0.0)
    with database.transaction() as transaction:
        for branch in ("one", "two"):
            write_review(transaction, a_threat_review(id="", branch=branch))

    assert told(shown(database, "threat-review-wait")) == [({}, 50.0, 3, (*rows, sent_back))]
    ((_, oldest, waiting, _),) = told(shown(database, "threat-review-oldest"))
    assert (oldest is not None, waiting) == (True, 2)


def test_a_plan_that_two_controls_blocked_counts_for_both(database: Database) -> None:
    both = happened(database, "change.planned", outcome="blocked", details={"controls": ["encrypted", "no-public"]})
    one = happened(database, "change.planned", outcome="blocked", details={"controls": ["no-public"]})
    happened(database, "change.planned", details={"controls": []})

    assert told(shown(database, "denials")) == [
        ({"control": "encrypted"}, 1.0, 1, (both,)),
        ({"control": "no-public"}, 2.0, 2, (both, one)),
    ]


def test_each_approved_override_counts_for_each_control_that_it_lets_something_past(database: Database) -> None:
    controls = {"controls": ["encrypted", "no-public"]}
    happened(database, "override.requested", details=controls)
    both = happened(database, "override.approved", details=controls)
    happened(database, "override.rejected", outcome="denied", details=controls)

    assert told(shown(database, "overrides")) == [
        ({"control": "encrypted"}, 1.0, 1, (both,)),
        ({"control": "no-public"}, 1.0, 1, (both,)),
    ]


def test_plans_of_which_none_was_blocked_are_zero_denials(database: Database) -> None:
    planned = happened(database, "change.planned")

    assert told(shown(database, "denials")) == [({}, 0.0, 1, (planned,))]


def test_who_has_no_role_is_shown_no_numbers(database: Database) -> None:
    with pytest.raises(ForbiddenError, match="permission-denied"):
        Metrics(database, Authoriser(), SystemClock()).show(Actor("nobody", frozenset(), frozenset(), Surface.API))
