"""`pavior compliance`: numbers with what they are parts of, and honest words where nothing is known."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pavior.cli.root import invoke
from pavior.kernel.pages import Page
from pavior.testing.policy_views import a_framework_summary, a_framework_view, an_evidence
from pavior.workflows.export_evidence import ExportedEvidence

if TYPE_CHECKING:
    from tests.cli.conftest import FakeLauncher

    from pavior.cli.launcher import Launcher

Run = Callable[..., tuple[int, str]]


class FakePages:
    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.evidence: tuple[Any, ...] = (an_evidence(), an_evidence(control="", outcome=None, at=None, phase=None))

    def list_frameworks(self, _: object, extent: object, *, at: object) -> object:
        self.asked.append((extent, at))
        return (a_framework_summary(),)

    def get_framework(self, _: object, framework: str, extent: object, *, at: object) -> object:
        self.asked.append((framework, extent, at))
        return a_framework_view()

    def list_evidence(self, _: object, framework: str, extent: object, page: object, **narrowed: object) -> object:
        self.asked.append((framework, extent, page, narrowed))
        return Page(self.evidence, len(self.evidence))


@pytest.fixture
def pages() -> FakePages:
    return FakePages()


@pytest.fixture
def run(launcher: "FakeLauncher", pages: FakePages, capsys: pytest.CaptureFixture[str]) -> Run:
    launcher.services["pages"] = pages

    def act(*words: str) -> tuple[int, str]:
        status = invoke(["compliance", *words], cast("Launcher", launcher))
        printed = capsys.readouterr()
        return status, printed.out + printed.err

    return act


def test_a_framework_is_told_with_its_denominator_and_what_is_not_covered_is_counted(run: Run) -> None:
    status, told = run("show", "nist-800-53")

    assert status == 0
    assert (
        "0 of 2 requirements met, 1 not met, 0 waived, 0 unknown, 1 not covered; of those listed, which are not all"
        in " ".join(told.split())
    )
    assert "1 more are not covered by any control" in told
    assert "PE-3" not in told
    assert "PE-3" in run("show", "nist-800-53", "--state", "not-covered")[1]


def test_json_is_one_document_with_totals(run: Run) -> None:
    document = json.loads(run("list", "--json")[1])

    assert document[0]["counts"] == {"met": 0, "not_met": 1, "waived": 0, "unknown": 0, "not_covered": 1, "total": 2}


def test_csv_goes_out_as_it_is(run: Run) -> None:
    _, told = run("show", "nist-800-53", "--csv")

    assert [line.split(",")[1] for line in told.splitlines()] == ["requirement", "AC-3", "PE-3"]


def test_what_is_asked_is_passed_on(run: Run, pages: FakePages) -> None:
    run("list", "--team", "payments", "--at", "2026-11-01T00:00:00Z")

    extent, at = pages.asked[0]
    assert (extent.team, at.isoformat()) == ("payments", "2026-11-01T00:00:00+00:00")
    status, told = run("list", "--at", "yesterday")
    assert (status, "instant-malformed" in told) == (2, True)


def test_evidence_that_is_missing_has_a_row_and_no_evidence_is_no_pass(run: Run, pages: FakePages) -> None:
    assert run("evidence", "nist-800-53", "--requirement", "AC-3")[1].count("Everybody can read") == 2

    pages.evidence = ()
    assert "which is no pass" in run("evidence", "nist-800-53")[1]


KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))


class FakeEvidence:
    def export_evidence(self, *_: object, **__: object) -> ExportedEvidence:
        return ExportedEvidence("nist.zip", b"PK evidence", "ab" * 32)


def test_an_export_is_written_once_and_says_how_to_verify_it(
    run: Run, launcher: "FakeLauncher", tmp_path: Path
) -> None:
    launcher.services["evidence"] = FakeEvidence()
    into = tmp_path / "evidence.zip"

    status, told = run("export", "nist-800-53", "--into", str(into))
    assert (status, into.read_bytes()) == (0, b"PK evidence")
    assert f"pavior compliance verify {into}" in told
    status, told = run("export", "nist-800-53", "--into", str(into))
    assert (status, "file-exists" in told) == (5, True)
    status, told = run("export", "nist-800-53", "--into", str(tmp_path / "none" / "evidence.zip"))
    assert (status, "evidence-not-written" in told) == (2, True)


def test_what_is_no_evidence_is_refused_by_code(run: Run, tmp_path: Path) -> None:
    key, archive = tmp_path / "key.pem", tmp_path / "evidence.zip"
    key.write_bytes(KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    archive.write_bytes(b"nonsense")

    status, told = run("verify", str(archive), "--key", str(key))
    assert (status, "evidence-unreadable" in told) == (2, True)
    status, told = run("verify", str(archive), "--key", str(archive))
    assert (status, "key-invalid" in told) == (2, True)
