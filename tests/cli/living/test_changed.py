"""With `--changed-since` only what changed stops a check; the rest is counted, and never as passed."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from tests.cli.checking.documents import GIVEN, a_signed_waiver, files, signed
from tests.cli.living.conftest import COMMIT, Changed

from pavior.cli.checking.changed import Touched, compare_lines
from pavior.cli.launcher import CheckTools
from pavior.cli.root import invoke
from pavior.content.loading import CONTROLS_FOLDER, load_control
from pavior.kernel.errors import MissingError, PaviorError, UnavailableError
from pavior.kernel.verdicts import Position
from pavior.policy.model import Control, RuleResult
from pavior.policy.rules import failed

ONE = 'resource "aws_ebs_volume" "one" {\n  size = 3\n}\n'
TWO = ONE.replace('"one"', '"two"')
BUCKET = 'resource "aws_s3_bucket" "files" {\n  bucket = "files"\n}\n'
BLOCK = """\
resource "aws_s3_bucket_public_access_block" "files" {
  bucket                  = aws_s3_bucket.files.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
"""
FROM_VARIABLE = 'resource "aws_ebs_volume" "one" {\n  encrypted = var.is_encrypted\n}\n'
VARIABLE = 'variable "is_encrypted" {\n  default = true\n}\n'
MODULE = 'variable "is_encrypted" {\n  type = bool\n}\n' + FROM_VARIABLE
CALLED = 'module "disk" {\n  source = "../module"\n}\n'
CALL = 'module "disk" {\n  source       = "./module"\n  is_encrypted = true\n}\n'


def test_what_did_not_change_is_counted_and_stops_nothing(changed: Changed) -> None:
    status, out = changed({"main.tf": ONE}, {"main.tf": ONE})

    assert status == 0
    assert "not changed  1 failed, 0 errored, 0 unknown, since abababababab" in out
    assert "verdicts     1 failed, 0 errored, 0 unknown, 0 passed" in out
    assert "Nothing that changed stops it. What did not change was set aside" in out
    assert "stops a Change" not in out


def test_what_is_waived_is_told_as_that_whether_it_changed_or_not(changed: Changed) -> None:
    waiver = a_signed_waiver(control="disk-encrypted", subject="aws_ebs_volume.one")
    given = {name: text for name, text in files(signed(waivers=(waiver,))).items() if name != "main.tf"}

    status, out = changed({"main.tf": ONE}, {"main.tf": ONE, **given}, *GIVEN)

    assert status == 0
    assert "waived       1 failed, by W-4" in out
    assert "not changed  0 failed, 0 errored, 0 unknown, since abababababab" in out


def test_a_resource_on_changed_lines_stops_and_its_neighbour_in_the_file_does_not(changed: Changed) -> None:
    status, out = changed({"main.tf": ONE + TWO}, {"main.tf": "# moved\n" + ONE + TWO.replace("3", "30")})

    assert status == 1
    assert "where: aws_ebs_volume.two at main.tf:5" in out
    assert "aws_ebs_volume.one" not in out
    assert "No: 1 denied." in out


def test_a_line_taken_out_of_a_resource_changes_it(changed: Changed) -> None:
    was = ONE.replace("  size = 3\n", "  size = 3\n  type = 4\n")

    assert changed({"main.tf": was + TWO}, {"main.tf": ONE + TWO})[0] == 1


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ({"main.tf": BUCKET, "block.tf": BLOCK}, {"main.tf": BUCKET, "block.tf": BLOCK.replace("true", "false")}),
        ({"main.tf": BUCKET, "block.tf": BLOCK}, {"main.tf": BUCKET}),
        ({"main.tf": FROM_VARIABLE + VARIABLE}, {"main.tf": FROM_VARIABLE + VARIABLE.replace("true", "false")}),
        (
            {"main.tf": CALL, "module/main.tf": MODULE},
            {"main.tf": CALL.replace("true", "false"), "module/main.tf": MODULE},
        ),
        (
            {"main.tf": CALL, "module/main.tf": MODULE},
            {"main.tf": CALL, "module/main.tf": MODULE.replace("var.is_encrypted", "false")},
        ),
        ({}, {"main.tf": ONE}),
        ({"main.tf": "resource {"}, {"main.tf": ONE}),
    ],
    ids=[
        "a satellite changed",
        "a satellite deleted with its file",
        "a variable changed",
        "an argument of a module changed",
        "a module changed",
        "a file that was not there, tracked or not",
        "a file that could not be read then",
    ],
)
def test_what_fails_because_of_a_change_elsewhere_stops(
    changed: Changed, before: dict[str, str], now: dict[str, str]
) -> None:
    status, out = changed(before, now)

    assert status == 1
    assert "denied." in out


def test_a_satellite_that_changed_brings_its_bucket_back_though_it_failed_before(changed: Changed) -> None:
    open_block = BLOCK.replace("block_public_acls       = true", "block_public_acls       = false")
    more_open = open_block.replace("ignore_public_acls      = true", "ignore_public_acls      = false")

    status, out = changed(
        {"main.tf": BUCKET, "block.tf": open_block}, {"main.tf": BUCKET, "block.tf": more_open}, "--json"
    )

    assert status == 1
    (denial,) = json.loads(out)["denials"]
    assert denial["subject"] == "aws_s3_bucket.files"
    assert json.loads(out)["not_changed"] == {"failed": 1}


def test_a_renamed_file_did_not_change(changed: Changed) -> None:
    status, out = changed({"main.tf": ONE + TWO + BUCKET}, {"disks.tf": ONE + TWO + BUCKET + "# renamed\n"})

    assert status == 0
    assert "not changed  4 failed" in out


def test_other_line_ends_are_no_change(changed: Changed) -> None:
    assert changed({"main.tf": ONE}, {"main.tf": ONE.replace("\n", "\r\n")})[0] == 0


def test_what_was_not_known_before_and_did_not_change_is_set_aside_too(changed: Changed) -> None:
    files = {"main.tf": FROM_VARIABLE + 'variable "is_encrypted" {\n  type = bool\n}\n'}

    status, out = changed(files, files, "--require-known")

    assert status == 0
    assert "not changed  0 failed, 0 errored, 1 unknown" in out
    assert "NOT KNOWN" not in out
    assert changed({}, files, "--require-known")[0] == 3


@pytest.mark.parametrize(
    ("name", "told"),
    [("sarif", '"standing": "set-aside"'), ("junit", "unknown, and set-aside: "), ("markdown", "set aside")],
)
def test_what_is_not_known_and_set_aside_is_in_every_format(changed: Changed, name: str, told: str) -> None:
    files = {"main.tf": FROM_VARIABLE + 'variable "is_encrypted" {\n  type = bool\n}\n'}

    status, out = changed(files, files, "--format", name)

    assert status == 0
    assert told in out


def test_a_rule_that_broke_and_is_set_aside_turns_no_pipeline_red(
    changed: Changed, few_controls: tuple[Control, ...]
) -> None:
    def rule(_: Any) -> RuleResult:
        raise RuntimeError("It broke.")

    files = {"main.tf": ONE}
    controls = (replace(few_controls[0], rule=rule),)

    status, out = changed(files, files, "--format", "junit", controls=controls)
    again, told = changed({}, files, "--format", "junit", controls=controls)

    assert status == 0
    assert 'failures="0" errors="0" skipped="1"' in out
    assert 'message="errored, and set-aside: ' in out
    assert again == 3
    assert 'failures="0" errors="1" skipped="0"' in told


def test_another_fault_of_the_same_resource_is_a_new_one(changed: Changed, few_controls: tuple[Control, ...]) -> None:
    def rule(view: Any) -> RuleResult:
        return failed(f"encrypted is {view.resource.values['encrypted']}")

    files = {"main.tf": FROM_VARIABLE + VARIABLE}
    controls = (replace(few_controls[0], rule=rule),)
    other = {"main.tf": FROM_VARIABLE + VARIABLE.replace("true", "false")}

    assert changed(files, files, controls=controls)[0] == 0
    assert changed(files, other, controls=controls)[0] == 1


def test_a_file_that_cannot_be_read_stops_although_it_did_not_change(changed: Changed) -> None:
    files = {"main.tf": "resource {", "other.tf": ONE}

    assert changed(files, files)[0] == 3


def test_one_file_is_compared_with_itself_alone(changed: Changed) -> None:
    files = {"main.tf": ONE, "other.tf": TWO}

    assert changed(files, files, at="main.tf")[0] == 0
    assert changed({"other.tf": TWO}, {}, at="main.tf")[0] == 1


def test_a_manifest_is_compared_too(changed: Changed) -> None:
    controls = (load_control(CONTROLS_FOLDER / "workload_not_privileged"),)
    pod = (
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {}\nspec:\n  containers:\n    - name: web\n      image: {}\n"
        "      securityContext:\n        privileged: true\n"
    )
    one, two = pod.format("one", "a"), pod.format("two", "a")

    same = changed({"pods.yaml": f"{one}---\n{two}"}, {"pods.yaml": f"{one}---\n{two}"}, controls=controls)
    status, out = changed(
        {"pods.yaml": f"{one}---\n{two}"}, {"pods.yaml": f"{one}---\n{pod.format('two', 'b')}"}, controls=controls
    )

    assert same[0] == 0
    assert status == 1
    assert "where: Pod.default.two" in out
    assert "Pod.default.one" not in out


def test_it_goes_together_with_a_baseline(changed: Changed) -> None:
    changed({}, {"main.tf": ONE}, "--write-baseline", "known.jsonl")

    status, out = changed({}, {"main.tf": ONE.replace("3", "4")}, "--baseline", "known.jsonl")

    assert status == 0
    assert "known before  1 of" in out
    assert "not changed   0 failed" in out


def test_a_new_stack_that_fails_as_a_known_one_does_is_new_with_a_baseline_too(changed: Changed) -> None:
    known = {"module/main.tf": ONE, "b/main.tf": CALLED}
    changed({}, known, "--write-baseline", "known.jsonl")

    status, out = changed(known, {"a/main.tf": CALLED}, "--baseline", "known.jsonl")

    assert status == 1
    assert "No: 1 denied." in out
    assert "not changed   1 failed" in out


@pytest.mark.parametrize(("name", "entry"), [("sarif", '"ruleId":'), ("junit", "<testcase"), ("markdown", "<br>")])
def test_what_is_set_aside_in_one_stack_is_told_beside_the_same_of_another(
    changed: Changed, name: str, entry: str
) -> None:
    before = {"module/main.tf": ONE, "a/main.tf": CALLED}

    status, out = changed(before, {**before, "b/main.tf": CALLED}, "--format", name)

    assert status == 1
    assert out.count(entry) == 2


def test_a_baseline_is_not_written_where_nothing_can_be_compared(changed: Changed, tmp_path: Path) -> None:
    state = {"terraform.tfstate": '{"version": 4, "resources": []}'}

    status, _ = changed({}, state, "--write-baseline", "known.jsonl", at="terraform.tfstate")

    assert status == 2
    assert not (tmp_path / "known.jsonl").exists()


def test_a_state_has_no_lines_to_change(changed: Changed) -> None:
    status, out = changed({}, {"terraform.tfstate": '{"version": 4, "resources": []}'}, at="terraform.tfstate")

    assert status == 2
    assert out.startswith("changed-since-without-source: ")


def test_a_path_that_is_not_there_is_told_as_such(
    launcher: Any, tools: CheckTools, capsys: pytest.CaptureFixture[str]
) -> None:
    launcher.tools = tools

    assert invoke(["check", "nowhere", "--changed-since", "main"], launcher) == 2
    assert capsys.readouterr().err.startswith("path-missing: ")


@pytest.mark.parametrize(
    ("before", "now", "touched"),
    [
        ("abc", "abc", Touched()),
        ("abc", "aXc", Touched(((2, 2),))),
        ("abc", "aXYbc", Touched(((2, 3),))),
        ("abc", "ac", Touched((), (1,))),
        ("abc", "bc", Touched((), (0,))),
        ("", "ab", Touched(((1, 2),))),
    ],
)
def test_lines_are_compared_one_by_one(before: str, now: str, touched: Touched) -> None:
    assert compare_lines([letter.encode() for letter in before], [letter.encode() for letter in now]) == touched


@pytest.mark.parametrize(
    ("touched", "is_met"),
    [
        (Touched(((1, 4),)), False),
        (Touched(((1, 5),)), True),
        (Touched(((7, 9),)), True),
        (Touched(((8, 9),)), False),
        (Touched((), (4,)), False),
        (Touched((), (5,)), True),
        (Touched((), (6,)), True),
        (Touched((), (7,)), False),
    ],
)
def test_a_block_from_line_5_to_7_is_met_from_its_first_line_to_its_last(touched: Touched, *, is_met: bool) -> None:
    assert touched.meets(Position("main.tf", 5, 7)) is is_met


def test_a_changed_file_of_values_changes_what_it_decides(
    launcher: Any,
    tools: CheckTools,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    source = {"main.tf": FROM_VARIABLE + 'variable "is_encrypted" {}\n'}
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "main.tf").write_text(source["main.tf"], encoding="utf-8")
    values = tmp_path / "values" / "prod.tfvars"
    values.parent.mkdir()
    values.write_text("is_encrypted = false\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    earlier = {"infra": source, "values": {"prod.tfvars": "is_encrypted = true\n"}}

    def read_earlier(folder: Path, name: str, endings: Sequence[str]) -> tuple[str, Mapping[str, bytes]]:
        del name, endings
        return COMMIT, {path: text.encode() for path, text in earlier[folder.name].items()}

    launcher.tools = replace(tools, read_earlier=read_earlier)
    asked = ["check", "infra", "--changed-since", "main", "--var-file", "values/prod.tfvars"]

    assert invoke(asked, launcher) == 1
    assert "aws_ebs_volume.one" in capsys.readouterr().out
    # As it was: then nothing changed.
    earlier["values"] = {"prod.tfvars": "is_encrypted = false\n"}
    assert invoke(asked, launcher) == 0


def test_what_is_excluded_is_left_out_of_what_was_too(changed: Changed) -> None:
    files = {
        "disk/main.tf": ONE,
        "examples/main.tf": 'module "disk" {\n  source = "../disk"\n}\n',
        "pavior.yaml": "version: 1\nexclude: [examples/]\n",
    }

    status, out = changed(files, files)

    assert status == 0
    assert "not changed  1 failed" in out


def test_standard_input_has_no_earlier_state(check: Any) -> None:
    status, _, err = check({}, "--changed-since", "main", at="-")

    assert status == 2
    assert err.startswith("check-options-exclude-each-other: ")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MissingError("working-tree-missing", "It is in no working tree.", fix="Leave it out."), 0),
        (UnavailableError("git-failed", "Git ended with 128.", fix="Look at it."), 2),
    ],
    ids=["no repository", "Git failed"],
)
def test_values_that_nobody_could_look_at_before_are_told_unless_no_repository_holds_them(
    launcher: Any, tools: CheckTools, tmp_path: Path, error: PaviorError, expected: int
) -> None:
    folder, values = tmp_path / "infra", tmp_path / "values.tfvars"
    folder.mkdir()
    source = (FROM_VARIABLE + 'variable "is_encrypted" {\n  type = bool\n}\n').encode()
    (folder / "main.tf").write_bytes(source)
    values.write_text("is_encrypted = true\n", encoding="utf-8")

    def read_earlier(_folder: Path, _name: str, endings: Sequence[str]) -> tuple[str, Mapping[str, bytes]]:
        if "values.tfvars" in endings:
            raise error
        return COMMIT, {"main.tf": source}

    launcher.tools = replace(tools, read_earlier=read_earlier)

    asked = ["check", str(folder), "--changed-since", "main", "--var-file", str(values)]

    assert invoke(asked, launcher) == expected
