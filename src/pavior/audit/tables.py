"""Tables of the audit log: its rows, and the heads that are signed now and then."""

import sqlalchemy as sa

from pavior.storage.append_only import APPEND_ONLY
from pavior.storage.database import metadata

# `body` is the canonical JSON over which `hash` was taken, as text so that no database reorders it.
# The other columns repeat what is in it, for queries; verification compares them with it.
events = sa.Table(
    "audit_events",
    metadata,
    sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("verb", sa.String(100), nullable=False),
    sa.Column("service", sa.String(100), nullable=False),
    sa.Column("outcome", sa.String(20), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("previous_hash", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Index("ix_audit_events_verb", "verb", "sequence"),
    sa.Index("ix_audit_events_service", "service", "sequence"),
    info={APPEND_ONLY: True},
)

heads = sa.Table(
    "audit_heads",
    metadata,
    sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("signature", sa.String(128), nullable=False),
    info={APPEND_ONLY: True},
)
