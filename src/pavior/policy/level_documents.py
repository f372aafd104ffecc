"""Levels and waivers of one environment, as a signed document: a check without a server goes by what the gate does.

It holds the changes of level themselves, also those that start while it is valid, and is resolved where it is used.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from msgspec import Struct

from pavior.kernel.clock import format_instant
from pavior.policy.envelopes import ForgedEnvelopeError, UnreadableEnvelopeError, seal, unseal
from pavior.policy.levels import LevelChange, Levels, levels_at
from pavior.policy.model import Level
from pavior.policy.waiver_documents import CLOCK_SKEW, Instant, SignedWaiver

PAYLOAD_TYPE = "application/vnd.pavior.levels.v2+json"
VALID_FOR = timedelta(hours=24)
# 100,000 waivers are about 30 million bytes.
MAXIMUM_BYTES = 64 * 1024 * 1024


class UnusableLevelsError(Exception):
    """Neither a level nor a waiver is known from it.

    Args:
        code: `levels-unreadable`, `levels-forged`, `levels-expired` or `levels-from-future`.
        summary: What is wrong, one sentence.
    """

    def __init__(self, code: str, summary: str) -> None:
        super().__init__(summary)
        self.code = code
        self.summary = summary


class SignedControl(Struct, frozen=True):
    """A control that the gate asks.

    Args:
        version: As `Control.version`: of its folder and of the values that are chosen for it.
        folder_level: What its folder says of the environment; no recorded change is in it.
    """

    version: str
    folder_level: Level


class LevelDocument(Struct, frozen=True):
    """What a server says of one environment.

    Args:
        server: Its address, as its operator calls it.
        environment: As `orders/prod`.
        team: Who owns it.
        valid_until: That moment itself is too late.
        controls_digest: Over the ids and versions of `controls`, as in a Decision.
        controls: Those that the gate asks, by id.
        changes: Approved ones that hold there, with those that start before `valid_until`.
        waivers: Those in force when it was issued that reach the environment.
        first_seen: Subject to since when it is known to be there; empty where no change asks for it.
    """

    server: str
    environment: str
    team: str
    issued_at: Instant
    valid_until: Instant
    controls_digest: str
    controls: Mapping[str, SignedControl]
    changes: tuple[LevelChange, ...]
    waivers: tuple[SignedWaiver, ...]
    first_seen: Mapping[str, datetime] = {}

    def at(self, now: datetime) -> Levels:
        """What holds at `now`."""
        return levels_at(
            self.changes, environment=self.environment, team=self.team, now=now, first_seen=self.first_seen
        )


def sign_levels(document: LevelDocument, key: Ed25519PrivateKey) -> str:
    """The signed envelope, as one line of JSON."""
    built: Any = msgspec.to_builtins(document)
    payload = json.dumps(built, sort_keys=True, separators=(",", ":")).encode()
    return seal(PAYLOAD_TYPE, payload, key)


def read_levels(content: bytes, *, key: Ed25519PublicKey, now: datetime) -> LevelDocument:
    """What an envelope says, if it may be gone by at `now`. Nothing is asked of anybody.

    Raises:
        UnusableLevelsError: Neither a level nor a waiver is known from it.
    """
    try:
        document = _document(unseal(content, PAYLOAD_TYPE, key, maximum_bytes=MAXIMUM_BYTES))
    except UnreadableEnvelopeError as error:
        raise UnusableLevelsError("levels-unreadable", f"The levels cannot be read: {error}.") from None
    except ForgedEnvelopeError:
        raise UnusableLevelsError(
            "levels-forged", "The levels are of another Pavior than the key, or were changed afterwards."
        ) from None
    except (ValueError, RecursionError):
        raise UnusableLevelsError("levels-unreadable", "The levels are not of this version.") from None
    if document.issued_at > now + CLOCK_SKEW:
        raise UnusableLevelsError(
            "levels-from-future",
            f"The levels were issued at {format_instant(document.issued_at)}, which has not come on this machine.",
        )
    if now >= document.valid_until:
        raise UnusableLevelsError(
            "levels-expired", f"The levels were valid until {format_instant(document.valid_until)}."
        )
    return document


def _document(payload: bytes) -> LevelDocument:
    found = json.loads(payload)
    document = msgspec.convert(found, LevelDocument)
    # A field that this version does not know may say that less holds, or more: what is not read whole is not gone by.
    if json.loads(msgspec.json.encode(document)) != found:
        raise ValueError("it says more than this version reads")
    return document


def read_public_key(content: bytes) -> Ed25519PublicKey | None:
    """A key as PEM; None when it is none that a Pavior signs with."""
    try:
        key = load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, Ed25519PublicKey) else None
