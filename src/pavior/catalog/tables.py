"""Where services and catalog entities are kept."""

import sqlalchemy as sa

from pavior.storage.database import metadata

services = sa.Table(
    "services",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("team", sa.String(64), nullable=False, index=True),
    sa.Column("repository", sa.Text, nullable=False, index=True),
    sa.Column("lifecycle", sa.String(64), nullable=False),
    sa.Column("golden_path", sa.String(64), nullable=False),
    sa.Column("golden_path_version", sa.String(32), nullable=False),
    sa.Column("parameters", sa.JSON, nullable=False),
    sa.Column("data_class", sa.String(32), nullable=False),
    sa.Column("created_at", sa.String(32), nullable=False),
    sa.Column("is_adopted", sa.Boolean, nullable=False),
    sa.Column("tags", sa.JSON, nullable=False),
    # Lower-case text of everything that a search looks at.
    sa.Column("searched", sa.Text, nullable=False),
)

entities = sa.Table(
    "catalog_entities",
    metadata,
    # One entity may stand in two repositories' files; each repository's rows are its own.
    sa.Column("repository", sa.String(400), primary_key=True),
    sa.Column("ref", sa.String(200), primary_key=True),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("kind", sa.String(64), nullable=False, index=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("owner", sa.String(200), nullable=True, index=True),
    sa.Column("relations", sa.JSON, nullable=False),
    sa.Column("tags", sa.JSON, nullable=False),
    sa.Column("document", sa.JSON, nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("line", sa.Integer, nullable=False),
    sa.Column("end_line", sa.Integer, nullable=False),
    sa.Column("is_known_kind", sa.Boolean, nullable=False),
    sa.Column("searched", sa.Text, nullable=False),
)

# Both directions of each relation, so that one look-up finds what other repositories say of an entity.
relations = sa.Table(
    "catalog_relations",
    metadata,
    sa.Column("repository", sa.String(400), primary_key=True),
    sa.Column("source", sa.String(200), primary_key=True, index=True),
    sa.Column("type", sa.String(32), primary_key=True),
    sa.Column("target", sa.String(200), primary_key=True),
)
