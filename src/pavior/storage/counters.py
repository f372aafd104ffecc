"""Numbers for people, such as the 12 of `C-12`: counted from 1, each given once."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from pavior.storage.database import Transaction, metadata

counters = sa.Table(
    "counters",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.BigInteger, nullable=False),
)


def next_number(tx: Transaction, name: str) -> int:
    """The next number of the counter `name`, from 1.

    It locks the counter until the transaction ends, so numbers follow the order of commits. A
    transaction that is rolled back gives its number back.
    """
    # One statement on both databases: no moment at which two could read the same value.
    insert = (postgresql.insert(counters) if tx.dialect.name == "postgresql" else sqlite.insert(counters)).values(
        name=name, value=1
    )
    statement = insert.on_conflict_do_update(
        index_elements=[counters.c.name], set_={"value": counters.c.value + 1}
    ).returning(counters.c.value)
    return int(tx.execute(statement).scalar_one())


def last_number(tx: Transaction, name: str) -> int:
    """The number that the counter `name` gave last, 0 when it never gave one."""
    value = tx.execute(sa.select(counters.c.value).where(counters.c.name == name)).scalar_one_or_none()
    return 0 if value is None else int(value)
