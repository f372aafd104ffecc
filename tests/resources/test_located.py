"""Where a thing lies is read from what stands with it, and never guessed."""

import pytest

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Unknown, Value
from pavior.resources.views import VIEWS, index_graph

LATER = Unknown(UnknownReason.KNOWN_AFTER_APPLY)


def _located(kind: str, values: dict[str, Value]) -> list[object]:
    graph = ResourceGraph(GraphFormat.STATE, (Resource(f"{kind}.a", kind, values),))
    view, index = VIEWS["Located"], index_graph(graph)
    built = [view.build(resource, index) for resource in view.select(index)]
    return [getattr(item, "region", None) for item in built if item is not None]


@pytest.mark.parametrize(
    ("kind", "values", "region", "said_by"),
    [
        ("aws_sqs_queue", {"region": "eu-west-1", "arn": "arn:aws:sqs:us-east-1:1:a"}, "eu-west-1", "region"),
        ("aws_sqs_queue", {"arn": "arn:aws:sqs:us-gov-west-1:123456789012:a"}, "us-gov-west-1", "arn"),
        ("aws_ebs_volume", {"availability_zone": "ap-southeast-2c"}, "ap-southeast-2", "availability_zone"),
        ("azurerm_resource_group", {"location": "West Europe"}, "West Europe", "location"),
        ("google_compute_disk", {"zone": "europe-west3-b"}, "europe-west3", "zone"),
        ("google_storage_bucket", {"location": "EU"}, "EU", "location"),
    ],
)
def test_the_region_is_read(kind: str, values: dict[str, Value], region: str, said_by: str) -> None:
    (found,) = _located(kind, values)

    assert (getattr(found, "value", None), getattr(found, "attribute", None)) == (region, said_by)


def test_what_the_apply_will_tell_is_asked_again_then() -> None:
    (found,) = _located("aws_sqs_queue", {"name": "a", "arn": LATER})

    assert getattr(found, "value", None) is LATER


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("aws_sqs_queue", {"name": "a"}),
        # The name of a bucket is all that its ARN tells.
        ("aws_s3_bucket", {"arn": "arn:aws:s3:::files"}),
        ("aws_ebs_volume", {"availability_zone": "somewhere"}),
    ],
)
def test_what_nobody_says_was_not_evaluated(kind: str, values: dict[str, Value]) -> None:
    (found,) = _located(kind, values)

    value = getattr(found, "value", None)
    assert isinstance(value, Unknown)
    assert value.reason is UnknownReason.NOT_EVALUATED


@pytest.mark.parametrize("kind", ["aws_iam_role", "aws_cloudfront_distribution", "aws_route53_zone", "random_id"])
def test_what_lies_in_no_region_is_left_out(kind: str) -> None:
    assert _located(kind, {"tags": {}}) == []
