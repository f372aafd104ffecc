"""Keys in Azure Key Vault."""

from pavior.resources.model import Resource, Unknown
from pavior.resources.views.facts import Source, any_of
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.keys import KeyRotation
from pavior.resources.views.nested import is_given
from pavior.resources.views.written import as_written

_AUTOMATIC = "rotation_policy.0.automatic"
# Either says when; learn.microsoft.com/azure/key-vault/keys/how-to-configure-key-rotation.
_MOMENTS = ("time_after_creation", "time_before_expiry")


def build_key_rotation(resource: Resource, index: GraphIndex) -> KeyRotation:
    """From `azurerm_key_vault_key`: every kind of key can be rotated, and is when its policy says when."""
    del index
    own = Source(as_written(resource))
    block = own.value(_AUTOMATIC)
    said = [is_given(own, f"{_AUTOMATIC}.0.{name}").value for name in _MOMENTS]
    rotates = block if isinstance(block, Unknown) else any_of(said)
    return KeyRotation(resource, (), own.fact("rotation_policy", rotates), own.fact("key_type", value=True))
