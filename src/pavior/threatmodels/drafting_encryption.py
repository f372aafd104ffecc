"""Which stores refuse to be spoken to in plain text, so that every flow to and from them is encrypted. Pure."""

from collections.abc import Iterator
from typing import cast

from pavior.content.controls.object_storage_tls_only.rule import rule as find_whether_tls_only
from pavior.kernel.verdicts import Outcome
from pavior.resources.model import Resource
from pavior.resources.views import VIEWS
from pavior.resources.views.database_connection import DatabaseConnection
from pavior.resources.views.object_store import ObjectStoreConnection
from pavior.threatmodels.drafting_elements import Grouping, block_of

# Services whose endpoints speak HTTPS alone: docs.aws.amazon.com/general/latest/gr/aws-service-information.html.
_HTTPS_ONLY = (
    "aws_cloudwatch_log_group",
    "aws_ecr_repository",
    "aws_kinesis_stream",
    "aws_kms_key",
    "aws_secretsmanager_secret",
)
_OBJECTS, _DATABASES = "ObjectStoreConnection", "DatabaseConnection"


def find_tls_only(grouping: Grouping) -> frozenset[str]:
    """Blocks of the things that surely answer to nothing but TLS, by what the controls ask as well."""
    return frozenset(
        thing for resource in _tls_only(grouping) for thing in grouping.things.get(block_of(resource.address), ())
    )


def _tls_only(grouping: Grouping) -> Iterator[Resource]:
    yield from grouping.index.of_type(*_HTTPS_ONLY)
    for resource in VIEWS[_OBJECTS].select(grouping.index):
        store = cast("ObjectStoreConnection | None", VIEWS[_OBJECTS].build(resource, grouping.index))
        if store is not None and find_whether_tls_only(store).outcome is Outcome.PASSED:
            yield resource
    for resource in VIEWS[_DATABASES].select(grouping.index):
        database = cast("DatabaseConnection | None", VIEWS[_DATABASES].build(resource, grouping.index))
        if database is not None and database.requires_tls.value is True:
            yield resource
