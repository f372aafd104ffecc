"""`pavior check` as it is installed: real readers, real controls, and nothing heavy on its path."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

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
