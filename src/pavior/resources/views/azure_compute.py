"""Disks and machines of Azure, and the Kubernetes clusters that it runs."""

from typing import Final

from msgspec.structs import replace

from pavior.resources.model import Resource, Unknown
from pavior.resources.views.disk import Disks
from pavior.resources.views.facts import Fact, Source, any_of, negated
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.machine import Machine
from pavior.resources.views.managed_kubernetes import ManagedCluster
from pavior.resources.views.nested import is_given
from pavior.resources.views.settings import is_set, texts
from pavior.resources.views.written import as_written, block_paths

_DISK: Final = "azurerm_managed_disk"
# Every kind of set holds a key of the customer: learn.microsoft.com/azure/virtual-machines/disk-encryption.
_SETS = ("disk_encryption_set_id", "secure_vm_disk_encryption_set_id")
_INTERFACE: Final = "azurerm_network_interface"
_RANGES, _RANGES_BEFORE = "api_server_access_profile.0.authorized_ip_ranges", "api_server_authorized_ip_ranges"
_EVERYBODY = "0.0.0.0/0"


def build_disks(resource: Resource, index: GraphIndex) -> Disks:
    """From a disk, or a machine or scale set with its disks. The provider encrypts all of them, with some key."""
    del index
    own = Source(as_written(resource))
    places = [""] if resource.type == _DISK else [*_places(own, "os_disk"), *_places(own, "data_disk")]
    keys = tuple(place if isinstance(place, Fact) else _key(own, place) for place in places)
    return Disks(resource, (), tuple(replace(key, value=True) for key in keys), keys)


def build_machine(resource: Resource, index: GraphIndex) -> Machine:
    """From the network interface of a machine, or a scale set, whose machines have interfaces of its own."""
    del index
    own = Source(as_written(resource))
    if resource.type == _INTERFACE:
        places, last = _places(own, "ip_configuration"), "public_ip_address_id"
    else:
        places, last = [], "public_ip_address"
        for place in _places(own, "network_interface"):
            places += [place] if isinstance(place, Fact) else _places(own, f"{place}ip_configuration")
    found = [place if isinstance(place, Fact) else is_given(own, f"{place}{last}") for place in places]
    at = next((fact for fact in found if fact.value is not False), own.fact("ip_configuration", value=False))
    return Machine(resource, (), replace(at, value=any_of(fact.value for fact in found)))


def build_managed_cluster(resource: Resource, index: GraphIndex) -> ManagedCluster:
    """From `azurerm_kubernetes_cluster`."""
    del index
    own = Source(as_written(resource))
    is_private = own.truth("private_cluster_enabled")
    path = _RANGES_BEFORE if is_set(own, _RANGES_BEFORE) else _RANGES
    networks = tuple(own.fact(path, leaf) for leaf in texts(own, path))
    return ManagedCluster(
        resource=resource,
        satellites=(),
        is_public=replace(is_private, value=negated(is_private.value)),
        public_networks=networks or (own.fact(path, _EVERYBODY),),
        has_secrets_key=is_given(own, "key_management_service.0.key_vault_key_id"),
    )


def _key(own: Source, place: str) -> Fact[bool]:
    named = [is_given(own, f"{place}{name}") for name in _SETS]
    return replace(
        next((fact for fact in named if fact.value is not False), named[0]), value=any_of(fact.value for fact in named)
    )


def _places(own: Source, name: str) -> list[str | Fact[bool]]:
    """The beginnings of the paths in each block; the fact that nobody knows, where their number is not known."""
    paths = block_paths(own, name)
    if isinstance(paths, Unknown):
        return [own.fact(name, paths)]
    return [f"{path}." for path in paths]
