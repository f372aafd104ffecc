"""From a command line to an exit status, with errors that say what to do."""

import io
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pavior.cli.launcher import UpRequest
from pavior.cli.root import invoke
from pavior.environments.model import Change, ChangeKind, ChangeStatus
from pavior.findings.model import Finding, FindingSource, FindingState
from pavior.identity.model import Actor, Invitation, LinkKind, NewToken, Permission, Role, ServiceToken
from pavior.kernel.errors import ForbiddenError
from pavior.kernel.pages import Page, PageRequest
from pavior.kernel.verdicts import Phase, Severity
from pavior.reports.model import ChangeView
from pavior.runs.model import LogLine, Run, RunState

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def a_run(state: RunState = RunState.SUCCEEDED, **changes: Any) -> Run:
    values: dict[str, Any] = {
        "id": "plan-C-1-1",
        "kind": "plan_change",
        "subject": "change:orders/C-1",
        "service": "orders",
        "environment": "orders/dev",
        "requester": "mara",
        "created_at": NOON,
    }
    return Run(**{**values, **changes, "state": state})


def a_finding(**changes: Any) -> Finding:
    values: dict[str, Any] = {
        "id": "F-1",
        "fingerprint": "00",
        "control": "object-storage-versioned",
        "service": "orders",
        "environment": "orders/dev",
        "subject": "aws_s3_bucket.files",
        "phase": Phase.LIVE,
        "found_in": Phase.LIVE,
        "source": FindingSource.DRIFT,
        "severity": Severity.HIGH,
        "message": "Versioning is off.",
        "position": None,
        "team": "payments",
        "state": FindingState.OPEN,
        "first_seen_at": NOON,
        "last_seen_at": NOON,
        "due_at": NOON,
    }
    return Finding(**{**values, **changes})


def a_change(status: ChangeStatus) -> Change:
    return Change(
        id="C-1",
        service="orders",
        environment="dev",
        kind=ChangeKind.DEPLOY,
        title="Bigger queue",
        requester="mara",
        branch="bigger-queue",
        commit="a" * 40,
        status=status,
        created_at=NOON,
        variables={},
    )


@dataclass
class FakeRuns:
    """Gives the states in turn, the last one for ever, and two lines of log once it runs."""

    states: list[RunState]
    calls: int = 0

    def get_run(self, actor: Actor, run_id: str) -> Run:
        self.calls += 1
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        return a_run(state, id=run_id)

    def list_log(self, actor: Actor, run_id: str, *, after: int = 0) -> tuple[LogLine, ...]:
        lines = (LogLine(1, NOON, "planning"), LogLine(2, NOON, "planned"))
        return tuple(line for line in lines if line.sequence > after)


@dataclass
class FakePages:
    """One finding, and a Change that goes through the statuses in turn."""

    statuses: list[ChangeStatus] = field(default_factory=list)
    requests: list[PageRequest] = field(default_factory=list)
    error: Exception | None = None
    finding: Finding = field(default_factory=a_finding)

    def list_findings(self, actor: Actor, page: PageRequest, **filters: str) -> Page[Finding]:
        if self.error is not None:
            raise self.error
        self.requests.append(page)
        return Page((self.finding,), 1)

    def get_change(self, actor: Actor, change_id: str) -> ChangeView:
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        runs = (a_run(RunState.RUNNING),) if status is ChangeStatus.PLANNING else ()
        return ChangeView(a_change(status), None, "", (), (), runs, may_approve=True, may_not_approve_because="")


@dataclass
class FakeChanges:
    """Remembers what it was asked."""

    asked: list[tuple[object, ...]] = field(default_factory=list)

    def open_change(self, actor: Actor, environment: str, **options: object) -> Change:
        self.asked.append((actor.id, environment, options))
        return a_change(ChangeStatus.PLANNING)


class FakeClock:
    """Noon."""

    def now(self) -> datetime:
        return NOON


@pytest.fixture
def pages(launcher: Any) -> FakePages:
    found = FakePages()
    launcher.services.update(pages=found, clock=FakeClock())
    return found


@pytest.mark.usefixtures("pages")
def test_a_list_is_a_table_for_people(launcher: Any, capsys: pytest.CaptureFixture[str]) -> None:
    status = invoke(["finding", "list"], launcher)

    head, row = capsys.readouterr().out.splitlines()
    assert status == 0
    assert head.split() == ["FINDING", "SEVERITY", "STATE", "CONTROL", "WHERE", "SUBJECT", "DUE"]
    assert row.split() == [
        "F-1",
        "high",
        "open",
        "object-storage-versioned",
        "orders/dev",
        "aws_s3_bucket.files",
        "2026-11-24",
    ]


@pytest.mark.usefixtures("pages")
def test_json_is_one_document_and_nothing_else(launcher: Any, capsys: pytest.CaptureFixture[str]) -> None:
    status = invoke(["finding", "list", "--json"], launcher)

    captured = capsys.readouterr()
    document = json.loads(captured.out)
    assert status == 0
    assert captured.err == ""
    assert document["total"] == 1
    assert document["items"][0]["severity"] == "high"
    assert document["items"][0]["due_at"] == "2026-11-24T12:00:00.000000Z"


def test_a_finding_is_shown_as_waived_until_the_waivers_last_instant(
    launcher: Any, pages: FakePages, capsys: pytest.CaptureFixture[str]
) -> None:
    pages.finding = a_finding(waived_until=NOON + timedelta(seconds=1))
    invoke(["finding", "list"], launcher)
    assert "waived" in capsys.readouterr().out

    pages.finding = a_finding(waived_until=NOON)
    invoke(["finding", "list"], launcher)
    assert "waived" not in capsys.readouterr().out


@pytest.mark.usefixtures("pages")
def test_as_acts_as_that_person(launcher: Any) -> None:
    invoke(["finding", "list", "--as", "sam"], launcher)

    assert launcher.acting_as == "sam"


def test_paging_options_reach_the_question(launcher: Any, pages: FakePages) -> None:
    invoke(["finding", "list", "--limit", "7", "--offset", "14"], launcher)

    assert pages.requests == [PageRequest(offset=14, size=7)]


def test_an_error_prints_its_code_and_its_fix_and_gives_its_kinds_status(
    launcher: Any, pages: FakePages, capsys: pytest.CaptureFixture[str]
) -> None:
    pages.error = ForbiddenError("permission-denied", "mara may not.", fix="Ask sam.")

    status = invoke(["finding", "list"], launcher)

    captured = capsys.readouterr()
    assert status == 3
    assert captured.out == ""
    assert captured.err == "permission-denied: mara may not.\n  fix: Ask sam.\n"


def test_an_error_is_a_document_too(launcher: Any, capsys: pytest.CaptureFixture[str]) -> None:
    status = invoke(["finding", "list", "--json", "--as", "nobody"], launcher)

    captured = capsys.readouterr()
    assert status == 4
    assert captured.err == ""
    assert json.loads(captured.out) == {
        "error": {
            "code": "person-missing",
            "summary": "There is no person nobody.",
            "fix": "See: pavior user list",
            "exit_status": 4,
        }
    }


@pytest.mark.parametrize("arguments", [["fnding"], ["finding", "lst"], ["finding", "list", "--limit", "0"]])
def test_a_command_line_that_means_nothing_exits_with_2_and_says_where_help_is(
    arguments: list[str], launcher: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    status = invoke(arguments, launcher)

    error = capsys.readouterr().err
    assert status == 2
    assert error.startswith("command-unusable: ")
    assert "--help" in error


def test_a_bug_exits_with_70_and_keeps_its_message_to_itself(
    launcher: Any, pages: FakePages, capsys: pytest.CaptureFixture[str]
) -> None:
    pages.error = ZeroDivisionError("hunter2")

    status = invoke(["finding", "list"], launcher)

    error = capsys.readouterr().err
    assert status == 70
    assert error.startswith("bug: Pavior stumbled over itself (ZeroDivisionError).")
    assert "hunter2" not in error
    assert "Traceback" not in error


def test_a_bug_shows_its_trace_with_debug(launcher: Any, pages: FakePages, capsys: pytest.CaptureFixture[str]) -> None:
    pages.error = ZeroDivisionError("somewhere")

    invoke(["--debug", "finding", "list"], launcher)

    assert "Traceback" in capsys.readouterr().err


def test_what_a_repository_says_cannot_steer_the_terminal(
    launcher: Any, pages: FakePages, capsys: pytest.CaptureFixture[str]
) -> None:
    pages.finding = a_finding(subject="\x1b[2Jgone\x07")

    invoke(["finding", "list"], launcher)

    assert "\x1b" not in capsys.readouterr().out


def test_opening_a_change_waits_for_its_plan_and_says_no_when_it_is_blocked(
    launcher: Any, pages: FakePages, capsys: pytest.CaptureFixture[str]
) -> None:
    pages.statuses = [ChangeStatus.PLANNING, ChangeStatus.BLOCKED]
    changes = FakeChanges()
    launcher.services.update(changes=changes, runs=FakeRuns([RunState.RUNNING, RunState.BLOCKED]))

    status = invoke(["change", "open", "orders/dev", "--branch", "bigger-queue", "--var", "a=b=c"], launcher)

    captured = capsys.readouterr()
    assert status == 1
    assert "blocked" in captured.out
    assert captured.err == "planning\nplanned\n"
    assert changes.asked == [
        (
            "operator",
            "orders/dev",
            {
                "branch": "bigger-queue",
                "commit": "",
                "title": "",
                "variables": {"a": "b=c"},
                "sensitive_variables": {},
            },
        )
    ]


def test_a_change_that_is_verified_exits_with_0(launcher: Any, pages: FakePages) -> None:
    pages.statuses = [ChangeStatus.VERIFIED]
    launcher.services.update(changes=FakeChanges())

    assert invoke(["change", "open", "orders/dev", "--commit", "abcdef0"], launcher) == 0


def test_no_wait_returns_at_once(launcher: Any, capsys: pytest.CaptureFixture[str]) -> None:
    launcher.services.update(changes=FakeChanges())

    status = invoke(["change", "open", "orders/dev", "--branch", "b", "--no-wait", "--json"], launcher)

    assert status == 0
    assert json.loads(capsys.readouterr().out)["status"] == "planning"


def test_following_a_run_that_fails_says_no(launcher: Any, capsys: pytest.CaptureFixture[str]) -> None:
    launcher.services.update(runs=FakeRuns([RunState.QUEUED, RunState.RUNNING, RunState.FAILED]))

    assert invoke(["run", "show", "plan-C-1-1", "--follow"], launcher) == 1
    assert capsys.readouterr().err == "planning\nplanned\n"


def test_destroying_is_not_done_without_a_yes_where_nobody_can_be_asked(
    launcher: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    status = invoke(["environment", "destroy", "orders/dev"], launcher)

    assert status == 2
    assert "confirmation-missing" in capsys.readouterr().err


def test_commands_that_start_something_hand_on_what_they_were_asked(launcher: Any) -> None:
    assert invoke(["up", "--port", "0", "--no-demo"], launcher) == 0
    assert invoke(["demo", "--json"], launcher) == 1
    assert invoke(["server"], launcher) == 0
    assert invoke(["worker"], launcher) == 0
    assert invoke(["worker", "--until-input-ends"], launcher) == 0
    assert invoke(["sandbox", "--port", "5000"], launcher) == 0

    assert launcher.started == [
        UpRequest(port=0, is_demo_wanted=False),
        ("demo", None, True),
        ("server", None, False),
        ("worker", False, False),
        ("worker", True, False),
        ("sandbox", 5000, False),
    ]


def test_an_export_never_overwrites_an_earlier_one(launcher: Any, tmp_path: Path) -> None:
    class FakeAudit:
        def export(self, actor: Actor) -> tuple[str, ...]:
            return ('{"sequence": 1}', '{"head": "00"}')

    launcher.services.update(audit=FakeAudit())
    target = tmp_path / "audit.jsonl"

    assert invoke(["audit", "export", "--into", str(target)], launcher) == 0
    assert target.read_text() == '{"sequence": 1}\n{"head": "00"}\n'
    assert invoke(["audit", "export", "--into", str(target)], launcher) == 5


@dataclass
class FakeAccess:
    """One token and one invitation."""

    def create_token(
        self,
        actor: Actor,
        *,
        name: str,
        permissions: frozenset[Permission],
        days: int,
        team: str = "",
        environment: str = "",
    ) -> NewToken:
        token = ServiceToken(name, permissions, team, actor.id, NOON, NOON, environment=environment)
        return NewToken(token, "pavior_secret")

    def invite_person(
        self, actor: Actor, *, name: str, display_name: str, roles: frozenset[Role], teams: frozenset[str]
    ) -> Invitation:
        return Invitation(name, LinkKind.INVITATION, NOON, "once")


def test_the_secret_of_a_token_is_printed_once_for_people_and_programs(
    launcher: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    launcher.services.update(access=FakeAccess())
    command = ["token", "create", "ci", "--permission", "change:open", "--days", "7"]

    assert invoke(command, launcher) == 0
    assert capsys.readouterr().out.count("pavior_secret") == 1
    assert invoke([*command, "--json"], launcher) == 0
    assert json.loads(capsys.readouterr().out)["secret"] == "pavior_secret"


def test_a_permission_that_does_not_exist_is_refused(launcher: Any, capsys: pytest.CaptureFixture[str]) -> None:
    launcher.services.update(access=FakeAccess())

    assert invoke(["token", "create", "ci", "--permission", "change:opne", "--days", "7"], launcher) == 2
    assert "permission-unknown" in capsys.readouterr().err


def test_an_invitation_prints_the_portals_link(launcher: Any, capsys: pytest.CaptureFixture[str]) -> None:
    launcher.services.update(access=FakeAccess())

    assert invoke(["user", "invite", "mara", "--role", "developer", "--json"], launcher) == 0
    assert json.loads(capsys.readouterr().out)["link"] == "http://127.0.0.1:8330/sign-in/once"


def test_a_secret_variable_is_read_from_standard_input_and_not_from_the_command_line(
    launcher: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = FakeChanges()
    launcher.services.update(changes=changes)
    monkeypatch.setattr("sys.stdin", io.StringIO("hunter2\n"))

    invoke(["change", "open", "orders/dev", "--branch", "b", "--secret-var", "password", "--no-wait"], launcher)

    _, _, options = changes.asked[0]
    assert isinstance(options, dict)
    assert options["sensitive_variables"] == {"password": "hunter2"}
