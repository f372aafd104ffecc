"""Disks and machines of Google Cloud, and the Kubernetes clusters that it runs."""

from typing import Final

from msgspec.structs import replace

from pavior.resources.model import Resource, Unknown
from pavior.resources.views.disk import Disks
from pavior.resources.views.facts import Fact, Source, all_of, any_of, ask, negated
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.machine import Machine
from pavior.resources.views.managed_kubernetes import ManagedCluster
from pavior.resources.views.nested import is_given
from pavior.resources.views.settings import is_set
from pavior.resources.views.written import as_written, block_paths

_DISK: Final = "google_compute_disk"
_TEMPLATE: Final = "google_compute_instance_template"
# A key is named, or given as it is.
_OF_DISK = ("disk_encryption_key.0.kms_key_self_link", "disk_encryption_key.0.raw_key")
_OF_BOOT_DISK = ("kms_key_self_link", "disk_encryption_key_raw")
# A block of either is an address on the internet, also when nothing stands in it.
_ADDRESSES = ("access_config", "ipv6_access_config")
_ALLOWED = "master_authorized_networks_config"
_ENDPOINT = "private_cluster_config.0.enable_private_endpoint"
_BY_IP = "control_plane_endpoints_config.0.ip_endpoints_config.0.enabled"
_BY_NAME = "control_plane_endpoints_config.0.dns_endpoint_config.0.allow_external_traffic"
_EVERYBODY = "0.0.0.0/0"


def build_disks(resource: Resource, index: GraphIndex) -> Disks | None:
    """From a disk, a template, or the disk that a machine starts from; None where that is a disk of its own.

    The provider encrypts all of them, with some key: https://cloud.google.com/compute/docs/disks/disk-encryption.
    """
    del index
    own = Source(as_written(resource))
    if resource.type == _DISK:
        keys = [_key(own, "", _OF_DISK)]
    elif resource.type == _TEMPLATE:
        keys = _keys(own, "disk", _OF_DISK[:1])
    elif is_set(own, "boot_disk.0.source"):
        return None
    else:
        keys = _keys(own, "boot_disk", _OF_BOOT_DISK)
    return Disks(resource, (), tuple(replace(key, value=True) for key in keys), tuple(keys))


def build_machine(resource: Resource, index: GraphIndex) -> Machine:
    """From a machine or a template."""
    del index
    own = Source(as_written(resource))
    paths = block_paths(own, "network_interface")
    if isinstance(paths, Unknown):
        return Machine(resource, (), own.fact("network_interface", paths))
    found = [_has_blocks(own, f"{path}.{name}") for path in paths for name in _ADDRESSES]
    at = next((fact for fact in found if fact.value is not False), own.fact("network_interface", value=False))
    return Machine(resource, (), replace(at, value=any_of(fact.value for fact in found)))


def build_managed_cluster(resource: Resource, index: GraphIndex) -> ManagedCluster:
    """From `google_container_cluster`."""
    del index
    own = Source(as_written(resource))
    is_public = all_of((negated(own.truth(_ENDPOINT).value), own.truth(_BY_IP).value))
    by_name = own.truth(_BY_NAME)
    key = is_given(own, "database_encryption.0.key_name")
    state = own.text("database_encryption.0.state")
    return ManagedCluster(
        resource=resource,
        satellites=(),
        is_public=own.fact(_ENDPOINT if by_name.value is False else _BY_NAME, any_of((is_public, by_name.value))),
        public_networks=_networks(own, by_name),
        has_secrets_key=own.fact(
            "database_encryption", all_of((key.value, ask(state.value, lambda word: word != "DECRYPTED")))
        ),
    )


def _networks(own: Source, by_name: Fact[bool]) -> tuple[Fact[str], ...]:
    """Who is let in by address; over its name everybody is, where that is on."""
    paths = block_paths(own, _ALLOWED)
    if by_name.value is True or paths == ():
        return (own.fact(_BY_NAME if by_name.value is True else _ALLOWED, _EVERYBODY),)
    # A list without an entry lets in nobody from outside.
    blocks = paths if isinstance(paths, Unknown) else block_paths(own, f"{_ALLOWED}.0.cidr_blocks")
    if isinstance(blocks, Unknown):
        return (own.fact(_ALLOWED, blocks),)
    return tuple(own.text(f"{path}.cidr_block") for path in blocks)


def _has_blocks(own: Source, path: str) -> Fact[bool]:
    paths = block_paths(own, path)
    return own.fact(path, paths if isinstance(paths, Unknown) else bool(paths))


def _keys(own: Source, name: str, ends: tuple[str, ...]) -> list[Fact[bool]]:
    paths = block_paths(own, name)
    if isinstance(paths, Unknown):
        return [own.fact(name, paths)]
    return [_key(own, f"{path}.", ends) for path in paths]


def _key(own: Source, place: str, ends: tuple[str, ...]) -> Fact[bool]:
    named = [is_given(own, f"{place}{end}") for end in ends]
    at = next((fact for fact in named if fact.value is not False), named[0])
    return replace(at, value=any_of(fact.value for fact in named))
