"""The hash chain: how a row is written down, bound to all rows before it, and found wrong later. Pure.

    leaf = SHA-256(0x00 | body)        hash = SHA-256(0x01 | previous hash | sequence, 8 bytes big-endian | leaf)

`body` is JSON in UTF-8 with sorted names and no spaces. It holds the sequence, so that two rows
whose places were exchanged are told from two that were edited. The hash before row 1 is 64 zeros.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from pavior.audit.model import Event, Head, Problem, StoredEvent, Verification
from pavior.kernel.clock import format_instant, parse_instant

GENESIS = "0" * 64
_SEQUENCE_BYTES = 8
# The columns that repeat a field of the body.
COLUMNS = ("verb", "service", "outcome")


def write_body(event: Event, sequence: int, recorded_at: datetime) -> str:
    """The canonical JSON of an event whose details are masked already."""
    return canonical(
        {
            "sequence": sequence,
            "recorded_at": format_instant(recorded_at),
            "verb": event.verb,
            "actor": event.actor,
            "subject": event.subject,
            "service": event.service,
            "environment": event.environment,
            "started_at": format_instant(event.started_at),
            "ended_at": format_instant(event.ended_at),
            "waited_seconds": float(event.waited_seconds),
            "outcome": event.outcome,
            "surface": event.surface,
            "details": event.details,
        }
    )


def read_body(body: str) -> Event:
    """The event of a body that we wrote."""
    document = json.loads(body)
    return Event(
        verb=document["verb"],
        actor=document["actor"],
        subject=document["subject"],
        service=document["service"],
        environment=document["environment"],
        started_at=parse_instant(document["started_at"]),
        ended_at=parse_instant(document["ended_at"]),
        waited_seconds=document["waited_seconds"],
        outcome=document["outcome"],
        surface=document["surface"],
        details=document["details"],
    )


def canonical(document: Mapping[str, object]) -> str:
    """JSON in one only form; raises ValueError or TypeError for what JSON cannot say."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def chain_hash(previous_hash: str, sequence: int, body: str) -> str:
    """The hash of a row, in hex."""
    return link_hash(previous_hash, sequence, leaf_hash(body))


def leaf_hash(body: str) -> str:
    """What stands for a body in the hash of its row, in hex; it tells nothing of the body to who does not have it."""
    return hashlib.sha256(b"\x00" + body.encode("utf-8", "surrogatepass")).hexdigest()


def link_hash(previous_hash: str, sequence: int, leaf: str) -> str:
    """The hash of a row whose body need not be known, in hex. Raises ValueError when `leaf` is not hex."""
    place = sequence.to_bytes(_SEQUENCE_BYTES, "big", signed=True)
    before = previous_hash.encode("utf-8", "surrogatepass")
    return hashlib.sha256(b"\x01" + before + place + bytes.fromhex(leaf)).hexdigest()


def sign_head(sequence: int, hash_: str, key: Ed25519PrivateKey) -> Head:
    """A head for a row."""
    return Head(sequence, hash_, key.sign(_signed_bytes(sequence, hash_)).hex())


def is_signed(head: Head, key: Ed25519PublicKey) -> bool:
    """Whether the owner of the key signed exactly this head."""
    try:
        key.verify(bytes.fromhex(head.signature), _signed_bytes(head.sequence, head.hash))
    except (InvalidSignature, ValueError):
        return False
    return True


def verify_chain(
    rows: Iterable[StoredEvent], heads: Sequence[Head], key: Ed25519PublicKey, *, given_sequences: int = 0
) -> Verification:
    """Walk all rows, from the first, in the order of their sequence.

    Args:
        rows: Read one by one; a million need no memory.
        heads: In any order. One whose signature is wrong makes the log wrong.
        key: Of this installation, from outside the database.
        given_sequences: How many sequences were ever given out, or 0 when that is not known.

    Returns:
        The lowest wrong row. A row that was rewritten together with its own hash is found through
        the row after it; one rewritten together with all hashes after it, through a signed head:
        then the first row that the head before does not cover is named.
    """
    signed_at: dict[int, list[Head]] = {}
    forged: list[int] = []
    for head in heads:
        if is_signed(head, key):
            signed_at.setdefault(head.sequence, []).append(head)
        else:
            forged.append(head.sequence)
    walk = _Walk(signed_at)
    for row in rows:
        if not walk.take(row):
            break
    found = walk.result(max((given_sequences, *signed_at)))
    if forged and (found.first_wrong is None or min(forged) < found.first_wrong):
        detail = f"The head at row {min(forged)} is not signed by this installation's key."
        return Verification(found.checked, min(forged), Problem.BAD_SIGNATURE, detail, found.signed_up_to)
    return found


class _Walk:
    """Where the walk is, and the first thing that it found wrong."""

    def __init__(self, signed_at: Mapping[int, Sequence[Head]]) -> None:
        self.signed_at = signed_at
        self.checked = 0
        self.last_hash = GENESIS
        self.signed_up_to = 0
        self.wrong: tuple[int, Problem, str] | None = None

    def take(self, row: StoredEvent) -> bool:
        """Check one row; False when it is wrong."""
        self.checked += 1
        self.wrong = self._find_wrong(row)
        if self.wrong is None:
            self.last_hash = row.hash
            if row.sequence in self.signed_at:
                self.signed_up_to = row.sequence
        return self.wrong is None

    def result(self, last_known: int) -> Verification:
        """The answer after the last row."""
        if self.wrong is None and self.checked < last_known:
            detail = f"Rows {self.checked + 1} to {last_known} were in the log and are gone."
            self.wrong = self.checked + 1, Problem.TRUNCATED, detail
        if self.wrong is None:
            return Verification(self.checked, signed_up_to=self.signed_up_to)
        first_wrong, problem, detail = self.wrong
        return Verification(self.checked, first_wrong, problem, detail, self.signed_up_to)

    def _find_wrong(self, row: StoredEvent) -> tuple[int, Problem, str] | None:
        return self._wrong_place(row) or self._wrong_content(row) or self._wrong_link(row)

    def _wrong_place(self, row: StoredEvent) -> tuple[int, Problem, str] | None:
        expected = self.checked
        if row.sequence < expected:
            return row.sequence, Problem.REORDERED, f"Row {row.sequence} stands where row {expected} should."
        if row.sequence > expected:
            return expected, Problem.MISSING, f"After row {expected - 1} comes row {row.sequence}."
        return None

    def _wrong_content(self, row: StoredEvent) -> tuple[int, Problem, str] | None:
        expected = self.checked
        try:
            document = json.loads(row.body)
            body_sequence = document["sequence"]
            columns = {name: document[name] for name in row.columns}
        except (ValueError, KeyError, TypeError, RecursionError):
            return expected, Problem.EDITED, f"Row {expected} is not an event any more."
        if body_sequence != expected:
            return expected, Problem.REORDERED, f"In the place of row {expected} stands what was row {body_sequence}."
        if chain_hash(row.previous_hash, row.sequence, row.body) != row.hash or columns != dict(row.columns):
            return expected, Problem.EDITED, f"Row {expected} was changed after it was written."
        return None

    def _wrong_link(self, row: StoredEvent) -> tuple[int, Problem, str] | None:
        expected = self.checked
        if row.previous_hash != self.last_hash:
            # The row before agrees with itself, yet not with what was built on it.
            wrong = max(1, expected - 1)
            return wrong, Problem.EDITED, f"Row {wrong} was changed after row {expected} was written."
        if any(head.hash != row.hash for head in self.signed_at.get(row.sequence, ())):
            first = self.signed_up_to + 1
            return first, Problem.REWRITTEN, f"Rows {first} to {row.sequence} are not those that were signed."
        return None


def _signed_bytes(sequence: int, hash_: str) -> bytes:
    return canonical({"pavior_audit_head": 1, "sequence": sequence, "hash": hash_}).encode()
