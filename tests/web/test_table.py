"""Every address is known, has a permission or a reason, and is closed to those who may not."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.routing import Route

from pavior.identity.authorisation import Authoriser
from pavior.identity.model import Permission, Role
from pavior.testing.people import an_actor
from pavior.web.rendering import may_somewhere
from pavior.web.table import OPEN_ROUTES, ROUTES

MARA = frozenset({"payments"})


def test_the_portal_serves_exactly_the_table(browser: Any) -> None:
    served = {
        (method, route.path)
        for route in browser.app.routes
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }

    table = {(route.method, route.path) for route in ROUTES} | {(route.method, route.path) for route in OPEN_ROUTES}
    assert served == table
    assert len(browser.app.routes) == len(table) > 50


def test_no_route_lacks_a_permission_and_no_open_one_a_reason() -> None:
    assert [route for route in ROUTES if not isinstance(route.permission, Permission)] == []
    assert [route for route in OPEN_ROUTES if len(route.public_because.split()) < 4] == []


def test_only_reading_is_done_by_get() -> None:
    reading = {"read", "verify"}
    changing = [
        route for route in ROUTES if route.method == "GET" and route.permission.value.split(":")[1] not in reading
    ]

    # Forms that only show themselves, and one's own account.
    assert {route.path for route in changing} == {"/create", "/create/{golden_path}", "/waivers/new", "/account"}


@pytest.mark.golden
def test_the_table_of_addresses_is_known(golden: Callable[[str, str], None]) -> None:
    lines = [f"{route.method:<5}{route.path:<48}{route.permission.value}" for route in ROUTES]
    lines += [f"{route.method:<5}{route.path:<48}(open: {route.public_because})" for route in OPEN_ROUTES]

    golden(
        "portal.txt",
        "# What the portal serves, and the permission that each address needs.\n\n" + "\n".join(lines) + "\n",
    )


@pytest.mark.parametrize("role", [None, *Role])
def test_every_address_is_closed_to_a_role_that_may_not(
    role: Role | None, acme: Any, browser: Any, addresses: Any
) -> None:
    acme.actor = an_actor(id="somebody", roles=frozenset({role} if role else ()), teams=MARA)
    wrong = []
    for method, address, route in addresses():
        answer = (
            browser.get(address) if method == "GET" else browser.post(address, {"digest": "9a" * 32, "reason": "x"})
        )
        if not may_somewhere(Authoriser(), acme.actor, route.permission):
            if answer.status_code != 403 or "permission-denied" not in answer.text:
                wrong.append((method, address, answer.status_code))
        elif answer.status_code >= 500:
            wrong.append((method, address, answer.status_code))

    assert wrong == []


@pytest.mark.usefixtures("admin")
def test_an_admin_reaches_every_address(browser: Any, addresses: Any) -> None:
    form = {
        "digest": "9a" * 32,
        "reason": "x",
        "name": "lin",
        "confirmation": "orders/dev",
        "p.name": "cart",
        "p.team": "payments",
        "level": "warn",
    }
    answers = {
        (method, address): (browser.get(address) if method == "GET" else browser.post(address, form)).status_code
        for method, address, _ in addresses()
    }

    assert {key: status for key, status in answers.items() if status >= 400} == {}


def test_nobody_reaches_anything_without_signing_in(stranger: Any, addresses: Any, acme: Any) -> None:
    statuses = {
        (stranger.get(address) if method == "GET" else stranger.post(address)).status_code
        for method, address, _ in addresses()
    }

    assert statuses == {401}
    assert acme.said == []


def test_an_address_that_is_not_there_says_so_and_what_to_do(browser: Any, stranger: Any) -> None:
    for asked in (browser, stranger):
        answer = asked.get("/no/such/page")
        assert answer.status_code == 404
        assert "page-missing" in answer.text
        assert "What to do" in answer.text


def test_a_thing_that_is_not_there_is_missing_and_a_thing_that_one_may_not_do_is_forbidden(browser: Any) -> None:
    assert browser.get("/changes/C-404").status_code == 404
    assert browser.post("/waivers/W-1/approve", {"reason": "x"}).status_code == 403
