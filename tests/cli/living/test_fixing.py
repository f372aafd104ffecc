"""`--fix` writes what is safe to write, proves it, and takes back what does not pass."""

import io
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from pavior.cli.checking.fixing import plan_repairs
from pavior.cli.checking.looking import check_path
from pavior.cli.checking.repairing import Repaired, repair
from pavior.cli.checking.request import CheckRequest
from pavior.cli.launcher import CheckTools
from pavior.content.loading import CONTROLS_FOLDER, load_control
from pavior.policy.model import Control, Fix, RuleResult
from pavior.policy.rules import failed, passed
from pavior.resources.fixing import FixedSource, WantedAttribute

KEY = 'resource "aws_kms_key" "k" {\n  description = "k"\n}\n'
TURNED = 'resource "aws_kms_key" "k" {\n  enable_key_rotation = false # for now\n}\n'
DIFF = """\
--- a/main.tf
+++ b/main.tf
@@ -1,3 +1,3 @@
 resource "aws_kms_key" "k" {
-  enable_key_rotation = false # for now
+  enable_key_rotation = true # for now
 }
"""


@pytest.fixture(scope="session")
def rotation() -> Control:
    return load_control(CONTROLS_FOLDER / "key_rotation")


@pytest.fixture
def fix(check: Any, rotation: Control) -> Callable[..., tuple[int, str, str]]:
    def run(files: dict[str, str], *options: str, at: str = ".") -> tuple[int, str, str]:
        result: tuple[int, str, str] = check(files, "--fix", *options, at=at, controls=(rotation,))
        return result

    return run


def _yes(_: str) -> bool:
    return True


def test_without_a_terminal_it_only_prints_the_diff_and_the_status_is_that_of_the_check(
    fix: Any, tmp_path: Path
) -> None:
    status, out, _ = fix({"main.tf": TURNED})

    assert status == 1
    assert out.startswith(DIFF)
    assert "Nothing was written. To fix 1 in 1 file: pavior check . --fix --yes" in out
    assert (tmp_path / "main.tf").read_text(encoding="utf-8") == TURNED


def test_with_yes_it_is_written_and_asked_again(fix: Any, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TURNED, encoding="utf-8")
    (tmp_path / "main.tf").chmod(0o640)

    status, out, _ = fix({}, "--yes")

    assert status == 0
    assert out.startswith(DIFF)
    assert "Fixed 1 in 1 file. Read the diff before you commit it." in out
    assert "Nothing here stops a Change." in out
    assert (tmp_path / "main.tf").read_text(encoding="utf-8") == TURNED.replace("false", "true")
    assert (tmp_path / "main.tf").stat().st_mode & 0o777 == 0o640


def test_at_a_terminal_a_person_sees_the_diff_and_is_asked(
    tools: CheckTools, rotation: Control, tmp_path: Path
) -> None:
    (tmp_path / "main.tf").write_text(TURNED, encoding="utf-8")
    seen: list[str] = []

    def agree(diff: str) -> bool:
        seen.append(diff)
        return False

    repaired = repair(CheckRequest(tmp_path), replace(tools, load_controls=lambda: (rotation,)), agree)

    assert seen == [DIFF]
    assert repaired.is_written is False
    assert (tmp_path / "main.tf").read_text(encoding="utf-8") == TURNED


class _Typed(io.StringIO):
    """What somebody types at a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("typed", "text"), [("y\n", TURNED.replace("false", "true")), ("\n", TURNED)])
def test_whoever_was_asked_sees_the_diff_once(
    fix: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, text: str
) -> None:
    monkeypatch.setattr(sys, "stdin", _Typed(typed))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)

    _, out, err = fix({"main.tf": TURNED})

    assert err.startswith(DIFF)
    assert "Write this? [y/N]: " in out + err
    assert "+++ b/main.tf" not in out
    assert (tmp_path / "main.tf").read_text(encoding="utf-8") == text


def test_what_terraform_refuses_further_below_does_not_hinder_a_fix(fix: Any, tmp_path: Path) -> None:
    refused = 'resource "aws_sqs_queue" "q" {\n  sqs_managed_sse_enabled = True\n}\n'

    status, _, _ = fix({"main.tf": KEY + refused}, "--yes")

    assert status == 0
    assert "enable_key_rotation = true" in (tmp_path / "main.tf").read_text(encoding="utf-8")


def test_line_ends_of_windows_stay(fix: Any, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_bytes(KEY.replace("\n", "\r\n").encode())

    assert fix({}, "--yes")[0] == 0
    body = (tmp_path / "main.tf").read_bytes()
    assert body.count(b"\r\n") == body.count(b"\n") == 4


def test_a_value_that_is_computed_is_left_to_a_person(fix: Any, tmp_path: Path) -> None:
    text = TURNED.replace("false", "var.on") + 'variable "on" {\n  default = false\n}\n'

    status, out, _ = fix({"main.tf": text}, "--yes")

    assert status == 1
    assert "key-rotation  aws_kms_key.k  enable_key_rotation  it is computed: var.on" in out
    assert "Nothing here is fixed by setting one attribute in place" in out
    assert (tmp_path / "main.tf").read_text(encoding="utf-8") == text


def test_one_that_cannot_be_fixed_does_not_keep_the_others(fix: Any, tmp_path: Path) -> None:
    files = {"main.tf": TURNED, "gen.tf": "# Code generated by a tool. DO NOT EDIT.\n" + TURNED.replace('"k"', '"g"')}

    status, out, _ = fix(files, "--yes")

    assert status == 1
    assert "Fixed 1 in 1 file" in out
    assert "gen.tf says that it is generated" in out
    assert (tmp_path / "gen.tf").read_text(encoding="utf-8") == files["gen.tf"]


def test_a_module_that_two_stacks_call_is_written_once(fix: Any, tmp_path: Path) -> None:
    call = 'module "m" {\n  source = "../m"\n}\n'

    status, out, _ = fix({"m/main.tf": TURNED, "a/main.tf": call, "b/main.tf": call}, "--yes")

    assert status == 0
    assert "Fixed 1 in 1 file" in out
    assert (tmp_path / "m" / "main.tf").read_text(encoding="utf-8") == TURNED.replace("false", "true")


def test_a_module_outside_of_what_is_checked_is_not_touched(fix: Any, tmp_path: Path) -> None:
    files = {"a/main.tf": 'module "m" {\n  source = "../m"\n}\n', "m/main.tf": TURNED}

    fix(files, "--yes", at="a")

    assert (tmp_path / "m" / "main.tf").read_text(encoding="utf-8") == TURNED


def test_what_is_set_aside_is_not_fixed(fix: Any, check: Any, rotation: Control, tmp_path: Path) -> None:
    check({"main.tf": TURNED}, "--write-baseline", "known.jsonl", controls=(rotation,))

    status, out, _ = fix({}, "--yes", "--baseline", "known.jsonl")

    assert status == 0
    assert "Nothing here is fixed" in out
    assert (tmp_path / "main.tf").read_text(encoding="utf-8") == TURNED


def test_json_has_the_diff_the_repairs_and_the_check(fix: Any) -> None:
    document = json.loads(fix({"main.tf": TURNED}, "--json")[1])

    assert document["is_written"] is False
    assert document["diff"] == DIFF
    assert document["fixed"] == [
        {
            "control": "key-rotation",
            "subject": "aws_kms_key.k",
            "path": "main.tf",
            "attribute": "enable_key_rotation",
            "value": True,
            "why_not": "",
        }
    ]
    assert document["report"]["is_denied"] is True


def test_a_secret_beside_an_edit_is_not_in_the_diff(fix: Any) -> None:
    text = TURNED.replace("{\n", '{\n  password = "wombat-7-wombat"\n', 1)

    out = fix({"main.tf": text})[1]

    assert "+  enable_key_rotation = true" in out
    assert "wombat" not in out


# --- what goes wrong


def _repair(tools: CheckTools, controls: tuple[Control, ...], root: Path) -> Repaired:
    return repair(CheckRequest(root), replace(tools, load_controls=lambda: controls), _yes)


def test_an_edit_after_which_the_control_fails_still_is_not_offered(
    tools: CheckTools, rotation: Control, tmp_path: Path
) -> None:
    (tmp_path / "main.tf").write_text(KEY, encoding="utf-8")
    useless = replace(rotation, fix=Fix("is_enabled", True, ("aws_kms_key",)))

    repaired = _repair(tools, (useless,), tmp_path)

    assert [item.why_not for item in repaired.left] == ["the control does not pass with it either"]
    assert (tmp_path / "main.tf").read_text(encoding="utf-8") == KEY


def test_an_edit_that_spoils_another_control_is_not_offered(
    tools: CheckTools, rotation: Control, tmp_path: Path
) -> None:
    (tmp_path / "main.tf").write_text(KEY, encoding="utf-8")

    def rule(view: Any, _: Any) -> RuleResult:
        return failed("No.") if view.resource.values.get("enable_key_rotation") else passed()

    other = replace(rotation, id="key-still", rule=rule, fix=None)

    repaired = _repair(tools, (rotation, other), tmp_path)

    assert [item.why_not for item in repaired.left] == ["key-still would not pass on aws_kms_key.k any more"]
    assert (tmp_path / "main.tf").read_text(encoding="utf-8") == KEY


def test_an_edit_that_changes_another_resource_is_not_offered(
    tools: CheckTools, rotation: Control, tmp_path: Path
) -> None:
    text = TURNED + 'resource "aws_kms_alias" "a" {\n  name = aws_kms_key.k.enable_key_rotation ? "x" : "y"\n}\n'
    (tmp_path / "main.tf").write_text(text, encoding="utf-8")

    repaired = _repair(tools, (rotation,), tmp_path)

    assert [item.why_not for item in repaired.left] == ["writing it would change aws_kms_alias.a as well"]


def test_a_rule_that_does_not_pass_on_disk_has_its_edit_taken_back(
    tools: CheckTools, rotation: Control, tmp_path: Path
) -> None:
    (tmp_path / "main.tf").write_text(TURNED, encoding="utf-8")
    is_written = False

    def agree(_: str) -> bool:
        nonlocal is_written
        is_written = True
        return True

    def rule(view: Any, chosen: Any) -> RuleResult:
        return failed("Not so.") if is_written else rotation.rule(view, chosen)

    controls = (replace(rotation, rule=rule),)
    repaired = repair(CheckRequest(tmp_path), replace(tools, load_controls=lambda: controls), agree)

    assert repaired.fixed == ()
    assert [item.why_not for item in repaired.left] == [
        "the control did not pass after it was written, so it was taken back"
    ]
    assert repaired.report.is_denied
    assert (tmp_path / "main.tf").read_text(encoding="utf-8") == TURNED


def test_a_file_that_changes_under_us_is_left_as_it_is(tools: CheckTools, rotation: Control, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TURNED, encoding="utf-8")

    def agree(_: str) -> bool:
        (tmp_path / "main.tf").write_text(TURNED + "# mine\n", encoding="utf-8")
        return True

    repaired = repair(CheckRequest(tmp_path), replace(tools, load_controls=lambda: (rotation,)), agree)

    assert [item.why_not for item in repaired.left] == ["its file was changed while it was checked; ask again"]
    assert (tmp_path / "main.tf").read_text(encoding="utf-8") == TURNED + "# mine\n"


def test_many_are_proven_together_and_each_alone_only_when_one_spoils_them(
    tools: CheckTools, rotation: Control, tmp_path: Path
) -> None:
    alias = 'resource "aws_kms_alias" "a" {\n  name = aws_kms_key.k3.enable_key_rotation ? "x" : "y"\n}\n'
    keys = "".join(TURNED.replace('"k"', f'"k{number}"') for number in range(8))
    (tmp_path / "main.tf").write_text(keys + alias, encoding="utf-8")
    asked: list[int] = []

    def write(files: Mapping[str, bytes], folder: str, wanted: Sequence[WantedAttribute]) -> FixedSource:
        asked.append(len(wanted))
        return tools.write_attributes(files, folder, wanted)

    used = replace(tools, load_controls=lambda: (rotation,), write_attributes=write)
    request = CheckRequest(tmp_path)
    repairs = plan_repairs(request, check_path(request, used), used)

    assert [item.subject for item in repairs.left] == ["aws_kms_key.k3"]
    assert len(repairs.done) == 7
    # Eight, then halves of what holds the third: 0-3 | 4-7, 0-1 | 2-3, 2 | 3.
    assert asked == [8, 4, 2, 2, 1, 1, 4]


def test_a_plan_or_a_state_is_not_edited(fix: Any) -> None:
    status, _, err = fix({"terraform.tfstate": '{"version": 4, "resources": []}'}, at="terraform.tfstate")

    assert status == 2
    assert err.startswith("fix-without-source: ")


def test_yes_alone_means_nothing(check: Any) -> None:
    status, _, err = check({"main.tf": KEY}, "--yes")

    assert status == 2
    assert err.startswith("check-option-alone: ")


def test_a_baseline_is_not_written_while_it_is_fixed(fix: Any) -> None:
    status, _, err = fix({"main.tf": KEY}, "--write-baseline", "known.jsonl")

    assert status == 2
    assert err.startswith("check-options-exclude-each-other: ")


def test_standard_input_is_not_edited(fix: Any) -> None:
    status, _, err = fix({}, at="-")

    assert status == 2
    assert err.startswith("check-options-exclude-each-other: ")


def test_what_is_excluded_is_not_edited_and_hides_no_module(fix: Any, tmp_path: Path) -> None:
    call = 'module "keys" {\n  source = "../keys"\n}\n'
    files = {
        "keys/main.tf": TURNED,
        "examples/main.tf": call + TURNED,
        "pavior.yaml": "version: 1\nexclude: [examples/]\n",
    }

    status, _, _ = fix(files, "--yes")

    assert status == 0
    assert "true # for now" in (tmp_path / "keys" / "main.tf").read_text(encoding="utf-8")
    assert (tmp_path / "examples" / "main.tf").read_text(encoding="utf-8") == call + TURNED
