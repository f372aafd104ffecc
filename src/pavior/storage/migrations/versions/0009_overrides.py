"""Overrides."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "overrides",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.String(length=20), nullable=False),
        sa.Column("service", sa.String(length=100), nullable=False),
        sa.Column("environment", sa.String(length=200), nullable=False),
        sa.Column("plan_number", sa.Integer(), nullable=False),
        sa.Column("plan_digest", sa.String(length=64), nullable=False),
        sa.Column("controls_digest", sa.String(length=64), nullable=False),
        sa.Column("reason_class", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("requester", sa.String(length=100), nullable=False),
        sa.Column("change_requester", sa.String(length=100), nullable=False),
        sa.Column("requested_at", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=True),
        sa.Column("decided_at", sa.String(length=32), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.String(length=32), nullable=True),
        sa.Column("ended_by", sa.String(length=100), nullable=True),
        sa.Column("ended_at", sa.String(length=32), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.Column("review_due_at", sa.String(length=32), nullable=True),
        sa.Column("review", sa.String(length=30), nullable=True),
        sa.Column("reviewed_by", sa.String(length=100), nullable=True),
        sa.Column("reviewed_at", sa.String(length=32), nullable=True),
        sa.Column("review_reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overrides")),
        sa.UniqueConstraint("number", name=op.f("uq_overrides_number")),
    )
    with op.batch_alter_table("overrides", schema=None) as batch_op:
        batch_op.create_index("ix_overrides_change", ["change_id", "plan_number"], unique=False)
        batch_op.create_index("ix_overrides_review", ["review", "review_due_at"], unique=False)
        batch_op.create_index("ix_overrides_service", ["service"], unique=False)
        batch_op.create_index("ix_overrides_state", ["state", "expires_at"], unique=False)
    op.create_table(
        "override_denials",
        sa.Column("override_id", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("control", sa.String(length=100), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["override_id"], ["overrides.id"], name=op.f("fk_override_denials_override_id_overrides")
        ),
        sa.PrimaryKeyConstraint("override_id", "position", name=op.f("pk_override_denials")),
    )
    with op.batch_alter_table("override_denials", schema=None) as batch_op:
        batch_op.create_index("ix_override_denials_control", ["control"], unique=False)


def downgrade() -> None:
    """Back to the version before; its data is lost."""
    op.drop_table("override_denials")
    op.drop_table("overrides")
