"""Signed levels and waivers are believed from five minutes before their issue until their end, of one key alone."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import structs

from pavior.policy import level_documents
from pavior.policy.envelopes import seal, unseal
from pavior.policy.level_documents import (
    MAXIMUM_BYTES,
    PAYLOAD_TYPE,
    LevelDocument,
    SignedControl,
    UnusableLevelsError,
    read_levels,
    sign_levels,
)
from pavior.policy.model import Level
from pavior.policy.waiver_documents import sign_waivers
from pavior.testing.builders import DIGEST, NOON, PUBLIC_ACCESS, a_control, a_started_level_change, an_approved_waiver

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
    controls={PUBLIC_ACCESS: SignedControl("0" * 64, Level.WARN)},
    changes=(a_started_level_change(is_new_only=True),),
    waivers=sign_waivers([an_approved_waiver(environment="orders/prod")], NOON),
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


def _changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    document = json.loads(unseal(CONTENT, PAYLOAD_TYPE, KEY.public_key()))
    change(document)
    return seal(PAYLOAD_TYPE, json.dumps(document).encode(), KEY).encode()


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.update(revoked=["W-1"]),
        lambda document: document["waivers"][0].update(only_on="sundays"),
        lambda document: document["changes"][0].update(is_suspended=True),
        lambda document: document.pop("waivers"),
        lambda document: document.update(waivers=None),
        lambda document: document["waivers"][0].pop("expires_at"),
        lambda document: document["waivers"][0].update(expires_at="soon"),
        lambda document: document["waivers"][0].update(expires_at="2026-12-01T12:00:00"),
        lambda document: document["waivers"][0].update(subject=7),
        lambda document: document["controls"][PUBLIC_ACCESS].update(folder_level="hope"),
        lambda document: document.update(issued_at="2026-11-24T12:00:00"),
    ],
)
def test_what_is_not_read_whole_is_not_gone_by_though_it_is_signed(change: Callable[[dict[str, Any]], object]) -> None:
    assert read_levels(_changed(lambda document: document.update(team="billing")), key=KEY.public_key(), now=NOON)

    with pytest.raises(UnusableLevelsError) as refused:
        read_levels(_changed(change), key=KEY.public_key(), now=NOON)

    assert refused.value.code == "levels-unreadable"


@pytest.mark.parametrize("length", [0, 1, len(CONTENT) // 2, len(CONTENT) - 3])
def test_what_is_cut_off_is_not_gone_by(length: int) -> None:
    with pytest.raises(UnusableLevelsError) as refused:
        read_levels(CONTENT[:length], key=KEY.public_key(), now=NOON)

    assert refused.value.code == "levels-unreadable"


def test_a_hundred_thousand_waivers_fit_and_more_than_is_read_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    one = an_approved_waiver(environment="orders/prod", subject='module.queues["eu-central-1"].aws_sqs_queue.this')
    many = tuple(structs.replace(one, id=f"W-{number}") for number in range(100_000))
    content = sign_levels(structs.replace(DOCUMENT, waivers=sign_waivers(many, NOON)), KEY).encode()

    assert len(content) < MAXIMUM_BYTES // 2
    assert len(read_levels(content, key=KEY.public_key(), now=NOON).waivers) == 100_000
    monkeypatch.setattr(level_documents, "MAXIMUM_BYTES", len(content) - 1)
    with pytest.raises(UnusableLevelsError, match="it has more than"):
        read_levels(content, key=KEY.public_key(), now=NOON)
