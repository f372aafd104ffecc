"""What is asked of the database about controls does not grow with environments, plans, or levels that were changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from pavior.environments import store as environments
from pavior.inventory import store as inventory
from pavior.kernel.pages import PageRequest
from pavior.policy import level_store
from pavior.reports.pages import Pages
from pavior.resources.model import GraphFormat
from pavior.storage.statements import watching_statements
from pavior.testing.builders import (
    NOON,
    PUBLIC_ACCESS,
    a_change,
    a_control,
    a_graph,
    a_plan,
    a_started_level_change,
    an_environment,
)
from pavior.testing.company import somebody

if TYPE_CHECKING:
    from tests.reports.conftest import Company

VIC = somebody("vic")
CONTROLS = tuple(a_control(id=f"control-{number}") for number in range(6))


def _grow(company: "Company", numbers: range) -> None:
    """For each an environment of orders more, with a plan and a look at it, and a control more whose level changed."""
    with company.database.transaction() as tx:
        for number in numbers:
            name = f"e{number}"
            environments.insert_environment(tx, an_environment(name=name), 2 + number)
            change = environments.insert_change(tx, a_change(environment=name))
            environments.insert_plan(tx, a_plan(change_id=change.id))
            inventory.write_observation(tx, f"orders/{name}", a_graph(format=GraphFormat.LIVE), NOON)
            level = a_started_level_change(control=CONTROLS[number].id)
            level_store.decide_level_change(
                tx, structs.replace(level, id=level_store.insert_level_change(tx, level).id)
            )


def _ask(pages: Pages, page: str) -> None:
    match page:
        case "list":
            assert sum(len(row.changed_stages) for row in pages.list_controls(VIC)) in (1, 6)
        case "control":
            pages.get_control(VIC, PUBLIC_ACCESS)
        case "verdicts":
            pages.list_verdicts(VIC, PUBLIC_ACCESS, PageRequest(size=1))
        case _:
            pages.show_coverage(VIC)


@pytest.mark.parametrize("page", ["list", "control", "verdicts", "coverage"])
def test_a_page_asks_no_more_of_a_larger_fleet(company: "Company", page: str) -> None:
    def count() -> int:
        # Nothing is remembered from before.
        pages = replace(company.pages, controls=(*company.pages.controls, *CONTROLS))
        statements: list[str] = []

        @contextmanager
        def around(_: str, statement: str) -> Iterator[None]:
            statements.append(statement)
            yield

        with watching_statements(company.database.engine, around):
            _ask(pages, page)
        return len(statements)

    _grow(company, range(1))
    few = count()
    _grow(company, range(1, 6))

    assert count() == few > 3
