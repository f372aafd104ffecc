"""Terraform states of people who run it by themselves, and tokens of one environment."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "state_versions",
        sa.Column("environment", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("lineage", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("written_at", sa.String(length=32), nullable=False),
        sa.Column("written_by", sa.String(length=200), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("environment", "number", name=op.f("pk_state_versions")),
    )
    op.create_table(
        "state_locks",
        sa.Column("environment", sa.String(length=200), nullable=False),
        sa.Column("lock_id", sa.String(length=200), nullable=False),
        sa.Column("holder", sa.String(length=200), nullable=False),
        sa.Column("info", sa.JSON(), nullable=False),
        sa.Column("locked_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("environment", name=op.f("pk_state_locks")),
    )
    op.add_column("service_tokens", sa.Column("environment", sa.String(length=200), nullable=False, server_default=""))


def downgrade() -> None:
    """Back to the version before; its data is lost, with the tokens that were made for one environment."""
    op.execute(sa.text("DELETE FROM service_tokens WHERE environment <> ''"))
    op.drop_column("service_tokens", "environment")
    op.drop_table("state_locks")
    op.drop_table("state_versions")
