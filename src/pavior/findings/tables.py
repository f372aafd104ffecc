"""The table of findings."""

import sqlalchemy as sa

from pavior.storage.database import metadata

findings = sa.Table(
    "findings",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("number", sa.Integer, nullable=False, unique=True),
    sa.Column("fingerprint", sa.String(64), nullable=False, unique=True),
    sa.Column("control", sa.String(100), nullable=False),
    sa.Column("service", sa.String(100), nullable=False),
    sa.Column("environment", sa.String(200), nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("phase", sa.String(20), nullable=False),
    sa.Column("source", sa.String(20), nullable=False),
    sa.Column("severity", sa.String(20), nullable=False),
    # Severities do not sort as text.
    sa.Column("severity_rank", sa.Integer, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("position", sa.JSON, nullable=False),
    sa.Column("team", sa.String(100), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("first_seen_at", sa.String(32), nullable=False),
    sa.Column("last_seen_at", sa.String(32), nullable=False),
    sa.Column("due_at", sa.String(32), nullable=False),
    sa.Column("waived_until", sa.String(32)),
    sa.Column("waiver_id", sa.String(20), nullable=False),
    sa.Column("fixed_at", sa.String(32)),
    sa.Column("change_id", sa.String(20), nullable=False),
    sa.Column("triage_reason", sa.Text, nullable=False),
    # The phase in which it was seen first; `phase` is how far down the road it was seen.
    sa.Column("found_in", sa.String(20), nullable=False, server_default=""),
    # The threat that predicted it; empty when no threat did, NULL when there was no model to ask.
    sa.Column("threat", sa.String(63)),
    sa.Index("ix_findings_place", "service", "environment"),
    sa.Index("ix_findings_queue", "state", "severity_rank", "first_seen_at"),
    sa.Index("ix_findings_control", "control", "environment"),
    sa.Index("ix_findings_waiver", "waiver_id"),
)
