"""Tables of what was observed and how it differs from what was applied."""

import sqlalchemy as sa

from pavior.storage.database import metadata

# The latest complete observation of each environment; `document` is of `resources.codec`.
observations = sa.Table(
    "observations",
    metadata,
    sa.Column("environment", sa.String(200), primary_key=True),
    sa.Column("observed_at", sa.String(32), nullable=False),
    sa.Column("document", sa.JSON, nullable=False),
)

drifts = sa.Table(
    "drifts",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("number", sa.Integer, nullable=False, unique=True),
    sa.Column("environment", sa.String(200), nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("type", sa.String(100), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("properties", sa.JSON, nullable=False),
    sa.Column("controls", sa.JSON, nullable=False),
    sa.Column("severity", sa.String(20), nullable=False),
    # Severities do not sort as text.
    sa.Column("severity_rank", sa.Integer, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("first_seen_at", sa.String(32), nullable=False),
    sa.Column("last_seen_at", sa.String(32), nullable=False),
    sa.Column("resolved_at", sa.String(32)),
    sa.Index("ix_drifts_environment", "environment", "state"),
)
