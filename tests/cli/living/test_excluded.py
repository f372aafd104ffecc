"""What seems to be absent may stand in a file that `pavior.yaml` excludes: then nobody knows."""

import json
from pathlib import Path
from typing import Any

import pytest

from pavior.content.loading import CONTROLS_FOLDER, load_control

NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: web\n"
POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: web
spec:
  containers: [{name: web, image: web}]
"""
POLICY = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: none, namespace: web}\nspec: {}\n"
MANIFESTS = {"app/namespace.yaml": NAMESPACE, "app/pod.yaml": POD}
CONTROLS = (load_control(CONTROLS_FOLDER / "workload_network_policy"),)
BUCKET = 'resource "aws_s3_bucket" "files" {\n  bucket = "files"\n}\n'
BLOCK = (
    'resource "aws_s3_bucket_public_access_block" "files" {\n  bucket = aws_s3_bucket.files.id\n'
    + "".join(
        f"  {name} = true\n"
        for name in ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
    )
    + "}\n"
)
PACK = """\
id = "acme-{0}"
title = "{0}"
view = "Workload"
severity = "low"
default_level = "observe"
risk = "None."

[[remediations]]
language = "kubernetes"
text = "# Take it out."
"""


def _outcomes(check: Any, files: dict[str, str], excluded: str = "", **more: Any) -> set[tuple[str, str]]:
    settings = f"version: 1\nexclude: [{excluded}]\n" if excluded else "version: 1\n"
    _, out, _ = check({"pavior.yaml": settings, **files}, "--json", **more)
    return {(item["subject"], item["outcome"]) for item in json.loads(out)["verdicts"]}


def test_without_exclusions_the_absence_of_a_policy_is_proven(check: Any) -> None:
    assert _outcomes(check, MANIFESTS, controls=CONTROLS) == {("Pod.web.web", "failed")}


@pytest.mark.parametrize("excluded", ["policies", "app/policy.yaml"])
def test_a_policy_may_stand_in_an_excluded_manifest(check: Any, excluded: str) -> None:
    files = {**MANIFESTS, "policies/policy.yaml": POLICY, "app/policy.yaml": POLICY}
    files = {name: text for name, text in files.items() if not name.endswith("policy.yaml") or excluded in name}

    assert _outcomes(check, files, excluded=excluded, controls=CONTROLS) == {("Pod.web.web", "unknown")}


def test_an_excluded_manifest_that_could_not_be_read_may_hold_one_too(check: Any, tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "policy.yaml").write_text(POLICY, encoding="utf-16")

    assert _outcomes(check, MANIFESTS, excluded="policies", controls=CONTROLS) == {("Pod.web.web", "unknown")}


def test_excluded_yaml_of_others_holds_no_policy(check: Any) -> None:
    files = {**MANIFESTS, "docs/openapi.yaml": "openapi: 3.1.0\n", "docs/api.json": '{"apiVersion": 1}\n'}

    assert _outcomes(check, files, excluded="docs", controls=CONTROLS) == {("Pod.web.web", "failed")}


def test_cases_of_a_pack_are_nobodys_policies(check: Any) -> None:
    files = {
        **MANIFESTS,
        "pavior.yaml": "version: 1\npacks: [{path: rules}]\n",
        "rules/pack.toml": 'name = "acme"\nversion = "1"\n',
        "rules/acme_one/control.toml": PACK.format("one"),
        "rules/acme_one/rule.py": "def rule(view):\n    raise NotImplementedError\n",
        "rules/acme_one/lesson.md": "# One\n",
        "rules/acme_one/cases.yaml": POLICY,
    }

    assert ("Pod.web.web", "failed") in _outcomes(check, files, controls=CONTROLS)


@pytest.mark.parametrize(("excluded", "outcome"), [("docs", "passed"), ("block.tf", "unknown")])
def test_what_completes_a_bucket_may_stand_in_an_excluded_file(check: Any, excluded: str, outcome: str) -> None:
    controls = (load_control(CONTROLS_FOLDER / "object_storage_no_public_access"),)
    files = {"main.tf": BUCKET, "block.tf": BLOCK}

    assert _outcomes(check, files, excluded=excluded, controls=controls) == {("aws_s3_bucket.files", outcome)}


def test_what_completes_a_bucket_may_stand_in_an_excluded_module(check: Any) -> None:
    controls = (load_control(CONTROLS_FOLDER / "object_storage_no_public_access"),)
    module = BLOCK.replace("aws_s3_bucket.files.id", "var.bucket") + 'variable "bucket" {}\n'
    call = 'module "block" {\n  source = "./block"\n  bucket = aws_s3_bucket.files.id\n}\n'

    outcomes = _outcomes(
        check, {"main.tf": BUCKET + call, "block/main.tf": module}, excluded="block", controls=controls
    )

    assert outcomes == {("aws_s3_bucket.files", "unknown")}
