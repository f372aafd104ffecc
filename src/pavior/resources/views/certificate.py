"""Certificates that name servers."""

from typing import Final

from msgspec import Struct

from pavior.resources.model import Resource, Unknown
from pavior.resources.views.facts import Fact, Leaf, Source, not_understood, read_text
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.kinds import ViewType, of_types
from pavior.resources.views.written import as_written

_MORE = "subject_alternative_names"


class Certificate(Struct, frozen=True):
    """A certificate.

    Args:
        names: Whom it is for, such as `orders.example.com`, each with the place that says it.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    names: tuple[Fact[str], ...]


def build_certificate(resource: Resource, index: GraphIndex) -> Certificate | None:
    """From `aws_acm_certificate`; None for one that was made elsewhere and brought in, whose names stand inside it."""
    del index
    own = Source(as_written(resource))
    if own.value("domain_name") is None:
        return None
    more = own.value(_MORE)
    items: list[Leaf] = []
    if isinstance(more, list):
        items = [read_text(item) for item in more]
    elif more is not None:
        items = [more if isinstance(more, Unknown) else not_understood(more)]
    return Certificate(resource, (), (own.text("domain_name"), *(own.fact(_MORE, item) for item in items)))


VIEW_TYPES: Final = (ViewType("Certificate", of_types("aws_acm_certificate"), build_certificate),)
