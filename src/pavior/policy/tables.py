"""The table of waivers."""

import sqlalchemy as sa

from pavior.storage.database import metadata

waivers = sa.Table(
    "waivers",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("number", sa.Integer, nullable=False, unique=True),
    sa.Column("control", sa.String(100), nullable=False),
    # The first word of the environment, so that lists are narrowed by service without reading text.
    sa.Column("service", sa.String(100), nullable=False),
    sa.Column("environment", sa.String(200), nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("requester", sa.String(100), nullable=False),
    sa.Column("requested_at", sa.String(32), nullable=False),
    sa.Column("days", sa.Integer, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("decided_by", sa.String(100)),
    sa.Column("decided_at", sa.String(32)),
    sa.Column("expires_at", sa.String(32)),
    sa.Column("change_id", sa.String(20)),
    sa.Index("ix_waivers_environment", "environment", "control"),
    sa.Index("ix_waivers_queue", "state", "expires_at"),
    sa.Index("ix_waivers_service", "service"),
)
