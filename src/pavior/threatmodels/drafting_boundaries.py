"""Where the things of a graph are: in which account, network, cluster and namespace. Pure."""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from pavior.resources.model import Resource
from pavior.threatmodels.drafting_elements import Grouping
from pavior.threatmodels.drafting_names import distinct_ids, id_of_block, slug, title_of
from pavior.threatmodels.model import Boundary, BoundaryKind

INTERNET: Final = Boundary("internet", "The internet", BoundaryKind.INTERNET, inferred=True)
_CLUSTER: Final = Boundary("cluster", "Kubernetes cluster", BoundaryKind.CLUSTER, inferred=True)
_ACCOUNTS: Final = {
    "aws_": Boundary("aws-account", "AWS account", BoundaryKind.ACCOUNT, inferred=True),
    "azurerm_": Boundary("azure-subscription", "Azure subscription", BoundaryKind.ACCOUNT, inferred=True),
    "google_": Boundary("google-project", "Google Cloud project", BoundaryKind.ACCOUNT, inferred=True),
}
_NETWORKS: Final = {
    "aws_vpc": "Network",
    "aws_default_vpc": "Network",
    "azurerm_virtual_network": "Network",
    "google_compute_network": "Network",
}
_SUBNETS: Final = {
    "aws_subnet": ("Subnet", "vpc_id"),
    "aws_default_subnet": ("Subnet", "vpc_id"),
    "azurerm_subnet": ("Subnet", "virtual_network_name"),
    "google_compute_subnetwork": ("Subnet", "network"),
}
_NAMING_A_PLACE: Final = ("subnet", "vpc", "network")


class Places(Struct, frozen=True):
    """The boundaries that hold something.

    Args:
        of: Block of a thing to the id of the boundary that it is directly within.
    """

    boundaries: tuple[Boundary, ...]
    of: Mapping[str, str]


def find_places(grouping: Grouping) -> Places:
    """Where each thing is, as far as the graph tells; at least in which account or cluster."""
    made = {
        block: members[0]
        for block, members in grouping.blocks.items()
        if members[0].type in _NETWORKS or members[0].type in _SUBNETS
    }
    ids = distinct_ids({block: id_of_block(block) for block in made}, taken=[item.id for item in _fixed()])
    of: dict[str, str] = {}
    used: dict[str, Boundary] = {}
    for whole in grouping.wholes:
        network = _network_of(whole, grouping, made)
        chain = _chain(network, grouping, made, ids) if network else _outermost(grouping.blocks[whole][0])
        used.update((item.id, item) for item in chain)
        of[whole] = chain[-1].id
    return Places(tuple(used.values()), of)


def _fixed() -> Iterator[Boundary]:
    yield from (INTERNET, _CLUSTER, *_ACCOUNTS.values())


def account_of(type_: str) -> Boundary | None:
    """The account that things of a type are in; None for what is in no cloud."""
    return next((item for beginning, item in _ACCOUNTS.items() if type_.startswith(beginning)), None)


def _network_of(whole: str, grouping: Grouping, made: Mapping[str, Resource]) -> str:
    """The block of the narrowest network that holds all of a thing; empty when none is named."""
    subnets: dict[str, None] = {}
    networks: dict[str, None] = {}
    for resource in grouping.resources_of(whole):
        for path in resource.references:
            if not any(word in path for word in _NAMING_A_PLACE):
                continue
            for block in grouping.named_at(resource, path):
                if block in made:
                    (subnets if made[block].type in _SUBNETS else networks)[block] = None
    if len(subnets) == 1:
        return next(iter(subnets))
    around = dict.fromkeys(parent for block in subnets if (parent := _parent(block, grouping, made)))
    return next(iter(around or networks), "")


def _parent(subnet: str, grouping: Grouping, made: Mapping[str, Resource]) -> str:
    _, attribute = _SUBNETS[made[subnet].type]
    return next((block for block in grouping.named_at(made[subnet], attribute) if block in made), "")


def _chain(
    network: str, grouping: Grouping, made: Mapping[str, Resource], ids: Mapping[str, str]
) -> tuple[Boundary, ...]:
    """The boundaries around, the outermost first."""
    resource = made[network]
    parent = _parent(network, grouping, made) if resource.type in _SUBNETS else ""
    around = _chain(parent, grouping, made, ids) if parent else _outermost(resource)
    word = _NETWORKS.get(resource.type) or _SUBNETS[resource.type][0]
    own = Boundary(ids[network], title_of(word, resource.name), BoundaryKind.NETWORK, around[-1].id, inferred=True)
    return (*around, own)


def _outermost(resource: Resource) -> tuple[Boundary, ...]:
    account = account_of(resource.type)
    if account is not None:
        return (account,)
    metadata = resource.values.get("metadata")
    namespace = metadata.get("namespace") if isinstance(metadata, dict) else None
    name = namespace if isinstance(namespace, str) and namespace else "default"
    within = Boundary(
        slug(f"namespace-{name}"), title_of("Namespace", name), BoundaryKind.OTHER, _CLUSTER.id, inferred=True
    )
    return (_CLUSTER, within)
