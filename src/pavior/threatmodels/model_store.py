"""Rows of threat models, as they lay in commits."""

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from pavior.kernel.clock import format_instant, parse_instant
from pavior.storage.database import Transaction
from pavior.threatmodels.model import ThreatModel
from pavior.threatmodels.standing_model import RecordedModel
from pavior.threatmodels.tables import threat_models


def record_model(tx: Transaction, recorded: RecordedModel) -> None:
    """Keep the model of a commit; one that is the latest takes the place of the one that was.

    What a commit holds never changes, so that it was recorded before is no error, and the first moment stays.
    """
    of_service = threat_models.c.service == recorded.service
    if recorded.is_latest:
        tx.execute(threat_models.update().where(of_service, threat_models.c.is_latest).values(is_latest=False))
    content = {
        "digest": recorded.digest,
        "problem": recorded.problem,
        "is_inferred": recorded.model is not None and recorded.model.is_inferred,
        "document": msgspec.to_builtins(recorded.model),
    }
    known = tx.execute(
        threat_models.update()
        .where(of_service, threat_models.c.commit == recorded.commit)
        .values(**content, **({"is_latest": True} if recorded.is_latest else {}))
    )
    if known.rowcount == 0:
        tx.execute(
            threat_models.insert().values(
                **content,
                service=recorded.service,
                commit=recorded.commit,
                recorded_at=format_instant(recorded.recorded_at),
                is_latest=recorded.is_latest,
            )
        )


def forget_latest(tx: Transaction, service: str) -> None:
    """Main holds no model any more; those of earlier commits are kept."""
    tx.execute(
        threat_models.update()
        .where(threat_models.c.service == service, threat_models.c.is_latest)
        .values(is_latest=False)
    )


def model_of_commit(tx: Transaction, service: str, commit: str) -> RecordedModel | None:
    """None when it has none, or nobody read it."""
    statement = threat_models.select().where(threat_models.c.service == service, threat_models.c.commit == commit)
    row = tx.execute(statement).mappings().first()
    return None if row is None else _recorded(row)


def model_of_digest(tx: Transaction, service: str, digest: str) -> RecordedModel | None:
    """The one that was recorded first; None when main never held it."""
    statement = (
        threat_models.select()
        .where(threat_models.c.service == service, threat_models.c.digest == digest)
        .order_by(threat_models.c.recorded_at, threat_models.c.commit)
        .limit(1)
    )
    row = tx.execute(statement).mappings().first()
    return None if row is None else _recorded(row)


def latest_model(tx: Transaction, service: str) -> RecordedModel | None:
    """That of main, as it was when main moved last."""
    return latest_models(tx, (service,)).get(service)


def latest_models(tx: Transaction, services: Collection[str]) -> dict[str, RecordedModel]:
    """By service; one whose main holds none is absent."""
    statement = threat_models.select().where(threat_models.c.is_latest, threat_models.c.service.in_(sorted(services)))
    return {row["service"]: _recorded(row) for row in tx.execute(statement).mappings()}


def _recorded(row: Mapping[Any, Any]) -> RecordedModel:
    return RecordedModel(
        service=row["service"],
        commit=row["commit"],
        digest=row["digest"],
        recorded_at=parse_instant(row["recorded_at"]),
        is_latest=bool(row["is_latest"]),
        model=msgspec.convert(row["document"], ThreatModel | None),
        problem=row["problem"],
    )
