"""People who are known to an identity provider."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "linked_identities",
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("person", sa.String(length=40), nullable=False),
        sa.Column("linked_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.name"], name=op.f("fk_linked_identities_person_people")),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_linked_identities")),
    )
    op.create_index("ix_linked_identities_person", "linked_identities", ["person"], unique=True)


def downgrade() -> None:
    """Back to the version before; its data is lost."""
    op.drop_index("ix_linked_identities_person", table_name="linked_identities")
    op.drop_table("linked_identities")
