"""Results of queries that a provider keeps, such as those of an Athena workgroup."""

from typing import Final

from msgspec import Struct

from pavior.resources.model import Resource
from pavior.resources.views.facts import Fact, Source
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.kinds import ViewType, of_types
from pavior.resources.views.nested import is_given

RESULT_TYPES: Final = ("aws_athena_workgroup",)
_CONFIGURATION = "configuration.0"


class QueryResults(Struct, frozen=True):
    """Where results of queries are kept.

    Args:
        is_encrypted: It is said how they are encrypted.
        is_binding: Whoever asks cannot choose otherwise.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    is_encrypted: Fact[bool]
    is_binding: Fact[bool]


def build_query_results(resource: Resource, index: GraphIndex) -> QueryResults:
    """From `aws_athena_workgroup`."""
    del index
    own = Source(resource)
    option = f"{_CONFIGURATION}.result_configuration.0.encryption_configuration.0.encryption_option"
    return QueryResults(
        resource=resource,
        satellites=(),
        is_encrypted=is_given(own, option),
        is_binding=own.truth(f"{_CONFIGURATION}.enforce_workgroup_configuration"),
    )


VIEW_TYPES: Final = (ViewType("QueryResults", of_types(*RESULT_TYPES), build_query_results),)
