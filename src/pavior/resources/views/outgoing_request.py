"""Requests that a run makes while it plans, and what goes out with them."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Resource, Sensitive, Unknown
from pavior.resources.views.facts import Fact, Source, Truth, any_of, type_of
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.kinds import Selection, ViewType

REQUEST_TYPE: Final = "http"
# Types whose attributes are secrets; those of a parameter are when its type says so.
_SECRET_TYPES = ("aws_secretsmanager_random_password", "aws_secretsmanager_secret_version", "random_password")
_PARAMETER = "aws_ssm_parameter"
_HIDDEN_KIND = "SecureString"
_CLEAR = "http://"


class OutgoingRequest(Struct, frozen=True):
    """A request to some address.

    Args:
        address_holds_secret: A secret is a part of the address.
        sends_secret_in_clear: A secret goes along, in a header or in the body, without TLS.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    address_holds_secret: Fact[bool]
    sends_secret_in_clear: Fact[bool]


def build_outgoing_request(resource: Resource, index: GraphIndex) -> OutgoingRequest:
    """From a data source `http`."""
    own = Source(resource)
    url = own.value("url")
    start = url.pieces[0] if isinstance(url, Unknown) and url.pieces else url
    is_clear = isinstance(start, str) and start.lower().startswith(_CLEAR)
    with_it = any_of(_holds_secret(own, path, index) for path in ("request_headers", "request_body"))
    return OutgoingRequest(
        resource=resource,
        satellites=(),
        address_holds_secret=own.fact("url", _holds_secret(own, "url", index)),
        sends_secret_in_clear=own.fact("url", is_clear and with_it),
    )


def _select(index: GraphIndex) -> Iterable[Resource]:
    return (item for item in index.graph.resources if item.mode == "data" and item.type == REQUEST_TYPE)


def _holds_secret(own: Source, path: str, index: GraphIndex) -> Truth:
    if isinstance(own.value(path), Sensitive):
        return True
    return any_of(_is_secret(address, index) for address in own.references(path))


def _is_secret(address: str, index: GraphIndex) -> Truth:
    kind = type_of(address)
    if kind != _PARAMETER:
        return kind in _SECRET_TYPES
    found = index.find(address)
    # One that is looked up is deciphered, and its type is told by the apply.
    said = None if found is None else found.values.get("type")
    if isinstance(said, str):
        return said == _HIDDEN_KIND
    return Unknown(UnknownReason.NOT_EVALUATED, f"whether {address} is a secret is not known")


VIEW_TYPES: Final = (ViewType("OutgoingRequest", Selection((REQUEST_TYPE,), _select), build_outgoing_request),)
