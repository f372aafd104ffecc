"""Signed levels are believed from five minutes before their issue until their end, of one key, and of nobody else."""

from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pavior.policy.level_documents import LevelDocument, UnusableLevelsError, read_levels, sign_levels
from pavior.policy.model import Level
from pavior.testing.builders import DIGEST, NOON, PUBLIC_ACCESS, a_control, a_started_level_change

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
TICK = timedelta(microseconds=1)
SKEW = timedelta(minutes=5)
DAY = timedelta(hours=24)
DOCUMENT = LevelDocument(
    server="pavior.example.com",
    environment="orders/prod",
    team="payments",
    issued_at=NOON,
    valid_until=NOON + DAY,
    controls_digest=DIGEST,
    folders={PUBLIC_ACCESS: Level.WARN},
    changes=(a_started_level_change(is_new_only=True),),
    first_seen={"old": NOON},
)
CONTENT = sign_levels(DOCUMENT, KEY).encode()


@pytest.mark.parametrize("now", [NOON - SKEW, NOON, NOON + DAY - TICK])
def test_while_they_are_valid_they_say_what_was_signed(now: datetime) -> None:
    assert read_levels(CONTENT, key=KEY.public_key(), now=now) == DOCUMENT


@pytest.mark.parametrize(("now", "code"), [(NOON - SKEW - TICK, "levels-from-future"), (NOON + DAY, "levels-expired")])
def test_the_end_is_too_late_and_more_than_five_minutes_too_early(now: datetime, code: str) -> None:
    with pytest.raises(UnusableLevelsError) as refused:
        read_levels(CONTENT, key=KEY.public_key(), now=now)

    assert refused.value.code == code


@pytest.mark.parametrize("place", range(0, len(CONTENT) - 1, 97))
def test_no_byte_can_be_changed(place: int) -> None:
    changed = bytearray(CONTENT)
    changed[place] ^= 1

    try:
        found = read_levels(bytes(changed), key=KEY.public_key(), now=NOON)
    except UnusableLevelsError:
        return
    # The id of the key is a hint, and no part of what is signed.
    assert found == DOCUMENT


def test_they_are_resolved_as_the_gate_does() -> None:
    levels = read_levels(CONTENT, key=KEY.public_key(), now=NOON).at(NOON)
    control = a_control(default_level=Level.WARN)

    assert levels.of(control, "old").level is Level.WARN
    assert levels.of(control, "new").level is Level.BLOCK
