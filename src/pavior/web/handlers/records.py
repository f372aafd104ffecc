"""What was recorded: the audit log, and the numbers that are counted from it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pavior.audit.model import RecordedEvent, Verification
from pavior.kernel import pages
from pavior.kernel.pages import DEFAULT_PAGE_SIZE, PageRequest
from pavior.reports.model import MetricRow
from pavior.web.visits import Answer, Download, Page, Visit


def show_audit(visit: Visit) -> Answer:
    """Newest first; `?sequence=` leads to the part of the log where that row stands."""
    return _log(visit, None)


def verify_audit(visit: Visit) -> Answer:
    """Walk the whole chain now, and show what was found above the log."""
    return _log(visit, visit.application.audit.verify(visit.actor))


def export_audit(visit: Visit) -> Answer:
    """The whole log with its signed head, one JSON document a line."""
    return Download("pavior-audit.jsonl", _lines(visit.application.audit.export(visit.actor)))


def show_metrics(visit: Visit) -> Answer:
    """Every number with what it was counted from."""
    return Page("metrics.html", {"groups": _groups(visit.application.metrics.show(visit.actor))})


def show_service_levels(visit: Visit) -> Answer:
    """What Pavior promises about itself, and how well it keeps that."""
    return Page("service_levels.html", {"levels": visit.application.service_levels.list_service_levels(visit.actor)})


def show_installation(visit: Visit) -> Answer:
    """What this installation is made of, whether it is well, who works and what waits."""
    return Page("installation.html", {"view": visit.application.overview.show_installation(visit.actor)})


@dataclass(frozen=True, slots=True)
class MetricGroup:
    """The rows of one metric. `largest` is what a bar of full width means."""

    id: str
    title: str
    rows: tuple[MetricRow, ...]
    largest: float

    def share(self, row: MetricRow) -> int:
        """Length of a row's bar, 0 to 100; one that is not zero can be seen."""
        if not row.value or not self.largest:
            return 0
        return max(1, round(100 * row.value / self.largest))


def _groups(rows: Sequence[MetricRow]) -> tuple[MetricGroup, ...]:
    by_id: dict[str, list[MetricRow]] = {}
    for row in rows:
        by_id.setdefault(row.id, []).append(row)
    return tuple(
        MetricGroup(name, _group_title(found), tuple(found), max((row.value or 0.0 for row in found), default=0.0))
        for name, found in by_id.items()
    )


def _group_title(rows: Sequence[MetricRow]) -> str:
    titles = {row.title for row in rows}
    return rows[0].title if len(titles) == 1 else rows[0].id.replace("-", " ").capitalize()


def _log(visit: Visit, verification: Verification | None) -> Page:
    service = visit.query.text("service")
    sequence = visit.query.whole_number("sequence") if not service else 0
    page = visit.application.audit.list_events(visit.actor, visit.page_request(), service=service)
    if sequence:
        page = _part_with(visit, page, sequence)
    facts: Mapping[str, object] = {
        "page": page,
        "service": service,
        "sequence": sequence,
        "verification": verification,
    }
    return Page("audit.html", facts)


def _part_with(visit: Visit, newest: pages.Page[RecordedEvent], sequence: int) -> pages.Page[RecordedEvent]:
    """The log has one row a number and is read from its end, so the number says how far to go."""
    offset = max(0, newest.total - sequence) // DEFAULT_PAGE_SIZE * DEFAULT_PAGE_SIZE
    return visit.application.audit.list_events(visit.actor, PageRequest(offset=offset)) if offset else newest


def _lines(documents: Iterator[str]) -> Iterator[str]:
    for document in documents:
        yield document if document.endswith("\n") else f"{document}\n"
