"""Writing to the audit log, signing where it stands, and finding out whether somebody else wrote to it."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from pavior.audit import store
from pavior.audit.chain import COLUMNS, GENESIS, canonical, chain_hash, sign_head, verify_chain, write_body
from pavior.audit.model import Event, Head, Problem, RecordedEvent, StoredEvent, Verification
from pavior.kernel.errors import InvalidError
from pavior.storage.counters import last_number, next_number
from pavior.storage.database import Transaction
from pavior.storage.masking import Masker

_COUNTER = "audit-event"
_FORMAT = "pavior-audit-1"
# At most so many rows can be cut off the end without a signature that tells.
EVENTS_PER_HEAD = 20

_masker = Masker()


def record(tx: Transaction, event: Event, now: datetime) -> RecordedEvent:
    """Append an event in the caller's transaction: it is there exactly when what it tells of is.

    What looks like a secret in its details is masked. From here to the end of the transaction nobody
    else can append, so the sequence has no gaps.
    """
    details = _masker.mask_document(dict(event.details))
    if not isinstance(details, dict):
        raise TypeError("details are a mapping")
    masked = replace(event, details=details, subject=_masker.mask(event.subject))
    # Locks the counter, and so the end of the chain.
    sequence = next_number(tx, _COUNTER)
    last = store.find_last(tx)
    previous_hash = GENESIS if last is None else last[1]
    body = write_body(masked, sequence, now)
    row = StoredEvent(
        sequence,
        body,
        previous_hash,
        chain_hash(previous_hash, sequence, body),
        {name: getattr(masked, name) for name in COLUMNS},
    )
    store.insert_event(tx, row)
    return RecordedEvent(sequence, masked, row.hash)


@dataclass(frozen=True, slots=True)
class HeadSigner:
    """Signs where the log stands.

    `bootstrap` adds `sign_if_due` to the database with `with_before_commit`.
    """

    key: Ed25519PrivateKey = field(repr=False)
    events_per_head: int = EVENTS_PER_HEAD

    @property
    def public_key(self) -> Ed25519PublicKey:
        """What verifies its heads."""
        return self.key.public_key()

    def sign_if_due(self, tx: Transaction) -> None:
        """Write a head when enough rows have come since the last one."""
        last = store.find_last(tx)
        if last is None:
            return
        head = store.find_last_head(tx)
        if last[0] - (0 if head is None else head.sequence) >= self.events_per_head:
            store.insert_head(tx, sign_head(*last, self.key))

    def sign_now(self, tx: Transaction) -> Head | None:
        """The head of the last row, written when it is not there yet; None in an empty log."""
        last = store.find_last(tx)
        if last is None:
            return None
        head = store.find_last_head(tx)
        if head is None or head.sequence < last[0]:
            head = sign_head(*last, self.key)
            store.insert_head(tx, head)
        return head


def verify(tx: Transaction, public_key: Ed25519PublicKey, *, kept_heads: Sequence[Head] = ()) -> Verification:
    """Walk the whole log and its signed heads.

    Args:
        tx: A snapshot will do; nothing is written.
        public_key: From outside the database.
        kept_heads: Heads from earlier exports, kept where who can write to the database cannot.
    """
    heads = {(head.sequence, head.hash, head.signature): head for head in (*store.list_heads(tx), *kept_heads)}
    return verify_chain(
        store.walk_rows(tx), tuple(heads.values()), public_key, given_sequences=last_number(tx, _COUNTER)
    )


def export(tx: Transaction) -> Iterator[str]:
    """The log as JSON lines: a line for each row, oldest first, then one with the last signed head.

    The last line has `"head":null` when nothing was ever signed.
    """
    for row in store.walk_rows(tx):
        yield canonical(
            {"sequence": row.sequence, "body": row.body, "previous_hash": row.previous_hash, "hash": row.hash}
        )
    head = store.find_last_head(tx)
    told = None if head is None else {"sequence": head.sequence, "hash": head.hash, "signature": head.signature}
    yield canonical({"format": _FORMAT, "head": told})


def verify_export(lines: Iterable[str], public_key: Ed25519PublicKey) -> Verification:
    """The same as `verify` for an export, with neither database nor network.

    An export without its last line was cut off, and is reported as truncated.

    Raises:
        InvalidError: `export-malformed` when a line is not one of an export.
    """
    rows, head, is_complete = _read_export(lines)
    found = verify_chain(rows, () if head is None else (head,), public_key)
    if found.problem is None and not is_complete:
        cut_at = found.checked + 1
        return replace(found, first_wrong=cut_at, problem=Problem.TRUNCATED, detail="The export has no last line.")
    return found


def find_head(lines: Iterable[str]) -> Head | None:
    """The signed head at the end of an export, to be kept elsewhere; None when there is none.

    Raises:
        InvalidError: `export-malformed`.
    """
    return _read_export(lines)[1]


def _read_export(lines: Iterable[str]) -> tuple[tuple[StoredEvent, ...], Head | None, bool]:
    rows: list[StoredEvent] = []
    head: Head | None = None
    is_complete = False
    for number, line in enumerate(lines, start=1):
        if is_complete:
            raise _malformed(number)
        try:
            document = json.loads(line)
            if "format" in document:
                is_complete = document["format"] == _FORMAT
                head = None if document["head"] is None else _head(document["head"])
            else:
                rows.append(_row(document))
        except (ValueError, KeyError, TypeError):
            raise _malformed(number) from None
        if "format" in document and not is_complete:
            raise _malformed(number)
    return tuple(rows), head, is_complete


def _row(document: Mapping[str, object]) -> StoredEvent:
    sequence, body, previous_hash, hash_ = (document[name] for name in ("sequence", "body", "previous_hash", "hash"))
    if type(sequence) is not int or not (
        isinstance(body, str) and isinstance(previous_hash, str) and isinstance(hash_, str)
    ):
        raise TypeError("a row of an export has other types")
    return StoredEvent(sequence, body, previous_hash, hash_)


def _head(document: Mapping[str, object]) -> Head:
    sequence = document["sequence"]
    if type(sequence) is not int:
        raise TypeError("the head of an export has other types")
    return Head(sequence, str(document["hash"]), str(document["signature"]))


def _malformed(number: int) -> InvalidError:
    return InvalidError(
        "export-malformed",
        f"Line {number} is not a line of an export of the audit log.",
        fix="Export again with: pavior audit export, and do not edit the file.",
    )
