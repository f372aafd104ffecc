"""Issues by the phase in which they were found first, counted by hand over small histories."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from pavior.findings import store as findings
from pavior.findings.model import FindingState
from pavior.findings.tables import findings as findings_table
from pavior.identity.authorisation import Authoriser
from pavior.kernel.errors import InvalidError
from pavior.kernel.pages import PageRequest
from pavior.kernel.verdicts import Phase
from pavior.reports.metrics import Metrics
from pavior.reports.threats_issues import Found, Named, count_issues
from pavior.reports.threats_measures import measure
from pavior.reports.threats_model import Foresight, Issue, IssueCount
from pavior.reports.threats_reader import ThreatReader
from pavior.testing.builders import BUCKET, NOON, PUBLIC_ACCESS, a_finding
from pavior.testing.company import somebody
from pavior.testing.threat_builders import an_open_standing
from pavior.threatmodels import store
from pavior.threatmodels.standing_model import Evidence, EvidenceKind, Holding

if TYPE_CHECKING:
    from tests.reports.conftest import Company

VIC = somebody("vic")
ALL = PageRequest()
LATER = NOON + timedelta(days=1)


def found(id_: str, **fields: Any) -> Found:
    """The bucket of orders, found live at noon, which no threat had predicted."""
    given = {
        "control": "no-public",
        "service": "orders",
        "subject": "aws_s3_bucket.a",
        "phase": Phase.LIVE,
        "found_at": NOON,
        "threat": "",
    }
    return Found(id_, **{**given, **fields})


def named(*addresses: str, **fields: Any) -> Named:
    """A threat of orders that names these, and the same control."""
    given = {"service": "orders", "control": "no-public", "threat": "read-by-anybody", "modelled_at": NOON}
    return Named(addresses=addresses, **{**given, **fields})


def told(issues: tuple[Issue, ...]) -> list[tuple[str, Phase, str, Foresight | None]]:
    return sorted((item.subject, item.phase, item.finding, item.foresight) for item in issues)


def test_a_control_and_a_component_are_one_issue_in_whatever_environment() -> None:
    """Two environments, found in a plan first."""
    issues = count_issues([found("F-2", found_at=LATER), found("F-1", phase=Phase.PLAN)], ())

    assert told(issues) == [("aws_s3_bucket.a", Phase.PLAN, "F-1", Foresight.UNMODELLED)]


def test_another_control_or_service_is_another_issue() -> None:
    assert len(count_issues([found("F-1"), found("F-2", control="other"), found("F-3", service="ledger")], ())) == 3


def test_what_a_threat_predicted_was_found_by_design_and_is_counted_once() -> None:
    issues = count_issues([found("F-1", threat="read-by-anybody")], [named("aws_s3_bucket.a", "aws_s3_bucket.b")])

    # The bucket that was found is its finding's; the other was only foreseen.
    assert told(issues) == [
        ("aws_s3_bucket.a", Phase.DESIGN, "F-1", Foresight.PREDICTED),
        ("aws_s3_bucket.b", Phase.DESIGN, "", None),
    ]


def test_a_threat_that_came_after_the_finding_did_not_find_it() -> None:
    issues = count_issues([found("F-1", threat=None)], [named("aws_s3_bucket.a", modelled_at=LATER)])

    assert told(issues) == [("aws_s3_bucket.a", Phase.LIVE, "F-1", Foresight.NO_MODEL)]


def test_of_two_threats_about_one_component_the_earlier_counts() -> None:
    (issue,) = count_issues((), [named("x", threat="second", modelled_at=LATER), named("x", threat="first")])

    assert (issue.threat, issue.found_at) == ("first", NOON)


def test_a_pattern_is_one_component_until_something_that_it_means_is_found() -> None:
    pattern = named("aws_s3_bucket.*")

    assert told(count_issues((), [pattern])) == [("aws_s3_bucket.*", Phase.DESIGN, "", None)]
    assert [item.finding for item in count_issues([found("F-1", threat="read-by-anybody")], [pattern])] == ["F-1"]


def test_a_threat_that_names_no_resource_is_about_the_whole_service() -> None:
    assert told(count_issues((), [named()])) == [("", Phase.DESIGN, "", None)]
    assert [item.finding for item in count_issues([found("F-1")], [named()])] == ["F-1"]


def test_the_numbers_of_a_small_history_are_those_counted_by_hand() -> None:
    """Foreseen and never found: 2. Predicted and found live: 1. Plan: 1. Live: 2, of one of which no model was there.

    By design 3, after deployment 2: 1.5. Of 3 found live, 1 predicted, 1 unmodelled, 1 without a model.
    """
    issues = count_issues(
        [
            found("F-1", threat="read-by-anybody"),
            found("F-2", subject="p", phase=Phase.PLAN),
            found("F-3", subject="l"),
            found("F-4", subject="n", threat=None),
        ],
        [named("aws_s3_bucket.a", "aws_s3_bucket.b"), named("q", control="encrypted")],
    )
    rows = list(measure(IssueCount(issues, unjudged=4, set_aside=1), NOON))

    assert {row.labels["phase"]: row.value for row in rows if row.id == "issues-by-phase"} == {
        "design": 3.0,
        "code": 0.0,
        "plan": 1.0,
        "live": 2.0,
        # Nobody records incidents, which is not that there were none.
        "incident": None,
    }
    (ratio,) = (row for row in rows if row.id == "design-to-deployed")
    assert (ratio.value, dict(ratio.labels)) == (1.5, {"by_design": "3", "after_deployment": "2"})
    shares = {row.labels["foresight"]: row for row in rows if row.id == "deployed-issues-foreseen"}
    assert [row.value for row in shares.values()] == pytest.approx([1 / 3, 1 / 3, 1 / 3])
    assert shares["predicted"].labels["issues"] == "1 of 3"
    assert [row.value for row in rows if row.id == "issues-not-counted"] == [4.0, 1.0]


def test_without_anything_found_after_deployment_there_is_no_ratio_and_no_share() -> None:
    rows = list(measure(IssueCount(count_issues((), [named("a")]), 0, 0), NOON))

    assert [row.value for row in rows if row.unit == "ratio"] == [None] * 4


def test_of_no_issue_at_all_nothing_is_known_of_any_phase() -> None:
    rows = list(measure(IssueCount((), 0, 0), NOON))

    assert [row.value for row in rows if row.id == "issues-by-phase"] == [None] * 5


# --- over what is stored ---


def test_generated_text_counts_nothing_until_its_control_passed_or_failed(company: "Company") -> None:
    silent = (
        Evidence(EvidenceKind.CONTROL, "a", Holding.NOT_EVALUATED),
        Evidence(EvidenceKind.CONTROL, "b", Holding.NO_SUBJECT),
        Evidence(EvidenceKind.CONTROL, "c", Holding.HOLDS),
        Evidence(EvidenceKind.WORDS, "It is safe.", Holding.NOT_EVALUATED),
    )
    with company.database.transaction() as tx:
        store.write_standings(tx, "orders/dev", (an_open_standing(evidence=silent, controls=("a", "b", "c")),))

    listed = ThreatReader(company.database, Authoriser(), company.clock).list_issues(VIC, ALL, phase="design")

    assert [(item.control, item.subject) for item in listed.items] == [("c", BUCKET)]
    rows = Metrics(company.database, Authoriser(), company.clock).show(VIC)
    assert [row.value for row in rows if row.id == "issues-not-counted"] == [2.0, 0.0]


def test_each_number_has_as_many_rows_behind_it(company: "Company") -> None:
    def add(tx: sa.Connection, threat: str | None, at: datetime, **fields: Any) -> None:
        finding = findings.insert_finding(tx, a_finding(first_seen_at=at, **fields))
        of_it = findings_table.c.id == finding.id
        tx.execute(findings_table.update().where(of_it).values(threat=threat, found_in=finding.phase.value))

    with company.database.transaction() as tx:
        add(tx, "x", LATER, subject="p", phase=Phase.LIVE, fingerprint="1" * 64)
        add(tx, "", LATER, subject="q", phase=Phase.LIVE, fingerprint="2" * 64)
        add(tx, "", LATER, subject="r", phase=Phase.CODE, fingerprint="3" * 64, state=FindingState.FALSE_POSITIVE)
    reader = ThreatReader(company.database, Authoriser(), company.clock)

    rows = [row for row in Metrics(company.database, Authoriser(), company.clock).show(VIC) if row.issues]

    assert len(rows) == 7
    assert any(row.sample_size for row in rows)
    for row in rows:
        assert reader.list_issues(VIC, ALL, **(row.issues or {})).total == row.sample_size
    listed = reader.list_issues(VIC, ALL, foresight="unmodelled", control=PUBLIC_ACCESS, service="orders")
    assert [item.subject for item in listed.items] == ["q"]


@pytest.mark.parametrize("narrowed", [{"phase": "lunch"}, {"foresight": "maybe"}])
def test_a_filter_of_issues_that_means_nothing_is_refused(company: "Company", narrowed: dict[str, str]) -> None:
    with pytest.raises(InvalidError, match="issue-filter-unknown"):
        ThreatReader(company.database, Authoriser(), company.clock).list_issues(VIC, ALL, **narrowed)
