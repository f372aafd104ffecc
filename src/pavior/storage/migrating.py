"""Brings a database to the shape that this version needs, and refuses one that is ahead of it."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from pavior.kernel.errors import ConflictError
from pavior.storage.append_only import protect
from pavior.storage.database import Database, Transaction, metadata

_FOLDER = Path(__file__).parent / "migrations"
# The durable engine keeps tables of its own in the same database.
VERSION_TABLE = "pavior_version"


def migrate(database: Database) -> None:
    """Apply all migrations that are missing, in one transaction: all of them or none.

    Raises:
        ConflictError: `storage-newer`.
    """
    with database.transaction() as transaction:
        _refuse_newer(transaction)
        command.upgrade(_config(transaction), "head")
        protect(transaction)


def create_all(database: Database) -> None:
    """Make all tables that are imported, without migrations; for tests."""
    with database.transaction() as transaction:
        metadata.create_all(transaction)
        protect(transaction)


def find_version(transaction: Transaction) -> str | None:
    """The last migration that was applied, or None in a new database."""
    return MigrationContext.configure(transaction, opts={"version_table": VERSION_TABLE}).get_current_revision()


def list_versions() -> tuple[str, ...]:
    """All migrations of this version of Pavior, oldest first."""
    scripts = ScriptDirectory.from_config(_config(None))
    return tuple(reversed([script.revision for script in scripts.walk_revisions()]))


def list_differences(database: Database) -> list[object]:
    """How the database differs from the tables that are imported; empty when it does not."""
    with database.snapshot() as transaction:
        options = {"version_table": VERSION_TABLE, "include_name": is_ours, "compare_type": True}
        return list(compare_metadata(MigrationContext.configure(transaction, opts=options), metadata))


def write_revision(database: Database, number: str, name: str) -> Path:
    """Write the migration that leads from `database` to the tables that are imported now.

    Args:
        database: At the last migration; empty for the first one.
        number: Such as `0001`.
        name: Such as `initial`.
    """
    with database.transaction() as transaction:
        script = command.revision(_config(transaction), message=name, rev_id=number, autogenerate=True)
    if script is None or isinstance(script, list):
        raise RuntimeError("one migration was asked for")
    return Path(script.path)


def is_ours(name: str | None, kind: str, _: object) -> bool:
    """Whether a migration may look at this table: the durable engine's are its own business."""
    return kind != "table" or name in metadata.tables


def _config(transaction: Transaction | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = transaction
    return config


def _refuse_newer(transaction: Transaction) -> None:
    if VERSION_TABLE not in sa.inspect(transaction).get_table_names():
        return
    version = find_version(transaction)
    if version is not None and version not in list_versions():
        raise ConflictError(
            "storage-newer",
            f"The data was written by a newer Pavior (version {version} of the tables, which this one does not know).",
            fix="Install that newer Pavior again, or restore the backup made before the upgrade.",
        )
