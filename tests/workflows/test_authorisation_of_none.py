"""Who may not know of a thing hears word for word what is said where there is none."""

from collections.abc import Callable
from typing import Any

import pytest

from pavior.catalog.store import get_service
from pavior.environments.store import get_change, get_environment
from pavior.findings.store import get_finding
from pavior.identity.authorisation import Authoriser
from pavior.identity.model import Permission, Scope
from pavior.kernel.errors import MissingError
from pavior.overrides.store import get_override
from pavior.policy.level_store import get_level_change
from pavior.policy.store import get_waiver
from pavior.runs.store import get_run
from pavior.storage.database import Database
from pavior.testing.people import an_actor


@pytest.mark.parametrize(
    ("kind", "name", "get"),
    [
        ("service", "ledger", get_service),
        ("environment", "ledger/prod", get_environment),
        ("change", "C-9", get_change),
        ("waiver", "W-9", get_waiver),
        ("override", "O-9", get_override),
        ("finding", "F-9", get_finding),
        ("level-change", "L-9", get_level_change),
        ("run", "R-9", get_run),
    ],
)
def test_one_that_is_hidden_and_one_that_is_not_there_read_the_same(
    database: Database, kind: str, name: str, get: Callable[[Any, str], object]
) -> None:
    with pytest.raises(MissingError) as hidden:
        Authoriser().authorise(an_actor(roles=frozenset()), Permission.CHANGE_OPEN, on=Scope(kind, name))
    with database.snapshot() as transaction, pytest.raises(MissingError) as none:
        get(transaction, name)

    assert _said(hidden.value) == _said(none.value)


def _said(error: MissingError) -> tuple[str, str, str]:
    return error.code, error.summary, error.fix
