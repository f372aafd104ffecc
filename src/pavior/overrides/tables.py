"""The tables of overrides, and of what each lets through."""

import sqlalchemy as sa

from pavior.storage.database import metadata

overrides = sa.Table(
    "overrides",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("number", sa.Integer, nullable=False, unique=True),
    sa.Column("change_id", sa.String(20), nullable=False),
    # The first word of the environment, so that lists are narrowed by service without reading text.
    sa.Column("service", sa.String(100), nullable=False),
    sa.Column("environment", sa.String(200), nullable=False),
    sa.Column("plan_number", sa.Integer, nullable=False),
    sa.Column("plan_digest", sa.String(64), nullable=False),
    sa.Column("controls_digest", sa.String(64), nullable=False),
    sa.Column("reason_class", sa.String(30), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("hours", sa.Integer, nullable=False),
    sa.Column("requester", sa.String(100), nullable=False),
    sa.Column("change_requester", sa.String(100), nullable=False),
    sa.Column("requested_at", sa.String(32), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("decided_by", sa.String(100)),
    sa.Column("decided_at", sa.String(32)),
    sa.Column("decision_reason", sa.Text, nullable=False),
    sa.Column("expires_at", sa.String(32)),
    sa.Column("ended_by", sa.String(100)),
    sa.Column("ended_at", sa.String(32)),
    sa.Column("end_reason", sa.Text, nullable=False),
    sa.Column("review_due_at", sa.String(32)),
    sa.Column("review", sa.String(30)),
    sa.Column("reviewed_by", sa.String(100)),
    sa.Column("reviewed_at", sa.String(32)),
    sa.Column("review_reason", sa.Text, nullable=False),
    sa.Index("ix_overrides_change", "change_id", "plan_number"),
    sa.Index("ix_overrides_state", "state", "expires_at"),
    sa.Index("ix_overrides_review", "review", "review_due_at"),
    sa.Index("ix_overrides_service", "service"),
)

override_denials = sa.Table(
    "override_denials",
    metadata,
    sa.Column("override_id", sa.String(20), sa.ForeignKey("overrides.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("control", sa.String(100), nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("outcome", sa.String(20), nullable=False),
    sa.Index("ix_override_denials_control", "control"),
)
