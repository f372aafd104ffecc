"""Test reports, as evidence against threats."""

import re
from typing import Annotated

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from pavior.api.calling import Caller, Name, PathName, verb
from pavior.api.schemas.form import Asked, Shown
from pavior.identity.model import Permission
from pavior.threatmodels.standing_model import MAXIMUM_REPORT_BYTES, CaseOutcome

router = APIRouter(tags=["threats"])
# Of all files of one request together.
MAXIMUM_TEST_REPORT_BYTES = MAXIMUM_REPORT_BYTES
TEST_REPORT_PATHS = re.compile(r".*/services/[^/]+/threats/test-reports")


class ReportedFiles(Asked):
    """What the tests of one commit came to."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "commit": "4f1c2b7a9d0e3f5a6b8c1d2e3f4a5b6c7d8e9f00",
                    "reports": {"report.xml": '<testsuites><testcase classname="a" name="b"/></testsuites>'},
                }
            ]
        }
    )

    commit: Name = Field(description="What was tested: its hash, or at least 7 digits of it.")
    reports: dict[Annotated[str, Field(min_length=1, max_length=200)], str] = Field(
        min_length=1, max_length=100, description="JUnit XML by the name of its file. All are taken, or none."
    )


class ReportedTestsShown(Shown):
    """What came of it: `kept` are the tests that threats of that commit's model name, `missing` those not reported."""

    service: str
    commit: str
    counts: dict[CaseOutcome, int]
    kept: dict[str, CaseOutcome]
    missing: tuple[str, ...]


@verb(
    router,
    "POST",
    "/services/{name}/threats/test-reports",
    permission=Permission.THREAT_REPORT_TESTS,
    shows=ReportedTestsShown,
)
def report_threat_tests(call: Caller, name: PathName, report: ReportedFiles) -> ReportedTestsShown:
    """Report what CI saw of a commit. Threats are judged again where it is deployed; the same again changes nothing."""
    reports = {file: text.encode() for file, text in report.reports.items()}
    reported = call.application.threat_tests.report_tests(call.actor, name, report.commit, reports)
    return ReportedTestsShown.of(reported)
