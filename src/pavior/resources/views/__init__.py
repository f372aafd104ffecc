"""What controls read: resources gathered into what they mean, as typed three-valued facts, whatever cloud they are in.

A view exists for each resource that means that thing; its satellites are the resources that complete it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from pavior.resources.model import Resource
from pavior.resources.views.database import DATABASE_TYPES, Database, build_database
from pavior.resources.views.facts import Fact, Leaf, Truth, all_of, any_of, ask, negated
from pavior.resources.views.identity import (
    IDENTITY_POLICY_TYPES,
    ROLE_TYPES,
    IdentityPolicy,
    TrustPolicy,
    build_identity_policy,
    build_trust_policy,
)
from pavior.resources.views.index import GraphIndex, index_graph
from pavior.resources.views.keys import KEY_TYPES, Key, build_key
from pavior.resources.views.log_group import LOG_GROUP_TYPES, LogGroup, build_log_group
from pavior.resources.views.network import IngressRule, NetworkRule, build_network_rule, select_network_rules
from pavior.resources.views.object_store import OBJECT_STORE_TYPES, ObjectStore, build_object_store
from pavior.resources.views.policies import Condition, PolicyDocument, Principal, Statement
from pavior.resources.views.tagged import Tagged, build_tagged, select_tagged

__all__ = [
    "VIEWS",
    "Condition",
    "Database",
    "Fact",
    "GraphIndex",
    "IdentityPolicy",
    "IngressRule",
    "Key",
    "Leaf",
    "LogGroup",
    "NetworkRule",
    "ObjectStore",
    "PolicyDocument",
    "Principal",
    "Statement",
    "Tagged",
    "TrustPolicy",
    "Truth",
    "View",
    "ViewType",
    "all_of",
    "any_of",
    "ask",
    "index_graph",
    "negated",
]


class View(Protocol):
    """What every view has."""

    @property
    def resource(self) -> Resource:
        """The subject of the verdict."""

    @property
    def satellites(self) -> tuple[Resource, ...]:
        """The resources that complete it."""


@dataclass(frozen=True, slots=True)
class ViewType:
    """How one kind of view is had from a graph.

    Args:
        select: The resources that may mean this thing, in the graph's order within a type.
        build: The view of one of them, or None when it turns out to mean something else.
    """

    name: str
    select: Callable[[GraphIndex], Iterable[Resource]]
    build: Callable[[Resource, GraphIndex], View | None]


def _of_types(*types: str) -> Callable[[GraphIndex], Iterable[Resource]]:
    return lambda index: index.of_type(*types)


VIEWS: Mapping[str, ViewType] = MappingProxyType(
    {
        view.name: view
        for view in (
            ViewType("Database", _of_types(*DATABASE_TYPES), build_database),
            ViewType("IdentityPolicy", _of_types(*IDENTITY_POLICY_TYPES), build_identity_policy),
            ViewType("Key", _of_types(*KEY_TYPES), build_key),
            ViewType("LogGroup", _of_types(*LOG_GROUP_TYPES), build_log_group),
            ViewType("NetworkRule", select_network_rules, build_network_rule),
            ViewType("ObjectStore", _of_types(*OBJECT_STORE_TYPES), build_object_store),
            ViewType("Tagged", select_tagged, build_tagged),
            ViewType("TrustPolicy", _of_types(*ROLE_TYPES), build_trust_policy),
        )
    }
)
