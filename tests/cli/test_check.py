"""`pavior check` with readers of a pretend language: a line is `TYPE NAME WORD`, and the word decides the verdict."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from pavior.cli.launcher import CheckTools
from pavior.cli.root import invoke
from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Outcome, Position, Severity, UnknownReason
from pavior.policy.model import Control, Level, Remediation, RuleResult
from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Skipped
from pavior.testing.builders import a_control

RESULTS = {
    "good": RuleResult(Outcome.PASSED),
    "bad": RuleResult(Outcome.FAILED, "It is kept for ever.", "retention_in_days"),
    "later": RuleResult(Outcome.UNKNOWN, "not there yet", "", UnknownReason.KNOWN_AFTER_APPLY),
    "unread": RuleResult(Outcome.UNKNOWN, "var.days has no value", "", UnknownReason.NOT_EVALUATED),
}


def _rule(view: Any) -> RuleResult:
    return RESULTS[view.resource.values["word"]]


RETENTION = a_control(
    id="log-retention",
    title="Logs are kept for a year",
    view="LogGroup",
    severity=Severity.MEDIUM,
    default_level=Level.BLOCK,
    levels={"dev": Level.WARN},
    remediations=(Remediation("terraform", "retention_in_days = 365"),),
    risk="Nobody can look back.",
    rule=_rule,
)


def _resources(name: str, content: bytes) -> list[Resource]:
    found = []
    for number, line in enumerate(content.decode().splitlines(), 1):
        kind, label, word = line.split()
        place = Position(name, number, number)
        found.append(
            Resource(
                f"{kind}.{label}",
                kind,
                {"word": word},
                position=place,
                attribute_positions={"retention_in_days": place},
            )
        )
    return found


def read_source(
    files: Mapping[str, bytes],
    variables: Mapping[str, str],
    sensitive: frozenset[str],
    variable_files: Mapping[str, bytes],
) -> ResourceGraph:
    assert not variables
    assert not variable_files
    assert not sensitive
    resources: list[Resource] = []
    for name, content in files.items():
        if b"broken" in content:
            raise InvalidError("source-malformed", f"{name}:1 does not parse.", fix="Close the brace.")
        resources.extend(_resources(name, content))
    return ResourceGraph(GraphFormat.TERRAFORM_SOURCE, tuple(resources))


def read_source_tolerantly(
    files: Mapping[str, bytes],
    variables: Mapping[str, str],
    sensitive: frozenset[str],
    variable_files: Mapping[str, bytes],
) -> ResourceGraph:
    good = {name: content for name, content in files.items() if b"broken" not in content}
    graph = read_source(good, variables, sensitive, variable_files)
    skipped = tuple(Skipped(name, "it does not parse") for name in files if name not in good)
    return ResourceGraph(graph.format, graph.resources, skipped, complete=not skipped)


def read_plan(content: bytes) -> ResourceGraph:
    try:
        words = json.loads(content)
    except ValueError:
        raise InvalidError("plan-malformed", "It is not JSON.", fix="Use terraform show -json.") from None
    resources = tuple(Resource(address, address.split(".")[0], {"word": word}) for address, word in words.items())
    return ResourceGraph(GraphFormat.TERRAFORM_PLAN, resources)


def read_state(content: bytes) -> ResourceGraph:
    words = json.loads(content).get("resources", {})
    resources = tuple(Resource(address, address.split(".")[0], {"word": word}) for address, word in words.items())
    return ResourceGraph(GraphFormat.STATE, resources)


def read_manifests(files: Mapping[str, bytes]) -> ResourceGraph:
    resources: list[Resource] = []
    skipped: list[Skipped] = []
    for name, content in files.items():
        if b"broken" in content:
            skipped.append(Skipped(name, "line 1: it is no YAML"))
        elif b"foreign" not in content:
            resources += _resources(name, content)
    return ResourceGraph(GraphFormat.KUBERNETES_MANIFEST, tuple(resources), tuple(skipped), complete=not skipped)


Check = Callable[..., tuple[int, str, str]]


@pytest.fixture
def check(launcher: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Check:
    """Write files by name, check the folder or what `at` says, and give exit status, stdout and stderr."""

    def run(
        files: dict[str, str], *options: str, at: str = ".", controls: tuple[Control, ...] = (RETENTION,)
    ) -> tuple[int, str, str]:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        launcher.tools = CheckTools(
            lambda: controls, read_source, read_source_tolerantly, read_plan, read_state, read_manifests
        )
        status = invoke(["check", at, *options], launcher)
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


GOOD, BAD, LATER, UNREAD = (f"aws_cloudwatch_log_group {word} {word}\n" for word in ("good", "bad", "later", "unread"))
QUEUE = "aws_sqs_queue q x\n"


def test_a_clean_folder_passes_and_says_what_was_looked_at(check: Check) -> None:
    status, out, _ = check({"infra/main.tf": GOOD + QUEUE})

    assert status == 0
    assert out.splitlines() == [
        "checked              . (code)",
        "levels               default",
        "verdicts             0 failed, 0 errored, 0 unknown, 1 passed",
        "looked at            1 aws_cloudwatch_log_group",
        "no control looks at  1 aws_sqs_queue",
        "Nothing here stops a Change.",
    ]


def test_a_denial_names_control_resource_line_risk_fix_lesson_and_waiver(check: Check) -> None:
    status, out, _ = check({"infra/main.tf": GOOD + BAD})

    assert status == 1
    for line in (
        "log-retention (medium): Logs are kept for a year",
        "  where: aws_cloudwatch_log_group.bad at infra/main.tf:2, retention_in_days",
        "  failed: It is kept for ever.",
        "  risk: Nobody can look back.",
        "  fix:\n    retention_in_days = 365",
        "  lesson: pavior control show log-retention",
        "  or ask: pavior waiver request log-retention SERVICE/STAGE --subject aws_cloudwatch_log_group.bad --days 7",
        "verdicts   1 failed, 0 errored, 0 unknown, 1 passed",
        "No: 1 denied.",
    ):
        assert line in out


def test_what_a_control_denies_more_than_once_is_told_whole_once(check: Check) -> None:
    lines = BAD + BAD.replace(" bad ", " two ") + BAD.replace(" bad ", " three ")

    status, out, _ = check({"main.tf": lines})

    assert status == 1
    assert out.count("risk: ") == 1
    assert "THE SAME DENIES" in out
    assert "aws_cloudwatch_log_group.two    main.tf:2  It is kept for ever." in out
    assert "aws_cloudwatch_log_group.three  main.tf:3  It is kept for ever." in out
    assert "No: 3 denied." in out


def test_the_levels_are_those_of_the_stage(check: Check) -> None:
    status, out, _ = check({"main.tf": BAD}, "--environment", "dev")

    assert status == 0
    assert "log-retention  medium    aws_cloudwatch_log_group.bad  main.tf:1  It is kept for ever." in out
    assert check({}, "--environment", "prod")[0] == 1


def test_a_rule_that_breaks_is_a_no(check: Check) -> None:
    status, out, _ = check({"main.tf": "aws_cloudwatch_log_group a no-such-word\n"})

    assert status == 1
    assert "errored: The rule ended with KeyError." in out
    assert "0 failed, 1 errored, 0 unknown, 0 passed" in out
    assert "log-retention (medium): Logs are kept for a year\n  where: aws_cloudwatch_log_group.a at main.tf:1\n" in out


def test_a_rule_that_breaks_under_a_warning_is_a_warning(check: Check) -> None:
    status, out, _ = check({"main.tf": "aws_cloudwatch_log_group a no-such-word\n"}, "--environment", "dev")

    assert status == 0
    assert "log-retention  medium    aws_cloudwatch_log_group.a  main.tf:1  The rule ended with KeyError." in out
    assert "0 failed, 1 errored, 0 unknown, 0 passed" in out


@pytest.mark.parametrize("line", [LATER, UNREAD])
def test_what_source_does_not_know_is_told_and_a_no_only_when_asked_for(check: Check, line: str) -> None:
    status, out, _ = check({"main.tf": GOOD + line})
    strict_status, strict_out, _ = check({}, "--require-known")

    assert status == 0
    assert "0 failed, 0 errored, 1 unknown, 1 passed" in out
    assert "NOT KNOWN" in out
    assert "Not everything is known; the gate asks again of Terraform with the plan." in out
    assert strict_status == 1
    assert "No: 1 not known." in strict_out


def test_what_is_not_known_under_a_warning_is_no_no(check: Check) -> None:
    assert check({"main.tf": UNREAD}, "--require-known", "--environment", "dev")[0] == 0


def test_a_file_that_does_not_parse_is_a_no_and_hides_nothing_else(check: Check) -> None:
    status, out, _ = check({"a/main.tf": BAD, "a/other.tf": "broken", "b/main.tf": GOOD})

    assert status == 1
    assert "source-malformed: a/other.tf:1 does not parse.\n  fix: Close the brace." in out
    assert "where: aws_cloudwatch_log_group.bad at a/main.tf:1" in out
    assert "passed over  a/other.tf: it does not parse" in out
    assert "1 failed, 0 errored, 0 unknown, 1 passed" in out
    assert "No: 1 denied, 1 not readable." in out


def test_terraform_without_anything_to_look_at_is_not_called_good(check: Check) -> None:
    status, out, _ = check({"main.tf": QUEUE})

    assert status == 0
    assert "No control looked at anything here, so nothing is known of it." in out
    assert "stops" not in out


def test_no_terraform_at_all_is_an_error(check: Check) -> None:
    status, _, err = check({"README.md": "hello"})

    assert status == 2
    assert err.startswith(
        "nothing-to-check: There is no Terraform and no Kubernetes manifest at or below ., so nothing was checked.\n"
    )


def test_a_path_that_is_not_there_is_an_error(check: Check) -> None:
    assert check({}, at="nowhere")[0] == 4


def test_one_file_can_be_checked(check: Check) -> None:
    status, out, _ = check({"infra/main.tf": GOOD, "infra/other.tf": BAD}, at="infra/main.tf")

    assert status == 0
    assert "checked      infra/main.tf (code)" in out
    assert "passed over  infra: only main.tf of this folder was asked for" in out
    assert "Not everything is known" in out
    assert check({}, "--require-known", at="infra/main.tf")[0] == 1


def test_positions_are_as_seen_from_where_the_person_stands(check: Check) -> None:
    _, out, _ = check({"a/b/live/main.tf": BAD, "a/b/old/main.tf": "broken"}, at="a/b")

    assert "at a/b/live/main.tf:1" in out
    assert "source-malformed: In a/b: old/main.tf:1 does not parse." in out


# --- manifests


def test_terraform_and_manifests_of_a_folder_are_checked_together(check: Check) -> None:
    status, out, _ = check({"infra/main.tf": GOOD, "deploy/app.yaml": BAD})

    assert status == 1
    assert "where: aws_cloudwatch_log_group.bad at deploy/app.yaml:1" in out
    assert "1 failed, 0 errored, 0 unknown, 1 passed" in out


def test_a_folder_of_manifests_needs_no_terraform(check: Check) -> None:
    assert check({"deploy/app.yml": GOOD})[0] == 0
    assert check({"deploy/other.yaml": BAD}, at="deploy")[0] == 1


def test_a_manifest_that_cannot_be_read_is_told_and_hides_nothing_else(check: Check) -> None:
    files = {"deploy/app.yaml": BAD, "deploy/chart.yaml": "broken"}

    status, out, _ = check(files, at="deploy")

    assert status == 1
    assert "passed over  deploy/chart.yaml: line 1: it is no YAML" in out
    assert "where: aws_cloudwatch_log_group.bad at deploy/app.yaml:1" in out


def test_what_a_manifest_that_cannot_be_read_holds_is_not_known(check: Check) -> None:
    files = {"app.yaml": GOOD, "chart.yaml": "broken"}

    assert check(files)[0] == 0
    assert "Not everything is known" in check(files)[1]
    assert check(files, "--require-known")[0] == 1


def test_yaml_of_others_alone_is_nothing_to_check(check: Check) -> None:
    status, _, err = check({"docker-compose.yaml": "foreign"})

    assert (status, err.split(":")[0]) == (2, "nothing-to-check")
    assert check({}, at="docker-compose.yaml")[0] == 2


def test_one_manifest_can_be_checked(check: Check) -> None:
    status, out, _ = check({"deploy/app.yaml": GOOD, "deploy/other.yaml": BAD}, at="deploy/app.yaml")

    assert status == 0
    assert "checked      deploy/app.yaml (code)" in out
    assert "passed over  deploy: only app.yaml of this folder was asked for" in out


def test_one_manifest_that_cannot_be_read_is_an_error(check: Check) -> None:
    status, _, err = check({"app.yaml": "broken"}, at="app.yaml")

    assert status == 2
    assert err.startswith(
        "manifest-unreadable: app.yaml cannot be read as a Kubernetes manifest: line 1: it is no YAML."
    )


def test_json_that_says_that_it_is_a_manifest_is_no_plan(check: Check) -> None:
    status, out, _ = check({"app.json": 'aws_cloudwatch_log_group "apiVersion""kind" bad\n'}, at="app.json")

    assert status == 1
    assert "app.json (code)" in out


# --- plans


def test_in_a_plan_what_was_not_evaluated_stops_and_what_comes_later_does_not(check: Check) -> None:
    status, out, _ = check({"plan.json": '{"aws_cloudwatch_log_group.a": "later"}'}, at="plan.json")
    assert status == 0
    assert "checked    plan.json (plan)" in out
    assert "the rest is asked again after the apply." in out
    assert "0 failed, 0 errored, 1 unknown, 0 passed" in out

    assert check({"plan.json": '{"aws_cloudwatch_log_group.a": "unread"}'}, at="plan.json")[0] == 1
    assert check({"plan.json": '{"aws_cloudwatch_log_group.a": "bad"}'}, at="plan.json")[0] == 1


def test_the_source_of_a_plan_gives_it_lines(check: Check) -> None:
    files = {"plan.json": '{"aws_cloudwatch_log_group.bad": "bad"}', "infra/main.tf": GOOD + BAD}

    status, out, _ = check(files, "--source", "infra", at="plan.json")

    assert status == 1
    assert "where: aws_cloudwatch_log_group.bad at infra/main.tf:2" in out


def test_a_source_with_several_stacks_must_be_named_more_precisely(check: Check) -> None:
    files = {"plan.json": "{}", "x/a/main.tf": GOOD, "x/b/main.tf": GOOD}

    status, _, err = check(files, "--source", "x", at="plan.json")

    assert status == 2
    assert err.startswith("check-source-ambiguous: x holds 2 stacks, and a plan is made of one.")
    assert "x/a" in err
    assert check({}, "--source", "x/a", at="plan.json")[0] == 0


def test_a_source_without_a_plan_means_nothing(check: Check) -> None:
    status, _, err = check({"main.tf": GOOD}, "--source", ".")

    assert status == 2
    assert err.startswith("check-source-without-plan: ")


def test_what_is_no_plan_is_an_error(check: Check) -> None:
    status, _, err = check({"plan.json": "no json"}, at="plan.json")

    assert (status, err.split(":")[0]) == (2, "plan-malformed")


# --- for programs


def test_json_has_verdicts_counts_denials_and_coverage(check: Check) -> None:
    status, out, err = check({"main.tf": BAD + GOOD + UNREAD + QUEUE}, "--json")

    document = json.loads(out)
    assert (status, err) == (1, "")
    assert document["phase"] == "code"
    assert document["is_denied"] is True
    assert document["counts"] == {"unknown": 1, "passed": 1, "failed": 1, "errored": 0}
    (denial,) = document["denials"]
    assert (denial["control"], denial["subject"]) == ("log-retention", "aws_cloudwatch_log_group.bad")
    assert (denial["position"]["path"], denial["position"]["line"]) == ("main.tf", 1)
    assert denial["fix"] == "retention_in_days = 365"
    assert [item["subject"] for item in document["unknown"]] == ["aws_cloudwatch_log_group.unread"]
    assert document["coverage"]["uncovered_types"] == {"aws_sqs_queue": 1}
    assert len(document["verdicts"]) == 3


def test_an_error_is_json_too(check: Check) -> None:
    status, out, _ = check({}, "--json", at="nowhere")

    assert (status, json.loads(out)["error"]["code"]) == (4, "path-missing")


# --- the real readers and controls

OPEN_BUCKET = """\
resource "aws_s3_bucket" "files" {
  bucket = "orders-files"
}

resource "aws_s3_bucket_public_access_block" "files" {
  bucket                  = aws_s3_bucket.files.id
  block_public_acls       = false
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
"""

# Whatever serves, stores, runs or calls a cloud; and what is merely slow to load.
NEVER_LOADED = {
    "alembic", "authlib", "boto3", "botocore", "cedarpy", "copier", "cryptography", "dbos", "fastapi", "flask",
    "httpx", "jinja2", "jsonschema", "moto", "psycopg", "pydantic", "rich", "sqlalchemy", "starlette", "uvicorn",
    "yaml",
}  # fmt: skip


def _run_alone(folder: Path, *arguments: str) -> tuple[int, str, set[str]]:
    """`pavior ARGUMENTS` in a process of its own: status, stdout and top-level modules."""
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from pavior.cli.root import invoke\n"
        "from pavior.launching.later import LaterLauncher\n"
        # No setting, no home, no network: nothing of the kind may be needed.
        f"status = invoke({list(arguments)!r}, LaterLauncher({{}}, Path('/nonexistent')))\n"
        "print('LOADED', *sorted({name.split('.')[0] for name in sys.modules}))\n"
        "sys.exit(status)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert result.stderr == ""
    *lines, last = result.stdout.splitlines()
    _, *modules = last.split()
    return result.returncode, "\n".join(lines), set(modules)


@pytest.mark.parametrize("arguments", [["check"], ["check", "--json"], ["control", "list"]])
def test_the_path_of_a_check_is_light(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "main.tf").write_text(OPEN_BUCKET, encoding="utf-8")

    status, _, modules = _run_alone(tmp_path, *arguments)

    assert status == (1 if arguments[0] == "check" else 0)
    assert modules & NEVER_LOADED == set()


POD = """apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  containers:
    - name: web
      image: registry.example/web:1.0
      securityContext:
        privileged: true
"""


def test_a_real_manifest_is_denied_with_its_line_and_a_fix_to_paste(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "pod.yaml").write_text(POD, encoding="utf-8")
    (tmp_path / "deploy" / "values.yaml").write_text("replicas: 3\n", encoding="utf-8")

    status, out, modules = _run_alone(tmp_path, "check", "deploy", "--json")

    document = json.loads(out)
    denial = next(item for item in document["denials"] if item["control"] == "workload-not-privileged")
    assert status == 1
    assert denial["subject"] == "Pod.shop.web"
    assert (denial["position"]["path"], denial["position"]["line"]) == ("deploy/pod.yaml", 11)
    assert "privileged: false" in denial["fix"]
    assert denial["fix_language"] == "kubernetes"
    assert [item["subject"] for item in document["coverage"]["skipped"]] == ["deploy/values.yaml"]
    assert modules & (NEVER_LOADED - {"yaml"}) == set()


def test_what_may_stand_in_another_file_is_not_called_missing(tmp_path: Path) -> None:
    bucket, _, block = OPEN_BUCKET.partition("\n\n")
    (tmp_path / "bucket.tf").write_text(bucket, encoding="utf-8")
    (tmp_path / "block.tf").write_text(block.replace("false", "true"), encoding="utf-8")

    def outcome(path: str) -> str:
        verdicts = json.loads(_run_alone(tmp_path, "check", path, "--json")[1])["verdicts"]
        (found,) = (item["outcome"] for item in verdicts if item["control"] == "object-storage-no-public-access")
        return str(found)

    assert (outcome("."), outcome("bucket.tf")) == ("passed", "unknown")


def test_real_terraform_is_denied_with_its_line_and_a_fix_to_paste(tmp_path: Path) -> None:
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "main.tf").write_text(OPEN_BUCKET, encoding="utf-8")

    status, out, _ = _run_alone(tmp_path, "check", "infra", "--json")

    denials = {item["control"]: item for item in json.loads(out)["denials"]}
    denial = denials["object-storage-no-public-access"]
    assert status == 1
    assert denial["subject"] == "aws_s3_bucket.files"
    assert (denial["position"]["path"], denial["position"]["line"]) == ("infra/main.tf", 7)
    assert 'resource "aws_s3_bucket_public_access_block" "files" {' in denial["fix"]
    assert denial["waiver_command"].startswith("pavior waiver request object-storage-no-public-access SERVICE/STAGE ")
