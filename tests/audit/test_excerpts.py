"""A part of the log: what is left out cannot be read, and neither it nor what is told can be changed."""

import json
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pavior.audit.chain import GENESIS, chain_hash, sign_head, write_body
from pavior.audit.excerpts import ProvenExcerpt, verify_excerpt, write_excerpt
from pavior.audit.model import Head, StoredEvent
from pavior.testing.builders import NOON, an_event

KEY, OTHER = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2))
ORDERS = frozenset({"orders"})


def a_log(*services: str) -> list[StoredEvent]:
    rows: list[StoredEvent] = []
    previous = GENESIS
    for sequence, service in enumerate(services, start=1):
        body = write_body(an_event(service=service, subject=f"change:{service}/C-{sequence}"), sequence, NOON)
        rows.append(StoredEvent(sequence, body, previous, chain_hash(previous, sequence, body), {"service": service}))
        previous = rows[-1].hash
    return rows


LOG = a_log("orders", "ledger", "orders", "ledger", "orders")
HEAD = sign_head(4, LOG[3].hash, KEY)
LINES = list(write_excerpt(LOG, [HEAD], services=ORDERS))


def test_an_excerpt_tells_the_rows_of_a_service_and_proves_all() -> None:
    assert verify_excerpt(LINES, KEY.public_key()) == ProvenExcerpt(begins_at=1, rows=5, told=3, signed_up_to=4)
    assert "ledger" not in "".join(LINES)


def test_it_may_begin_at_a_signed_head() -> None:
    begin = sign_head(2, LOG[1].hash, KEY)
    lines = list(write_excerpt(LOG[2:], [begin, HEAD], services=ORDERS, begin=begin))

    assert verify_excerpt(lines, KEY.public_key()) == ProvenExcerpt(begins_at=3, rows=3, told=2, signed_up_to=4)
    with pytest.raises(ValueError, match="head at row 2 is not signed"):
        verify_excerpt(lines, OTHER.public_key())


def test_without_any_head_it_is_walked_and_says_that_nothing_is_signed() -> None:
    lines = list(write_excerpt(LOG, [], services=ORDERS))

    assert verify_excerpt(lines, KEY.public_key()).signed_up_to == 0
    assert verify_excerpt(write_excerpt([], [], services=ORDERS), KEY.public_key()) == ProvenExcerpt(1, 0, 0, 0)


def test_a_head_of_another_log_is_not_taken_along() -> None:
    other = Head(4, "ab" * 32, HEAD.signature)

    assert '"head":null' in list(write_excerpt(LOG, [other], services=ORDERS))[-1]


def _edited(line: str) -> str:
    document = json.loads(line)
    return json.dumps({**document, "body": document["body"].replace("C-3", "C-9")})


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda lines: [*lines[:2], _edited(lines[2]), *lines[3:]], "Rows up to 4 are not those that were signed"),
        (lambda lines: [lines[0], *lines[2:]], "Row 2 is missing"),
        (lambda lines: lines[:3] + lines[5:], "Row 4, which was signed, is missing"),
        (lambda lines: lines[:-1], "last line is missing"),
        (lambda lines: [lines[1], lines[0], *lines[2:]], "Row 1 is missing"),
        (
            lambda lines: [
                *lines[:4],
                lines[4].replace('"sequence":5', '"sequence":5,"x":1', 1).replace("body", "leaf"),
            ],
            ".",
        ),
        (lambda _: [], "last line is missing"),
        (lambda _: ["[]"], "not one of an excerpt"),
        (lambda _: ["nonsense"], "."),
    ],
)
def test_what_was_changed_is_refused(change: Callable[[list[str]], list[str]], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        verify_excerpt(change(LINES), KEY.public_key())


def test_the_head_of_another_key_is_refused() -> None:
    with pytest.raises(ValueError, match="not those that were signed"):
        verify_excerpt(LINES, OTHER.public_key())
