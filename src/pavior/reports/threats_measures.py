"""What threat modelling comes to, in numbers; docs/reference/threat-measures.md has the definitions."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from pavior.kernel.verdicts import Phase
from pavior.reports.model import MetricRow
from pavior.reports.threats_model import Foresight, IssueCount


def measure(counted: IssueCount, now: datetime) -> Iterable[MetricRow]:
    """The rows about issues."""
    by_phase = Counter(item.phase for item in counted.issues)
    design, later = by_phase[Phase.DESIGN], by_phase[Phase.LIVE]
    title = "Issues by the phase in which they were found first"
    for phase in Phase:
        if phase is Phase.INCIDENT:
            # Pavior knows nothing of incidents, which is not that there were none.
            yield MetricRow("issues-by-phase", title, None, "count", 0, (), {"phase": phase.value}, now)
            continue
        labels, found = {"phase": phase.value}, by_phase[phase]
        # None of so many is a fact; of none at all it is not.
        value = float(found) if counted.issues else None
        yield MetricRow("issues-by-phase", title, value, "count", found, (), labels, now, issues=labels)
    ratio = design / later if later else None
    yield MetricRow(
        "design-to-deployed",
        "Issues found by design for each that was found after deployment",
        ratio,
        "ratio",
        design + later,
        (),
        {"by_design": str(design), "after_deployment": str(later)},
        now,
        issues={},
    )
    yield from _foreseen(counted, now)
    title = "Not counted as issues"
    for because, count in (("never judged", counted.unjudged), ("false positive or duplicate", counted.set_aside)):
        yield MetricRow("issues-not-counted", title, float(count), "count", count, (), {"because": because}, now)


def _foreseen(counted: IssueCount, now: datetime) -> Iterable[MetricRow]:
    """Shares of what was found after deployment, whatever had found it before."""
    found = Counter(item.foresight for item in counted.issues if item.foresight is not None)
    total = found.total()
    for foresight in Foresight:
        labels = {"foresight": foresight.value, "issues": f"{found[foresight]} of {total}"}
        share = found[foresight] / total if total else None
        yield MetricRow(
            "deployed-issues-foreseen",
            "Share of issues found after deployment that a threat had predicted",
            share,
            "ratio",
            found[foresight],
            (),
            labels,
            now,
            issues={"foresight": foresight.value},
        )
