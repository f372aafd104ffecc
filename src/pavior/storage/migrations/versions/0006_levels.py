"""Levels of controls that change with dates, and what was there when."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "level_changes",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("control", sa.String(length=100), nullable=False),
        sa.Column("environment", sa.String(length=200), nullable=False),
        sa.Column("team", sa.String(length=100), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("is_new_only", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposer", sa.String(length=100), nullable=False),
        sa.Column("proposed_at", sa.String(length=32), nullable=False),
        sa.Column("wanted_from", sa.String(length=32), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_level_changes")),
        sa.UniqueConstraint("number", name=op.f("uq_level_changes_number")),
    )
    op.create_index("ix_level_changes_control", "level_changes", ["control"])
    op.create_table(
        "level_decisions",
        sa.Column("level_change", sa.String(length=20), nullable=False),
        sa.Column("is_approved", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=False),
        sa.Column("decided_at", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("level_change", name=op.f("pk_level_decisions")),
    )
    op.create_table(
        "sightings",
        sa.Column("environment", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("first_seen_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("environment", "subject", name=op.f("pk_sightings")),
    )


def downgrade() -> None:
    """Back to the version before; its data is lost: every control is at the level of its folder again."""
    op.drop_table("sightings")
    op.drop_table("level_decisions")
    op.drop_index("ix_level_changes_control", table_name="level_changes")
    op.drop_table("level_changes")
