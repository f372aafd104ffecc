import json
from pathlib import Path
from typing import Any, cast

import pytest
from tests.cli.checking.documents import EXPIRED, GIVEN, a_signed_waiver, files, signed
from tests.cli.tools import tools_with

from pavior.cli.root import invoke
from pavior.environments.model import EnvironmentStatus
from pavior.identity.model import Actor
from pavior.kernel.pages import Page, PageRequest
from pavior.kernel.verdicts import Outcome, Severity
from pavior.policy.level_documents import SignedControl
from pavior.policy.model import Control, Level, Remediation
from pavior.reports.standing import EnvironmentCoverage, Looked
from pavior.testing.builders import NOON, PUBLIC_ACCESS, a_control, a_verdict
from pavior.testing.policy_views import a_coverage_view, a_verdict_row

VERSIONED = a_control(
    id="object-storage-versioned",
    title="Object storage keeps old versions",
    severity=Severity.MEDIUM,
    default_level=Level.WARN,
    levels={"prod": Level.BLOCK, "dev": Level.WARN},
)


@pytest.fixture
def offers(launcher: Any) -> Any:
    def offer(*controls: Control) -> Any:
        launcher.tools = tools_with(load_controls=lambda: controls)
        return launcher

    return offer


def test_the_list_says_how_hard_each_control_is_enforced(offers: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["control", "list"], offers(a_control(), VERSIONED)) == 0

    assert capsys.readouterr().out.splitlines() == [
        "CONTROL                          SEVERITY  LEVEL             TITLE",
        "object-storage-no-public-access  high      block             Object storage is not public",
        "object-storage-versioned         medium    warn; prod block  Object storage keeps old versions",
        "Risk, fix and lesson of one: pavior control show CONTROL",
    ]


def test_the_list_goes_by_the_levels_that_a_server_signed(
    offers: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    server = {VERSIONED.id: SignedControl(VERSIONED.version, Level.OBSERVE)}
    for name, text in files(signed(controls=server, waivers=(a_signed_waiver(),))).items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    assert invoke(["control", "list", *GIVEN], offers(a_control(), VERSIONED)) == 0

    out = capsys.readouterr().out
    assert "object-storage-versioned         medium    observe  Object storage keeps old versions" in out
    assert "object-storage-no-public-access  high      block    Object storage is not public" in out
    assert "Levels for what is new: orders/prod, by pavior.example.com, " in out
    assert "with 1 waiver; not asked there: object-storage-no-public-access" in out


def test_levels_that_are_not_known_are_not_listed(
    offers: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in files(signed(**EXPIRED)).items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    assert invoke(["control", "list", *GIVEN], offers(VERSIONED)) == 2

    captured = capsys.readouterr()
    assert (captured.out, captured.err.partition(": ")[0]) == ("", "levels-unknown")


def test_no_controls_are_said_to_check_nothing(offers: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["control", "list"], offers()) == 0

    assert capsys.readouterr().out == "This Pavior has no controls, so nothing is checked.\n"


def test_one_control_is_shown_with_risk_levels_fix_mappings_and_lesson(
    offers: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    control = a_control(
        risk="Anybody can\nread it.\n",
        remediations=(Remediation("terraform", "\nblock_public_acls = true\n"), Remediation("cli", "aws s3api …")),
        levels={"dev": Level.WARN},
    )

    assert invoke(["control", "show", PUBLIC_ACCESS], offers(control)) == 0

    out = capsys.readouterr().out
    for line in (
        "control          object-storage-no-public-access",
        "severity         high",
        "level            block; dev warn",
        "waivers          at most 30 days",
        "risk             Anybody can read it.",
        "nist-800-53      AC-3",
        "same in checkov  CKV_AWS_53",
        "What to type (Terraform):\n  block_public_acls = true\n",
        "What to type (Command line for AWS):\n  aws s3api …\n",
        "# Public buckets\n\nMost leaks begin with one.",
    ):
        assert line in out


def test_json_has_the_whole_control_and_no_code(offers: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["control", "show", PUBLIC_ACCESS, "--json"], offers(a_control())) == 0
    shown = json.loads(capsys.readouterr().out)
    assert invoke(["control", "list", "--json"], offers(a_control(), VERSIONED)) == 0
    listed = json.loads(capsys.readouterr().out)

    assert shown["id"] == PUBLIC_ACCESS
    assert shown["remediations"] == [{"language": "terraform", "text": "block_public_acls = true"}]
    assert shown["lesson"].startswith("# Public buckets")
    assert "rule" not in shown
    assert [item["id"] for item in listed] == [PUBLIC_ACCESS, "object-storage-versioned"]


def test_a_control_that_is_not_there_is_missing(offers: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["control", "show", "no-such"], offers(a_control())) == 4

    assert capsys.readouterr().err == (
        "control-missing: There is no control no-such.\n  fix: List them with: pavior control list.\n"
    )


# --- how they stand ---


class Standing:
    """Answers with the small company, and remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.coverage: Any = a_coverage_view(hidden=("live",))

    def list_verdicts(self, _: Actor, control: str, page: PageRequest, **narrowed: str) -> Page[Any]:
        self.asked.append((control, page.size, narrowed))
        rows = (a_verdict_row(verdict=a_verdict(outcome=Outcome.UNKNOWN, message="Its policy is not known.")),)
        return Page(rows if control == PUBLIC_ACCESS else (), len(rows))

    def show_coverage(self, _: Actor, **narrowed: str) -> Any:
        self.asked.append(tuple(narrowed.values()))
        return self.coverage


@pytest.fixture
def standing(launcher: Any) -> Standing:
    launcher.services["pages"] = Standing()
    return cast("Standing", launcher.services["pages"])


def test_verdicts_are_listed_with_where_and_since_when(
    launcher: Any, standing: Standing, capsys: pytest.CaptureFixture[str]
) -> None:
    assert invoke(["control", "verdicts", PUBLIC_ACCESS, "--outcome", "unknown", "--limit", "7"], launcher) == 0

    line = " ".join(capsys.readouterr().out.splitlines()[1].split())
    assert line == "unknown plan orders/dev aws_s3_bucket.data 2026-11-24T12:00:00.000000Z Its policy is not known."
    assert standing.asked == [(PUBLIC_ACCESS, 7, {"phase": "", "outcome": "unknown", "team": ""})]


@pytest.mark.usefixtures("standing")
def test_no_verdict_is_said_to_be_no_pass(launcher: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["control", "verdicts", "other"], launcher) == 0

    assert "no pass" in capsys.readouterr().out


def test_coverage_says_what_nobody_looked_at_and_what_was_never_evaluated(
    launcher: Any, standing: Standing, capsys: pytest.CaptureFixture[str]
) -> None:
    assert invoke(["control", "coverage", "--team", "payments", "--type", "aws_sqs_queue"], launcher) == 0

    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "aws aws_sqs_queue 1 0 orders/dev" in lines
    assert "orders/prod payments deployed never evaluated not shown" in lines
    assert (
        "orders/dev payments deployed 3 of 4 looked at, 1 passed over, 2026-11-24T12:00:00.000000Z not shown" in lines
    )
    assert "orders/dev plan infra/other.tf It is no Terraform file." in lines
    assert "hashicorp/aws 1 0" in lines
    assert "allowed-regions nobody has set its parameter regions orders/dev" in lines
    assert "Services without an environment, of which nothing is evaluated: legacy." in lines
    assert "Not shown to you: live." in lines
    assert standing.asked == [("payments", "", "", "aws_sqs_queue")]


@pytest.mark.parametrize(
    ("evaluated", "words", "told"),
    [
        (0, [], "Nothing was evaluated, so nothing is known."),
        (3, [], "Some control looked at every resource that was evaluated."),
        (3, ["--type", "aws_sqs_queue"], "No such type was left out of what was evaluated."),
    ],
)
def test_coverage_of_nothing_is_not_said_to_be_complete(
    evaluated: int,
    words: list[str],
    told: str,
    launcher: Any,
    standing: Standing,
    capsys: pytest.CaptureFixture[str],
) -> None:
    looked = Looked(NOON, "", evaluated=evaluated, uncovered=0, skipped=0)
    row = EnvironmentCoverage("orders/dev", "payments", EnvironmentStatus.DEPLOYED, None, looked)
    standing.coverage = a_coverage_view(types=(), environments=(row,))

    assert invoke(["control", "coverage", *words], launcher) == 0

    assert capsys.readouterr().out.splitlines()[0] == told


@pytest.mark.usefixtures("standing")
def test_coverage_is_one_document_for_programs(launcher: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["control", "coverage", "--json"], launcher) == 0

    document = json.loads(capsys.readouterr().out)
    assert document["types"][0]["environments"] == ["orders/dev"]
    assert document["environments"][0]["plan"] is None
