"""Tables of people, teams, links, identities, sessions and tokens. Of every secret only its SHA-256 is kept."""

import sqlalchemy as sa

from pavior.storage.database import metadata

people = sa.Table(
    "people",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("display_name", sa.String(100), nullable=False),
    sa.Column("roles", sa.JSON, nullable=False),
    sa.Column("created_at", sa.String(32), nullable=False),
    sa.Column("is_disabled", sa.Boolean, nullable=False),
)

teams = sa.Table(
    "teams",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("title", sa.String(100), nullable=False),
    sa.Column("created_at", sa.String(32), nullable=False),
)

memberships = sa.Table(
    "memberships",
    metadata,
    sa.Column("team", sa.String(40), sa.ForeignKey("teams.name"), primary_key=True),
    sa.Column("person", sa.String(40), sa.ForeignKey("people.name"), primary_key=True),
    sa.Index("ix_memberships_person", "person"),
)

sign_in_links = sa.Table(
    "sign_in_links",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("person", sa.String(40), sa.ForeignKey("people.name"), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("created_at", sa.String(32), nullable=False),
    sa.Column("expires_at", sa.String(32), nullable=False),
    sa.Column("used_at", sa.String(32)),
    sa.Index("ix_sign_in_links_person", "person"),
)

linked_identities = sa.Table(
    "linked_identities",
    metadata,
    sa.Column("issuer", sa.String(255), primary_key=True),
    sa.Column("subject", sa.String(255), primary_key=True),
    sa.Column("person", sa.String(40), sa.ForeignKey("people.name"), nullable=False),
    sa.Column("linked_at", sa.String(32), nullable=False),
    # One person is one subject, or nobody could say what disabling at the provider means.
    sa.Index("ix_linked_identities_person", "person", unique=True),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("person", sa.String(40), sa.ForeignKey("people.name"), nullable=False),
    sa.Column("started_at", sa.String(32), nullable=False),
    sa.Column("last_seen_at", sa.String(32), nullable=False),
    sa.Column("expires_at", sa.String(32), nullable=False),
    sa.Index("ix_sessions_person", "person"),
    sa.Index("ix_sessions_expires_at", "expires_at"),
)

service_tokens = sa.Table(
    "service_tokens",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False, unique=True),
    sa.Column("permissions", sa.JSON, nullable=False),
    sa.Column("team", sa.String(40), nullable=False),
    # A person's name, or that of the local operator, who is no person.
    sa.Column("creator", sa.String(40), nullable=False),
    sa.Column("created_at", sa.String(32), nullable=False),
    sa.Column("expires_at", sa.String(32), nullable=False),
    sa.Column("revoked_at", sa.String(32)),
    sa.Column("environment", sa.String(200), nullable=False, server_default=""),
)
