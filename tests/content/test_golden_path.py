"""What a golden path makes passes every control, already in source, and in the first plan with nothing left unknown."""

from collections import Counter
from pathlib import Path

import jinja2
import pytest
from msgspec import structs

from pavior.adapters.readers.terraform_source import read_source
from pavior.content import load_controls
from pavior.kernel.verdicts import Outcome, Phase, Verdict
from pavior.policy.evaluation import evaluate
from pavior.resources.join import join
from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Unknown, Value

# Those that look at Terraform; what they offer to paste says so.
CONTROLS = tuple(item for item in load_controls() if item.remediations[0].language == "terraform")
INFRA = Path(__file__).parents[2] / "src/pavior/content/goldenpaths/python_service/template/infra"
MINIMUM_CONTROLS = 19
PARAMETERS = {
    "name": "orders",
    "team": "payments",
    "data_class": "confidential",
    "size": "small",
    "region": "eu-central-1",
}
# Those that this golden path is judged by.
EXERCISED = {
    "database-encrypted-with-own-key",
    "database-point-in-time-recovery",
    "identity-no-grants-to-users",
    "identity-policy-names-resources",
    "identity-policy-no-escalation",
    "identity-policy-no-reading-of-all-secrets",
    "identity-policy-no-wildcards",
    "identity-trust-named-principals",
    "key-rotation",
    "log-retention",
    "network-no-open-admin-ports",
    "object-storage-encrypted-with-own-key",
    "object-storage-no-public-access",
    "object-storage-tls-only",
    "object-storage-versioned",
    "resources-tagged-with-owner-and-data-class",
}
# What the AWS provider reports by itself, and so plans as unknown although nobody sets it.
REPORTED = {
    "aws_iam_role": ("inline_policy", "managed_policy_arns"),
    "aws_s3_bucket": ("policy", "server_side_encryption_configuration", "versioning"),
    "aws_security_group": ("ingress",),
}

# What the golden path has; the other controls are about things that it does without.
VIEWS_OF_IT = {
    "Database",
    "DatabaseRecovery",
    "Grant",
    "IdentityPolicy",
    "Key",
    "LogGroup",
    "NetworkExit",
    "NetworkRule",
    "ObjectStore",
    "RecoveryWindow",
    "ResourcePolicy",
    "Tagged",
    "TrustPolicy",
}


def rendered(**parameters: str) -> dict[str, str]:
    environment = jinja2.Environment(keep_trailing_newline=True, undefined=jinja2.StrictUndefined, autoescape=False)  # noqa: S701 - Terraform, not HTML
    files = {path.name: path.read_text(encoding="utf-8") for path in INFRA.iterdir()}
    return {
        name.removesuffix(".jinja"): environment.from_string(text).render(**PARAMETERS, **parameters)
        if name.endswith(".jinja")
        else text
        for name, text in files.items()
    }


def read(files: dict[str, str]) -> ResourceGraph:
    content = {name: text.encode() for name, text in files.items()}
    return read_source(content, {"environment": "dev"}, frozenset())


def planned(graph: ResourceGraph) -> ResourceGraph:
    """As Terraform plans it: no lines, and a policy with one unknown leaf is unknown as a whole."""
    return structs.replace(
        graph, format=GraphFormat.TERRAFORM_PLAN, resources=tuple(_planned(resource) for resource in graph.resources)
    )


def _planned(resource: Resource) -> Resource:
    values: dict[str, Value] = {
        name: Unknown() if name in {"policy", "assume_role_policy"} and _has_unknown(value) else value
        for name, value in resource.values.items()
    }
    values |= {name: Unknown() for name in REPORTED.get(resource.type, ()) if name not in resource.values}
    return structs.replace(resource, values=values, position=None, references={}, attribute_positions={})


def _has_unknown(value: Value) -> bool:
    if isinstance(value, dict):
        return any(_has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(_has_unknown(item) for item in value)
    return isinstance(value, Unknown)


def ask(graph: ResourceGraph, phase: Phase) -> dict[tuple[str, str], Verdict]:
    return {(item.control, item.subject): item for item in evaluate(graph, CONTROLS, phase).verdicts}


def test_the_source_passes_every_control() -> None:
    source = read(rendered())
    verdicts = ask(source, Phase.CODE)

    assert source.complete
    assert source.skipped == ()
    assert {control for control, _ in verdicts} == {control.id for control in CONTROLS if control.view in VIEWS_OF_IT}
    assert {verdict.outcome for verdict in verdicts.values()} == {Outcome.PASSED}


def test_the_first_plan_joined_with_its_source_passes_every_control() -> None:
    source = read(rendered())
    plan = planned(source)

    alone = Counter(verdict.outcome for verdict in ask(plan, Phase.PLAN).values())
    joined = Counter(verdict.outcome for verdict in ask(join(plan, source), Phase.PLAN).values())

    assert alone[Outcome.UNKNOWN] > 0
    assert set(joined) == {Outcome.PASSED}
    assert joined.total() == alone.total()


def test_only_what_no_control_is_about_is_uncovered() -> None:
    assert evaluate(read(rendered()), CONTROLS, Phase.CODE).coverage.uncovered_types == {"aws_kms_alias": 1}


def line_of(text: str, beginning: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if line.strip().startswith(beginning))


def opened(text: str) -> str:
    start = text.index('resource "aws_s3_bucket_public_access_block"')
    end = text.index("\n}\n", start)
    return text[:start] + text[start:end].replace("= true", "= false") + text[end:]


def without(resource_type: str, text: str) -> str:
    start = text.index(f'resource "{resource_type}"')
    return text[:start] + text[text.index("\n}\n", start) + 3 :]


def failed(files: dict[str, str]) -> dict[str, Verdict]:
    source = read(files)
    verdicts = ask(join(planned(source), source), Phase.PLAN).values()
    assert {verdict.outcome for verdict in verdicts} == {Outcome.PASSED, Outcome.FAILED}
    return {verdict.control: verdict for verdict in verdicts if verdict.outcome is Outcome.FAILED}


def test_opening_the_bucket_is_shown_at_the_first_switch() -> None:
    files = rendered()
    files["main.tf"] = opened(files["main.tf"])

    found = failed(files)

    assert set(found) == {"object-storage-no-public-access"}
    verdict = found["object-storage-no-public-access"]
    assert (verdict.subject, verdict.attribute) == ("aws_s3_bucket.files", "block_public_acls")
    assert verdict.position is not None
    assert (verdict.position.path, verdict.position.line) == ("main.tf", line_of(files["main.tf"], "block_public_acls"))


@pytest.mark.parametrize(
    ("resource_type", "control"),
    [
        ("aws_s3_bucket_public_access_block", "object-storage-no-public-access"),
        ("aws_s3_bucket_server_side_encryption_configuration", "object-storage-encrypted-with-own-key"),
        ("aws_s3_bucket_versioning", "object-storage-versioned"),
        ("aws_s3_bucket_policy", "object-storage-tls-only"),
    ],
)
def test_what_is_taken_away_is_shown_at_the_bucket(resource_type: str, control: str) -> None:
    files = rendered()
    files["main.tf"] = without(resource_type, files["main.tf"])

    found = failed(files)

    assert set(found) == {control}
    assert found[control].subject == "aws_s3_bucket.files"
    position = found[control].position
    assert position is not None
    assert position.line == line_of(files["main.tf"], 'resource "aws_s3_bucket" "files"')


@pytest.mark.parametrize(
    ("old", "new", "control", "subject"),
    [
        ("enable_key_rotation     = true", "", "key-rotation", "aws_kms_key.data"),
        ("= 365", "= 30", "log-retention", "aws_cloudwatch_log_group.service"),
        (
            '"kms:Decrypt", "kms:GenerateDataKey"',
            '"kms:*"',
            "identity-policy-no-wildcards",
            "aws_iam_role_policy.service",
        ),
        ('{ Service = "ecs-tasks.amazonaws.com" }', '"*"', "identity-trust-named-principals", "aws_iam_role.service"),
        (
            "  point_in_time_recovery {\n    enabled = true\n  }",
            "",
            "database-point-in-time-recovery",
            "aws_dynamodb_table.records",
        ),
        (
            "    kms_key_arn = aws_kms_key.data.arn\n",
            "",
            "database-encrypted-with-own-key",
            "aws_dynamodb_table.records",
        ),
    ],
)
def test_each_other_control_notices_its_own_mistake(old: str, new: str, control: str, subject: str) -> None:
    files = rendered()
    assert files["main.tf"].count(old) == 1
    files["main.tf"] = files["main.tf"].replace(old, new)

    found = failed(files)

    assert {key: verdict.subject for key, verdict in found.items()} == {control: subject}
    assert found[control].position is not None


def test_a_port_that_is_opened_is_shown_at_its_rule() -> None:
    files = rendered()
    attributes = ("from_port = 0", "to_port = 65535", 'protocol = "tcp"', 'cidr_blocks = ["0.0.0.0/0"]')
    rule = "".join(f"    {attribute}\n" for attribute in attributes)
    files["main.tf"] = files["main.tf"].replace("egress {", f"ingress {{\n{rule}  }}\n\n  egress {{")

    found = failed(files)

    assert set(found) == {"network-no-open-admin-ports", "network-no-open-plain-web"}
    position = found["network-no-open-admin-ports"].position
    assert position is not None
    assert position.line == line_of(files["main.tf"], "ingress {")


def test_a_tag_that_is_missing_everywhere_is_found_on_each_resource() -> None:
    files = rendered()
    files["main.tf"] = files["main.tf"].replace('data-class  = "confidential"', "")
    source = read(files)

    verdicts = ask(source, Phase.CODE)

    found = {subject for (control, subject), item in verdicts.items() if item.outcome is Outcome.FAILED}
    assert found == {
        "aws_cloudwatch_log_group.service",
        "aws_dynamodb_table.records",
        "aws_iam_role.service",
        "aws_kms_key.data",
        "aws_s3_bucket.files",
        "aws_security_group.service",
    }
