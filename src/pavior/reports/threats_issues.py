"""Issues by the phase in which they were found first; docs/reference/threat-measures.md has the definitions.

One issue is a control and a component: a resource of a service, whatever the environment.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from pavior.findings.model import FindingState
from pavior.findings.tables import findings
from pavior.identity.model import Permission
from pavior.kernel.clock import parse_instant
from pavior.kernel.errors import InvalidError
from pavior.kernel.pages import Page, PageRequest
from pavior.kernel.verdicts import Phase
from pavior.reports.sight import Sight
from pavior.reports.threats_model import Foresight, Issue, IssueCount
from pavior.storage.database import Transaction
from pavior.threatmodels import model_store
from pavior.threatmodels.places import addresses_by_threat, among
from pavior.threatmodels.standing_model import Evidence, EvidenceKind, Holding
from pavior.threatmodels.tables import threat_standings

# Marked by a person as no weakness, or as one that is counted already.
_SET_ASIDE = frozenset({FindingState.FALSE_POSITIVE.value, FindingState.DUPLICATE.value})

# A control that failed and is excused failed.
_JUDGED = frozenset({Holding.FAILS, Holding.EXCUSED, Holding.HOLDS})


@dataclass(frozen=True, slots=True)
class Named:
    """A control that a threat of a service names, and that passed or failed where it is deployed.

    Args:
        addresses: Of resources at its places, or patterns; none for the whole service.
        modelled_at: When the threat was first known in any environment.
    """

    service: str
    control: str
    threat: str
    addresses: tuple[str, ...]
    modelled_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """A finding, as far as it counts.

    Args:
        threat: That predicted it; empty when none did, None when there was no model.
    """

    id: str
    control: str
    service: str
    subject: str
    phase: Phase
    found_at: datetime
    threat: str | None


def read_issues(sight: Sight) -> IssueCount:
    """Of every service whose threats and findings the reader may see, the latest first."""
    sight.require(Permission.THREAT_READ)
    both = sight.services(Permission.THREAT_READ).keys() & sight.services(Permission.FINDING_READ).keys()
    found, set_aside = _found(sight.tx, both)
    named, unjudged = _named(sight.tx, both)
    return IssueCount(count_issues(found, named), unjudged, set_aside)


def list_issues(
    sight: Sight, page: PageRequest, *, phase: str = "", foresight: str = "", control: str = "", service: str = ""
) -> Page[Issue]:
    """The rows behind the numbers, the latest first.

    Raises:
        InvalidError: `issue-filter-unknown`.
    """
    _require_one_of("phase", phase, tuple(Phase))
    _require_one_of("foresight", foresight, tuple(Foresight))
    rows = [
        item
        for item in read_issues(sight).issues
        if phase in ("", item.phase.value)
        and foresight in ("", item.foresight)
        and control in ("", item.control)
        and service in ("", item.service)
    ]
    return Page(tuple(rows[page.offset : page.offset + page.size]), len(rows), page.offset)


def count_issues(found: Iterable[Found], named: Iterable[Named]) -> tuple[Issue, ...]:
    """Each control and component once, the latest first. Pure."""
    by_component: defaultdict[tuple[str, str, str], list[Found]] = defaultdict(list)
    for item in found:
        by_component[item.control, item.service, item.subject].append(item)
    issues = [_issue_of(items) for items in by_component.values()]
    subjects: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for control, service, subject in by_component:
        subjects[control, service].append(subject)
    designed: dict[tuple[str, str, str], Issue] = {}
    for threat in sorted(named, key=lambda threat: (threat.modelled_at, threat.threat)):
        for address in _not_found(threat.addresses, subjects.get((threat.control, threat.service), ())):
            designed.setdefault((threat.control, threat.service, address), _foreseen(threat, address))
    issues.extend(designed.values())
    return tuple(
        sorted(issues, key=lambda item: (-item.found_at.timestamp(), item.service, item.control, item.subject))
    )


def _foreseen(threat: Named, address: str) -> Issue:
    return Issue(
        control=threat.control,
        service=threat.service,
        subject=address,
        phase=Phase.DESIGN,
        found_at=threat.modelled_at,
        threat=threat.threat,
        finding="",
        foresight=None,
    )


def _not_found(addresses: Sequence[str], subjects: Collection[str]) -> list[str]:
    """What a threat names and no finding is about: what one is about is counted by that."""
    if not addresses:
        return [] if subjects else [""]
    return [address for address in addresses if not any(map(among((address,)).include, subjects))]


def _issue_of(items: Sequence[Found]) -> Issue:
    """What all findings of one control and component, in whatever environments, come to."""
    first = min(items, key=_order)
    later = [item for item in items if item.phase is Phase.LIVE]
    return Issue(
        control=first.control,
        service=first.service,
        subject=first.subject,
        phase=Phase.DESIGN if first.threat else first.phase,
        found_at=first.found_at,
        threat=first.threat or "",
        finding=first.id,
        foresight=_foresight(min(later, key=_order).threat) if later else None,
    )


def _order(item: Found) -> tuple[datetime, int, str]:
    return item.found_at, list(Phase).index(item.phase), item.id


def _foresight(threat: str | None) -> Foresight:
    if threat is None:
        return Foresight.NO_MODEL
    return Foresight.PREDICTED if threat else Foresight.UNMODELLED


def _found(tx: Transaction, services: Collection[str]) -> tuple[list[Found], int]:
    columns = findings.c
    statement = sa.select(
        columns.id,
        columns.control,
        columns.service,
        columns.subject,
        columns.phase,
        columns.found_in,
        columns.state,
        columns.first_seen_at,
        columns.threat,
    ).where(columns.service.in_(sorted(services)))
    rows = list(tx.execute(statement).mappings())
    counted = [_as_found(row) for row in rows if row["state"] not in _SET_ASIDE]
    return counted, len(rows) - len(counted)


def _as_found(row: Mapping[Any, Any]) -> Found:
    return Found(
        id=row["id"],
        control=row["control"],
        service=row["service"],
        subject=row["subject"],
        phase=Phase(row["found_in"] or row["phase"]),
        found_at=parse_instant(row["first_seen_at"]),
        threat=row["threat"],
    )


def _named(tx: Transaction, services: Collection[str]) -> tuple[list[Named], int]:
    """Controls of threats that passed or failed where they are deployed, and how many others there are."""
    columns = threat_standings.c
    statement = sa.select(columns.service, columns.threat, columns.modelled_at, columns.evidence).where(
        columns.service.in_(sorted(services))
    )
    modelled_at: dict[tuple[str, str], str] = {}
    judged: dict[tuple[str, str, str], bool] = {}
    for service, threat, at, evidence in tx.execute(statement):
        modelled_at[service, threat] = min(at, modelled_at.get((service, threat), at))
        for item in msgspec.convert(evidence, tuple[Evidence, ...]):
            if item.kind is EvidenceKind.CONTROL:
                key = service, threat, item.name
                judged[key] = judged.get(key, False) or item.holding in _JUDGED
    models = model_store.latest_models(tx, {service for (service, _, _), is_judged in judged.items() if is_judged})
    addresses = {
        service: addresses_by_threat(recorded.model)
        for service, recorded in models.items()
        if recorded.model is not None
    }
    named = [
        Named(
            service,
            control,
            threat,
            addresses.get(service, {}).get(threat, ()),
            parse_instant(modelled_at[service, threat]),
        )
        for (service, threat, control), is_judged in judged.items()
        if is_judged
    ]
    return named, len(judged) - len(named)


def _require_one_of(name: str, word: str, known: Collection[str]) -> None:
    if word and word not in known:
        raise InvalidError(
            "issue-filter-unknown", f"{word[:40]!r} is no {name} of an issue.", fix=f"Use one of: {', '.join(known)}."
        )
