"""What Alembic runs for each command. The connection comes from `storage.migrating`, inside its transaction."""

from alembic import context

from pavior.storage.database import metadata
from pavior.storage.migrating import VERSION_TABLE, is_ours

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    include_name=is_ours,
    compare_type=True,
    # SQLite alters a table by making a new one.
    render_as_batch=True,
)
context.run_migrations()
