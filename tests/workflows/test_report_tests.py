"""What tests came to is evidence for the commit that they tested, and for no other."""

import pytest

from pavior.kernel.errors import ForbiddenError, InvalidError, MissingError
from pavior.testing.memory_platform import MemoryPlatform, a_stack
from pavior.threatmodels import evidence_store, store
from pavior.threatmodels.model import ThreatState
from pavior.threatmodels.standing_model import CaseOutcome, ReportedTests
from pavior.workflows.report_tests import ThreatTests

TEST = "tests.test_files::test_nobody_reads"
MODEL = f"""\
version: 2
service: orders
scope: Takes orders and keeps their files.
assets:
  - {{id: customer-files, title: Files of customers, data_class: confidential}}
threats:
  - id: files-read-by-anybody
    title: Anybody reads the files of customers
    category: information-disclosure
    severity: high
    tests: ["{TEST}", "tests.test_files::test_nobody_writes"]
"""


def report(**outcomes: str) -> dict[str, bytes]:
    cases = "".join(
        f'<testcase classname="tests.test_files" name="{name}">{tag}</testcase>' for name, tag in outcomes.items()
    )
    return {"report.xml": f"<testsuites><testsuite>{cases}</testsuite></testsuites>".encode()}


ALL_PASSED = report(test_nobody_reads="", test_nobody_writes="", test_else="<failure/>")


@pytest.fixture
def modelled(stage: MemoryPlatform) -> MemoryPlatform:
    """Orders is deployed, with a threat that two tests stop."""
    stage.create_orders()
    stage.push_files("model", {"infra/stack.json": a_stack(size="large"), "threatmodel.yaml": MODEL.encode()})
    stage.changes.open_change(stage.mara, "orders/dev", branch="model")
    stage.runs.work()
    return stage


def take(stage: MemoryPlatform, reports: dict[str, bytes], *, commit: str = "") -> ReportedTests:
    commit = commit or stage.environment().commit[:10]
    return ThreatTests(stage.platform).report_tests(stage.mara, "orders", commit, reports)


def state(stage: MemoryPlatform) -> ThreatState:
    with stage.database.snapshot() as transaction:
        (found,) = store.list_of_service(transaction, "orders", stage.clock.now())
    return found.state


def test_tests_that_passed_mitigate_the_threat_where_their_commit_is_deployed(modelled: MemoryPlatform) -> None:
    assert state(modelled) is ThreatState.NOT_EVALUATED

    reported = take(modelled, ALL_PASSED)

    assert state(modelled) is ThreatState.MITIGATED
    assert reported.commit == modelled.environment().commit
    assert reported.counts == {CaseOutcome.PASSED: 2, CaseOutcome.FAILED: 1, CaseOutcome.SKIPPED: 0}
    assert list(reported.kept) == [TEST, "tests.test_files::test_nobody_writes"]
    (event,) = modelled.events("threat.tests-reported")
    assert (event.actor, event.details["named"]) == ("mara", 2)


def test_several_reports_of_one_commit_add_up_and_the_last_word_on_a_test_counts(modelled: MemoryPlatform) -> None:
    take(modelled, report(test_nobody_reads=""))
    assert state(modelled) is ThreatState.NOT_EVALUATED
    take(modelled, report(test_nobody_writes=""))
    assert state(modelled) is ThreatState.MITIGATED

    take(modelled, report(test_nobody_reads="<failure/>"))

    assert state(modelled) is ThreatState.OPEN
    assert len(modelled.events("threat.reopened")) == 1


def test_a_report_of_another_commit_says_nothing_of_what_is_deployed(modelled: MemoryPlatform) -> None:
    newer = modelled.push_files("newer", {"README.md": b"Newer."})

    take(modelled, ALL_PASSED, commit=newer)

    assert state(modelled) is ThreatState.NOT_EVALUATED


def test_a_commit_that_is_deployed_anew_has_to_be_tested_anew(modelled: MemoryPlatform) -> None:
    take(modelled, ALL_PASSED)

    modelled.open(a_stack(size="small"))

    assert state(modelled) is ThreatState.NOT_EVALUATED


def test_the_same_report_again_changes_nothing(modelled: MemoryPlatform) -> None:
    assert take(modelled, ALL_PASSED) == take(modelled, ALL_PASSED)

    assert len(modelled.events("threat.tests-reported")) == 1


def test_of_a_report_that_is_half_readable_nothing_is_taken(modelled: MemoryPlatform) -> None:
    with pytest.raises(InvalidError, match="test-report-unreadable"):
        take(modelled, {**ALL_PASSED, "second.xml": b"<testsuite>"})

    assert state(modelled) is ThreatState.NOT_EVALUATED


def test_what_no_threat_names_is_counted_and_not_kept(modelled: MemoryPlatform) -> None:
    reported = take(modelled, report(test_else=""))

    assert (dict(reported.kept), len(reported.missing)) == ({}, 2)
    with modelled.database.snapshot() as transaction:
        assert evidence_store.read_cases(transaction, "orders", reported.commit) == {}


def test_an_unknown_commit_or_service_is_refused_and_so_is_another_team(modelled: MemoryPlatform) -> None:
    with pytest.raises(MissingError, match="commit-missing"):
        take(modelled, ALL_PASSED, commit="0" * 40)
    tests = ThreatTests(modelled.platform)
    with pytest.raises(MissingError, match="service-missing"):
        tests.report_tests(modelled.mara, "billing", "0" * 40, ALL_PASSED)
    with pytest.raises((ForbiddenError, MissingError)):
        tests.report_tests(modelled.finn, "orders", modelled.environment().commit, ALL_PASSED)
