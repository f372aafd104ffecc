"""Storage accounts of Azure, and the containers in them.

The registry's pages call two switches differently in the third major version of the provider; both names are read.
"""

from typing import Final

from pavior.resources.defaults import get_default
from pavior.resources.model import Resource, Unknown
from pavior.resources.views.facts import Fact, Source, any_of, ask, negated
from pavior.resources.views.index import GraphIndex, Link, is_meant
from pavior.resources.views.nested import is_given
from pavior.resources.views.object_store import ObjectStore, ObjectStoreAcl, ObjectStoreConnection
from pavior.resources.views.policies import PolicyDocument
from pavior.resources.views.tls_endpoint import TlsEndpoint
from pavior.resources.views.written import as_written, truth_at

ACCOUNT_TYPE: Final = "azurerm_storage_account"
_KEY = Link("azurerm_storage_account_customer_managed_key", "storage_account_id", (ACCOUNT_TYPE,))
# Either names the key: as a whole, or by its vault and its name.
_KEY_NAMES = ("key_vault_key_id", "managed_hsm_key_id", "key_name", "key_vault_uri")
_PUBLIC = "allow_nested_items_to_be_public"
_HTTPS, _HTTPS_BEFORE = "https_traffic_only_enabled", "enable_https_traffic_only"
_VERSIONING = "blob_properties.0.versioning_enabled"
_MODERN = ("TLS1_2", "TLS1_3")


def build_object_store(resource: Resource, index: GraphIndex) -> ObjectStore:
    """From `azurerm_storage_account`, and its key where that is a resource of its own."""
    own = Source(as_written(resource))
    attached = index.attached(resource, _KEY)
    public = own.truth(_PUBLIC)
    is_closed = own.fact(_PUBLIC, negated(public.value))
    inline = _key(own, "customer_managed_key.0.")
    source = index.decide(attached, inline) if inline.value is False else inline
    return ObjectStore(
        resource=resource,
        satellites=attached.satellites,
        blocks_public_acls=is_closed,
        blocks_public_policy=is_closed,
        ignores_public_acls=is_closed,
        restricts_public_access=is_closed,
        encryption=Fact(str(get_default(ACCOUNT_TYPE, "server_side_encryption"))),
        has_own_key=source if isinstance(source, Fact) else _key(source, ""),
        is_versioned=own.truth(_VERSIONING),
    )


def build_object_store_connection(resource: Resource, index: GraphIndex) -> ObjectStoreConnection:
    """From `azurerm_storage_account`."""
    del index
    own = Source(as_written(resource))
    name = _HTTPS_BEFORE if own.value(_HTTPS_BEFORE) is not None else _HTTPS
    return ObjectStoreConnection(resource, (), Fact(PolicyDocument()), own.truth(name))


def build_object_store_acl(resource: Resource, index: GraphIndex) -> ObjectStoreAcl:
    """From `azurerm_storage_container` and the account that it is in, whose switch outweighs what it says."""
    own = Source(as_written(resource))
    access = own.text("container_access_type")
    reads = truth_at(access, ask(access.value, lambda word: word.lower() != "private"))
    account = _account(own, index)
    if account is not None and reads.value is not False:
        may_share = account.truth(_PUBLIC)
        if may_share.value is not True:
            reads = may_share
    # Nobody can be let in to write without saying who they are.
    return ObjectStoreAcl(resource, (), reads, own.fact("container_access_type", value=False))


def build_tls_endpoint(resource: Resource, index: GraphIndex) -> TlsEndpoint:
    """From `azurerm_storage_account`."""
    del index
    oldest = Source(as_written(resource)).text("min_tls_version")
    return TlsEndpoint(resource, (), truth_at(oldest, ask(oldest.value, _MODERN.__contains__)))


def _key(source: Source, prefix: str) -> Fact[bool]:
    named = [is_given(source, f"{prefix}{name}") for name in _KEY_NAMES]
    block = source.value("customer_managed_key")
    if prefix and isinstance(block, Unknown):
        return source.fact("customer_managed_key", block)
    at = next((fact for fact in named if fact.value is not False), named[0])
    return source.fact(at.attribute, any_of(fact.value for fact in named))


def _account(own: Source, index: GraphIndex) -> Source | None:
    """The account that the container is in, by its expression or its name; None when it is not in this graph."""
    accounts = index.of_type(ACCOUNT_TYPE)
    for path in ("storage_account_id", "storage_account_name"):
        mentioned = own.references(path)
        value = own.value(path)
        for account in accounts:
            name = account.values.get("name")
            is_named = isinstance(value, str) and isinstance(name, str) and value.rpartition("/")[2] == name
            if is_named or (account.address in mentioned and is_meant(value, account)):
                return Source(as_written(account), account.address)
    return None
