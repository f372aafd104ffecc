"""Numbers, each a query over recorded events."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from pavior.audit import store
from pavior.audit.model import RecordedEvent
from pavior.identity.authorisation import Authoriser
from pavior.identity.model import Actor, Permission, Scope
from pavior.kernel.clock import Clock
from pavior.reports.model import MetricRow
from pavior.reports.sight import Sight
from pavior.reports.threats_issues import read_issues
from pavior.reports.threats_measures import measure
from pavior.storage.database import Database, Transaction
from pavior.threatmodels.review_model import ReviewState
from pavior.threatmodels.review_store import list_open

_APPROVALS = {"change": "change.approved", "waiver": "waiver.approved", "override": "override.approved"}


@dataclass(frozen=True, slots=True)
class Metrics:
    """Time to first deploy, approval wait, denials and overrides by control, wait for reviews, issues by phase."""

    database: Database
    authoriser: Authoriser
    clock: Clock

    def show(self, actor: Actor) -> tuple[MetricRow, ...]:
        """All metrics over everything recorded."""
        self.authoriser.authorise(actor, Permission.METRICS_READ, on=Scope())
        now = self.clock.now()
        with self.database.snapshot() as transaction:
            return (
                *_times_to_first_deploy(transaction, now),
                *_approval_waits(transaction, now),
                *_denials(transaction, now),
                *_overrides(transaction, now),
                *_threat_reviews(transaction, now),
                *_issues(Sight(transaction, self.authoriser, actor, now)),
            )


def _times_to_first_deploy(transaction: Transaction, now: datetime) -> Iterable[MetricRow]:
    """For each service, from when its creation was asked for to the end of the first apply that succeeded."""
    first_applied: dict[str, RecordedEvent] = {}
    for applied in store.list_by_verb(transaction, "change.applied", outcome="succeeded"):
        first_applied.setdefault(applied.event.service, applied)
    created = store.list_by_verb(transaction, "service.created", outcome="succeeded")
    for item in sorted(created, key=lambda recorded: recorded.event.service):
        deployed = first_applied.get(item.event.service)
        yield _time_to_first_deploy(item, deployed, now)
    if not created:
        yield _row("time-to-first-deploy", "Time to first deploy", None, "seconds", (), {}, now)


def _time_to_first_deploy(created: RecordedEvent, deployed: RecordedEvent | None, now: datetime) -> MetricRow:
    title, labels = "Time to first deploy", {"service": created.event.service}
    if deployed is None:
        return _row("time-to-first-deploy", title, None, "seconds", (), labels, now)
    took = deployed.event.ended_at - created.event.started_at
    rows = (created.sequence, deployed.sequence)
    return MetricRow("time-to-first-deploy", title, took.total_seconds(), "seconds", 1, rows, labels, now)


def _approval_waits(transaction: Transaction, now: datetime) -> Iterable[MetricRow]:
    """The median of how long what was approved had waited for it, for each kind of thing."""
    for kind, verb in _APPROVALS.items():
        approvals = store.list_by_verb(transaction, verb)
        value = median(item.event.waited_seconds for item in approvals) if approvals else None
        title = f"Wait for approval of a {kind}, median"
        yield _row("approval-wait", title, value, "seconds", approvals, {"kind": kind}, now)


def _denials(transaction: Transaction, now: datetime) -> Iterable[MetricRow]:
    """How many plans each control blocked; a plan that two controls blocked counts for both."""
    title = "Plans blocked by a control"
    blocked = store.list_by_verb(transaction, "change.planned", outcome="blocked")
    yield from _by_control("denials", title, blocked, now)
    if not blocked:
        # None blocked of so many is a fact; of none at all it is not.
        planned = store.list_by_verb(transaction, "change.planned")
        yield _row("denials", title, 0.0 if planned else None, "count", planned, {}, now)


def _overrides(transaction: Transaction, now: datetime) -> Iterable[MetricRow]:
    """How often each control was overridden; neither a pass nor a waiver."""
    title = "Overrides of a control that were approved"
    approved = store.list_by_verb(transaction, "override.approved")
    yield from _by_control("overrides", title, approved, now)
    if not approved:
        planned = store.list_by_verb(transaction, "change.planned")
        yield _row("overrides", title, 0.0 if planned else None, "count", planned, {}, now)


def _threat_reviews(transaction: Transaction, now: datetime) -> Iterable[MetricRow]:
    """The median of how long the first answer to a security review took, and how long the oldest one waits by now."""
    answered = [
        item
        for verb in ("threat.signed-off", "threat.changes-asked")
        for item in store.list_by_verb(transaction, verb)
        if item.event.waited_seconds > 0
    ]
    value = median(item.event.waited_seconds for item in answered) if answered else None
    yield _row("threat-review-wait", "Wait for a security review, median", value, "seconds", answered, {}, now)
    waiting = [item for item in list_open(transaction) if item.state is ReviewState.ASKED]
    oldest = max((item.waited_seconds(now) for item in waiting), default=None)
    title = "Security review that waits longest"
    yield MetricRow("threat-review-oldest", title, oldest, "seconds", len(waiting), (), {}, now)


def _issues(sight: Sight) -> Iterable[MetricRow]:
    """Nothing for whoever may not read both threats and findings."""
    if sight.may_somewhere(Permission.THREAT_READ) and sight.may_somewhere(Permission.FINDING_READ):
        yield from measure(read_issues(sight), sight.now)


def _by_control(metric: str, title: str, events: Iterable[RecordedEvent], now: datetime) -> Iterable[MetricRow]:
    """A row for each control that the events name; an event that names two counts for both."""
    found: dict[str, list[RecordedEvent]] = {}
    for item in events:
        controls = item.event.details.get("controls", ())
        for control in sorted({str(name) for name in controls} if isinstance(controls, list | tuple) else ()):
            found.setdefault(control, []).append(item)
    for control, items in sorted(found.items()):
        yield _row(metric, title, float(len(items)), "count", items, {"control": control}, now)


def _row(  # noqa: PLR0917 - in the order of MetricRow
    metric: str,
    title: str,
    value: float | None,
    unit: str,
    facts: Iterable[RecordedEvent],
    labels: dict[str, str],
    now: datetime,
) -> MetricRow:
    rows = tuple(item.sequence for item in facts)
    return MetricRow(metric, title, value, unit, len(rows), rows, labels, now)
