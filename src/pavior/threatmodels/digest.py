"""The identity of a threat model: what a sign-off is bound to. Pure."""

import hashlib
import json
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from pavior.threatmodels.model import ThreatModel

# Where something stands in its file says nothing, and a sign-off cannot be a part of what it is bound to.
_NO_PART = frozenset({"line", "sign_off"})


def digest_of(model: ThreatModel) -> str:
    """SHA-256 in hex over what the model says, whatever its order of fields, comments and layout."""
    # Stored for ever with sign-offs: what has its default is left out, so that a new field changes no digest.
    words = json.dumps(_plain(model), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(words.encode("ascii")).hexdigest()


def _plain(value: object) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        told = {item.name: getattr(value, item.name) for item in fields(value) if item.name not in _NO_PART}
        defaults = {item.name: item.default for item in fields(value)}
        return {name: _plain(item) for name, item in told.items() if item != defaults[name]}
    return value
