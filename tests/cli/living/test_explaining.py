"""One control explained: what it demands, what it was asked about, and by what it knows its answer."""

import json
from typing import Any

import pytest
from msgspec.structs import replace
from tests.cli.checking.documents import GIVEN, a_signed_waiver, files, signed

from pavior.content.loading import CONTROLS_FOLDER, load_control
from pavior.kernel.verdicts import Outcome
from pavior.policy.model import Control, Level, RuleResult

DISK = 'resource "aws_ebs_volume" "one" {\n  size = 3\n}\n'
BUCKET = """\
resource "aws_s3_bucket" "files" {
  bucket = "files"
}

resource "aws_s3_bucket_public_access_block" "files" {
  bucket                  = aws_s3_bucket.files.id
  block_public_acls       = false
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
"""


def test_it_tells_demand_risk_levels_verdict_fix_and_lesson(check: Any) -> None:
    status, out, _ = check({"main.tf": BUCKET}, "--explain", "object-storage-no-public-access")

    assert status == 1
    for line in (
        "Object storage is closed to the public",
        "severity    critical",
        "risk        Whoever finds the name of an open store",
        "levels      block",
        "level here  block (no stage)",
        "asked of    aws_s3_bucket",  # and what is the same in other clouds
        "verdicts    1 failed",
        "aws_s3_bucket.files at main.tf:7: failed, stops it",
        "  decided by: aws_s3_bucket_public_access_block.files, block_public_acls",
        "  value: false, as written",
        "  completed by: aws_s3_bucket_public_access_block.files",
        "    ignores_public_acls = true (aws_s3_bucket_public_access_block.files ignore_public_acls)",
        "What to type:",
        '  resource "aws_s3_bucket_public_access_block" "files" {',
        "# Closing a bucket to the public",
    ):
        assert line in out


def test_what_a_waiver_of_the_signed_document_excuses_is_told_as_waived(check: Any) -> None:
    control, subject = "object-storage-no-public-access", "aws_s3_bucket.files"
    levels = signed(waivers=(a_signed_waiver(control=control, subject=subject),))

    status, out, _ = check({**files(levels, BUCKET)}, *GIVEN, "--explain", control, at="main.tf")

    assert status == 0
    assert f"{subject} at main.tf:7: failed, is waived" in out


def test_a_default_that_decided_is_told_with_its_source(check: Any) -> None:
    _, out, _ = check({"main.tf": DISK}, "--explain", "disk-encrypted", "--json")

    (asked,) = json.loads(out)["asked"]
    assert asked["evidence"] == {
        "kind": "default",
        "resource": "aws_ebs_volume.one",
        "attribute": "encrypted",
        "value": False,
        # As resources/defaults/machines.py has it.
        "source": "https://docs.aws.amazon.com/ebs/latest/userguide/encryption-by-default.html",
    }
    assert (
        "false, which is the default where nothing is written: https://docs.aws"
        in check({}, "--explain", "disk-encrypted")[1]
    )


def test_each_thing_it_was_asked_about_is_told_worst_first(check: Any) -> None:
    good = DISK.replace("one", "good").replace("size = 3", "encrypted = true")
    odd = 'variable "odd" {\n  type = bool\n}\n' + good.replace("good", "odd").replace("true", "var.odd")

    status, out, _ = check({"main.tf": good + odd + DISK}, "--explain", "disk-encrypted", "--json")

    asked = json.loads(out)["asked"]
    assert status == 1
    assert [(item["subject"], item["outcome"], item["effect"]) for item in asked] == [
        ("aws_ebs_volume.one", "failed", "block"),
        ("aws_ebs_volume.odd", "unknown", "warn"),
        ("aws_ebs_volume.good", "passed", "pass"),
    ]
    assert asked[1]["evidence"]["value"] == {"$unknown": "not-evaluated", "detail": "var.odd has no value"}
    assert asked[2]["seen"][0] == {
        "name": "are_encrypted.0",
        "value": True,
        "resource": "aws_ebs_volume.good",
        "attribute": "encrypted",
    }
    assert asked[2]["fix"] == ""


def test_of_two_stacks_each_has_its_own_evidence(check: Any) -> None:
    files = {"a/main.tf": BUCKET, "b/main.tf": BUCKET.replace("false", "true")}

    _, out, _ = check(files, "--explain", "object-storage-no-public-access", "--json")

    failed, passed = json.loads(out)["asked"]
    assert (failed["outcome"], failed["seen"][0]["value"]) == ("failed", False)
    assert (passed["outcome"], passed["seen"][0]["value"]) == ("passed", True)


def test_the_level_of_the_stage_decides(check: Any, few_controls: tuple[Control, ...]) -> None:
    controls = (replace(few_controls[0], default_level=Level.OBSERVE, levels={"prod": Level.WARN}),)

    status, out, _ = check({"main.tf": DISK}, "--explain", "disk-encrypted", "--environment", "prod", controls=controls)

    assert status == 0
    assert "levels      observe; prod warn" in out
    assert "level here  warn (prod)" in out
    assert "failed, warns" in out


def test_a_rule_that_breaks_shows_what_it_was_given(check: Any, few_controls: tuple[Control, ...]) -> None:
    def rule(_: object) -> RuleResult:
        raise ValueError

    status, out, _ = check(
        {"main.tf": DISK}, "--explain", "disk-encrypted", controls=(replace(few_controls[0], rule=rule),)
    )

    assert status == 3
    assert "errored, stops it" in out
    assert "are_encrypted.0 = false" in out


def test_what_it_was_asked_of_nothing_it_says_and_names_the_types(check: Any) -> None:
    status, out, _ = check({"main.tf": BUCKET}, "--explain", "disk-encrypted")

    assert status == 0
    assert "asked of    aws_ebs_volume, aws_instance, " in out
    assert "It was asked of nothing here: there is none of these types. That is no pass." in out


def test_what_could_not_be_read_is_told_and_is_a_no(check: Any) -> None:
    status, out, _ = check({"main.tf": "resource {"}, "--explain", "disk-encrypted")

    assert status == 3
    assert "source-unparsable: " in out


def test_a_value_that_is_secret_is_not_repeated(check: Any) -> None:
    controls = (load_control(CONTROLS_FOLDER / "environment_without_secrets"),)
    function = (
        'resource "aws_lambda_function" "one" {\n  environment {\n    variables = {\n'
        '      DB_PASSWORD = "wombat-7-wombat"\n      HARMLESS = "AKIAABCDEFGHIJKLMNOP"\n'
        '      PLAIN = "quokka-9"\n    }\n  }\n}\n'
    )

    for options in ((), ("--json",)):
        status, out, _ = check(
            {"main.tf": function}, "--explain", "environment-without-secrets", *options, controls=controls
        )
        assert status == 1
        assert "DB_PASSWORD" in out
        assert "***" in out
        assert "wombat" not in out
        assert "AKIAABCD" not in out
        assert "quokka" not in out


def test_a_policy_that_holds_a_token_is_shown_without_it(check: Any, few_controls: tuple[Control, ...]) -> None:
    def rule(view: Any) -> RuleResult:
        del view
        return RuleResult(Outcome.FAILED, "No.", "description")

    disk = DISK.replace("size = 3", 'description = "use AKIAABCDEFGHIJKLMNOP"')

    _, out, _ = check({"main.tf": disk}, "--explain", "disk-encrypted", controls=(replace(few_controls[0], rule=rule),))

    assert "value: use ***, as written" in out


def test_an_unknown_control_is_told_with_the_nearest(check: Any) -> None:
    status, _, err = check({"main.tf": DISK}, "--explain", "disk-encryptd")

    assert status == 2
    assert err.startswith("control-missing: There is no control disk-encryptd.\n  fix: Perhaps it is disk-encrypted. ")
    assert "object-storage-versioned" in check({}, "--explain", "versioned")[2]


@pytest.mark.parametrize("option", ["--baseline", "--write-baseline", "--changed-since"])
def test_it_sets_nothing_aside(check: Any, option: str) -> None:
    status, _, err = check({"main.tf": DISK}, "--explain", "disk-encrypted", option, "x")

    assert status == 2
    assert err.startswith("check-options-exclude-each-other: ")


def test_a_whole_object_that_decides_is_shown_without_what_its_program_is_given(check: Any) -> None:
    memory = load_control(CONTROLS_FOLDER / "workload_memory_limited")
    pod = """\
apiVersion: v1
kind: Pod
metadata: {name: p, namespace: d}
spec:
  containers:
    - name: a
      image: registry.example/a
      env: [{name: PASSWORD, value: hunter-one}, {name: X, value: hunter-two}]
      command: [sh, -c, "curl -u a:hunter-three https://registry.example"]
      args: [--password=hunter-four]
"""

    _, out, _ = check({"pod.yaml": pod}, "--explain", memory.id, "--json", controls=(memory,))

    (asked,) = json.loads(out)["asked"]
    assert asked["evidence"]["value"]["image"] == "registry.example/a"
    assert "hunter" not in out


@pytest.mark.parametrize("name", ["environment_without_secrets", "container_not_privileged"])
def test_what_a_task_gives_to_its_containers_is_hidden_in_the_text_that_holds_it(check: Any, name: str) -> None:
    asked = load_control(CONTROLS_FOLDER / name)
    task = (
        'resource "aws_ecs_task_definition" "t" {\n  container_definitions = jsonencode([{\n'
        '    name = "a", image = "registry.example/a", privileged = true, command = ["wombat-one"],\n'
        '    environment = [{ name = "PASSWORD", value = "wombat-two" }, { name = "X", value = "wombat-three" }]\n'
        "  }])\n}\n"
    )

    for options in ((), ("--json",)):
        status, out, _ = check({"main.tf": task}, "--explain", asked.id, *options, controls=(asked,))
        assert status == 1
        assert "registry.example/a" in out
        assert "wombat" not in out
