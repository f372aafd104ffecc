"""How a check is told to people."""

from tests.cli.checking.reports import a_report, a_verdict

from pavior.cli.answer import Facts, Table, Text
from pavior.cli.checking.people import denials_to_people, told_to_people
from pavior.kernel.verdicts import Outcome, Severity
from pavior.policy.rendering import Denial
from pavior.resources.model import READ_AS_MEANT, Skipped


def test_what_was_read_though_terraform_refuses_it_is_told_apart_from_what_was_not_read() -> None:
    skipped = (Skipped("main.tf:7", "x is True", READ_AS_MEANT), Skipped("a.tf", "it is large"))

    parts = told_to_people(a_report([a_verdict(outcome=Outcome.PASSED)], skipped=skipped), lambda lines, _: lines)

    (facts,) = (dict(part.rows) for part in parts if isinstance(part, Facts))
    assert facts["read as meant"] == "main.tf:7: x is True"
    assert facts["passed over"] == "a.tf: it is large"


def test_what_is_denied_in_another_cloud_has_its_own_fix() -> None:
    subjects = ("aws_s3_bucket.a", "azurerm_storage_account.b", "aws_s3_bucket.c", "module.x.azurerm_storage_account.d")
    asked = tuple(
        Denial(
            control="storage-closed",
            title="Storage is closed",
            subject=subject,
            position=None,
            attribute="",
            outcome=Outcome.FAILED,
            message="It is open.",
            risk="",
            severity=Severity.HIGH,
            fix=f"as {subject} wants",
            fix_language="terraform",
            lesson="",
            waiver_command="",
            owner="",
            dispute_command="",
        )
        for subject in subjects
    )

    parts = denials_to_people(asked, {})

    told = [part.text for part in parts if isinstance(part, Text) and part.text]
    tables = [part.rows for part in parts if isinstance(part, Table)]
    assert [line for text in told for line in text.splitlines() if "wants" in line] == [
        "    as aws_s3_bucket.a wants",
        "    as azurerm_storage_account.b wants",
    ]
    assert [row[0] for rows in tables for row in rows] == ["aws_s3_bucket.c", "module.x.azurerm_storage_account.d"]
