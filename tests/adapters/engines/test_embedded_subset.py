"""What the embedded engine takes, what it refuses by name, and the page that says so."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pavior.adapters.engines.embedded import EmbeddedEngine
from pavior.adapters.engines.embedded.data_sources import DATA_SOURCES
from pavior.adapters.engines.embedded.schema import Attribute, Kind, Schema
from pavior.adapters.engines.embedded.supported import RESOURCE_TYPES
from pavior.environments.ports import CloudTarget, Stack
from pavior.kernel.errors import InvalidError, PaviorError

# Nothing listens there: what is told before the cloud is asked is told all the same.
NOWHERE = CloudTarget("aws", "eu-west-1", "http://127.0.0.1:9", "nowhere")
BUCKET = 'resource "aws_s3_bucket" "b" {\n  bucket = "b-of-a-test"\n}\n'
ALIAS = 'resource "aws_kms_alias" "a" {\n  name = "alias/a"\n  target_key_id = aws_kms_key.k.key_id\n}\n'

Plan = Callable[[str], PaviorError]


@pytest.fixture
def refuse(tmp_path: Path) -> Plan:
    def plan(source: str) -> PaviorError:
        (tmp_path / "infra").mkdir(exist_ok=True)
        (tmp_path / "infra" / "main.tf").write_text(source, encoding="utf-8")
        stack = Stack(tmp_path / "infra", "orders/dev", {})
        with pytest.raises(PaviorError) as raised:
            EmbeddedEngine(b"k" * 32).plan(stack, state=None, target=NOWHERE, report=lambda _: None)
        return raised.value

    return plan


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ('resource "aws_instance" "web" {\n  ami = "a"\n}\n', "aws_instance.web"),
        ('data "aws_ami" "linux" {\n  owners = ["amazon"]\n}\n', "data.aws_ami.linux"),
        (BUCKET.replace("}", '  bucket_prefix = "x"\n}'), "aws_s3_bucket.b: bucket_prefix"),
        (BUCKET.replace("}", '  acl = "public-read"\n}'), "aws_s3_bucket.b: acl"),
        (BUCKET.replace("}", "  versioning {\n    enabled = true\n  }\n}"), "aws_s3_bucket.b: versioning"),
        (BUCKET.replace("}", "  no_such_thing = 1\n}"), "aws_s3_bucket.b: no_such_thing"),
        (
            BUCKET.replace("}", "  lifecycle {\n    create_before_destroy = true\n  }\n}"),
            "aws_s3_bucket.b: create_before_destroy",
        ),
        (
            BUCKET.replace("}", "  lifecycle {\n    ignore_changes = [tags.owner]\n  }\n}"),
            "aws_s3_bucket.b: ignore_changes of a part, tags.owner",
        ),
        (
            BUCKET.replace("}", "  lifecycle {\n    precondition {\n      condition = false\n    }\n  }\n}"),
            "aws_s3_bucket.b: precondition of lifecycle",
        ),
        ('provider "aws" {\n  alias = "other"\n}\n', "provider aws with the alias other"),
        ('provider "aws" {\n  max_retries = 3\n}\n', "provider aws: max_retries"),
        ("moved {\n  from = aws_s3_bucket.a\n  to   = aws_s3_bucket.b\n}\n" + BUCKET, "the block moved"),
        ('check "c" {\n  assert {\n    condition = true\n    error_message = "x"\n  }\n}\n', "the block check c"),
    ],
)
def test_what_is_beyond_the_subset_is_refused_by_name(source: str, named: str, refuse: Plan) -> None:
    error = refuse(source)

    assert isinstance(error, InvalidError)
    assert error.code == "stack-unsupported"
    assert named in error.summary
    assert "This stack needs OpenTofu or Terraform" in error.summary


def test_everything_beyond_the_subset_is_named_at_once(refuse: Plan) -> None:
    error = refuse('resource "aws_sns_topic" "q" {}\nresource "aws_instance" "web" {}\nmoved {}\n')

    assert all(name in error.summary for name in ("aws_sns_topic.q", "aws_instance.web", "the block moved"))


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ('resource "aws_s3_bucket" "b" {}\n', "aws_s3_bucket.b: bucket is missing"),
        (
            'resource "aws_cloudwatch_log_group" "l" {\n  name = "l"\n  retention_in_days = "soon"\n}\n',
            "aws_cloudwatch_log_group.l: retention_in_days is no number",
        ),
        (
            'resource "aws_kms_key" "k" {\n  enable_key_rotation = "often"\n}\n',
            "aws_kms_key.k: enable_key_rotation is no boolean",
        ),
        (
            'resource "aws_kms_key" "k" {\n  policy = "everybody"\n}\n',
            "aws_kms_key.k: policy is no policy",
        ),
        (
            BUCKET + 'resource "aws_s3_bucket_versioning" "b" {\n  bucket = aws_s3_bucket.b.id\n'
            '  versioning_configuration {\n    status = "On"\n  }\n}\n',
            "aws_s3_bucket_versioning.b: versioning_configuration.0.status is none of Enabled, Suspended, Disabled",
        ),
        (
            BUCKET
            + 'resource "aws_s3_bucket_versioning" "b" {\n  bucket = aws_s3_bucket.b.id\n'
            + '  versioning_configuration {\n    status = "Enabled"\n  }\n' * 2
            + "}\n",
            "versioning_configuration stands more than once",
        ),
        (BUCKET.replace("}", '  tags = "mine"\n}'), "aws_s3_bucket.b: tags is no map"),
        (
            BUCKET.replace('"b-of-a-test"', "aws_s3_bucket.b.nothing"),
            "aws_s3_bucket.b: bucket refers to aws_s3_bucket.b itself",
        ),
        (
            BUCKET + 'output "name" {\n  value = aws_s3_bucket.b.nam\n}\n',
            "output: name refers to an attribute that does not exist",
        ),
        (
            BUCKET.replace('"b-of-a-test"', "aws_kms_key.nobody.id"),
            "aws_s3_bucket.b: bucket",
        ),
        (BUCKET.replace('"b-of-a-test"', "local.nothing"), "aws_s3_bucket.b: bucket has no value"),
        (
            'resource "aws_kms_key" "k" {}\n' + ALIAS.replace("key_id\n", "no_such\n"),
            "aws_kms_alias.a: target_key_id refers to an attribute that does not exist",
        ),
    ],
)
def test_what_terraform_would_refuse_is_refused_with_the_place(source: str, told: str, refuse: Plan) -> None:
    error = refuse(source)

    assert isinstance(error, InvalidError)
    assert error.code in ("stack-invalid", "source-cyclic")
    assert told in error.summary


def test_resources_that_depend_on_each_other_in_a_circle_are_refused(refuse: Plan) -> None:
    error = refuse(
        'resource "aws_security_group" "a" {\n  name = aws_security_group.b.name\n}\n'
        'resource "aws_security_group" "b" {\n  name = aws_security_group.a.name\n}\n'
    )

    assert error.code == "stack-invalid"
    assert "aws_security_group.a, aws_security_group.b" in error.summary


def test_source_that_is_no_source_is_refused(refuse: Plan) -> None:
    assert refuse('resource "aws_s3_bucket" {').code == "source-unparsable"


def test_a_symbolic_link_in_the_stack_is_refused(refuse: Plan, tmp_path: Path) -> None:
    (tmp_path / "infra").mkdir()
    (tmp_path / "secrets.tf").write_text("", encoding="utf-8")
    (tmp_path / "infra" / "more.tf").symlink_to(tmp_path / "secrets.tf")

    error = refuse(BUCKET)

    assert error.code == "stack-refused"
    assert "infra/more.tf" in error.summary


def test_a_region_in_another_partition_is_refused(refuse: Plan) -> None:
    error = refuse('provider "aws" {\n  region = "cn-north-1"\n}\n' + BUCKET)

    assert error.code == "stack-unsupported"
    assert "cn-north-1" in error.summary


def test_the_engine_says_which_types_it_offers() -> None:
    assert tuple(EmbeddedEngine(b"").supported_types()) == tuple(sorted(RESOURCE_TYPES))
    assert len(RESOURCE_TYPES) == 17


@pytest.mark.generated
def test_the_reference_of_the_subset_is_fresh(reference_page: Callable[[str, str], None]) -> None:
    reference_page("embedded-engine.md", _page())


def _page() -> str:
    head = (Path(__file__).parent / "embedded-engine.head.md").read_text(encoding="utf-8")
    types = "\n".join(_section(name, item.schema) for name, item in sorted(RESOURCE_TYPES.items()))
    data = "\n".join(_section(f"data {name}", item.schema) for name, item in sorted(DATA_SOURCES.items()))
    return f"{head}\n## Resource types\n\n{types}\n## Data sources\n\n{data}".rstrip() + "\n"


def _section(name: str, schema: Schema) -> str:
    rows = [f"| `{path}` | {_kind(attribute)} | {_notes(attribute)} |" for path, attribute in _settable(schema)]
    table = ["| Argument | Kind | |", "|---|---|---|", *rows] if rows else ["No arguments."]
    given = [f"`{item}`" for item, attribute in sorted(schema.items()) if _is_given(attribute)]
    return "\n".join([f"### {name}", "", *table, "", f"Also readable: {', '.join(given)}." if given else "", ""])


def _settable(schema: Schema, prefix: str = "") -> Iterator[tuple[str, Attribute]]:
    for name, attribute in sorted(schema.items()):
        if attribute.is_settable:
            yield prefix + name, attribute
            yield from _settable(attribute.block, f"{prefix}{name}.")


def _is_given(attribute: Attribute) -> bool:
    return not attribute.is_settable and not attribute.is_copy and (attribute.is_computed or attribute.default)


def _kind(attribute: Attribute) -> str:
    if attribute.block:
        return "block" if attribute.is_single else "blocks"
    return "JSON text" if attribute.kind is Kind.POLICY else attribute.kind.value


def _notes(attribute: Attribute) -> str:
    notes = ["required"] if attribute.is_required else []
    if attribute.forces_new:
        notes.append("a change makes a new one")
    if attribute.allowed:
        notes.append("one of " + ", ".join(f"`{item}`" for item in attribute.allowed))
    if attribute.default not in (None, ""):
        otherwise = str(attribute.default)
        notes.append(f"otherwise `{otherwise.lower() if isinstance(attribute.default, bool) else otherwise}`")
    return "; ".join(notes)
