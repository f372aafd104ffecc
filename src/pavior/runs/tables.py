"""Tables of runs and their log lines."""

import sqlalchemy as sa

from pavior.storage.database import metadata

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", sa.String(100), primary_key=True),
    sa.Column("kind", sa.String(50), nullable=False),
    sa.Column("subject", sa.String(200), nullable=False),
    sa.Column("service", sa.String(100), nullable=False),
    sa.Column("environment", sa.String(200), nullable=False),
    sa.Column("requester", sa.String(100), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("created_at", sa.String(32), nullable=False),
    sa.Column("started_at", sa.String(32)),
    sa.Column("ended_at", sa.String(32)),
    sa.Column("step", sa.Text, nullable=False),
    sa.Column("progress", sa.Integer, nullable=False),
    sa.Column("progress_total", sa.Integer, nullable=False),
    sa.Column("error_code", sa.String(100), nullable=False),
    sa.Column("error_message", sa.Text, nullable=False),
    sa.Column("error_fix", sa.Text, nullable=False),
    sa.Column("cancel_requested_by", sa.String(100), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Index("ix_runs_created_at", "created_at"),
    sa.Index("ix_runs_service", "service", "environment", "created_at"),
    sa.Index("ix_runs_subject", "subject"),
    sa.Index("ix_runs_state", "state"),
)

# `line_key` is null for a line that is written whenever asked; two nulls are not equal to the constraint.
log_lines = sa.Table(
    "run_log_lines",
    metadata,
    sa.Column("run_id", sa.String(100), sa.ForeignKey("runs.id"), primary_key=True),
    sa.Column("sequence", sa.Integer, primary_key=True),
    sa.Column("line_key", sa.String(200)),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("level", sa.String(20), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.UniqueConstraint("run_id", "line_key", name="uq_run_log_lines_key"),
)
