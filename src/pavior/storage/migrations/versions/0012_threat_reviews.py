"""Security reviews of what a proposal does to a threat model, and who signed which digest off."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version. Of a Change that is open nobody has looked at the threats yet: it is planned again."""
    op.create_table(
        "threat_reviews",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("service", sa.String(length=100), nullable=False),
        sa.Column("branch", sa.String(length=250), nullable=False),
        sa.Column("commit", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("model_digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("paragraph", sa.Text(), nullable=False),
        sa.Column("controls", sa.JSON(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("asked_at", sa.String(length=32), nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=True),
        sa.Column("decided_at", sa.String(length=32), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threat_reviews")),
        sa.UniqueConstraint("number", name=op.f("uq_threat_reviews_number")),
        sa.UniqueConstraint("service", "branch", name=op.f("uq_threat_reviews_service")),
    )
    with op.batch_alter_table("threat_reviews", schema=None) as batch_op:
        batch_op.create_index("ix_threat_reviews_queue", ["state", "asked_at"], unique=False)
    op.create_table(
        "threat_review_pictures",
        sa.Column("review", sa.String(length=20), nullable=False),
        sa.Column("model", sa.JSON(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("review", name=op.f("pk_threat_review_pictures")),
    )
    op.create_table(
        "threat_looks",
        sa.Column("service", sa.String(length=100), nullable=False),
        sa.Column("commit", sa.String(length=64), nullable=False),
        sa.Column("base", sa.String(length=64), nullable=False),
        sa.Column("rules", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("looked_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("service", "commit", name=op.f("pk_threat_looks")),
    )
    op.create_table(
        "threat_sign_offs",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("service", sa.String(length=100), nullable=False),
        sa.Column("review", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("model_digest", sa.String(length=64), nullable=False),
        sa.Column("is_agreed", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_threat_sign_offs")),
    )
    with op.batch_alter_table("threat_sign_offs", schema=None) as batch_op:
        batch_op.create_index("ix_threat_sign_offs_service", ["service", "digest"], unique=False)


def downgrade() -> None:
    """Back to the version before; its data is lost."""
    op.drop_table("threat_sign_offs")
    op.drop_table("threat_looks")
    op.drop_table("threat_review_pictures")
    op.drop_table("threat_reviews")
