"""The table of Pavior's own service levels."""

import sqlalchemy as sa

from pavior.storage.database import metadata

# Counts of an hour, added to by every process that counts: small, and as old as the window needs.
service_level_hours = sa.Table(
    "service_level_hours",
    metadata,
    sa.Column("objective", sa.String(50), primary_key=True),
    sa.Column("hour", sa.String(32), primary_key=True),
    sa.Column("good", sa.BigInteger, nullable=False),
    sa.Column("total", sa.BigInteger, nullable=False),
    sa.Index("ix_service_level_hours_hour", "hour"),
)
