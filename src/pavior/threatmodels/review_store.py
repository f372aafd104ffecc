"""Rows of security reviews and sign-offs."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import msgspec
import sqlalchemy as sa

from pavior.kernel.clock import format_if_any, format_instant, parse_if_any, parse_instant
from pavior.kernel.errors import ConflictError, MissingError
from pavior.kernel.pages import Page, PageRequest
from pavior.storage.counters import next_number
from pavior.storage.database import Transaction
from pavior.threatmodels.model import ThreatModel
from pavior.threatmodels.review_model import ReviewState, ThreatLook, ThreatReview, ThreatSignOff
from pavior.threatmodels.review_rules import Reason
from pavior.threatmodels.review_tables import threat_looks, threat_review_pictures, threat_reviews, threat_sign_offs

_DECIDED = ("state", "decided_by", "decided_at", "decision_reason")
_OPEN = (ReviewState.ASKED.value, ReviewState.CHANGES_ASKED.value)


def write_look(tx: Transaction, look: ThreatLook) -> None:
    """Keep what was seen of a commit, in place of what was seen of it before."""
    table = threat_looks
    tx.execute(table.delete().where(table.c.service == look.service, table.c.commit == look.commit))
    row = {name: getattr(look, name) for name in ("service", "commit", "base", "rules", "digest", "is_required")}
    tx.execute(table.insert().values(**row, looked_at=format_instant(look.looked_at)))


def find_look(tx: Transaction, service: str, commit: str) -> ThreatLook | None:
    """None when nobody looked at that commit."""
    table = threat_looks
    row = tx.execute(table.select().where(table.c.service == service, table.c.commit == commit)).mappings().first()
    return None if row is None else ThreatLook(**{**row, "looked_at": parse_instant(row["looked_at"])})


def write_review(tx: Transaction, review: ThreatReview) -> ThreatReview:
    """Keep the review of a branch whole; one without an id is new, and gets the next."""
    if review.id:
        tx.execute(threat_reviews.update().where(threat_reviews.c.id == review.id).values(**_row(review)))
        return review
    number = next_number(tx, "threat-review")
    numbered = replace(review, id=f"TR-{number}")
    tx.execute(threat_reviews.insert().values(**_row(numbered), number=number))
    return numbered


def write_picture(tx: Transaction, review_id: str, model: ThreatModel, marks: Mapping[str, str]) -> None:
    """Keep what is drawn of a review, in place of what was.

    Args:
        model: Masked.
        marks: Ids to `added`, `changed` or `removed`.
    """
    table = threat_review_pictures
    tx.execute(table.delete().where(table.c.review == review_id))
    tx.execute(table.insert().values(review=review_id, model=msgspec.to_builtins(model), marks=dict(marks)))


def find_picture(tx: Transaction, review_id: str) -> tuple[ThreatModel, Mapping[str, str]] | None:
    """The model with what differs in it; None for a review that was never asked for."""
    table = threat_review_pictures
    row = tx.execute(table.select().where(table.c.review == review_id)).mappings().first()
    return None if row is None else (msgspec.convert(row["model"], ThreatModel), row["marks"])


def find_of_branch(tx: Transaction, service: str, branch: str) -> ThreatReview | None:
    """The review of a branch, whatever its state, as it stays until a transaction that writes ends."""
    table = threat_reviews
    statement = table.select().where(table.c.service == service, table.c.branch == branch)
    return _first(tx, statement)


def find_review(tx: Transaction, review_id: str) -> ThreatReview | None:
    """By id."""
    return _first(tx, threat_reviews.select().where(threat_reviews.c.id == review_id))


def get_review(tx: Transaction, review_id: str) -> ThreatReview:
    """By id.

    Raises:
        MissingError: `threat-review-missing`.
    """
    found = find_review(tx, review_id)
    if found is None:
        raise MissingError(
            "threat-review-missing",
            f"There is no threat-review {review_id[:80]}.",
            fix="List them with: pavior threat reviews.",
        )
    return found


def decide_review(tx: Transaction, decided: ThreatReview) -> None:
    """Store an answer to exactly that digest: of two who answer at once, one is told so.

    Raises:
        ConflictError: `threat-review-decided`.
    """
    table = threat_reviews
    row = _row(decided)
    statement = table.update().where(
        table.c.id == decided.id, table.c.digest == decided.digest, table.c.state.in_(_OPEN)
    )
    if tx.execute(statement.values(**{name: row[name] for name in _DECIDED})).rowcount != 1:
        current = get_review(tx, decided.id)
        raise ConflictError(
            "threat-review-decided",
            f"{current.id} is {current.state.value}, of {current.digest[:12]}.",
            fix=f"Look at it again: pavior threat review {current.id}.",
        )


def list_open(tx: Transaction) -> tuple[ThreatReview, ...]:
    """All that hold up a branch, the oldest first."""
    statement = threat_reviews.select().where(threat_reviews.c.state.in_(_OPEN))
    return _read(tx, statement.order_by(threat_reviews.c.asked_at, threat_reviews.c.number))


def list_of_model(tx: Transaction, service: str, model_digest: str) -> tuple[ThreatReview, ...]:
    """Those of the branches that brought, or would bring, exactly that model."""
    table = threat_reviews
    return _read(tx, table.select().where(table.c.service == service, table.c.model_digest == model_digest))


def list_reviews(
    tx: Transaction,
    page: PageRequest,
    *,
    services: Collection[str],
    service: str = "",
    state: ReviewState | None = None,
) -> Page[ThreatReview]:
    """What waits first, the oldest before the others; then what was decided, latest first. Those not asked are no row.

    Args:
        services: The only ones whose reviews are told; no services, none.
    """
    table = threat_reviews
    conditions: list[sa.ColumnElement[bool]] = [table.c.service.in_(sorted(services))]
    if service:
        conditions.append(table.c.service == service)
    if state is None:
        conditions.append(table.c.state != ReviewState.NOT_REQUIRED.value)
    else:
        conditions.append(table.c.state == state.value)
    total = tx.execute(sa.select(sa.func.count()).select_from(table).where(*conditions)).scalar_one()
    rank = sa.case(
        (table.c.state == ReviewState.ASKED.value, 0), (table.c.state == ReviewState.CHANGES_ASKED.value, 1), else_=2
    )
    age = sa.case((table.c.state.in_(_OPEN), table.c.number), else_=-table.c.number)
    statement = table.select().where(*conditions).order_by(rank, age).offset(page.offset).limit(page.size)
    return Page(_read(tx, statement), int(total), page.offset)


def append_sign_off(tx: Transaction, sign_off: ThreatSignOff) -> ThreatSignOff:
    """Add it, with the next number in place of its own."""
    numbered = replace(sign_off, number=next_number(tx, "threat-sign-off"))
    row = {name: getattr(numbered, name) for name in ThreatSignOff.__dataclass_fields__}
    tx.execute(
        threat_sign_offs.insert().values(**{**row, "at": format_instant(numbered.at), "authors": [*numbered.authors]})
    )
    return numbered


def list_sign_offs(tx: Transaction, service: str, *, digest: str = "") -> tuple[ThreatSignOff, ...]:
    """All that were given for a service, whether it was signed off or not, the latest first.

    Args:
        digest: Only those of this digest of a review, or of a model of main.
    """
    table = threat_sign_offs
    statement = table.select().where(table.c.service == service)
    if digest:
        statement = statement.where(table.c.digest == digest)
    rows = tx.execute(statement.order_by(table.c.number.desc())).mappings()
    return tuple(
        ThreatSignOff(**{**row, "at": parse_instant(row["at"]), "authors": tuple(row["authors"])}) for row in rows
    )


def _first(tx: Transaction, statement: sa.Select[Any]) -> ThreatReview | None:
    return next(iter(_read(tx, statement)), None)


def _read(tx: Transaction, statement: sa.Select[Any]) -> tuple[ThreatReview, ...]:
    return tuple(_review(row) for row in tx.execute(statement).mappings())


def _row(review: ThreatReview) -> dict[str, Any]:
    row = {name: getattr(review, name) for name in ThreatReview.__dataclass_fields__}
    return {
        **row,
        "state": review.state.value,
        "reasons": msgspec.to_builtins(review.reasons),
        "controls": [*review.controls],
        "authors": [*review.authors],
        "asked_at": format_instant(review.asked_at),
        "decided_at": format_if_any(review.decided_at),
    }


def _review(row: Mapping[Any, Any]) -> ThreatReview:
    parts = {name: row[name] for name in ThreatReview.__dataclass_fields__}
    return ThreatReview(
        **{
            **parts,
            "state": ReviewState(row["state"]),
            "reasons": tuple(Reason(item["rule"], item["told"], tuple(item["places"])) for item in row["reasons"]),
            "controls": tuple(row["controls"]),
            "authors": tuple(row["authors"]),
            "asked_at": parse_instant(row["asked_at"]),
            "decided_at": parse_if_any(row["decided_at"]),
        }
    )
