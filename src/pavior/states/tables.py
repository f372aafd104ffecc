"""Tables of Terraform's states and of their locks."""

import sqlalchemy as sa

from pavior.storage.database import metadata

# Terraform's own states, sealed; the newest of an environment that Pavior does not run itself is what holds there.
state_versions = sa.Table(
    "state_versions",
    metadata,
    sa.Column("environment", sa.String(200), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("serial", sa.BigInteger, nullable=False),
    sa.Column("lineage", sa.String(200), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("written_at", sa.String(32), nullable=False),
    sa.Column("written_by", sa.String(200), nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

state_locks = sa.Table(
    "state_locks",
    metadata,
    sa.Column("environment", sa.String(200), primary_key=True),
    sa.Column("lock_id", sa.String(200), nullable=False),
    sa.Column("holder", sa.String(200), nullable=False),
    sa.Column("info", sa.JSON, nullable=False),
    sa.Column("locked_at", sa.String(32), nullable=False),
)
