"""The tables of waivers and what happened to each, of levels, and of what was there when."""

import sqlalchemy as sa

from pavior.storage.append_only import APPEND_ONLY
from pavior.storage.database import metadata

waivers = sa.Table(
    "waivers",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("number", sa.Integer, nullable=False, unique=True),
    sa.Column("control", sa.String(100), nullable=False),
    # The first word of the environment, so that lists are narrowed by service without reading text.
    sa.Column("service", sa.String(100), nullable=False),
    sa.Column("environment", sa.String(200), nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("requester", sa.String(100), nullable=False),
    sa.Column("requested_at", sa.String(32), nullable=False),
    sa.Column("days", sa.Integer, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("decided_by", sa.String(100)),
    sa.Column("decided_at", sa.String(32)),
    sa.Column("expires_at", sa.String(32)),
    sa.Column("change_id", sa.String(20)),
    sa.Column("path", sa.Text, nullable=False, server_default=""),
    sa.Column("measures", sa.Text, nullable=False, server_default=""),
    sa.Column("evidence", sa.Text, nullable=False, server_default=""),
    sa.Column("team", sa.String(100), nullable=False, server_default=""),
    sa.Column("renews", sa.String(20)),
    sa.Column("decision_reason", sa.Text, nullable=False, server_default=""),
    sa.Column("announced_days", sa.Integer),
    # When it was denied or revoked, or had expired and that was recorded; lists are read in its order.
    sa.Column("ended_at", sa.String(32)),
    # What is asked with one control also has a reach, and what is asked at the gate is about one environment's.
    sa.Index("ix_waivers_environment", "environment", "control"),
    sa.Index("ix_waivers_in_force", "environment", "state", "expires_at"),
    sa.Index("ix_waivers_queue", "state", "expires_at"),
    sa.Index("ix_waivers_control", "control", "state", "expires_at"),
    sa.Index("ix_waivers_requested", "state", "number"),
    sa.Index("ix_waivers_ended", "ended_at", "number", "service"),
    sa.Index("ix_waivers_service", "service", "state", "expires_at"),
    sa.Index("ix_waivers_renews", "renews"),
    sa.Index("ix_waivers_team", "team", "state", "expires_at"),
)

waiver_steps = sa.Table(
    "waiver_steps",
    metadata,
    sa.Column("waiver_id", sa.String(20), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("verb", sa.String(40), nullable=False),
    sa.Column("actor", sa.String(100), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    info={APPEND_ONLY: True},
)

# What was asked for. Whether it holds is in `level_decisions`.
level_changes = sa.Table(
    "level_changes",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("number", sa.Integer, nullable=False, unique=True),
    sa.Column("control", sa.String(100), nullable=False),
    sa.Column("environment", sa.String(200), nullable=False),
    sa.Column("team", sa.String(100), nullable=False),
    sa.Column("level", sa.String(20), nullable=False),
    sa.Column("is_new_only", sa.Boolean, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("proposer", sa.String(100), nullable=False),
    sa.Column("proposed_at", sa.String(32), nullable=False),
    sa.Column("wanted_from", sa.String(32)),
    sa.Column("evidence", sa.JSON, nullable=False),
    sa.Column("reverts", sa.String(20)),
    sa.Index("ix_level_changes_control", "control"),
    info={APPEND_ONLY: True},
)

# What a change of level would do to the fleet, as it was planned each time; the last one counts.
level_plans = sa.Table(
    "level_plans",
    metadata,
    sa.Column("level_change", sa.String(20), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("planned_at", sa.String(32), nullable=False),
    sa.Column("document", sa.JSON, nullable=False),
    info={APPEND_ONLY: True},
)

# Of one plan, by its digest. Whoever approved another plan has not approved this one.
level_approvals = sa.Table(
    "level_approvals",
    metadata,
    sa.Column("level_change", sa.String(20), primary_key=True),
    sa.Column("plan_digest", sa.String(64), primary_key=True),
    sa.Column("person", sa.String(100), primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    info={APPEND_ONLY: True},
)

# One decision each, for ever: a level is changed back by another change.
level_decisions = sa.Table(
    "level_decisions",
    metadata,
    sa.Column("level_change", sa.String(20), primary_key=True),
    sa.Column("is_approved", sa.Boolean, nullable=False),
    sa.Column("decided_by", sa.String(100), nullable=False),
    sa.Column("decided_at", sa.String(32), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("starts_at", sa.String(32)),
    info={APPEND_ONLY: True},
)

# What is there now, and when it was first known to be. What is gone is forgotten: made again, it is new.
sightings = sa.Table(
    "sightings",
    metadata,
    sa.Column("environment", sa.String(200), primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("first_seen_at", sa.String(32), nullable=False),
)
