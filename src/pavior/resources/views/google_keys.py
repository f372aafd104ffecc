"""Keys in Google's Cloud KMS."""

from pavior.resources.model import Resource
from pavior.resources.views.facts import Source, ask
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.keys import KeyRotation
from pavior.resources.views.nested import is_given
from pavior.resources.views.written import as_written, truth_at

_SYMMETRIC = "ENCRYPT_DECRYPT"


def build_key_rotation(resource: Resource, index: GraphIndex) -> KeyRotation:
    """From `google_kms_crypto_key`, of which only symmetric ones can be rotated; without a period nothing rotates."""
    del index
    own = Source(as_written(resource))
    purpose = own.text("purpose")
    can_rotate = truth_at(purpose, ask(purpose.value, lambda word: word.upper() == _SYMMETRIC))
    return KeyRotation(resource, (), is_given(own, "rotation_period"), can_rotate)
