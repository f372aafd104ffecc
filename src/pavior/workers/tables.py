"""Table of workers."""

import sqlalchemy as sa

from pavior.storage.database import metadata

workers = sa.Table(
    "workers",
    metadata,
    sa.Column("id", sa.String(100), primary_key=True),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("beats", sa.Integer, nullable=False),
    sa.Column("place", sa.String(200), nullable=False),
    sa.Column("is_present", sa.Boolean, nullable=False),
    sa.Column("started_at", sa.String(32), nullable=False),
    sa.Column("beat_at", sa.String(32), nullable=False),
)
