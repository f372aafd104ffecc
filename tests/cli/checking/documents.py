"""Signed levels and waivers of orders/prod, for checks of the pretend language."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.cli.checking.pretend import BAD, RETENTION

from pavior.policy.level_documents import LevelDocument, SignedControl, sign_levels
from pavior.policy.levels import LevelChange, LevelScope
from pavior.policy.model import Level
from pavior.policy.waiver_documents import SignedWaiver
from pavior.testing.builders import DIGEST, a_started_level_change

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)
END = NOW + 7 * 24 * HOUR
GIVEN = ("--levels-from", "levels.json", "--levels-key", "key.pem")
BAD_SUBJECT = ".".join(BAD.split()[:2])
EXPIRED: dict[str, Any] = {"issued_at": NOW - 25 * HOUR, "valid_until": NOW - HOUR}


def asked(level: Level = Level.BLOCK, version: str = RETENTION.version) -> dict[str, SignedControl]:
    """The one control, as the server asks it."""
    return {RETENTION.id: SignedControl(version, level)}


def a_change(level: Level, **fields: Any) -> LevelChange:
    """Of the level of the one control in prod, an hour ago."""
    given = {"control": RETENTION.id, "scope": LevelScope("prod"), "level": level, "starts_at": NOW - HOUR}
    return a_started_level_change(**{**given, **fields})


def a_signed_waiver(**fields: Any) -> SignedWaiver:
    """W-4: of the bad group in orders/prod, for a week from now."""
    given = {
        "id": "W-4",
        "control": RETENTION.id,
        "environment": "orders/prod",
        "subject": BAD_SUBJECT,
        "path": "",
        "expires_at": END,
    }
    return SignedWaiver(**{**given, **fields})


def signed(
    *changes: LevelChange, waivers: tuple[SignedWaiver, ...] = (), key: Ed25519PrivateKey = KEY, **fields: Any
) -> str:
    """The document: an hour old, and valid for 23 more."""
    given: dict[str, Any] = {
        "server": "pavior.example.com",
        "environment": "orders/prod",
        "team": "payments",
        "issued_at": NOW - HOUR,
        "valid_until": NOW + 23 * HOUR,
        "controls_digest": DIGEST,
        "controls": asked(),
        "changes": changes,
        "waivers": waivers,
    }
    return sign_levels(LevelDocument(**{**given, **fields}), key)


def files(levels: str, text: str = BAD, at: str = "main.tf") -> dict[str, str]:
    """What is checked, the document, and the public key."""
    pem = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return {at: text, "levels.json": levels, "key.pem": pem}


def tampered(envelope: str) -> str:
    """The same envelope about something else."""
    document = json.loads(envelope)
    document["payload"] = document["payload"][:-8] + "AAAAAAAA"
    return json.dumps(document)
