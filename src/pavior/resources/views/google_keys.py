"""Keys in Google's Cloud KMS."""

import re
from typing import Final

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Resource, Unknown
from pavior.resources.views.facts import Fact, Source, ask
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.keys import KeyRotation
from pavior.resources.views.nested import is_given
from pavior.resources.views.written import as_written, truth_at

_SYMMETRIC = "ENCRYPT_DECRYPT"
_PERIOD = "rotation_period"
# Seconds, with or without a fraction.
_SECONDS = re.compile(r"(\d+)(?:\.\d+)?s", re.ASCII)
_SECONDS_OF_A_DAY: Final = 86_400


def build_key_rotation(resource: Resource, index: GraphIndex) -> KeyRotation:
    """From `google_kms_crypto_key`, of which only symmetric ones can be rotated; without a period nothing rotates."""
    del index
    own = Source(as_written(resource))
    purpose = own.text("purpose")
    can_rotate = truth_at(purpose, ask(purpose.value, lambda word: word.upper() == _SYMMETRIC))
    rotates = is_given(own, _PERIOD)
    return KeyRotation(resource, (), rotates, can_rotate, _days(own) if rotates.value is True else None)


def _days(own: Source) -> Fact[int]:
    said = own.text(_PERIOD)
    if isinstance(said.value, Unknown):
        return own.fact(_PERIOD, said.value)
    found = _SECONDS.fullmatch(said.value)
    if found is None:
        return own.fact(_PERIOD, Unknown(UnknownReason.NOT_EVALUATED, f"{said.value[:40]} is no number of seconds"))
    # A day that has begun is one.
    return own.fact(_PERIOD, -(-int(found[1]) // _SECONDS_OF_A_DAY))
