"""Counts towards Pavior's own objectives."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "service_level_hours",
        sa.Column("objective", sa.String(length=50), nullable=False),
        sa.Column("hour", sa.String(length=32), nullable=False),
        sa.Column("good", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("objective", "hour", name=op.f("pk_service_level_hours")),
    )
    op.create_index("ix_service_level_hours_hour", "service_level_hours", ["hour"])


def downgrade() -> None:
    """Back to the version before; its data is lost."""
    op.drop_index("ix_service_level_hours_hour", table_name="service_level_hours")
    op.drop_table("service_level_hours")
