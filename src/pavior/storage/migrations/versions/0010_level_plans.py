"""What a change of level would do to the fleet, who approved that, and which change one reverts."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version. Changes of level from before have no plan, and are decided as they were."""
    op.add_column("level_changes", sa.Column("reverts", sa.String(length=20), nullable=True))
    op.create_table(
        "level_plans",
        sa.Column("level_change", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("planned_at", sa.String(length=32), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("level_change", "number", name=op.f("pk_level_plans")),
    )
    op.create_table(
        "level_approvals",
        sa.Column("level_change", sa.String(length=20), nullable=False),
        sa.Column("plan_digest", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("level_change", "plan_digest", "person", name=op.f("pk_level_approvals")),
    )


def downgrade() -> None:
    """Back to the version before; its data is lost, and what was reverted holds again."""
    op.drop_table("level_approvals")
    op.drop_table("level_plans")
    op.drop_column("level_changes", "reverts")
