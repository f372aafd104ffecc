"""Services of a provider that can write down what they were asked and what became of it."""

from typing import Final

from msgspec import Struct

from pavior.resources.model import Resource
from pavior.resources.views.facts import Fact, Source, ask
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.kinds import ViewType, of_types

# Type to the attribute that says how much is written, and the word for nothing.
_LEVELS = {
    "aws_appsync_graphql_api": ("log_config.0.field_log_level", "NONE"),
    "aws_sfn_state_machine": ("logging_configuration.0.level", "OFF"),
}
LOGGED_TYPES: Final = tuple(_LEVELS)


class RequestLog(Struct, frozen=True):
    """Something that handles requests. `is_logged`: at least those that failed are written down."""

    resource: Resource
    satellites: tuple[Resource, ...]
    is_logged: Fact[bool]


def build_request_log(resource: Resource, index: GraphIndex) -> RequestLog:
    """From a workflow or a query interface."""
    del index
    path, nothing = _LEVELS[resource.type]
    level = Source(resource).text(path)
    return RequestLog(resource, (), Fact(ask(level.value, lambda word: word != nothing), level.attribute))


VIEW_TYPES: Final = (ViewType("RequestLog", of_types(*LOGGED_TYPES), build_request_log),)
