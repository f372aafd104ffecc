"""Test reports from another machine."""

from typing import TYPE_CHECKING

from pavior.identity.model import Permission
from pavior.testing.company import make_repositories
from pavior.testing.memory_forge import MemoryForge

if TYPE_CHECKING:
    from tests.api.conftest import Site

REPORTS = "/services/orders/threats/test-reports"
COMMIT = make_repositories(MemoryForge()).first
CASE = '<testcase classname="tests" name="test_it"/>'


def test_a_report_is_larger_than_other_requests_and_has_an_end(site: "Site") -> None:
    def status(padding: int) -> tuple[int, str]:
        report = f"<testsuite>{CASE}{' ' * padding}</testsuite>"
        answer = site.client().post(REPORTS, json={"commit": COMMIT, "reports": {"report.xml": report}})
        return answer.status_code, answer.json().get("code", "")

    assert status(3 * 1024**2) == (200, "")
    assert status(16 * 1024**2) == (413, "request-too-large")


def test_what_is_no_report_is_told_by_its_name(site: "Site") -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "ha">]><testsuite/>'
    answer = site.client().post(REPORTS, json={"commit": COMMIT, "reports": {"bomb.xml": bomb}})

    assert (answer.status_code, answer.json()["code"]) == (422, "test-report-unsafe")
    assert "bomb.xml" in answer.json()["detail"]


def test_a_token_that_may_not_know_of_a_service_hears_what_is_said_where_there_is_none(site: "Site") -> None:
    client = site.client(site.token(Permission.THREAT_REPORT_TESTS, team="payments"))

    def said(service: str) -> tuple[int, str]:
        body = {"commit": COMMIT, "reports": {"report.xml": f"<testsuite>{CASE}</testsuite>"}}
        answer = client.post(f"/services/{service}/threats/test-reports", json=body)
        return answer.status_code, answer.text.replace(service, "NAME")

    assert said("ledger") == said("nobody-made-it")
    assert said("ledger")[0] == 404
