"""Threat models, how their threats stand and stood, and which threat predicted a finding."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version. Findings from before were found where they were seen last, and nobody asked for their threat."""
    op.create_table(
        "threat_models",
        sa.Column("service", sa.String(length=100), nullable=False),
        sa.Column("commit", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.String(length=32), nullable=False),
        sa.Column("is_latest", sa.Boolean(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("is_inferred", sa.Boolean(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("service", "commit", name=op.f("pk_threat_models")),
    )
    with op.batch_alter_table("threat_models", schema=None) as batch_op:
        batch_op.create_index("ix_threat_models_digest", ["service", "digest"], unique=False)
        batch_op.create_index("ix_threat_models_latest", ["is_latest", "service"], unique=False)
    op.create_table(
        "threat_standings",
        sa.Column("service", sa.String(length=100), nullable=False),
        sa.Column("environment", sa.String(length=200), nullable=False),
        sa.Column("threat", sa.String(length=63), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("library", sa.String(length=63), nullable=False),
        sa.Column("severity", sa.String(length=20), nullable=False),
        sa.Column("severity_rank", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("until", sa.String(length=32), nullable=True),
        sa.Column("state_after", sa.String(length=20), nullable=False),
        sa.Column("since", sa.String(length=32), nullable=False),
        sa.Column("reopened_at", sa.String(length=32), nullable=True),
        sa.Column("checked_at", sa.String(length=32), nullable=False),
        sa.Column("modelled_at", sa.String(length=32), nullable=False),
        sa.Column("controls", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("service", "environment", "threat", name=op.f("pk_threat_standings")),
    )
    with op.batch_alter_table("threat_standings", schema=None) as batch_op:
        batch_op.create_index("ix_threat_standings_environment", ["environment"], unique=False)
        batch_op.create_index("ix_threat_standings_queue", ["state", "severity_rank", "since"], unique=False)
    op.create_table(
        "threat_steps",
        sa.Column("service", sa.String(length=100), nullable=False),
        sa.Column("environment", sa.String(length=200), nullable=False),
        sa.Column("threat", sa.String(length=63), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("commit", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("service", "environment", "threat", "number", name=op.f("pk_threat_steps")),
    )
    op.create_table(
        "threat_controls",
        sa.Column("service", sa.String(length=100), nullable=False),
        sa.Column("environment", sa.String(length=200), nullable=False),
        sa.Column("threat", sa.String(length=63), nullable=False),
        sa.Column("control", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("service", "environment", "threat", "control", name=op.f("pk_threat_controls")),
    )
    with op.batch_alter_table("threat_controls", schema=None) as batch_op:
        batch_op.create_index("ix_threat_controls_control", ["control", "environment"], unique=False)
    op.create_table(
        "threat_test_cases",
        sa.Column("service", sa.String(length=100), nullable=False),
        sa.Column("commit", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("reported_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("service", "commit", "name", name=op.f("pk_threat_test_cases")),
    )
    op.create_table(
        "threat_verdicts",
        sa.Column("environment", sa.String(length=200), nullable=False),
        sa.Column("observed_at", sa.String(length=32), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("environment", name=op.f("pk_threat_verdicts")),
    )
    op.add_column("findings", sa.Column("found_in", sa.String(length=20), server_default="", nullable=False))
    op.add_column("findings", sa.Column("threat", sa.String(length=63), nullable=True))
    op.execute("UPDATE findings SET found_in = phase")


def downgrade() -> None:
    """Back to the version before; its data is lost."""
    op.drop_column("findings", "threat")
    op.drop_column("findings", "found_in")
    op.drop_table("threat_verdicts")
    op.drop_table("threat_test_cases")
    op.drop_table("threat_controls")
    op.drop_table("threat_steps")
    op.drop_table("threat_standings")
    op.drop_table("threat_models")
