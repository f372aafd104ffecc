"""Controls: what is required, why, and how it stands."""

from pavior.kernel.verdicts import Severity
from pavior.web.visits import Answer, Page, Visit


def list_controls(visit: Visit) -> Answer:
    """Worst severity first, then by id."""
    summaries = sorted(
        visit.application.pages.list_controls(visit.actor),
        key=lambda item: (-Severity(item.control.severity).rank, item.control.id),
    )
    return Page("controls.html", {"summaries": summaries})


def show_control(visit: Visit) -> Answer:
    """One control, with its lesson."""
    return Page("control.html", {"summary": visit.application.pages.get_control(visit.actor, visit.path["control"])})
