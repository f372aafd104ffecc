"""`--watch` checks again when a file changes, and tells what changed in the verdicts. No test here sleeps."""

import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from pavior.cli.checking.given_levels import LevelsRequest
from pavior.cli.checking.looking import check_path
from pavior.cli.checking.report import CheckReport
from pavior.cli.checking.request import CheckRequest, GivenVariables
from pavior.cli.checking.watched import follow
from pavior.cli.checking.watched_files import WatchedFiles
from pavior.cli.checking.watching import Stamps, Turn, compare, stamps, watch
from pavior.cli.launcher import CheckTools
from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Outcome

OPEN = 'resource "aws_ebs_volume" "{}" {{\n  size = 3\n}}\n'
CLOSED = 'resource "aws_ebs_volume" "{}" {{\n  encrypted = true\n}}\n'
ODD = 'resource "aws_ebs_volume" "{}" {{\n  encrypted = var.{}\n}}\n'
ONE, TWO = OPEN.format("one"), OPEN.format("two")


class Time:
    """A clock that goes on only while somebody waits or works, and files that change at given moments.

    Args:
        files: What is listed at each look; at the end of it somebody presses Ctrl-C.
    """

    def __init__(self, *files: Stamps, check_seconds: float = 0.0) -> None:
        self._files = iter(files)
        self._check_seconds = check_seconds
        self.now = 0.0
        self.waits: list[float] = []
        self.checks = 0

    def list_files(self) -> Stamps:
        try:
            return next(self._files)
        except StopIteration:
            raise KeyboardInterrupt from None

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    def clock(self) -> float:
        return self.now

    def check(self, report: CheckReport) -> CheckReport:
        self.checks += 1
        self.now += self._check_seconds
        return report


Report = Callable[[str], CheckReport]
OLD, NEW, NEWER = ({"main.tf": (moment, 1, 1)} for moment in (1, 2, 3))


@pytest.fixture
def report(tools: CheckTools, tmp_path: Path) -> Report:
    """What is told of a file with this text."""

    def make(text: str) -> CheckReport:
        (tmp_path / "main.tf").write_text(text, encoding="utf-8")
        return check_path(CheckRequest(tmp_path), tools)

    return make


def _turns(time: Time, *reports: CheckReport | InvalidError) -> Iterator[Turn]:
    coming = iter(reports)

    def check() -> CheckReport:
        found = next(coming)
        if isinstance(found, InvalidError):
            raise found
        return time.check(found)

    return watch(check, time.list_files, time.wait, time.clock)


def _run(time: Time, *reports: CheckReport | InvalidError, is_json: bool = False) -> tuple[int, str]:
    stream = io.StringIO()
    turns = _turns(time, *reports)
    status = follow(turns, mask_lines=lambda lines, _: lines, is_json=is_json, stream=stream)
    return status, stream.getvalue()


# --- when it checks


def test_nothing_is_checked_again_while_nothing_changes(report: Report) -> None:
    time = Time(OLD, OLD, OLD, OLD)

    _run(time, report(ONE))

    assert time.checks == 1
    assert time.waits == [0.5, 0.5, 0.5, 0.5]


def test_it_waits_until_the_files_are_at_rest_and_checks_once(report: Report) -> None:
    # Four looks while an editor writes, of which the last two are alike.
    time = Time(OLD, NEW, NEWER, {}, {}, {})

    _run(time, report(ONE), report(ONE))

    assert time.checks == 2
    # After a round that took 0.3 seconds there are 0.6 of rest.
    assert time.waits == pytest.approx([0.5, 0.1, 0.1, 0.1, 0.6, 0.5])


def test_files_that_never_rest_are_checked_all_the_same(report: Report) -> None:
    always = ({"main.tf": (moment, 1, 1)} for moment in range(30))
    time = Time(*always)

    _run(time, report(ONE), report(ONE), report(ONE))

    # The first; then one look that differs and twenty more; then those that are left.
    assert time.checks == 2


def test_a_check_that_takes_long_leaves_the_machine_two_thirds_of_the_time(report: Report) -> None:
    time = Time(OLD, NEW, NEW, NEW, NEW, check_seconds=3.0)

    _run(time, report(ONE), report(ONE))

    # The last round took its check and the moment of rest before it.
    assert time.waits == pytest.approx([0.5, 0.1, 6.2, 0.5, 0.5])


# --- what it tells


def test_the_first_check_is_told_whole_and_later_ones_by_what_changed(report: Report) -> None:
    three = OPEN.format("three")

    status, out = _run(
        Time(OLD, NEW, NEW),
        report(ONE + TWO + three),
        report("# a line\n" + CLOSED.format("one") + CLOSED.format("two") + three + OPEN.format("four")),
    )

    first, _, later = out.partition("No: 3 denied.\n")
    assert "risk: " in first
    assert "risk: " not in later
    heads, *rows, summed, _ = later.splitlines()
    assert heads.split() == ["NOW", "CONTROL", "RESOURCE", "WHERE", "WHAT"]
    assert [row.split()[:3] for row in rows] == [
        ["fixed", "disk-encrypted", "aws_ebs_volume.one"],
        ["fixed", "disk-encrypted", "aws_ebs_volume.two"],
        ["new", "disk-encrypted", "aws_ebs_volume.four"],
    ]
    assert summed == "2 fixed, 1 new. No: 2 denied."
    assert "main.tf:11" in later
    assert status == 1


def test_where_no_verdict_changed_nothing_is_told(report: Report) -> None:
    status, out = _run(Time(OLD, NEW, NEW), report(ONE), report("# moved\n\n" + ONE))

    assert status == 1
    assert out.count("risk: ") == 1
    assert out.count("No: 1 denied.") == 1
    assert "NOW" not in out


def _names(items: Any) -> list[str]:
    return [item.subject.rpartition(".")[2] for item in items]


def test_what_is_not_known_any_more_is_neither_fixed_nor_gone(report: Report) -> None:
    declared = 'variable "on" {\n  type = bool\n}\n'

    turn = compare(report(declared + ONE + CLOSED.format("two")), report(declared + ODD.format("one", "on") + TWO))

    assert (_names(turn.not_known), _names(turn.new)) == (["one"], ["two"])
    assert (turn.fixed, turn.gone) == ((), ())


def test_what_was_not_known_and_fails_now_is_new(report: Report) -> None:
    declared = 'variable "on" {\n  type = bool\n}\n'

    turn = compare(report(declared + ODD.format("one", "on")), report(declared + ONE))

    assert _names(turn.new) == ["one"]
    assert (turn.fixed, turn.gone, turn.not_known) == ((), (), ())


def test_what_is_taken_away_is_gone_and_not_fixed(report: Report) -> None:
    turn = compare(report(ONE + TWO), report(TWO))

    assert _names(turn.gone) == ["one"]
    assert turn.fixed == ()


def test_what_is_set_aside_is_gone_and_not_fixed(report: Report) -> None:
    before = report(ONE)

    turn = compare(before, replace(before, denials=(), known_before=before.denials, is_denied=False))

    assert _names(turn.gone) == ["one"]


def test_a_file_that_cannot_be_read_any_more_is_told(report: Report) -> None:
    status, out = _run(Time(OLD, NEW, NEW), report(ONE), report("resource {"))

    assert status == 3
    assert "source-unparsable: " in out
    assert "1 gone. Could not be evaluated: 1 not readable." in out


def test_a_check_that_cannot_be_made_is_told_and_the_watch_goes_on(
    report: Report, capsys: pytest.CaptureFixture[str]
) -> None:
    nothing = InvalidError("nothing-to-check", "There is nothing.", fix="Write something.")

    status, out = _run(Time(OLD, {}, {}, NEW, NEW), report(ONE), nothing, report(CLOSED.format("one")))

    assert capsys.readouterr().err == "nothing-to-check: There is nothing.\n  fix: Write something.\n"
    assert status == 0
    assert "1 fixed. Nothing here stops a Change." in out


# --- how it ends


def test_it_ends_with_the_status_of_the_last_check(report: Report) -> None:
    nothing = InvalidError("nothing-to-check", "There is nothing.", fix="Write something.")

    assert _run(Time(OLD, NEW, NEW), report(ONE), report(CLOSED.format("one")))[0] == 0
    assert _run(Time(OLD, NEW, NEW), report(CLOSED.format("one")), report(ONE))[0] == 1
    assert _run(Time(OLD, NEW, NEW), report(ONE), nothing)[0] == 2


def test_before_the_first_answer_there_is_none_to_give() -> None:
    with pytest.raises(KeyboardInterrupt):
        _run(Time())


def test_what_is_wrong_from_the_start_ends_it() -> None:
    with pytest.raises(InvalidError):
        _run(Time(OLD, NEW), InvalidError("nothing-to-check", "There is nothing.", fix="Write something."))


# --- for programs


def test_json_is_one_document_a_line(report: Report) -> None:
    nothing = InvalidError("nothing-to-check", "There is nothing.", fix="Write something.")
    time = Time(OLD, NEW, NEW, {}, {})

    _, out = _run(time, report(ONE), report(CLOSED.format("one")), nothing, is_json=True)

    first, second, third = (json.loads(line) for line in out.splitlines())
    assert first["report"]["is_denied"] is True
    assert first["fixed"] == first["new"] == first["not_known"] == first["gone"] == []
    assert second["report"]["is_denied"] is False
    assert [item["subject"] for item in second["fixed"]] == ["aws_ebs_volume.one"]
    assert third["report"] is None
    assert third["error"]["code"] == "nothing-to-check"


# --- files


def test_a_stamp_changes_with_content_name_and_replacement(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / "deep" / "main.tf").write_text("a", encoding="utf-8")
    (tmp_path / ".git" / "index").write_text("a", encoding="utf-8")
    before = stamps([tmp_path])
    (tmp_path / ".git" / "index").write_text("bb", encoding="utf-8")

    assert list(before) == [str(tmp_path / "deep" / "main.tf")]
    assert stamps([tmp_path]) == before
    (tmp_path / "deep" / "main.tf").write_text("bb", encoding="utf-8")
    changed = stamps([tmp_path])
    assert changed != before
    (tmp_path / "deep" / "main.tf").rename(tmp_path / "other.tf")
    assert list(stamps([tmp_path])) == [str(tmp_path / "other.tf")]


def test_one_file_and_what_is_not_there_can_be_watched(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("a", encoding="utf-8")

    assert list(stamps([tmp_path / "main.tf", tmp_path / "nowhere"])) == [str(tmp_path / "main.tf")]


@pytest.mark.parametrize("option", [["--explain", "x"], ["--fix"], ["--write-baseline", "x"]])
def test_it_writes_nothing_and_explains_nothing(check: Any, option: list[str]) -> None:
    status, _, err = check({"main.tf": ONE}, "--watch", *option)

    assert status == 2
    assert err.startswith("check-options-exclude-each-other: ")


def test_the_command_watches_until_it_is_interrupted(check: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", interrupt)

    status, out, _ = check({"main.tf": ONE}, "--watch")

    assert status == 1
    assert "No: 1 denied." in out
    assert Outcome.FAILED.value in out


def test_standard_input_is_not_watched(check: Any) -> None:
    status, _, err = check({}, "--watch", at="-")

    assert status == 2
    assert err.startswith("check-options-exclude-each-other: ")


def test_what_is_chosen_elsewhere_is_watched_too(tools: Any, tmp_path: Path) -> None:
    for name, text in {
        "infra/main.tf": ONE,
        "values/prod.tfvars": "a = 1\n",
        "policy/pack.toml": 'name = "acme"\n',
        "other/ignored.tf": ONE,
    }.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / ".git").mkdir()
    named = str(tmp_path / "values" / "prod.tfvars")
    files = WatchedFiles(CheckRequest(tmp_path / "infra", given=GivenVariables(files={named: b""})), tools)

    without = files.stamps()
    (tmp_path / "pavior.yaml").write_text("version: 1\npacks: [{path: policy}]\n", encoding="utf-8")
    chosen = files.stamps()

    assert set(without) == {str(tmp_path / "infra" / "main.tf"), named}
    assert set(chosen) - set(without) == {str(tmp_path / name) for name in ("pavior.yaml", "policy/pack.toml")}
    (tmp_path / "policy" / "pack.toml").write_text('name = "acme2"\n', encoding="utf-8")
    assert files.stamps() != chosen


def test_signed_levels_that_are_fetched_anew_are_watched(tools: Any, tmp_path: Path) -> None:
    (tmp_path / "infra").mkdir()
    (tmp_path / "levels.json").write_text("{}", encoding="utf-8")
    levels = LevelsRequest(tmp_path / "levels.json", tmp_path / "key.pem", lambda: datetime.now(UTC))

    files = WatchedFiles(CheckRequest(tmp_path / "infra", levels=levels), tools)

    assert set(files.stamps()) == {str(tmp_path / "levels.json")}


def test_a_file_of_values_is_read_again(check: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    turns = 0

    def change(_: float) -> None:
        nonlocal turns
        turns += 1
        if turns == 1:
            (tmp_path / "a.tfvars").write_text("is_on = false\n", encoding="utf-8")
        if turns > 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", change)
    source = 'variable "is_on" {}\nresource "aws_ebs_volume" "one" {\n  encrypted = var.is_on\n}\n'

    status, out, _ = check(
        {"infra/main.tf": source, "a.tfvars": "is_on = true\n"}, "--watch", "--var-file", "a.tfvars", at="infra"
    )

    assert status == 1
    assert "1 new. No: 1 denied." in out
