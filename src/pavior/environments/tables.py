"""Tables of environments, Changes, plans, approvals, and of what engines must remember."""

import sqlalchemy as sa

from pavior.storage.database import metadata

environments = sa.Table(
    "environments",
    metadata,
    sa.Column("service", sa.String(100), primary_key=True),
    sa.Column("name", sa.String(100), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("is_production", sa.Boolean, nullable=False),
    sa.Column("engine", sa.String(50), nullable=False),
    sa.Column("status", sa.String(20), nullable=False),
    sa.Column("status_detail", sa.Text, nullable=False),
    sa.Column("commit", sa.String(64), nullable=False),
    sa.Column("change_id", sa.String(20), nullable=False),
    sa.Column("cloud_instance", sa.String(100), nullable=False),
    sa.Column("created_at", sa.String(32), nullable=False),
    sa.Column("deployed_at", sa.String(32)),
    sa.Column("drift_checked_at", sa.String(32)),
)

changes = sa.Table(
    "changes",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("number", sa.Integer, nullable=False, unique=True),
    sa.Column("service", sa.String(100), nullable=False),
    sa.Column("environment", sa.String(100), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("requester", sa.String(100), nullable=False),
    sa.Column("branch", sa.Text, nullable=False),
    sa.Column("commit", sa.String(64), nullable=False),
    sa.Column("variables", sa.JSON, nullable=False),
    sa.Column("status", sa.String(20), nullable=False),
    sa.Column("status_detail", sa.Text, nullable=False),
    sa.Column("plan_number", sa.Integer, nullable=False),
    sa.Column("created_at", sa.String(32), nullable=False),
    sa.Column("ended_at", sa.String(32)),
    sa.Index("ix_changes_environment", "service", "environment", "number"),
    sa.Index("ix_changes_status", "status"),
)

plans = sa.Table(
    "plans",
    metadata,
    sa.Column("change_id", sa.String(20), sa.ForeignKey("changes.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("created_at", sa.String(32), nullable=False),
    sa.Column("engine", sa.String(50), nullable=False),
    sa.Column("engine_version", sa.String(50), nullable=False),
    sa.Column("reading", sa.JSON, nullable=False),
    sa.Column("decision", sa.JSON, nullable=False),
)

approvals = sa.Table(
    "approvals",
    metadata,
    sa.Column("change_id", sa.String(20), sa.ForeignKey("changes.id"), primary_key=True),
    sa.Column("plan_digest", sa.String(64), primary_key=True),
    sa.Column("person", sa.String(100), primary_key=True),
    sa.Column("is_approved", sa.Boolean, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
)

# Secret documents, sealed. `kind` is state, saved-plan, journal or variables; `owner` the id it belongs to.
sealed_documents = sa.Table(
    "sealed_documents",
    metadata,
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("owner", sa.String(200), primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("written_at", sa.String(32), nullable=False),
)
