"""A framework as CSV: one row for each requirement, or for each thing that is known about one."""

import csv
import io
from collections.abc import Iterable, Sequence

from pavior.kernel.clock import format_instant
from pavior.policy.compliance import Evidence
from pavior.reports.compliance_view import FrameworkView

REQUIREMENT_COLUMNS = (
    "framework",
    "requirement",
    "title",
    "section",
    "state",
    "controls",
    "controls_without_verdict",
    "not_met",
    "unknown",
    "waived",
    "met",
    "as_of",
)
EVIDENCE_COLUMNS = (
    "state",
    "environment",
    "team",
    "control",
    "subject",
    "phase",
    "outcome",
    "message",
    "where",
    "as_of",
    "change",
    "waiver",
    "input_sha256",
)
# What spreadsheets take for a formula, and run; owasp.org/www-community/attacks/CSV_Injection. Some read the wide signs
# of East Asian fonts as the others.
_BEGINNINGS_OF_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def requirements_csv(view: FrameworkView) -> str:
    """One row for each requirement, in the framework's order."""
    return write_csv(
        REQUIREMENT_COLUMNS,
        (
            (
                view.framework.id,
                item.id,
                item.title,
                item.section,
                item.state.value,
                " ".join(item.controls),
                " ".join(item.silent),
                str(item.evidence.not_met),
                str(item.evidence.unknown),
                str(item.evidence.waived),
                str(item.evidence.met),
                format_instant(view.at),
            )
            for item in view.requirements
        ),
    )


def evidence_csv(rows: Iterable[Evidence]) -> str:
    """One row for each verdict, and for each one that is missing, in the order in which they are given."""
    return write_csv(
        EVIDENCE_COLUMNS,
        (
            (
                row.state.value,
                row.environment,
                row.team,
                row.control,
                row.subject,
                row.phase.value if row.phase else "",
                row.outcome.value if row.outcome else "",
                row.message,
                row.where,
                format_instant(row.at) if row.at else "",
                row.change_id,
                row.waiver_id,
                row.input_digest,
            )
            for row in rows
        ),
    )


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """RFC 4180, with its line ends. A text that a spreadsheet would run as a formula begins with an apostrophe."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(columns)
    writer.writerows([_inert(cell) for cell in row] for row in rows)
    return stream.getvalue()


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_BEGINNINGS_OF_FORMULAS) else cell
