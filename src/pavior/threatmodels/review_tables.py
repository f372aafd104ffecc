"""Tables of security reviews: what each branch waits for, what was seen of each commit, and who signed what off."""

import sqlalchemy as sa

from pavior.storage.append_only import APPEND_ONLY
from pavior.storage.database import metadata

threat_reviews = sa.Table(
    "threat_reviews",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("number", sa.Integer, nullable=False, unique=True),
    sa.Column("service", sa.String(100), nullable=False),
    sa.Column("branch", sa.String(250), nullable=False),
    sa.Column("commit", sa.String(64), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("model_digest", sa.String(64), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("reasons", sa.JSON, nullable=False),
    sa.Column("paragraph", sa.Text, nullable=False),
    sa.Column("controls", sa.JSON, nullable=False),
    sa.Column("authors", sa.JSON, nullable=False),
    sa.Column("asked_at", sa.String(32), nullable=False),
    sa.Column("decided_by", sa.String(100)),
    sa.Column("decided_at", sa.String(32)),
    sa.Column("decision_reason", sa.Text, nullable=False),
    sa.UniqueConstraint("service", "branch"),
    sa.Index("ix_threat_reviews_queue", "state", "asked_at"),
)

# What is drawn of a review: the model as the branch would leave it, with what it takes away, and what differs.
threat_review_pictures = sa.Table(
    "threat_review_pictures",
    metadata,
    sa.Column("review", sa.String(20), primary_key=True),
    sa.Column("model", sa.JSON, nullable=False),
    sa.Column("marks", sa.JSON, nullable=False),
)

threat_looks = sa.Table(
    "threat_looks",
    metadata,
    sa.Column("service", sa.String(100), primary_key=True),
    sa.Column("commit", sa.String(64), primary_key=True),
    sa.Column("base", sa.String(64), nullable=False),
    sa.Column("rules", sa.String(64), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("is_required", sa.Boolean, nullable=False),
    sa.Column("looked_at", sa.String(32), nullable=False),
)

threat_sign_offs = sa.Table(
    "threat_sign_offs",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("service", sa.String(100), nullable=False),
    sa.Column("review", sa.String(20), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("model_digest", sa.String(64), nullable=False),
    sa.Column("is_agreed", sa.Boolean, nullable=False),
    sa.Column("by", sa.String(100), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("authors", sa.JSON, nullable=False),
    sa.Index("ix_threat_sign_offs_service", "service", "digest"),
    info={APPEND_ONLY: True},
)
