"""Waivers that reach files, services and everything, with what happened to each, and who answers for it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TEXTS = ("path", "measures", "evidence", "decision_reason")
_INDEXES = (
    ("ix_waivers_in_force", ("environment", "state", "expires_at")),
    ("ix_waivers_control", ("control", "state", "expires_at")),
    ("ix_waivers_requested", ("state", "number")),
    ("ix_waivers_ended", ("ended_at", "number", "service")),
    ("ix_waivers_renews", ("renews",)),
    ("ix_waivers_team", ("team", "state", "expires_at")),
)


def upgrade() -> None:
    """To this version."""
    for name in _TEXTS:
        op.add_column("waivers", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("waivers", sa.Column("team", sa.String(length=100), nullable=False, server_default=""))
    op.add_column("waivers", sa.Column("renews", sa.String(length=20), nullable=True))
    op.add_column("waivers", sa.Column("announced_days", sa.Integer(), nullable=True))
    op.add_column("waivers", sa.Column("ended_at", sa.String(length=32), nullable=True))
    for name, columns in _INDEXES:
        op.create_index(name, "waivers", list(columns))
    op.drop_index("ix_waivers_service", table_name="waivers")
    op.create_index("ix_waivers_service", "waivers", ["service", "state", "expires_at"])
    op.create_index("ix_findings_waiver", "findings", ["waiver_id"])
    op.create_table(
        "waiver_steps",
        sa.Column("waiver_id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("waiver_id", "number", name=op.f("pk_waiver_steps")),
    )
    for statement in _FILL:
        op.execute(sa.text(statement))


# What the rows of before say of themselves. Who revoked one stands in the audit log alone.
_FILL = (
    "UPDATE waivers SET team = COALESCE((SELECT team FROM services WHERE services.name = waivers.service), '')",
    "UPDATE waivers SET ended_at = decided_at WHERE state = 'denied'",
    "UPDATE waivers SET ended_at = expires_at WHERE state = 'revoked'",
    """
    INSERT INTO waiver_steps (waiver_id, number, verb, actor, at, text)
    SELECT id, 1, 'requested', requester, requested_at, reason FROM waivers
    """,
    """
    INSERT INTO waiver_steps (waiver_id, number, verb, actor, at, text)
    SELECT id, 2, CASE WHEN state = 'denied' THEN 'denied' ELSE 'approved' END, decided_by, decided_at, ''
    FROM waivers WHERE decided_at IS NOT NULL
    """,
    """
    INSERT INTO waiver_steps (waiver_id, number, verb, actor, at, text)
    SELECT id, 3, 'revoked', '', expires_at, '' FROM waivers WHERE state = 'revoked'
    """,
)


def downgrade() -> None:
    """Back to the version before; what was narrower than its words is ended, so that it excuses nothing more."""
    op.execute(
        sa.text(
            "UPDATE waivers SET state = 'denied', expires_at = NULL "
            "WHERE path <> '' OR environment LIKE '%*' OR state = 'expired'"
        )
    )
    op.drop_index("ix_findings_waiver", table_name="findings")
    op.drop_table("waiver_steps")
    op.drop_index("ix_waivers_service", table_name="waivers")
    op.create_index("ix_waivers_service", "waivers", ["service"])
    for name, _ in reversed(_INDEXES):
        op.drop_index(name, table_name="waivers")
    for name in ("ended_at", "announced_days", "renews", "team", *reversed(_TEXTS)):
        op.drop_column("waivers", name)
