"""Tables that only grow: the database itself refuses to change or delete their rows.

It stops accidents and our own bugs. Who may alter the schema can drop the triggers: the hash chain
of the audit log is there to notice that.
"""

import sqlalchemy as sa

from pavior.storage.database import Transaction, metadata

# Set in `sa.Table(..., info={APPEND_ONLY: True})`.
APPEND_ONLY = "append_only"

_SQLITE = """
CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION pavior_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME; END $$
"""
_POSTGRESQL = """
CREATE OR REPLACE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION pavior_refuse()
"""


def protect(tx: Transaction) -> None:
    """Install the triggers of all append-only tables; repeating it changes nothing."""
    names = [table.name for table in metadata.sorted_tables if table.info.get(APPEND_ONLY)]
    is_postgresql = tx.dialect.name == "postgresql"
    present = set(sa.inspect(tx).get_table_names())
    if is_postgresql:
        tx.exec_driver_sql(_POSTGRESQL_FUNCTION)
    for name in names:
        if name in present:
            for verb in ("update", "delete"):
                tx.exec_driver_sql((_POSTGRESQL if is_postgresql else _SQLITE).format(table=name, verb=verb))
