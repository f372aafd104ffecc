"""Rows of Terraform's states and of their locks. Bodies are compressed, and sealed for their row."""

import zlib
from datetime import datetime

import sqlalchemy as sa

from pavior.kernel.clock import format_instant, parse_instant
from pavior.states.model import KEPT_VERSIONS, StateLock, StateVersion, TerraformState
from pavior.states.tables import state_locks, state_versions
from pavior.storage.database import Transaction
from pavior.storage.sealing import Sealer

_TOLD = [column for column in state_versions.c if column.name != "body"]


def insert_version(
    tx: Transaction, sealer: Sealer, environment: str, state: TerraformState, *, written_by: str, now: datetime
) -> StateVersion:
    """Add the newest version; the oldest goes where there are more than `KEPT_VERSIONS`."""
    newest = sa.select(sa.func.max(state_versions.c.number)).where(state_versions.c.environment == environment)
    number = (tx.execute(newest).scalar() or 0) + 1
    tx.execute(
        state_versions.insert().values(
            environment=environment,
            number=number,
            serial=state.serial,
            lineage=state.lineage,
            digest=state.digest,
            size_bytes=len(state.body),
            written_at=format_instant(now),
            written_by=written_by,
            body=sealer.seal(zlib.compress(state.body), associated=_owner(environment, number)),
        )
    )
    tx.execute(
        state_versions.delete().where(
            state_versions.c.environment == environment, state_versions.c.number <= number - KEPT_VERSIONS
        )
    )
    return StateVersion(
        environment, number, state.serial, state.lineage, state.digest, len(state.body), now, written_by
    )


def list_versions(tx: Transaction, environment: str) -> tuple[StateVersion, ...]:
    """Newest first."""
    statement = (
        sa.select(*_TOLD).where(state_versions.c.environment == environment).order_by(state_versions.c.number.desc())
    )
    return tuple(_version(row) for row in tx.execute(statement).mappings())


def find_body(tx: Transaction, sealer: Sealer, environment: str, number: int) -> bytes | None:
    """The state of a version, in clear. Raises UnavailableError `sealed-unreadable`."""
    statement = sa.select(state_versions.c.body).where(
        state_versions.c.environment == environment, state_versions.c.number == number
    )
    body = tx.execute(statement).scalar()
    return None if body is None else zlib.decompress(sealer.open(body, associated=_owner(environment, number)))


def delete_versions(tx: Transaction, environment: str) -> None:
    """Forget all of them."""
    tx.execute(state_versions.delete().where(state_versions.c.environment == environment))


def find_lock(tx: Transaction, environment: str) -> StateLock | None:
    """The lock, when somebody holds it."""
    row = tx.execute(state_locks.select().where(state_locks.c.environment == environment)).mappings().first()
    if row is None:
        return None
    return StateLock(environment, row["lock_id"], row["holder"], parse_instant(row["locked_at"]), row["info"])


def insert_lock(tx: Transaction, lock: StateLock) -> None:
    """Take it; there must be none."""
    tx.execute(
        state_locks.insert().values(
            environment=lock.environment,
            lock_id=lock.id,
            holder=lock.holder,
            info=dict(lock.info),
            locked_at=format_instant(lock.locked_at),
        )
    )


def delete_lock(tx: Transaction, environment: str) -> None:
    """Let go of it."""
    tx.execute(state_locks.delete().where(state_locks.c.environment == environment))


def _owner(environment: str, number: int) -> str:
    return f"state-version:{environment}:{number}"


def _version(row: sa.RowMapping) -> StateVersion:
    return StateVersion(
        environment=row["environment"],
        number=row["number"],
        serial=row["serial"],
        lineage=row["lineage"],
        digest=row["digest"],
        size_bytes=row["size_bytes"],
        written_at=parse_instant(row["written_at"]),
        written_by=row["written_by"],
    )
