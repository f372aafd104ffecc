"""Web applications, channels of messages and logs that Azure keeps."""

from typing import Final

from pavior.resources.model import Resource, Unknown
from pavior.resources.views.facts import Fact, Source, ask
from pavior.resources.views.index import GraphIndex, Link
from pavior.resources.views.log_group import LogGroup
from pavior.resources.views.messaging import MessageChannel
from pavior.resources.views.nested import is_given
from pavior.resources.views.tls_endpoint import TlsEndpoint
from pavior.resources.views.web_tls import EntryTraffic
from pavior.resources.views.written import as_written, truth_at

# The oldest kinds call it by a shorter name.
_VERSION, _VERSION_BEFORE = "site_config.0.minimum_tls_version", "site_config.0.min_tls_version"
_OLDEST_KINDS = ("azurerm_app_service", "azurerm_app_service_slot", "azurerm_function_app", "azurerm_function_app_slot")
_MODERN = ("1.2", "1.3")
_HUB: Final = "azurerm_eventhub_namespace"
_HUB_KEY = Link("azurerm_eventhub_namespace_customer_managed_key", "eventhub_namespace_id", (_HUB,))


def build_entry_traffic(resource: Resource, index: GraphIndex) -> EntryTraffic:
    """From an application, which sends visitors on to HTTPS when `https_only` is on."""
    del index
    return EntryTraffic(resource, (), (Source(as_written(resource)).truth("https_only"),))


def build_tls_endpoint(resource: Resource, index: GraphIndex) -> TlsEndpoint:
    """From an application."""
    del index
    own = Source(as_written(resource))
    version = own.text(_VERSION_BEFORE if resource.type in _OLDEST_KINDS else _VERSION)
    return TlsEndpoint(resource, (), truth_at(version, ask(version.value, _MODERN.__contains__)))


def build_log_group(resource: Resource, index: GraphIndex) -> LogGroup:
    """From `azurerm_log_analytics_workspace`."""
    del index
    return LogGroup(resource, (), Source(as_written(resource)).number("retention_in_days"))


def build_message_channel(resource: Resource, index: GraphIndex) -> MessageChannel:
    """From a namespace of Service Bus or Event Hubs, which are always encrypted.

    Source: https://learn.microsoft.com/azure/service-bus-messaging/configure-customer-managed-key.
    """
    own = Source(as_written(resource))
    always = own.fact("customer_managed_key", value=True)
    if resource.type != _HUB:
        block = own.value("customer_managed_key")
        named = is_given(own, "customer_managed_key.0.key_vault_key_id")
        key = own.fact("customer_managed_key", block) if isinstance(block, Unknown) else named
        return MessageChannel(resource, (), always, key)
    attached = index.attached(resource, _HUB_KEY)
    source = index.decide(attached, Fact(value=False))
    of_hub = source if isinstance(source, Fact) else is_given(source, "key_vault_key_ids")
    return MessageChannel(resource, attached.satellites, always, of_hub)
