"""How a check is told to people."""

from pavior.cli.answer import Table, Text
from pavior.cli.checking.excerpts import Excerpts
from pavior.cli.checking.people import _denials
from pavior.kernel.verdicts import Outcome, Severity
from pavior.policy.rendering import Denial


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

    parts = _denials(asked, Excerpts((), lambda lines: lines))

    told = [part.text for part in parts if isinstance(part, Text) and part.text]
    tables = [part.rows for part in parts if isinstance(part, Table)]
    assert [line for text in told for line in text.splitlines() if "wants" in line] == [
        "    as aws_s3_bucket.a wants",
        "    as azurerm_storage_account.b wants",
    ]
    assert [row[0] for rows in tables for row in rows] == ["aws_s3_bucket.c", "module.x.azurerm_storage_account.d"]
