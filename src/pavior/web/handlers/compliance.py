"""Compliance: frameworks, how each requirement stands, and what it rests on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from pavior.kernel.clock import parse_instant
from pavior.policy.compliance import RequirementState, StateCounts
from pavior.reports.compliance_table import requirements_csv
from pavior.reports.compliance_view import Extent
from pavior.web.charts import compliance_chart, state_bar
from pavior.web.rendering import address
from pavior.web.visits import Answer, Download, File, Page, Visit

_EVIDENCE_AT_ONCE = 25
_WITHOUT_ZONE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?")
_NARROWED_BY = ("team", "service", "environment", "at")


@dataclass(frozen=True, slots=True)
class StateChoice:
    """One state of the picture: how many stand so, and where they are listed."""

    state: RequirementState
    count: int
    address: str
    is_current: bool


def list_frameworks(visit: Visit) -> Answer:
    """All of them, each with its picture."""
    asked = _asked(visit)
    found = visit.application.pages.list_frameworks(visit.actor, _extent(asked), at=_instant(asked["at"]))
    facts = {
        "rows": [(item, state_bar(item.counts)) for item in found],
        "asked": asked,
        "states": tuple(RequirementState),
        "is_narrowed": any(asked.values()),
    }
    return Page("compliance.html", facts)


def show_framework(visit: Visit) -> Answer:
    """One of them, its requirements by section, and what one of these rests on when it is asked for."""
    pages, asked, name = visit.application.pages, _asked(visit), visit.path["framework"]
    state, requirement = visit.query.text("state"), visit.query.text("requirement")
    state = state if state in tuple(RequirementState) else ""
    view = pages.get_framework(visit.actor, name, _extent(asked), at=_instant(asked["at"]))
    shown = [item for item in view.requirements if state in ("", item.state)]
    chosen = next((item for item in view.requirements if item.id == requirement), None)
    evidence = None
    if chosen is not None:
        evidence = pages.list_evidence(
            visit.actor,
            name,
            _extent(asked),
            visit.page_request(_EVIDENCE_AT_ONCE),
            at=_instant(asked["at"]),
            requirement=chosen.id,
        )
    facts = {
        "view": view,
        "asked": asked,
        "state": state,
        "bar": state_bar(view.framework.counts),
        "choices": _choices(name, asked, view.framework.counts, state),
        "states": tuple(RequirementState),
        "sections": [(title, list(items)) for title, items in groupby(shown, key=lambda item: item.section)],
        "count": len(shown),
        "chosen": chosen,
        "evidence": evidence,
        "at_once": _EVIDENCE_AT_ONCE,
        "is_narrowed": any(asked.values()),
        "chart": compliance_chart(view.weeks),
        # One point is no trend.
        "is_trend": sum(bool(week.counts and _is_known(week.counts)) for week in view.weeks) > 1,
    }
    return Page("framework.html", facts)


def show_requirements(visit: Visit) -> Answer:
    """The same as CSV."""
    asked, name = _asked(visit), visit.path["framework"]
    view = visit.application.pages.get_framework(visit.actor, name, _extent(asked), at=_instant(asked["at"]))
    return Download(f"{view.framework.id}.csv", iter((requirements_csv(view),)), media_type="text/csv")


def export_evidence(visit: Visit) -> Answer:
    """The framework with all that it rests on, signed."""
    form, name = visit.form, visit.path["framework"]
    extent = Extent(form.text("team"), form.text("service"), form.text("environment"))
    exported = visit.application.evidence.export_evidence(visit.actor, name, extent, at=_instant(form.text("at")))
    return File(exported.name, exported.content, "application/zip")


def _asked(visit: Visit) -> Mapping[str, str]:
    return {name: visit.query.text(name) for name in _NARROWED_BY}


def _extent(asked: Mapping[str, str]) -> Extent:
    return Extent(asked["team"], asked["service"], asked["environment"])


def _instant(text: str) -> datetime | None:
    """What browsers send of a day and an hour names no zone, and is told to be UTC beside the field."""
    if not text:
        return None
    return parse_instant(f"{text}Z" if _WITHOUT_ZONE.fullmatch(text) else text)


def _is_known(counts: StateCounts) -> bool:
    return bool(counts.met or counts.not_met or counts.waived)


def _choices(name: str, asked: Mapping[str, str], counts: StateCounts, state: str) -> tuple[StateChoice, ...]:
    return tuple(
        StateChoice(
            item,
            counts.of(item),
            address("compliance", name, **asked, state="" if state == item else item.value),
            is_current=state == item,
        )
        for item in RequirementState
    )
