"""Drift is written into source: in place, as little as it takes, and never what would change something else.

The texts that are expected were written by hand, as a person would have edited them.
"""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from pavior.adapters.adopting import adopt_source, edits
from pavior.adapters.adopting.source import MOST_AT_ONCE
from pavior.resources.adoption import Adoption, Wish
from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Sensitive, Value

Values = Mapping[str, Any]
MAIN = "infra/main.tf"


def graph(of: Mapping[str, Values], kind: GraphFormat = GraphFormat.STATE) -> ResourceGraph:
    resources = (Resource(address, address.split("[")[0].split(".")[-2], values) for address, values in of.items())
    return ResourceGraph(kind, tuple(resources))


def adopt(
    source: str | Mapping[str, str],
    applied: Mapping[str, Values],
    live: Mapping[str, Values],
    *,
    wanted: tuple[str, ...] = (),
    **variables: str,
) -> Adoption:
    files = {MAIN: source} if isinstance(source, str) else source
    return adopt_source(
        Wish(
            {path: text.encode() for path, text in files.items()},
            variables,
            frozenset(),
            graph(applied),
            graph(live, GraphFormat.LIVE),
            wanted,
        )
    )


def text_of(adoption: Adoption) -> str:
    assert not adoption.left
    (body,) = adoption.files.values()
    return body.decode()


def why(adoption: Adoption) -> list[str]:
    assert not adoption.files
    return [item.why for item in adoption.left]


LOGS = """\
# What the service says.
resource "aws_cloudwatch_log_group" "service" {
  name              = "/services/orders" # as the agent expects it
  retention_in_days = 365 # a year
}
"""
LOG_GROUP = "aws_cloudwatch_log_group.service"


def test_a_number_is_written_where_it_stands_and_nothing_else_is_touched() -> None:
    was = {"name": "/services/orders", "retention_in_days": 365, "arn": "arn:aws:logs:1"}

    adoption = adopt(LOGS, {LOG_GROUP: was}, {LOG_GROUP: {**was, "retention_in_days": 30}})

    assert text_of(adoption) == LOGS.replace("= 365 # a year", "= 30 # a year")
    assert [str(item) for item in adoption.taken] == [f"{LOG_GROUP}: retention_in_days"]


def test_what_the_source_left_to_the_provider_is_added_below_the_others() -> None:
    was = {"name": "/services/orders", "retention_in_days": 365, "kms_key_id": ""}

    adoption = adopt(LOGS, {LOG_GROUP: was}, {LOG_GROUP: {**was, "kms_key_id": "arn:aws:kms:eu:1:key/2"}})

    assert text_of(adoption) == LOGS.replace("# a year\n", '# a year\n  kms_key_id        = "arn:aws:kms:eu:1:key/2"\n')


def test_what_is_not_set_any_more_is_taken_out_with_its_comment() -> None:
    was = {"name": "/services/orders", "retention_in_days": 365}

    adoption = adopt(LOGS, {LOG_GROUP: was}, {LOG_GROUP: {"name": "/services/orders", "retention_in_days": None}})

    assert text_of(adoption) == LOGS.replace("  retention_in_days = 365 # a year\n", "")


TAGS = """\
locals {
  tags = { owner = "payments" }
}

resource "aws_s3_bucket" "files" {
  bucket = "orders-files"
  tags   = local.tags
}

resource "aws_s3_bucket" "logs" {
  bucket = "orders-logs"
  tags = {
    owner                = "payments"
    "kubernetes.io/name" = "logs"
  }
}
"""


def buckets(files: Values, logs: Values) -> dict[str, Values]:
    return {
        "aws_s3_bucket.files": {"bucket": "orders-files", "tags": files, "tags_all": files},
        "aws_s3_bucket.logs": {"bucket": "orders-logs", "tags": logs, "tags_all": logs},
    }


PLAIN = {"owner": "payments"}
NAMED = {"owner": "payments", "kubernetes.io/name": "logs"}


def test_a_map_that_is_shared_is_left_alone_and_gets_the_new_keys_on_top() -> None:
    adoption = adopt(TAGS, buckets(PLAIN, NAMED), buckets({"owner": "payments", "cost": "42"}, NAMED))

    expected = TAGS.replace("tags   = local.tags", 'tags   = merge(local.tags, {\n    cost = "42"\n  })')
    assert text_of(adoption) == expected


def test_keys_of_a_map_that_is_written_out_are_set_added_and_taken_out_one_by_one() -> None:
    adoption = adopt(TAGS, buckets(PLAIN, NAMED), buckets(PLAIN, {"owner": "finance", "a/b": "x"}))

    assert text_of(adoption) == TAGS.replace(
        '    owner                = "payments"\n    "kubernetes.io/name" = "logs"\n',
        '    owner                = "finance"\n    "a/b"                = "x"\n',
    )


def test_a_key_that_went_away_from_a_shared_map_is_left_to_a_person() -> None:
    adoption = adopt(TAGS, buckets(PLAIN, NAMED), buckets({}, NAMED))

    assert why(adoption) == ["it is computed, and a key of it went away: local.tags"]


def test_only_the_resources_that_are_wanted_are_adopted() -> None:
    live = buckets({"owner": "x"}, {"owner": "y"})

    adoption = adopt(TAGS, buckets(PLAIN, NAMED), live, wanted=("aws_s3_bucket.files",))

    assert [item.address for item in adoption.taken] == ["aws_s3_bucket.files"]
    assert [str(item) for item in adoption.left] == ["aws_s3_bucket.logs: tags: it was not asked for"]
    (body,) = adoption.files.values()
    assert b'merge(local.tags, {\n    owner = "x"\n  })' in body


COMPUTED = """\
variable "environment" {}

locals {
  capacity = 5
}

resource "aws_dynamodb_table" "records" {
  name          = "orders-${var.environment}"
  read_capacity = local.capacity
}
"""


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [("read_capacity", 25, "local.capacity"), ("name", "mine", '"orders-${var.environment}"')],
)
def test_what_is_computed_is_never_written_over(name: str, value: Value, shown: str) -> None:
    was: dict[str, Value] = {"name": "orders-dev", "read_capacity": 5}
    address = "aws_dynamodb_table.records"

    adoption = adopt(COMPUTED, {address: was}, {address: {**was, name: value}}, environment="dev")

    assert why(adoption) == [f"it is computed: {shown}"]


GROUP = """\
resource "aws_security_group" "web" {
  name = "web"

  ingress {
    description = "HTTPS"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
  }
}
"""


def rule(port: int, *blocks: str, description: str = "") -> dict[str, Value]:
    """As the provider gives it: with everything that nobody said."""
    return {
        "cidr_blocks": [*blocks],
        "description": description,
        "from_port": port,
        "ipv6_cidr_blocks": [],
        "prefix_list_ids": [],
        "protocol": "tcp",
        "security_groups": [],
        "self": False,
        "to_port": port,
    }


def group(*rules: Any) -> dict[str, Values]:
    return {"aws_security_group.web": {"name": "web", "ingress": [*rules], "id": "sg-1"}}


HTTPS = rule(443, "10.0.0.0/8", description="HTTPS")


def test_a_block_that_came_on_top_is_written_below_the_others_with_what_is_set() -> None:
    adoption = adopt(GROUP, group(HTTPS), group(rule(22, "0.0.0.0/0"), HTTPS))

    assert (
        text_of(adoption)
        == GROUP[:-2]
        + """
  ingress {
    cidr_blocks = ["0.0.0.0/0"]
    from_port   = 22
    protocol    = "tcp"
    to_port     = 22
  }
}
"""
    )


def test_a_block_that_was_edited_is_edited_in_place() -> None:
    adoption = adopt(GROUP, group(HTTPS), group(rule(443, "0.0.0.0/0", description="HTTPS")))

    assert text_of(adoption) == GROUP.replace("10.0.0.0/8", "0.0.0.0/0")


def test_a_block_that_went_away_is_taken_out() -> None:
    adoption = adopt(GROUP, group(HTTPS), group())

    assert text_of(adoption) == 'resource "aws_security_group" "web" {\n  name = "web"\n\n}\n'


def test_blocks_that_a_dynamic_block_writes_are_left_to_a_person() -> None:
    source = """\
resource "aws_security_group" "web" {
  name = "web"
  dynamic "ingress" {
    for_each = [443]
    content {
      from_port = ingress.value
    }
  }
}
"""
    assert why(adopt(source, group(HTTPS), group())) == ["a dynamic block writes it"]


POLICY = """\
resource "aws_sqs_queue" "jobs" {
  name = "jobs"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = []
  })
}
"""


def test_a_policy_that_is_written_out_is_written_anew_and_does_not_fill_in_what_it_holds() -> None:
    statement = {"Effect": "Allow", "Resource": "arn:aws:s3:::home/${aws:username}/*"}
    was = {"name": "jobs", "policy": json.dumps({"Version": "2012-10-17", "Statement": []})}
    now = {"name": "jobs", "policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]})}

    adoption = adopt(POLICY, {"aws_sqs_queue.jobs": was}, {"aws_sqs_queue.jobs": now})

    assert text_of(adoption) == POLICY.replace(
        "    Statement = []\n",
        """\
    Statement = [
      {
        Effect   = "Allow"
        Resource = "arn:aws:s3:::home/$${aws:username}/*"
      },
    ]
""",
    )


BLOCK = 'resource "aws_s3_bucket_public_access_block" "files" {\n  bucket = "orders-files"\n}\n'
ACCESS_BLOCK = "aws_s3_bucket_public_access_block.files"


def test_a_resource_that_is_gone_is_taken_out_where_nothing_refers_to_it() -> None:
    adoption = adopt(TAGS + BLOCK, {ACCESS_BLOCK: {"bucket": "orders-files"}}, {})

    assert text_of(adoption) == TAGS
    assert [str(item) for item in adoption.taken] == [f"{ACCESS_BLOCK}: taken out"]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (f'output "it" {{\n  value = {ACCESS_BLOCK}.id\n}}\n', "other parts of the source refer to it"),
        (f"locals {{\n  wait = [{ACCESS_BLOCK}]\n}}\n", "other parts of the source refer to it"),
    ],
)
def test_a_resource_that_is_gone_stays_where_something_refers_to_it(more: str, told: str) -> None:
    adoption = adopt(BLOCK + more, {ACCESS_BLOCK: {"bucket": "orders-files"}}, {})

    assert why(adoption) == [told]


def test_a_resource_that_main_does_not_declare_any_more_is_left_out() -> None:
    adoption = adopt(LOGS, buckets(PLAIN, NAMED), buckets({"owner": "x"}, NAMED))

    assert why(adoption) == ["main does not declare it any more"]


def test_what_main_says_already_is_left_out() -> None:
    was = {"name": "/services/orders", "retention_in_days": 90}

    adoption = adopt(LOGS, {LOG_GROUP: was}, {LOG_GROUP: {**was, "retention_in_days": 365}})

    assert why(adoption) == ["main says so already"]


@pytest.mark.parametrize(
    ("applied", "live", "told"),
    [
        (Sensitive("beef"), Sensitive("f00d"), "its value is secret, and secrets do not go into source"),
        ("/services/orders", "a\u202eb", "it holds characters that nobody sees"),
    ],
)
def test_what_must_not_stand_in_source_is_not_written(applied: Value, live: Value, told: str) -> None:
    was: dict[str, Value] = {"name": applied, "retention_in_days": 365}

    adoption = adopt(LOGS, {LOG_GROUP: was}, {LOG_GROUP: {**was, "name": live}})

    assert why(adoption) == [told]


@pytest.mark.parametrize(
    "hostile",
    [
        '"\n}\nresource "aws_iam_user" "mine" {\n  name = "x',
        '${file("/etc/passwd")}',
        "%{ if true }x%{ endif }",
        "$${a}",
        "\\",
        '\\"',
        "<<EOT",
        "\r\n\t",
        "ümläut # no comment /* none */",
    ],
)
def test_a_text_from_the_cloud_is_written_as_that_text_and_nothing_more(hostile: str) -> None:
    was: dict[str, Value] = {"name": "/services/orders", "retention_in_days": 365}
    live = {LOG_GROUP: {**was, "name": hostile}}

    adoption = adopt(LOGS, {LOG_GROUP: was}, live)

    again = adopt(text_of(adoption), {LOG_GROUP: was}, live)
    assert [item.why for item in again.left] == ["main says so already"]
    assert text_of(adoption).count("resource ") - hostile.count("resource ") == 1


CALLED = {
    MAIN: 'module "a" {\n  source = "./queue"\n}\n\nmodule "b" {\n  source = "./queue"\n}\n',
    "infra/queue/main.tf": 'resource "aws_sqs_queue" "it" {\n  delay_seconds = 0\n}\n',
}


def queues(first: int, second: int) -> dict[str, Any]:
    return {
        "module.a.aws_sqs_queue.it": {"delay_seconds": first},
        "module.b.aws_sqs_queue.it": {"delay_seconds": second},
    }


def test_source_that_makes_several_things_is_not_changed_for_one_of_them() -> None:
    adoption = adopt(CALLED, queues(0, 0), queues(30, 0))

    assert why(adoption) == ["an edit would change module.b.aws_sqs_queue.it as well"]


def test_a_module_that_is_called_once_is_edited_where_it_stands() -> None:
    source = {**CALLED, MAIN: 'module "a" {\n  source = "./queue"\n}\n'}
    one = {"module.a.aws_sqs_queue.it": {"delay_seconds": 0}}

    adoption = adopt(source, one, {"module.a.aws_sqs_queue.it": {"delay_seconds": 30}})

    assert list(adoption.files) == ["infra/queue/main.tf"]
    assert text_of(adoption) == 'resource "aws_sqs_queue" "it" {\n  delay_seconds = 30\n}\n'


def test_line_ends_and_byte_order_marks_stay_as_the_file_has_them() -> None:
    source = "\ufeff" + LOGS.replace("\n", "\r\n")
    was = {"name": "/services/orders", "retention_in_days": 365, "skip_destroy": False}

    adoption = adopt(source, {LOG_GROUP: was}, {LOG_GROUP: {**was, "retention_in_days": 30, "skip_destroy": True}})

    expected = LOGS.replace("= 365 # a year\n", "= 30 # a year\n  skip_destroy      = true\n")
    assert text_of(adoption) == "\ufeff" + expected.replace("\n", "\r\n")


def test_a_block_on_one_line_is_left_to_a_person() -> None:
    source = 'resource "aws_sqs_queue" "it" { name = "it" }\n'
    was: dict[str, Value] = {"name": "it", "delay_seconds": 0}

    adoption = adopt(source, {"aws_sqs_queue.it": was}, {"aws_sqs_queue.it": {**was, "delay_seconds": 30}})

    assert why(adoption) == ["its block stands on one line"]


def test_so_much_at_once_that_nobody_could_review_it_is_left_for_the_next_time() -> None:
    names = [f"q{index}" for index in range(MOST_AT_ONCE + 1)]
    source = "\n".join(f'resource "aws_sqs_queue" "{name}" {{\n  delay_seconds = 0\n}}\n' for name in names)

    adoption = adopt(
        source,
        {f"aws_sqs_queue.{name}": {"delay_seconds": 0} for name in names},
        {f"aws_sqs_queue.{name}": {"delay_seconds": 1} for name in names},
    )

    assert len(adoption.taken) == MOST_AT_ONCE
    assert [(item.address, item.why) for item in adoption.left] == [
        (f"aws_sqs_queue.{names[-1]}", f"it is beyond the first {MOST_AT_ONCE}; adopt it next")
    ]


def test_a_key_that_means_something_to_the_language_is_quoted() -> None:
    adoption = adopt(TAGS, buckets(PLAIN, NAMED), buckets({"owner": "payments", "for": "all"}, NAMED))

    assert 'merge(local.tags, {\n    "for" = "all"\n  })' in text_of(adoption)


def test_a_name_that_no_attribute_can_have_brings_nothing_into_the_source() -> None:
    hostile = {'description = file("/etc/passwd")\n    from_port': 22}

    adoption = adopt(GROUP, group(HTTPS), group(HTTPS, hostile))

    assert [item.why.split(" is no name")[1] for item in adoption.left] == [" that an attribute may have"]
    assert not adoption.files


def test_an_edit_that_goes_wrong_is_never_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edits, "literal", lambda *_: "7")
    was = {"name": "/services/orders", "retention_in_days": 365}

    adoption = adopt(LOGS, {LOG_GROUP: was}, {LOG_GROUP: {**was, "retention_in_days": 30}})

    assert why(adoption) == ["an edit would not say what is live"]
