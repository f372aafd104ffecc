"""Rows of what happened to each waiver."""

import sqlalchemy as sa

from pavior.kernel.clock import format_instant, parse_instant
from pavior.policy.tables import waiver_steps
from pavior.policy.waiver_model import WaiverStep
from pavior.storage.database import Transaction


def insert_step(tx: Transaction, step: WaiverStep) -> None:
    """Add what happened last. Writers take turns, so the number is free."""
    count = sa.select(sa.func.count()).select_from(waiver_steps).where(waiver_steps.c.waiver_id == step.waiver_id)
    tx.execute(
        waiver_steps.insert().values(
            waiver_id=step.waiver_id,
            number=int(tx.execute(count).scalar_one()) + 1,
            verb=step.verb,
            actor=step.actor,
            at=format_instant(step.at),
            text=step.text,
        )
    )


def list_steps(tx: Transaction, waiver_id: str) -> tuple[WaiverStep, ...]:
    """All that happened to it, oldest first."""
    statement = waiver_steps.select().where(waiver_steps.c.waiver_id == waiver_id).order_by(waiver_steps.c.number)
    return tuple(
        WaiverStep(row["waiver_id"], row["verb"], row["actor"], parse_instant(row["at"]), row["text"])
        for row in tx.execute(statement).mappings()
    )
