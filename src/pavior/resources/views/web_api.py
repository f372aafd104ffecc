"""Programming interfaces on the web, and what may be called there."""

from typing import Final

from msgspec import Struct

from pavior.resources.model import Resource
from pavior.resources.views.facts import Fact, Source, Truth, ask
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.kinds import ViewType, of_types
from pavior.resources.views.web_entry import STAGE_TYPE
from pavior.resources.views.written import as_written

_METHOD, _ROUTE = "aws_api_gateway_method", "aws_apigatewayv2_route"


class ApiStage(Struct, frozen=True):
    """One published version of an API.

    Args:
        is_traced: The way of a request through the services behind it is written down.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    is_traced: Fact[bool]


class ApiMethod(Struct, frozen=True):
    """Something that may be called.

    Args:
        asks_who: The caller must say who they are, and whether they may is decided before anything runs.
        asks_for_key: The caller must give an API key.
        is_preflight: A browser asks here, without credentials, whether it may ask.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    asks_who: Fact[bool]
    asks_for_key: Fact[bool]
    is_preflight: Truth


def build_api_stage(resource: Resource, index: GraphIndex) -> ApiStage:
    """From `aws_api_gateway_stage`; the newer kind of API cannot be traced."""
    del index
    return ApiStage(resource, (), Source(as_written(resource)).truth("xray_tracing_enabled"))


def build_api_method(resource: Resource, index: GraphIndex) -> ApiMethod:
    """From `aws_api_gateway_method` and `aws_apigatewayv2_route`."""
    del index
    own = Source(as_written(resource))
    is_method = resource.type == _METHOD
    decided = own.text("authorization" if is_method else "authorization_type")
    verb = own.text("http_method" if is_method else "route_key").value
    return ApiMethod(
        resource=resource,
        satellites=(),
        asks_who=own.fact(decided.attribute, ask(decided.value, lambda name: name.upper() != "NONE")),
        asks_for_key=own.truth("api_key_required"),
        # A route is named by verb and path, such as `OPTIONS /orders`.
        is_preflight=ask(verb, lambda text: text.upper().split(" ")[0] == "OPTIONS"),
    )


VIEW_TYPES: Final = (
    ViewType("ApiStage", of_types(STAGE_TYPE), build_api_stage),
    ViewType("ApiMethod", of_types(_METHOD, _ROUTE), build_api_method),
)
