"""A secret that is checked is told by no output: each input holds one word that must appear in none."""

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pavior.cli.root import invoke
from pavior.launching.later import LaterLauncher

Told = Callable[..., str]

# A word that neither its look nor its length gives away.
CANARY = "zqcanary"

OVERRIDDEN = {
    "main.tf": 'resource "aws_s3_bucket" "b" {\n  bucket = "zqcanary"\n}\n'
    'resource "aws_ebs_volume" "v" {\n  availability_zone = "zqcanary"\n  encrypted = false\n}\n',
    "override.tf": 'resource "aws_s3_bucket" "b" {\n  bucket = sensitive("other")\n}\n'
    'resource "aws_ebs_volume" "v" {\n  availability_zone = join("", [sensitive("x"), "zqcanary"])\n'
    "  encrypted = false\n}\n",
}
GIVEN = {
    "main.tf": 'module "m" {\n  source = "./m"\n  code = "zqcanary"\n}\n'
    'resource "aws_kms_key" "k" {\n  enable_key_rotation = false\n}\n'
    'locals {\n  code = "zqcanary"\n}\n'
    'resource "aws_s3_bucket" "b" {\n  bucket = sensitive(local.code)\n}\n',
    "m/main.tf": 'variable "code" {\n  sensitive = true\n}\nresource "aws_s3_bucket" "b" {\n  bucket = var.code\n}\n',
}
PROGRAM = {
    "main.tf": 'resource "aws_lambda_function" "f" {\n  runtime = "python2.7"\n  environment {\n    variables = {\n'
    '      DB_PASSWORD = "wombat-7"\n      CODE        = "zqcanary"\n    }\n  }\n}\n',
    "more.tf.json": '{"resource": {"aws_lambda_function": {"g": {\n "runtime": "python2.7",\n "environment": [{\n'
    '  "variables": {\n   "DB_PASSWORD": "wombat-7",\n   "CODE": "zqcanary"\n  }\n }]\n}}}}\n',
}
UNQUOTED = {
    "main.tf": 'resource "aws_db_instance" "d" {\n  password = zqcanary zqcanary\n}\n',
    "secret.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  code: *zqcanary\n",
}
FIXED = {
    "main.tf": 'resource "aws_kms_key" "k" {\n  enable_key_rotation = false\n  description = sensitive("zqcanary")\n}\n'
    'resource "aws_docdb_cluster" "d" {\n  master_password = (\n    "zqcanary"\n  )\n  deletion_protection = false\n}\n'
    'resource "aws_launch_template" "t" {\n  metadata_options {\n    http_tokens = "optional"\n  }\n'
    "  user_data = <<EOF\nzqcanary\nEOF\n}\n",
}
MANIFESTS = {
    "app.yaml": "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\ndata: {a: zqcanary}\nstringData:\n  b: zqcanary\n"
    "---\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  hostNetwork: true\n  containers:\n  - name: a\n"
    "    image: a:latest\n    securityContext: {privileged: true}\n    env:\n    - name: CODE\n      value: zqcanary\n"
    '    args: ["--token", "zqcanary"]\n',
}
VALUES = {
    "main.tf": 'variable "code" {\n  sensitive = true\n}\nresource "aws_db_instance" "d" {\n  engine = var.code\n'
    "  publicly_accessible = true\n  backup_retention_period = tonumber(var.code)\n}\n"
    'resource "aws_s3_bucket" "b" {\n  for_each = toset([var.code])\n  bucket = each.key\n}\n',
    "terraform.tfvars": 'code = "zqcanary"\n',
}

FORMATS = ("people", "json", "sarif", "junit", "github", "gitlab-codequality", "markdown")
# Of what stands in the inputs, those that fail.
EXPLAINED = ("database-not-public", "environment-without-secrets", "disk-encrypted-at-rest", "workload-not-privileged")


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Told:
    """Everything that `pavior check` prints about the folder with these options."""
    monkeypatch.chdir(tmp_path)

    def run(*options: str) -> str:
        invoke(["check", ".", *options], LaterLauncher({}, tmp_path))
        captured = capsys.readouterr()
        return captured.out + captured.err

    return run


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("files", [OVERRIDDEN, GIVEN, PROGRAM, UNQUOTED, FIXED, MANIFESTS, VALUES])
def test_no_output_of_a_check_tells_a_secret(told: Told, tmp_path: Path, files: Mapping[str, str]) -> None:
    _write(tmp_path, files)

    outputs = [told("--format", name) for name in FORMATS]
    outputs += [told("--explain", name, "--json") for name in EXPLAINED]
    outputs += [told("--write-baseline", "known.json"), (tmp_path / "known.json").read_text(encoding="utf-8")]
    outputs += [told("--fix", "--json"), told("--fix", "--yes")]

    assert all(outputs)
    assert not [output for output in outputs if CANARY in output]


def test_a_secret_among_what_did_not_change_is_not_told(told: Told, tmp_path: Path) -> None:
    _write(tmp_path, PROGRAM)
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "x"]):
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *arguments], cwd=tmp_path, check=True)

    out = told("--changed-since", "HEAD", "--json")

    assert "environment-without-secrets" in out
    assert CANARY not in out


def test_a_value_for_a_variable_is_not_told_however_wrong_it_is(told: Told, tmp_path: Path) -> None:
    _write(tmp_path, {"main.tf": 'variable "code" {\n  sensitive = true\n  type = list(number)\n}\n'})

    for given in ("code=[zqcanary", 'code=["zqcanary"]', "code=zqcanary"):
        assert CANARY not in told("--var", given)
