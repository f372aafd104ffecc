"""Keys in Azure Key Vault."""

import re
from typing import Final

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Resource, Unknown
from pavior.resources.views.facts import Fact, Source, any_of
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.keys import KeyRotation
from pavior.resources.views.nested import is_given
from pavior.resources.views.written import as_written, is_set

_AUTOMATIC = "rotation_policy.0.automatic"
# Either says when; learn.microsoft.com/azure/key-vault/keys/how-to-configure-key-rotation.
_MOMENTS = ("time_after_creation", "time_before_expiry")
_END = "rotation_policy.0.expire_after"
# ISO 8601, as P1Y6M: of years, months and days, which are all that a policy of whole days needs.
_DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?", re.ASCII)
_DAYS: Final = (365, 30, 7, 1)


def build_key_rotation(resource: Resource, index: GraphIndex) -> KeyRotation:
    """From `azurerm_key_vault_key`: every kind of key can be rotated, and is when its policy says when."""
    del index
    own = Source(as_written(resource))
    block = own.value(_AUTOMATIC)
    said = [is_given(own, f"{_AUTOMATIC}.0.{name}").value for name in _MOMENTS]
    rotates = block if isinstance(block, Unknown) else any_of(said)
    days = _days(own) if rotates is True else None
    return KeyRotation(resource, (), own.fact("rotation_policy", rotates), own.fact("key_type", value=True), days)


def _days(own: Source) -> Fact[int]:
    """How long one material is used: until the moment, or until the moment before it expires."""
    after_creation, before_end = (f"{_AUTOMATIC}.0.{name}" for name in _MOMENTS)
    if is_set(own, after_creation) is not False:
        return _duration(own, after_creation)
    before, end = _duration(own, before_end), _duration(own, _END)
    if isinstance(before.value, Unknown):
        return before
    return end if isinstance(end.value, Unknown) else own.fact(end.attribute, end.value - before.value)


def _duration(own: Source, path: str) -> Fact[int]:
    said = own.text(path)
    if isinstance(said.value, Unknown):
        return own.fact(path, said.value)
    found = _DURATION.fullmatch(said.value)
    if found is None or said.value == "P":
        return own.fact(path, Unknown(UnknownReason.NOT_EVALUATED, f"{said.value[:40]} is no duration in whole days"))
    return own.fact(path, sum(int(part or 0) * days for part, days in zip(found.groups(), _DAYS, strict=True)))
