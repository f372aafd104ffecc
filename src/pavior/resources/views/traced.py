"""Services of a provider that can record the way of a request through them."""

from typing import Final

from msgspec import Struct

from pavior.resources.model import Resource
from pavior.resources.views.facts import Fact, Source, ask
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.kinds import ViewType, of_types

# Type to the attribute that switches it on.
_SWITCHES = {
    "aws_appsync_graphql_api": "xray_enabled",
    "aws_sfn_state_machine": "tracing_configuration.0.enabled",
}
_FUNCTION = "aws_lambda_function"
TRACED_TYPES: Final = (_FUNCTION, *_SWITCHES)


class Traced(Struct, frozen=True):
    """Something that requests go through.

    Args:
        is_traced: It records the requests that come to it, also when nobody before it did.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    is_traced: Fact[bool]


def build_traced(resource: Resource, index: GraphIndex) -> Traced:
    """From a function, a workflow or a query interface."""
    del index
    own = Source(resource)
    if resource.type == _FUNCTION:
        # `PassThrough` records only what a service before it has chosen.
        mode = own.text("tracing_config.0.mode")
        return Traced(resource, (), own.fact(mode.attribute, ask(mode.value, lambda word: word == "Active")))
    return Traced(resource, (), own.truth(_SWITCHES[resource.type]))


VIEW_TYPES: Final = (ViewType("Traced", of_types(*TRACED_TYPES), build_traced),)
