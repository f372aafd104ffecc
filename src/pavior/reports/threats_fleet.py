"""How threats stand over the whole fleet. A fleet of any size takes the same number of statements."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from pavior.catalog.model import Service
from pavior.identity.model import Permission
from pavior.kernel.clock import parse_instant
from pavior.kernel.pages import Page, PageRequest
from pavior.reports.sight import Sight
from pavior.reports.threats import count_reopened, find_readable_service, one_of
from pavior.reports.threats_model import (
    CategoryThreats,
    ControlInThreats,
    ControlThreats,
    ModelRow,
    ModelStanding,
    ModelView,
    PlaceThreats,
    StateCounts,
    TeamThreats,
    ThreatFleet,
)
from pavior.storage.database import Transaction
from pavior.threatmodels import model_store, store
from pavior.threatmodels.library_model import LibraryThreat
from pavior.threatmodels.model import ThreatCategory, ThreatState
from pavior.threatmodels.review_model import ReviewState
from pavior.threatmodels.review_tables import threat_reviews, threat_sign_offs
from pavior.threatmodels.standing import deciding
from pavior.threatmodels.standing_model import Evidence, EvidenceKind, Holding
from pavior.threatmodels.tables import threat_models, threat_standings

_UNMODELLED = frozenset({ModelStanding.MISSING, ModelStanding.UNREADABLE})


def read_fleet(sight: Sight) -> ThreatFleet:
    """Over every service whose threats the reader may see."""
    sight.require(Permission.THREAT_READ)
    services = sight.services(Permission.THREAT_READ)
    models = _model_rows(sight.tx, services)
    tally = _tally(sight.tx, services, sight.now)
    failing = _failing(sight.tx, services, sight.now)
    return ThreatFleet(
        measured_at=sight.now,
        services=len(services),
        models={standing: sum(row.standing is standing for row in models) for standing in ModelStanding},
        states=_counts(tally.states),
        undeployed=sum(row.standing not in _UNMODELLED and row.service not in tally.services for row in models),
        controls=failing.controls(),
        unstopped=failing.unstopped,
        failing_tests=failing.tests,
        teams=_teams(tally, models),
        categories=tuple(CategoryThreats(item, _counts(tally.categories[item])) for item in ThreatCategory),
        reopened=count_reopened(sight.tx, services, sight.now),
        reviews=_waiting_reviews(sight.tx, services),
        oldest_at=tally.oldest_at,
        newest_at=tally.newest_at,
    )


def list_models(sight: Sight, page: PageRequest, *, standing: str = "", team: str = "") -> Page[ModelRow]:
    """The threat model of each service: what asks for somebody first, there by service.

    Raises:
        InvalidError: `threat-filter-unknown`.
    """
    sight.require(Permission.THREAT_READ)
    asked = one_of(ModelStanding, "model", standing)
    rows = [
        row
        for row in _model_rows(sight.tx, sight.services(Permission.THREAT_READ))
        if asked in (None, row.standing) and team in ("", row.team)
    ]
    order = tuple(ModelStanding)
    rows.sort(key=lambda row: (order.index(row.standing), row.service))
    return Page(tuple(rows[page.offset : page.offset + page.size]), len(rows), page.offset)


def read_model(sight: Sight, service_name: str) -> ModelView:
    """Raises MissingError `service-missing`."""
    sight.require(Permission.THREAT_READ)
    service = find_readable_service(sight, service_name)
    return ModelView(find_model_row(sight, service), model_store.latest_model(sight.tx, service.name))


def list_places(sight: Sight, service: str) -> tuple[PlaceThreats, ...]:
    """How the threats of one service stand, by environment. That its reader may see them was asked before."""
    columns = threat_standings.c
    state = store.state_at(sight.now).label("state_now")
    statement = (
        sa.select(columns.environment, state, sa.func.count(), sa.func.min(columns.checked_at))
        .where(columns.service == service)
        .group_by(columns.environment, state)
        .order_by(columns.environment)
    )
    found: defaultdict[str, Counter[ThreatState]] = defaultdict(Counter)
    checked_at: dict[str, str] = {}
    for environment, word, count, at in sight.tx.execute(statement):
        found[environment][ThreatState(word)] = int(count)
        checked_at[environment] = min(at, checked_at.get(environment, at))
    return tuple(PlaceThreats(name, _counts(found[name]), parse_instant(checked_at[name])) for name in found)


def read_control_in_threats(sight: Sight, control: str, library: Iterable[LibraryThreat]) -> ControlInThreats | None:
    """What one control stops; None when the reader may not read threats."""
    if not sight.may_somewhere(Permission.THREAT_READ):
        return None
    services = sight.services(Permission.THREAT_READ)
    tally = _tally(sight.tx, services, sight.now, control=control)
    failing = _failing(sight.tx, services, sight.now, control=control)
    return ControlInThreats(
        library=tuple((item.id, item.title) for item in library if control in item.controls),
        states=_counts(tally.states),
        closes=failing.closes[control],
    )


def find_model_row(sight: Sight, service: Service) -> ModelRow:
    """How its model stands."""
    (row,) = _model_rows(sight.tx, {service.name: service})
    return row


def _waiting_reviews(tx: Transaction, services: Iterable[str]) -> int:
    columns = threat_reviews.c
    waiting = (columns.state == ReviewState.ASKED.value, columns.service.in_(sorted(services)))
    return int(tx.execute(sa.select(sa.func.count()).select_from(threat_reviews).where(*waiting)).scalar_one())


def _model_rows(tx: Transaction, services: Mapping[str, Service]) -> list[ModelRow]:
    columns = threat_models.c
    statement = sa.select(
        columns.service, columns.digest, columns.problem, columns.commit, columns.recorded_at, columns.is_inferred
    ).where(columns.is_latest, columns.service.in_(sorted(services)))
    found = {row["service"]: row for row in tx.execute(statement).mappings()}
    signed = _signed(tx, services)
    rows = []
    for service in services.values():
        row = found.get(service.name)
        if row is None:
            rows.append(ModelRow(service.name, service.team, ModelStanding.MISSING))
            continue
        rows.append(
            ModelRow(
                service.name,
                service.team,
                _standing_of(row, signed.get(service.name)),
                problem=row["problem"],
                digest=row["digest"],
                commit=row["commit"],
                recorded_at=parse_instant(row["recorded_at"]),
            )
        )
    return rows


def _signed(tx: Transaction, services: Iterable[str]) -> dict[str, frozenset[str]]:
    """The digests of each service's models that were signed off; of one that was looked at twice the last counts."""
    columns = threat_sign_offs.c
    statement = (
        sa.select(columns.service, columns.model_digest, columns.is_agreed)
        .where(columns.service.in_(sorted(services)))
        .order_by(columns.number)
    )
    last: dict[tuple[str, str], bool] = {(service, digest): agreed for service, digest, agreed in tx.execute(statement)}
    signed: defaultdict[str, set[str]] = defaultdict(set)
    for (service, digest), is_agreed in last.items():
        if is_agreed:
            signed[service].add(digest)
    return {service: frozenset(digests) for service, digests in signed.items()}


def _standing_of(row: Mapping[Any, Any], signed: frozenset[str] | None) -> ModelStanding:
    if row["problem"]:
        return ModelStanding.UNREADABLE
    if row["is_inferred"]:
        return ModelStanding.INFERRED
    if signed is None:
        return ModelStanding.UNSIGNED
    return ModelStanding.SIGNED_OFF if row["digest"] in signed else ModelStanding.STALE


@dataclass
class _Tally:
    """While it is counted."""

    states: Counter[ThreatState] = field(default_factory=Counter)
    teams: defaultdict[str, Counter[ThreatState]] = field(default_factory=lambda: defaultdict(Counter))
    categories: defaultdict[ThreatCategory, Counter[ThreatState]] = field(default_factory=lambda: defaultdict(Counter))
    services: set[str] = field(default_factory=set)
    oldest_at: datetime | None = None
    newest_at: datetime | None = None


def _tally(tx: Transaction, services: Mapping[str, Service], now: datetime, *, control: str = "") -> _Tally:
    columns = threat_standings.c
    conditions = _within(services, control)
    state = store.state_at(now).label("state_now")
    statement = (
        sa.select(
            columns.service,
            columns.category,
            state,
            sa.func.count(),
            sa.func.min(columns.checked_at),
            sa.func.max(columns.checked_at),
        )
        .where(*conditions)
        .group_by(columns.service, columns.category, state)
    )
    tally, oldest, newest = _Tally(), [], []
    for service, category, word, count, first, last in tx.execute(statement):
        found = Counter({ThreatState(word): int(count)})
        tally.services.add(service)
        tally.states += found
        tally.teams[services[service].team] += found
        tally.categories[ThreatCategory(category)] += found
        oldest.append(first)
        newest.append(last)
    if oldest:
        tally.oldest_at, tally.newest_at = parse_instant(min(oldest)), parse_instant(max(newest))
    return tally


@dataclass
class _Failing:
    """What keeps threats open, while it is counted."""

    open: Counter[str] = field(default_factory=Counter)
    closes: Counter[str] = field(default_factory=Counter)
    services: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    unstopped: int = 0
    tests: int = 0

    def add(self, service: str, evidence: Collection[Evidence]) -> None:
        """One open threat."""
        decisive = deciding(evidence)
        failing = [item for item in decisive if item.holding is Holding.FAILS]
        controls = {item.name for item in failing if item.kind is EvidenceKind.CONTROL}
        self.unstopped += not decisive
        self.tests += any(item.kind is EvidenceKind.TEST for item in failing)
        for control in controls:
            self.open[control] += 1
            self.services[control].add(service)
            others = (item for item in decisive if (item.kind, item.name) != (EvidenceKind.CONTROL, control))
            self.closes[control] += all(item.holding is Holding.HOLDS for item in others)

    def controls(self) -> tuple[ControlThreats, ...]:
        """What closes the most first."""
        rows = [
            ControlThreats(name, self.open[name], self.closes[name], len(self.services[name])) for name in self.open
        ]
        return tuple(sorted(rows, key=lambda row: (-row.closes, -row.open, row.control)))


def _failing(tx: Transaction, services: Mapping[str, Service], now: datetime, *, control: str = "") -> _Failing:
    columns = threat_standings.c
    conditions = (*_within(services, control), store.state_at(now) == ThreatState.OPEN.value)
    failing = _Failing()
    for service, evidence in tx.execute(sa.select(columns.service, columns.evidence).where(*conditions)):
        failing.add(service, [item.at(now) for item in msgspec.convert(evidence, tuple[Evidence, ...])])
    return failing


def _within(services: Iterable[str], control: str) -> tuple[sa.ColumnElement[bool], ...]:
    of_services = threat_standings.c.service.in_(sorted(services))
    return (of_services, store.is_stopped_by(control)) if control else (of_services,)


def _teams(tally: _Tally, models: Collection[ModelRow]) -> tuple[TeamThreats, ...]:
    """The most open threats first."""
    unmodelled = Counter(row.team for row in models if row.standing is ModelStanding.MISSING)
    names = sorted({row.team for row in models})
    rows = [TeamThreats(name, _counts(tally.teams[name]), unmodelled[name]) for name in names]
    return tuple(sorted(rows, key=lambda row: (-row.states.open, -row.unmodelled, row.team)))


def _counts(states: Mapping[ThreatState, int]) -> StateCounts:
    return StateCounts(**{state.name.lower(): states.get(state, 0) for state in ThreatState})
