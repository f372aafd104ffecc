"""Logs that are kept, such as a CloudWatch log group."""

from typing import Final

from msgspec import Struct

from pavior.resources.model import Resource
from pavior.resources.views.facts import Fact, Source
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.kinds import ViewType, of_types

LOG_GROUP_TYPES: Final = ("aws_cloudwatch_log_group",)


class LogGroup(Struct, frozen=True):
    """Logs that are kept. `retention_days` of 0 means for ever."""

    resource: Resource
    satellites: tuple[Resource, ...]
    retention_days: Fact[int]


def build_log_group(resource: Resource, index: GraphIndex) -> LogGroup:
    """From `aws_cloudwatch_log_group`."""
    del index
    return LogGroup(resource, (), Source(resource).number("retention_in_days"))


VIEW_TYPES: Final = (ViewType("LogGroup", of_types(*LOG_GROUP_TYPES), build_log_group),)
