"""Accounts under which programs in a cluster speak to it."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from pavior.resources.model import Resource, Unknown
from pavior.resources.views.facts import Fact, Source
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.kinds import Selection, ViewType
from pavior.resources.views.manifests import Part, is_of, name_of

ACCOUNT_KINDS: Final = {"ServiceAccount": ("",)}
_DEFAULT = "default"


class ServiceAccount(Struct, frozen=True):
    """An account of programs.

    Args:
        is_default: Whether it is the one that pods get when they name none.
        mounts_token: Whether its token is put into pods that do not say so themselves.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    is_default: Fact[bool]
    mounts_token: Fact[bool]


def select_accounts(index: GraphIndex) -> Iterable[Resource]:
    """All of them."""
    return (item for item in index.of_type(*ACCOUNT_KINDS) if is_of(item, ACCOUNT_KINDS))


def build_account(resource: Resource, index: GraphIndex) -> ServiceAccount:
    """From `ServiceAccount`."""
    del index
    name = name_of(resource)
    return ServiceAccount(
        resource=resource,
        satellites=(),
        is_default=Fact(name if isinstance(name, Unknown) else name == _DEFAULT, "metadata.name"),
        mounts_token=Part(Source(resource), "", "ServiceAccount").truth("automountServiceAccountToken"),
    )


VIEW_TYPES: Final = (ViewType("ServiceAccount", Selection(tuple(ACCOUNT_KINDS), select_accounts), build_account),)
