"""What spreads requests over machines."""

from typing import Final

from msgspec import Struct

from pavior.resources.model import Resource, Unknown
from pavior.resources.views.facts import Fact, Source, Truth, ask
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.kinds import ViewType, of_types
from pavior.resources.views.written import as_written

BALANCER_TYPES: Final = ("aws_lb", "aws_alb")
CLASSIC_TYPE: Final = "aws_elb"
_KIND = "load_balancer_type"


class LoadBalancer(Struct, frozen=True):
    """A load balancer.

    Args:
        reads_requests: It understands HTTP and may look into requests; others pass on what they do not read.
        can_be_protected: There is a switch that keeps it from being deleted.
        has_header_switch: It can be told to drop invalid header fields.
        drops_invalid_headers: Header fields with names that are not allowed do not go through.
        guards_against_desync: Requests that two readers may understand differently are stopped.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    reads_requests: Fact[bool]
    can_be_protected: bool
    has_header_switch: bool
    is_deletion_protected: Fact[bool]
    drops_invalid_headers: Fact[bool]
    guards_against_desync: Fact[bool]


def build_load_balancer(resource: Resource, index: GraphIndex) -> LoadBalancer:
    """From `aws_lb` of each kind, and `aws_elb`."""
    del index
    own = Source(as_written(resource))
    mode = own.text("desync_mitigation_mode")
    is_guarding = mode.value if isinstance(mode.value, Unknown) else mode.value in ("defensive", "strictest")
    return LoadBalancer(
        resource=resource,
        satellites=(),
        reads_requests=own.fact(_KIND, is_of_kind(own, "application")),
        can_be_protected=resource.type != CLASSIC_TYPE,
        has_header_switch=resource.type != CLASSIC_TYPE,
        is_deletion_protected=own.truth("enable_deletion_protection"),
        drops_invalid_headers=own.truth("drop_invalid_header_fields"),
        guards_against_desync=own.fact(mode.attribute, is_guarding),
    )


def is_of_kind(own: Source, kind: str) -> Truth:
    """Whether it is `application`, `network` or `gateway`; a classic one reads requests as an application's does."""
    if own.resource.type == CLASSIC_TYPE:
        return kind == "application"
    return ask(own.text(_KIND).value, lambda found: found == kind)


VIEW_TYPES: Final = (ViewType("LoadBalancer", of_types(*BALANCER_TYPES, CLASSIC_TYPE), build_load_balancer),)
