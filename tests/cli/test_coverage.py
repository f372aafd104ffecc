"""What `pavior check` says of what it does not read: named, counted, and never called clean."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pavior.adapters.readers.terraform_source import read_source_tolerantly
from pavior.cli.checking.recognising import KINDS, find_kind, recognise
from pavior.cli.root import invoke
from pavior.launching.later import LaterLauncher

# Each as small as its own documentation begins it.
EXAMPLES = {
    "cloudformation": (
        ("stack.yaml", "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  B:\n    Type: AWS::S3::Bucket\n"),
        ("stack.json", '{"Resources": {"B": {"Type": "AWS::S3::Bucket"}}}'),
        ("stack.template", "Resources:\n  B:\n    Type: 'AWS::SQS::Queue'\n"),
    ),
    "sam": (("template.yml", "Transform: AWS::Serverless-2016-10-31\nResources: {F: {Type: AWS::Serverless::Api}}\n"),),
    "bicep": (("main.bicep", "resource s 'Microsoft.Storage/storageAccounts@2023-01-01' = {\n}\n"),),
    "arm": (
        (
            "azuredeploy.json",
            '{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"}',
        ),
    ),
    "pulumi": (("Pulumi.yaml", "name: orders\nruntime: yaml\nresources: {}\n"),),
    "cdk": (("cdk.json", '{"app": "python3 app.py"}'),),
    "dockerfile": (
        ("Dockerfile", "# syntax=docker/dockerfile:1\nFROM python:3.12\n"),
        ("build/Dockerfile.prod", "ARG V=1\nFROM x:$V\n"),
        ("api.dockerfile", "from scratch\n"),
    ),
    "compose": (
        ("docker-compose.yml", "services:\n  web:\n    image: nginx\n"),
        ("compose.prod.yaml", "services:\n  web:\n    build: .\n"),
    ),
    "ansible": (
        ("site.yml", "- name: Web\n  hosts: all\n  tasks: []\n"),
        ("site2.yml", "---\n- hosts: all\n  roles: [web]\n"),
        ("roles/web/tasks/main.yml", "- name: Install\n  ansible.builtin.apt:\n    name: nginx\n"),
    ),
    "serverless": (("serverless.yml", "service: orders\nprovider:\n  name: aws\n"),),
    "terragrunt": (("terragrunt.hcl", 'terraform {\n  source = "../m"\n}\n'),),
    "terraform-plan": (("plan.json", '{"format_version":"1.2","terraform_version":"1.9.0","planned_values":{}}'),),
    "terraform-state": (("terraform.tfstate", '{"version": 4, "resources": []}'),),
}  # fmt: skip
# Told by a reader, or of a folder; each has a test of its own.
OF_FOLDERS = {"opentofu", "terraform-module", "helm", "kustomize"}

Check = Callable[..., tuple[int, str]]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Check:
    """Write files by name, check the folder with the real readers and controls: exit status, and what is printed."""

    def run(files: dict[str, str], *options: str, at: str = ".") -> tuple[int, str]:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        status = invoke(["check", at, *options], LaterLauncher({}, Path("/nonexistent")))
        captured = capsys.readouterr()
        return status, captured.out + captured.err

    return run


def not_looked_at(printed: str) -> dict[str, list[str]]:
    document: dict[str, Any] = json.loads(printed)
    return {item["kind"]: item["subjects"] for item in document["coverage"]["not_looked_at"]}


GOOD = 'resource "aws_sqs_queue" "q" {\n  sqs_managed_sse_enabled = true\n}\n'
ODD = 'resource "random_id" "a" {\n  byte_length = 4\n}\nresource "random_id" "b" {\n  byte_length = 4\n}\n'


def test_every_kind_has_an_example_or_a_test_of_its_own() -> None:
    assert {kind.id for kind in KINDS} == EXAMPLES.keys() | OF_FOLDERS
    assert len(KINDS) == len({kind.id for kind in KINDS})


@pytest.mark.parametrize(
    ("kind", "name", "text"), [(kind, *item) for kind, items in EXAMPLES.items() for item in items]
)
def test_what_is_not_read_is_known_by_its_content(kind: str, name: str, text: str) -> None:
    found = recognise(name, text.encode())

    assert found is not None
    assert found.id == kind


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("values.yaml", "replicas: 3\nimage: nginx\n"),
        ("app.yaml", "apiVersion: v1\nkind: Service\nspec:\n  services: []\n"),
        (".gitlab-ci.yml", "stages: [a]\nservices:\n  - docker:dind\njob:\n  image: x\n"),
        ("package.json", '{"name": "x", "Resources": {}}'),
        ("docs/Dockerfile.md", "Write a Dockerfile.\n"),
        ("Dockerfile", ""),
        ("data.json", '{"$schema": "https://json-schema.org/draft/2020-12/schema"}'),
        ("ingress.yaml", "apiVersion: networking.k8s.io/v1\nkind: Ingress\nspec:\n  tls:\n  - hosts: [a]\n"),
        ("mkdocs.yml", "site_name: x\nnav:\n  - name: y\n"),
    ],
)
def test_what_is_no_infrastructure_is_not_counted(name: str, text: str) -> None:
    assert recognise(name, text.encode()) is None


def test_a_plan_that_powershell_wrote_is_known_too() -> None:
    (_, text), *_ = EXAMPLES["terraform-plan"]
    found = recognise("plan.json", text.encode("utf-16"))

    assert found is not None
    assert found.id == "terraform-plan"


def test_a_folder_of_what_nobody_reads_is_counted_and_never_clean(check: Check) -> None:
    files = {name: text for items in EXAMPLES.values() for name, text in items}

    status, out = check(files, "--json")
    document = json.loads(out)

    assert status == 3
    assert document["lacks_coverage"] is True
    assert document["is_denied"] is True
    found = not_looked_at(out)
    assert {kind: sorted(paths) for kind, paths in found.items()} == {
        kind: sorted(name for name, _ in items) for kind, items in EXAMPLES.items()
    }
    _, told = check({})
    assert "Not evaluated: 3 CloudFormation templates, 3 Dockerfiles, 3 Ansible files, " not in told
    assert "Not evaluated: 3 Ansible files, 3 CloudFormation templates, 3 Dockerfiles, 2 Compose files, " in told
    assert "Nothing here stops a Change" not in told


def test_what_is_not_read_is_told_beside_what_is(check: Check) -> None:
    files = {"main.tf": GOOD, "a/Dockerfile": "FROM x\n", "b/Dockerfile": "FROM x\n", "c.yaml": EXAMPLES["sam"][0][1]}

    status, out = check(files)

    assert status == 0
    assert "2 Dockerfiles   a/Dockerfile, b/Dockerfile  no reader takes it" in out
    assert "1 SAM template  c.yaml" in out
    assert "Nothing here stops a Change. Not looked at: 2 Dockerfiles, 1 SAM template." in out


def test_coverage_can_be_required(check: Check) -> None:
    assert check({"main.tf": GOOD}, "--require-coverage")[0] == 0

    status, out = check({"Dockerfile": "FROM x\n"}, "--require-coverage")

    assert status == 3
    assert "Not evaluated: 1 Dockerfile." in out


def test_types_and_providers_that_no_control_looks_at_are_counted(check: Check) -> None:
    status, out = check({"main.tf": GOOD + ODD}, "--json")
    coverage = json.loads(out)["coverage"]

    assert status == 0
    assert coverage["uncovered_types"] == {"random_id": 2}
    assert coverage["uncovered_providers"] == {"hashicorp/random": 2}
    strict_status, told = check({}, "--require-coverage")
    assert strict_status == 3
    assert "Not evaluated: 2 resources that no control looks at." in told


def test_custom_resources_count_for_the_group_that_they_are_of(check: Check) -> None:
    files = {
        "monitor.yaml": "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: x}\n",
        "class.yaml": "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: x}\n",
    }

    coverage = json.loads(check(files, "--json")[1])["coverage"]

    assert coverage["uncovered_types"] == {"ServiceMonitor": 1, "StorageClass": 1}
    assert coverage["uncovered_providers"] == {"kubernetes": 1, "monitoring.coreos.com": 1}


def test_a_module_that_is_not_here_is_not_evaluated(check: Check) -> None:
    module = 'module "vpc" {\n  source = "terraform-aws-modules/vpc/aws"\n}\n'

    status, out = check({"main.tf": GOOD + module}, "--json")

    assert status == 0
    assert not_looked_at(out) == {"terraform-module": ["module.vpc"]}
    strict_status, told = check({}, "--require-coverage")
    assert strict_status == 3
    assert "Not evaluated: 1 module from elsewhere, what could not be read." in told


def test_files_for_opentofu_alone_are_told_also_where_there_is_no_other(check: Check) -> None:
    status, out = check({"main.tofu": GOOD}, "--json")

    assert status == 3
    assert not_looked_at(out) == {"opentofu": ["main.tofu"]}
    assert not_looked_at(check({"main.tf": GOOD}, "--json")[1]) == {"opentofu": ["main.tofu"]}


def test_a_folder_of_files_for_opentofu_alone_is_not_completely_read() -> None:
    assert not read_source_tolerantly({"main.tofu": b""}, {}, frozenset()).complete


def test_a_helm_chart_is_told_once_and_its_plain_manifests_are_read(check: Check) -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n    - name: w\n      image: x\n"
    files = {
        "chart/Chart.yaml": "apiVersion: v2\nname: orders\nversion: 1.0.0\n",
        "chart/values.yaml": "image: x\n",
        "chart/templates/app.yaml": "kind: {{ .Values.kind }}\n",
        "chart/templates/pod.yaml": pod,
        "chart/charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
        "chart/charts/sub/templates/x.yaml": "{{ if .Values.x }}\n",
    }

    _, out = check(files, "--json")
    document = json.loads(out)

    assert not_looked_at(out) == {"helm": ["chart"]}
    assert document["coverage"]["skipped"] == []
    assert "Pod.default.web" in {item["subject"] for item in document["verdicts"]}


def test_a_file_of_another_kind_is_named_when_it_is_asked_for_alone(check: Check) -> None:
    for name, text in (("Dockerfile", "FROM x\n"), EXAMPLES["cloudformation"][0], EXAMPLES["arm"][0]):
        status, out = check({name: text}, at=name)

        assert status == 3
        assert "Not evaluated: 1 " in out


def test_a_manifest_inside_of_what_looks_like_another_kind_is_still_read(check: Check) -> None:
    text = "AWSTemplateFormatVersion: x\n---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n"

    _, out = check({"both.yaml": text}, "--json")

    assert not_looked_at(out) == {"cloudformation": ["both.yaml"]}
    assert {item["subject"] for item in json.loads(out)["verdicts"]} == {"Pod.default.web"}


def test_the_page_names_every_kind(root: Path) -> None:
    table = (
        (root / "docs" / "reference" / "what-is-read.md")
        .read_text("utf-8")
        .split("|---|---|---|\n")[1]
        .split("\n\n")[0]
    )
    named = [kind for line in table.splitlines() for kind in re.findall(r"`([a-z-]+)`", line.split("|")[1])]

    assert sorted(named) == sorted(kind.id for kind in KINDS)


def test_an_unknown_kind_has_no_name() -> None:
    assert find_kind("") is None
