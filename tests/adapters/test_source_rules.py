"""What Terraform source may not do beside our secrets."""

from pathlib import Path

import pytest

from pavior.adapters.source_rules import find_refusals, require_safe_source
from pavior.kernel.errors import InvalidError


def requires(providers: str) -> str:
    """A block of required providers."""
    return f"terraform {{\n  required_providers {{\n    {providers}\n  }}\n}}"


REFUSED = {
    'data "external" "x" {\n  program = ["sh"]\n}': "hashicorp/external",
    'data "http" "x" {}': "hashicorp/http",
    'resource "null_resource" "x" {}': "hashicorp/null",
    'resource "local_file" "x" {}': "hashicorp/local",
    'resource "random_id" "x" {}': "hashicorp/random",
    'data "terraform_remote_state" "x" {}': "terraform_remote_state",
    'check "c" {\n  data "external" "x" {}\n}': "hashicorp/external",
    'data "aws_lambda_invocation" "x" {}': "runs code while a plan is made",
    'resource "aws_x" "y" {\n  provider = other.x\n}': "hashicorp/other",
    'resource "aws_x" "y" {\n  provider = "other"\n}': "hashicorp/other",
    'resource "aws_x" "y" {\n  provisioner "local-exec" {}\n}': "the provisioner local-exec",
    'resource "terraform_data" "y" {\n  provisioner "remote-exec" {}\n}': "the provisioner remote-exec",
    'removed {\n  from = aws_x.y\n  provisioner "local-exec" {}\n}': "the provisioner local-exec",
    'module "m" {\n  source = "hashicorp/x/aws"\n}': "not a folder of this stack",
    'module "m" {\n  source = "git::https://example.com/m"\n}': "not a folder of this stack",
    'module "m" {\n  source = "../other"\n}': "not a folder of this stack",
    'module "m" {\n  source = "./../../other"\n}': "not a folder of this stack",
    'module "m" {\n  source = "./a/../../other"\n}': "not a folder of this stack",
    'module "m" {\n  source = "/tmp/m"\n}': "not a folder of this stack",
    'module "m" {\n  source = "./${var.x}"\n}': "not a folder of this stack",
    'module "m" {}': "not a folder of this stack",
    'terraform {\n  backend "s3" {}\n}': "sets backend",
    "terraform {\n  cloud {}\n}": "sets cloud",
    "terraform {\n  encryption {}\n}": "sets encryption",
    "terraform {\n  experiments = [x]\n}": "sets experiments",
    requires('aws = {\n source = "evil/aws"\n}'): "evil/aws",
    requires('aws = {\n source = "evil.com/hashicorp/aws"\n}'): "evil.com",
    requires("aws = {\n source = var.x\n}"): "'aws'",
    requires("aws = local.x"): "'aws'",
    requires('tls = "~> 4"'): "hashicorp/tls",
    'provider "external" {}': "hashicorp/external",
    'provider "aws" {\n  endpoints {\n    s3 = "http://example.com"\n  }\n}': "sets endpoints",
    'provider "aws" {\n  dynamic "endpoints" {\n    for_each = []\n    content {}\n  }\n}': "sets endpoints",
    'provider "aws" {\n  assume_role {}\n}': "sets assume_role",
    'provider "aws" {\n  access_key = "x"\n}': "sets access_key",
    'provider "aws" {\n  profile = "x"\n}': "sets profile",
    'provider "aws" {\n  shared_credentials_files = ["/root/.aws/credentials"]\n}': "sets shared_credentials_files",
    'provider "aws" {\n  http_proxy = "x"\n}': "sets http_proxy",
    'ephemeral "aws_secretsmanager_secret_version" "x" {}': "a block ephemeral",
    'action "aws_lambda_invoke" "x" {}': "a block action",
    "something {}": "a block something",
    'locals {\n  a = file("/etc/passwd")\n}': "lets file read",
    'locals {\n  a = file("../x")\n}': "lets file read",
    'locals {\n  a = file("~/x")\n}': "lets file read",
    'locals {\n  a = file("a/../../x")\n}': "lets file read",
    "locals {\n  a = file(var.x)\n}": "lets file read",
    'locals {\n  a = file("${path.module}/../x")\n}': "lets file read",
    'locals {\n  a = file("${path.module}x")\n}': "lets file read",
    'locals {\n  a = file("${path.cwd}/x")\n}': "lets file read",
    'locals {\n  a = file("${path.module}/${var.x}")\n}': "lets file read",
    'locals {\n  a = core::file("/etc/passwd")\n}': "lets core::file read",
    "locals {\n  a = file(local.paths...)\n}": "lets file read",
    'locals {\n  a = fileset(".", "../*")\n}': "lets fileset read",
    'locals {\n  a = { b = [for x in [1] : upper("${filebase64("/x")}")] }\n}': "lets filebase64 read",
    'resource "aws_x" "y" {\n  rule {\n    inner {\n      a = filemd5("/x")\n    }\n  }\n}': "lets filemd5 read",
    'variable "v" {\n  default = file("/x")\n}': "lets file read",
    'output "o" {\n  value = templatefile("/x", {})\n}': "lets templatefile read",
    'locals {\n  a = templatefile("${path.module}/evil.tftpl", {})\n}': "infra/evil.tftpl:1 lets file read",
    'locals {\n  a = templatefile("evil.tftpl", {})\n}': "infra/evil.tftpl:1 lets file read",
    "locals {\n  a = templatestring(data.aws_s3_object.x.body, {})\n}": "templatestring",
    "locals {\n  a = provider::local::direxists(1)\n}": "hashicorp/local",
    'resource "aws_s3_object" "y" {\n  source = "/etc/passwd"\n}': "lets source name a file",
    'resource "aws_s3_bucket_object" "y" {\n  source = var.x\n}': "lets source name a file",
    'resource "aws_lambda_function" "y" {\n  filename = "../x.zip"\n}': "lets filename name a file",
    'resource "aws_synthetics_canary" "y" {\n  zip_file = "/x.zip"\n}': "lets zip_file name a file",
}

ALLOWED = (
    'resource "aws_x" "y" {}',
    'data "aws_iam_policy_document" "d" {}',
    'resource "aws_x" "y" {\n  provider = aws.east\n  source = "anything"\n}',
    'resource "terraform_data" "y" {}',
    'module "m" {\n  source = "./part"\n}',
    'module "m" {\n  source = "./part/../part"\n}',
    'terraform {\n  required_version = ">= 1.6"\n}',
    requires('aws = {\n source = "hashicorp/aws"\n version = "~> 5.0"\n}'),
    requires('aws = {\n source = "registry.opentofu.org/hashicorp/aws"\n}'),
    requires('aws = "~> 5.0"'),
    'provider "aws" {\n  region = "x"\n  alias = "y"\n  default_tags {\n    tags = {}\n  }\n}',
    'locals {\n  a = file("x.txt")\n  b = file("${path.module}/a/x.txt")\n}',
    'locals {\n  a = templatefile("${path.root}/good.tftpl", {})\n}',
    'resource "aws_lambda_function" "y" {\n  filename = "${path.module}/x.zip"\n}',
    "moved {\n  from = aws_x.a\n  to = aws_x.b\n}",
    'import {\n  id = "x"\n  to = aws_x.y\n}',
    'check "c" {\n  data "aws_x" "y" {}\n}',
    'variable "v" {}\noutput "o" {\n  value = 1\n}\nlocals {}',
)

TEMPLATES = {"infra/evil.tftpl": b'%{ if x }${file("/etc/passwd")}%{ endif }', "infra/good.tftpl": b"${upper(x)}"}


@pytest.mark.parametrize("text", REFUSED)
def test_what_could_harm_us_is_refused_with_its_line(text: str) -> None:
    files = {"infra/main.tf": f"\n{text}\n".encode(), **TEMPLATES}

    with pytest.raises(InvalidError) as error:
        require_safe_source(files)

    assert error.value.code == "stack-refused"
    assert REFUSED[text] in error.value.summary
    assert "infra/" in error.value.summary


@pytest.mark.parametrize("text", ALLOWED)
def test_what_cannot_harm_us_is_allowed(text: str) -> None:
    assert find_refusals({"infra/main.tf": text.encode(), **TEMPLATES}) == ()


def test_the_line_is_that_of_the_refused_thing() -> None:
    text = 'resource "aws_x" "y" {\n  a = 1\n\n  provisioner "local-exec" {\n    command = "x"\n  }\n}\n'

    (refusal,) = find_refusals({"infra/main.tf": text.encode()})

    assert str(refusal.position) == "infra/main.tf:4"


@pytest.mark.parametrize(
    "name",
    [
        "infra/x.tf.json",
        "infra/x.tofu",
        "infra/x.tofu.json",
        "infra/terraform.tfstate",
        "infra/terraform.tfstate.backup",
        "infra/.terraform/providers/x",
        "infra/terraform.d/plugins/x",
        "infra/.terraformrc",
        "infra/part/terraform.rc",
    ],
)
def test_files_that_steer_an_engine_or_cannot_be_checked_are_refused(name: str) -> None:
    refusals = find_refusals({"infra/main.tf": b"", name: b"{}"})

    assert [refusal.position.path for refusal in refusals] == [name]


@pytest.mark.parametrize(
    "name", ["infra/readme.md", "infra/.terraform.lock.hcl", "infra/terraform.tfvars", "infra/x.zip"]
)
def test_other_files_may_be_there(name: str) -> None:
    assert find_refusals({"infra/main.tf": b"", name: b"\xff\x00"}) == ()


def test_a_module_above_a_stack_at_the_top_of_the_checkout_is_refused() -> None:
    files = {
        "main.tf": b'module "m" {\n  source = "../other"\n}\n',
        "part/main.tf": b'module "n" {\n  source = "../"\n}\n',
    }

    assert [str(refusal.position) for refusal in find_refusals(files)] == ["main.tf:1"]


def test_every_folder_is_looked_at_also_one_that_nothing_calls() -> None:
    files = {"infra/main.tf": b"", "infra/a/b/main.tf": b'data "external" "x" {}'}

    assert [str(refusal.position) for refusal in find_refusals(files)] == ["infra/a/b/main.tf:1"]


def test_a_second_source_of_the_same_provider_is_refused_too() -> None:
    good = requires('aws = {\n source = "hashicorp/aws"\n}').encode()
    files = {"infra/a.tf": good.replace(b"hashicorp/aws", b"evil/aws"), "infra/z_override.tf": good}

    assert {refusal.position.path for refusal in find_refusals(files)} == {"infra/a.tf"}


def test_a_provider_is_judged_by_the_folder_that_names_it() -> None:
    files = {
        "infra/main.tf": b'resource "aws_x" "y" {}\n',
        "infra/part/main.tf": requires('aws = {\n source = "evil/aws"\n}').encode() + b'\nresource "aws_x" "y" {}\n',
    }

    assert {refusal.position.path for refusal in find_refusals(files)} == {"infra/part/main.tf"}


def test_all_refusals_are_in_the_context_and_the_first_in_the_message() -> None:
    text = "".join(f'data "external" "x{number}" {{}}\n' for number in range(9))

    with pytest.raises(InvalidError) as error:
        require_safe_source({"infra/main.tf": text.encode()})

    assert "and 4 more" in error.value.summary
    refusals = error.value.context["refusals"]
    assert isinstance(refusals, list)
    assert len(refusals) == 9


def test_source_that_cannot_be_read_is_not_called_safe() -> None:
    with pytest.raises(InvalidError) as error:
        require_safe_source({"infra/main.tf": b"resource {"})

    assert error.value.code == "source-unparsable"


def test_the_golden_path_is_safe(root: Path) -> None:
    folder = root / "tests" / "recordings" / "terraform-1.11.4" / "python-service"
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.tf")}

    assert len(files) == 5
    assert find_refusals(files) == ()
