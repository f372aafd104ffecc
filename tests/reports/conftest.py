"""The small company in a real database, and the pages over it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import pytest

from pavior.environments.ports import Engine
from pavior.environments.vault import SealedKind, Vault
from pavior.goldenpaths.ports import Renderer
from pavior.goldenpaths.service import GoldenPaths
from pavior.identity.authorisation import Authoriser
from pavior.reports.pages import Pages
from pavior.resources.model import ResourceGraph
from pavior.storage.database import Database
from pavior.storage.sealing import Sealer
from pavior.testing.builders import NOON, PUBLIC_ACCESS, a_control
from pavior.testing.company import Commits, write_company
from pavior.testing.memory_forge import MemoryForge
from pavior.testing.policy_views import a_framework
from pavior.testing.views import a_golden_path


@dataclass
class HandClock:
    """Stands until somebody moves it."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at


class OutputsOnly:
    """The one thing that pages ask an engine for."""

    def outputs(self, state: bytes) -> Mapping[str, object]:
        return {"state": state.decode()}

    def read_state(self, state: bytes) -> ResourceGraph:
        raise NotImplementedError


@dataclass(frozen=True)
class Company:
    """Everything that a test of pages works with."""

    database: Database
    pages: Pages
    clock: HandClock
    forge: MemoryForge
    commits: Commits


@pytest.fixture
def company(database: Database) -> Company:
    forge, clock, vault = MemoryForge(), HandClock(), Vault(Sealer(bytes(32)))
    with database.transaction() as transaction:
        commits = write_company(transaction, forge)
        vault.write(transaction, SealedKind.STATE, "orders/dev", b"sealed", NOON)
    pages = Pages(
        database=database,
        clock=clock,
        authoriser=Authoriser(),
        forge=forge,
        engines={"embedded": cast("Engine", OutputsOnly())},
        vault=vault,
        controls=(a_control(), a_control(id="tags-owner", title="Everything has an owner")),
        golden_paths=GoldenPaths((a_golden_path(),), cast("Renderer", None)),
        frameworks=(a_framework(),),
    )
    assert {control.id for control in pages.controls} == {PUBLIC_ACCESS, "tags-owner"}
    return Company(database, pages, clock, forge, commits)
