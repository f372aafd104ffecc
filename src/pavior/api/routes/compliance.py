"""Frameworks, and how each of their requirements stands."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from pavior.api.calling import Caller, Filter, Paging, PathName, verb
from pavior.api.schemas.compliance import EvidenceShown, FrameworkSummaryShown, FrameworkViewShown
from pavior.api.schemas.form import PageOf
from pavior.identity.model import Permission
from pavior.kernel.clock import parse_instant
from pavior.reports.compliance_table import requirements_csv
from pavior.reports.compliance_view import Extent

ZIP = "application/zip"

router = APIRouter(tags=["compliance"], prefix="/compliance")


def _extent(team: Filter = "", service: Filter = "", environment: Filter = "") -> Extent:
    return Extent(team, service, environment)


def _instant(at: Filter = "") -> datetime | None:
    return parse_instant(at) if at else None


Over = Annotated[Extent, Depends(_extent)]
# An instant that has passed, such as 2026-11-01T00:00:00Z; left out for now.
At = Annotated[datetime | None, Depends(_instant)]


@verb(router, "GET", "", permission=Permission.COMPLIANCE_READ, shows=list[FrameworkSummaryShown])
def list_frameworks(call: Caller, over: Over, at: At) -> list[FrameworkSummaryShown]:
    """Frameworks by id, each with how many of its requirements stand how."""
    found = call.application.pages.list_frameworks(call.actor, over, at=at)
    return [FrameworkSummaryShown.of(item) for item in found]


@verb(router, "GET", "/{framework}", permission=Permission.COMPLIANCE_READ, shows=FrameworkViewShown)
def show_framework(call: Caller, framework: PathName, over: Over, at: At) -> FrameworkViewShown:
    """One framework, requirement by requirement, and over the last weeks."""
    return FrameworkViewShown.of(call.application.pages.get_framework(call.actor, framework, over, at=at))


@verb(
    router,
    "GET",
    "/{framework}/requirements.csv",
    permission=Permission.COMPLIANCE_READ,
    shows=str,
    media_types=("text/csv",),
)
def show_requirements(call: Caller, framework: PathName, over: Over, at: At) -> Response:
    """The same as CSV, one row for each requirement."""
    view = call.application.pages.get_framework(call.actor, framework, over, at=at)
    return Response(requirements_csv(view), media_type="text/csv")


@verb(router, "GET", "/{framework}/evidence", permission=Permission.COMPLIANCE_READ, shows=PageOf[EvidenceShown])
def list_evidence(
    call: Caller, framework: PathName, over: Over, at: At, page: Paging, *, requirement: Filter = "", state: Filter = ""
) -> PageOf[EvidenceShown]:
    """The verdicts that requirements rest on, worst first, and those that are missing.

    `state` is `not-met`, `unknown`, `waived` or `met`.
    """
    found = call.application.pages.list_evidence(
        call.actor, framework, over, page, at=at, requirement=requirement, state=state
    )
    return PageOf[EvidenceShown].of(found, EvidenceShown)


@verb(
    router,
    "POST",
    "/{framework}/export",
    permission=Permission.COMPLIANCE_EXPORT,
    shows=None,
    media_types=(ZIP,),
)
def export_evidence(call: Caller, framework: PathName, over: Over, at: At) -> Response:
    """One framework with all that its requirements rest on, as a signed archive for `pavior compliance verify`."""
    exported = call.application.evidence.export_evidence(call.actor, framework, over, at=at)
    headers = {"Content-Disposition": f'attachment; filename="{exported.name}"'}
    return Response(exported.content, media_type=ZIP, headers=headers)
