"""What other clouds call the things that views are about, and where each is read.

A type stands here with the module and the function that make the view of it. The module is imported when such a
resource is met for the first time, so that who has none pays nothing for it.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from pavior.resources.model import Resource
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.kinds import View, ViewType

_Build = Callable[[Resource, GraphIndex], View | None]

# View to Terraform type to `module:function`, the module below `pavior.resources.views`.
ELSEWHERE: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "KeyRotation": {
            "azurerm_key_vault_key": "azure_keys:build_key_rotation",
            "google_kms_crypto_key": "google_keys:build_key_rotation",
        },
        "NetworkRule": {
            "azurerm_network_security_group": "azure_network:build_network_rule",
            "azurerm_network_security_rule": "azure_network:build_network_rule",
            "google_compute_firewall": "google_network:build_network_rule",
        },
        "ObjectStore": {
            "azurerm_storage_account": "azure_storage:build_object_store",
            "google_storage_bucket": "google_storage:build_object_store",
        },
        "ObjectStoreAcl": {
            "azurerm_storage_container": "azure_storage:build_object_store_acl",
            "google_storage_bucket_access_control": "google_storage:build_object_store_acl",
            "google_storage_bucket_acl": "google_storage:build_object_store_acl",
            "google_storage_default_object_access_control": "google_storage:build_object_store_acl",
            "google_storage_default_object_acl": "google_storage:build_object_store_acl",
            "google_storage_object_access_control": "google_storage:build_object_store_acl",
            "google_storage_object_acl": "google_storage:build_object_store_acl",
        },
        "ObjectStoreConnection": {
            "azurerm_storage_account": "azure_storage:build_object_store_connection",
        },
        "TlsEndpoint": {
            "azurerm_storage_account": "azure_storage:build_tls_endpoint",
        },
    }
)


def in_all_clouds(view: ViewType) -> ViewType:
    """The view, also of what other clouds call the same thing."""
    places = ELSEWHERE.get(view.name, {})

    def select(index: GraphIndex) -> Iterator[Resource]:
        yield from view.select(index)
        yield from index.of_type(*places)

    def build(resource: Resource, index: GraphIndex) -> View | None:
        place = places.get(resource.type)
        return view.build(resource, index) if place is None else find_build(place)(resource, index)

    return ViewType(view.name, select, build)


@cache
def find_build(place: str) -> _Build:
    """The function at `module:function`."""
    module, _, name = place.partition(":")
    build: _Build = getattr(import_module(f"pavior.resources.views.{module}"), name)
    return build
