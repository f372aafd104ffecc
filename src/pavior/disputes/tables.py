"""The table of disputes."""

import sqlalchemy as sa

from pavior.storage.database import metadata

disputes = sa.Table(
    "disputes",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("number", sa.Integer, nullable=False, unique=True),
    sa.Column("control", sa.String(100), nullable=False),
    # The first word of the environment, so that lists are narrowed by service without reading text.
    sa.Column("service", sa.String(100), nullable=False),
    sa.Column("environment", sa.String(200), nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("outcome", sa.String(20), nullable=False),
    sa.Column("control_version", sa.String(64), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("requester", sa.String(100), nullable=False),
    sa.Column("requested_at", sa.String(32), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("answered_by", sa.String(100)),
    sa.Column("answered_at", sa.String(32)),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Index("ix_disputes_control", "control", "state"),
    sa.Index("ix_disputes_service", "service"),
)
