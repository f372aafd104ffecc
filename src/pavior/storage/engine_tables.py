"""The durable engine's tables, as far as a copy of the database needs them; else they are `workflows.durable`'s."""

import sqlalchemy as sa

from pavior.storage.database import Transaction, metadata
from pavior.storage.migrating import VERSION_TABLE

_SCHEMA = "dbos"
_STATUS = "workflow_status"
# What was migrated is each database's own, and how often queues are looked at is about who runs now.
_LEFT_BEHIND = frozenset({"dbos_migrations", "queues", "event_dispatch_kv", VERSION_TABLE})


def list_tables(transaction: Transaction) -> tuple[sa.Table, ...]:
    """Those that go along, as they are in this database, in an order in which they can be filled."""
    schema = _SCHEMA if transaction.dialect.name == "postgresql" else None
    found = sa.MetaData(schema=schema)
    looking = sa.inspect(transaction)
    if schema is not None and not looking.has_schema(schema):
        return ()
    there = looking.get_table_names(schema)
    names = [name for name in there if name not in _LEFT_BEHIND | metadata.tables.keys()]
    found.reflect(transaction, only=names)
    return tuple(table for table in found.sorted_tables if table.name in names)


def give_runs(transaction: Transaction, *, status: str, executor: str) -> None:
    """Have `executor` be who began every run that is in `status`."""
    runs = next(table for table in list_tables(transaction) if table.name == _STATUS)
    transaction.execute(sa.update(runs).where(runs.c.status == status).values(executor_id=executor))
