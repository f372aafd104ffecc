"""Tables of threat models, of how their threats stand and stood, and of the tests that show it."""

import sqlalchemy as sa

from pavior.storage.append_only import APPEND_ONLY
from pavior.storage.database import metadata

# The model as it lay in one commit; what is deployed is judged by the model of its own commit.
threat_models = sa.Table(
    "threat_models",
    metadata,
    sa.Column("service", sa.String(100), primary_key=True),
    sa.Column("commit", sa.String(64), primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("recorded_at", sa.String(32), nullable=False),
    # Whether it is the one of the main branch's latest known commit.
    sa.Column("is_latest", sa.Boolean, nullable=False),
    # What is wrong with it; its document is null then.
    sa.Column("problem", sa.Text, nullable=False),
    # Whether a draft wrote all of it, so that lists need not read every document.
    sa.Column("is_inferred", sa.Boolean, nullable=False),
    sa.Column("document", sa.JSON, nullable=False),
    sa.Index("ix_threat_models_latest", "is_latest", "service"),
    sa.Index("ix_threat_models_digest", "service", "digest"),
)

# How each threat stands now in each environment where something is deployed.
threat_standings = sa.Table(
    "threat_standings",
    metadata,
    sa.Column("service", sa.String(100), primary_key=True),
    sa.Column("environment", sa.String(200), primary_key=True),
    sa.Column("threat", sa.String(63), primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("category", sa.String(40), nullable=False),
    sa.Column("library", sa.String(63), nullable=False),
    sa.Column("severity", sa.String(20), nullable=False),
    # Severities do not sort as text.
    sa.Column("severity_rank", sa.Integer, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("because", sa.Text, nullable=False),
    # When an acceptance ends.
    sa.Column("until", sa.String(32)),
    # How it stands from then on, whether or not anything runs at that moment.
    sa.Column("state_after", sa.String(20), nullable=False),
    sa.Column("since", sa.String(32), nullable=False),
    # Set while it is open and was mitigated or accepted before.
    sa.Column("reopened_at", sa.String(32)),
    sa.Column("checked_at", sa.String(32), nullable=False),
    # When the threat was first known in this environment: what is found later was predicted by it.
    sa.Column("modelled_at", sa.String(32), nullable=False),
    sa.Column("controls", sa.JSON, nullable=False),
    sa.Column("evidence", sa.JSON, nullable=False),
    sa.Index("ix_threat_standings_queue", "state", "severity_rank", "since"),
    sa.Index("ix_threat_standings_environment", "environment"),
)

threat_steps = sa.Table(
    "threat_steps",
    metadata,
    sa.Column("service", sa.String(100), primary_key=True),
    sa.Column("environment", sa.String(200), primary_key=True),
    sa.Column("threat", sa.String(63), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    # Of `ThreatState`; `gone` when the model no longer has it.
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("because", sa.Text, nullable=False),
    sa.Column("commit", sa.String(64), nullable=False),
    info={APPEND_ONLY: True},
)

# Which control stops which threat, so that lists by control need not read every document.
threat_controls = sa.Table(
    "threat_controls",
    metadata,
    sa.Column("service", sa.String(100), primary_key=True),
    sa.Column("environment", sa.String(200), primary_key=True),
    sa.Column("threat", sa.String(63), primary_key=True),
    sa.Column("control", sa.String(100), primary_key=True),
    sa.Index("ix_threat_controls_control", "control", "environment"),
)

# What the tests of one commit came to; of several reports that name a test, the last.
threat_test_cases = sa.Table(
    "threat_test_cases",
    metadata,
    sa.Column("service", sa.String(100), primary_key=True),
    sa.Column("commit", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(500), primary_key=True),
    sa.Column("outcome", sa.String(20), nullable=False),
    sa.Column("reported_at", sa.String(32), nullable=False),
)

# What controls that stop a threat said at the last look, so that a waiver or a test report need not ask them again.
threat_verdicts = sa.Table(
    "threat_verdicts",
    metadata,
    sa.Column("environment", sa.String(200), primary_key=True),
    sa.Column("observed_at", sa.String(32), nullable=False),
    # Controls that were asked about all that is there, seen whole.
    sa.Column("asked", sa.JSON, nullable=False),
    # Control to a list of subject, outcome, and path where that is known.
    sa.Column("document", sa.JSON, nullable=False),
)
