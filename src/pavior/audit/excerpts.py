"""A part of the audit log that proves where it stands, without the rows that are nobody's business. Pure.

One JSON line for each row: its body where it is told, else the hash that stands for the body in the chain. So the whole
chain can be walked, and what is left out can be neither read nor changed. The last line holds signed heads: where the
excerpt begins, when not at row 1, and the last one that its rows lead to.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from pavior.audit.chain import GENESIS, canonical, chain_hash, is_signed, leaf_hash, link_hash
from pavior.audit.model import Head, StoredEvent

FORMAT = "pavior-audit-excerpt-1"


@dataclass(frozen=True, slots=True)
class ProvenExcerpt:
    """What an excerpt says, once it is verified.

    Args:
        begins_at: The first row that is walked; 1 unless a signed head stands for the rows before.
        rows: How many are walked, and `told` how many of them can be read.
        signed_up_to: The last row that a signed head covers; 0 for none.
    """

    begins_at: int
    rows: int
    told: int
    signed_up_to: int


def write_excerpt(
    rows: Iterable[StoredEvent], heads: Iterable[Head], *, services: frozenset[str], begin: Head | None = None
) -> Iterator[str]:
    """The lines, each without its end.

    Args:
        rows: In order and without a gap, from row 1 or from the one after `begin`.
        services: Whose rows are told.
    """
    hashes: dict[int, str] = {}
    for row in rows:
        hashes[row.sequence] = row.hash
        if row.columns.get("service") in services:
            yield canonical({"sequence": row.sequence, "body": row.body})
        else:
            yield canonical({"sequence": row.sequence, "leaf": leaf_hash(row.body)})
    reached = [head for head in heads if hashes.get(head.sequence) == head.hash]
    last = max(reached, key=lambda head: head.sequence, default=None)
    yield canonical({"format": FORMAT, "begin": _told(begin), "head": _told(last)})


def verify_excerpt(lines: Iterable[str], key: Ed25519PublicKey) -> ProvenExcerpt:
    """Walk it.

    Raises:
        ValueError: It is not whole, or not the log that was signed; the message says what, as a sentence.
    """
    rows, begin, head = _read(lines)
    if begin is not None and not is_signed(begin, key):
        raise ValueError(f"The head at row {begin.sequence} is not signed with this key.")
    previous, expected, told, signed_up_to = (
        (GENESIS, 1, 0, 0) if begin is None else (begin.hash, begin.sequence + 1, 0, 0)
    )
    first = expected
    for row in rows:
        if row.get("sequence") != expected:
            raise ValueError(f"Row {expected} is missing.")
        previous = _hash(previous, expected, row)
        told += "body" in row
        if head is not None and head.sequence == expected:
            if head.hash != previous or not is_signed(head, key):
                raise ValueError(f"Rows up to {expected} are not those that were signed.")
            signed_up_to = expected
        expected += 1
    if head is not None and not signed_up_to:
        raise ValueError(f"Row {head.sequence}, which was signed, is missing.")
    return ProvenExcerpt(first, expected - first, told, signed_up_to)


def _hash(previous: str, sequence: int, row: Mapping[str, object]) -> str:
    match row:
        case {"body": str(body)} if json.loads(body).get("sequence") == sequence:
            return chain_hash(previous, sequence, body)
        case {"leaf": str(leaf)} if len(leaf) == len(GENESIS):
            return link_hash(previous, sequence, leaf)
        case _:
            raise ValueError(f"Row {sequence} is not a row of the log.")


def _read(lines: Iterable[str]) -> tuple[list[Mapping[str, object]], Head | None, Head | None]:
    documents: list[Mapping[str, object]] = []
    for line in lines:
        document = json.loads(line)
        if not isinstance(document, dict):
            raise ValueError("A line is not one of an excerpt.")  # noqa: TRY004 - of a document, not of a caller
        documents.append(document)
    if not documents or documents[-1].get("format") != FORMAT:
        raise ValueError("Its last line is missing.")
    last = documents.pop()
    return documents, _head(last.get("begin")), _head(last.get("head"))


def _told(head: Head | None) -> Mapping[str, object] | None:
    return None if head is None else {"sequence": head.sequence, "hash": head.hash, "signature": head.signature}


def _head(document: object) -> Head | None:
    match document:
        case None:
            return None
        case {"sequence": int(sequence), "hash": str(hash_), "signature": str(signature)}:
            return Head(sequence, hash_, signature)
        case _:
            raise ValueError("Its last line is not one of an excerpt.")
