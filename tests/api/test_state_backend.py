"""The http backend of Terraform and OpenTofu, as those programs speak it."""

import base64
import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest

from pavior.api.state_backend import PREFIX
from pavior.identity.model import Permission
from pavior.identity.rate_limits import RateLimits

if TYPE_CHECKING:
    from tests.api.conftest import Client, Site

PATH = f"{PREFIX}/orders/elsewhere"
STATE = json.dumps({"version": 4, "serial": 1, "lineage": "l-1", "outputs": {}, "resources": []}).encode()
LOCK = json.dumps(
    {"ID": "lock-1", "Operation": "OperationTypePlan", "Who": "mara@laptop", "Info": "", "Path": ""}
).encode()
WRITING = (Permission.STATE_READ, Permission.STATE_WRITE)


def basic(secret: str, *, user: str = "anybody") -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'{user}:{secret}'.encode()).decode()}"}


def programs(site: "Site", *permissions: Permission) -> "Client":
    """A client as the programs are."""
    return replace(site.client(""), headers=basic(site.token(*permissions)))


def md5(body: bytes) -> dict[str, str]:
    return {"Content-MD5": base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()}


def test_a_state_goes_in_under_its_lock_and_comes_out_as_it_was(site: "Site") -> None:
    client = programs(site, *WRITING)

    empty = client.ask("GET", PATH)
    locked = client.ask("LOCK", PATH, content=LOCK)
    written = client.ask("POST", f"{PATH}?ID=lock-1", content=STATE, headers=md5(STATE))
    unlocked = client.ask("UNLOCK", PATH, content=LOCK)
    read = client.ask("GET", PATH)

    assert [it.status_code for it in (empty, locked, written, unlocked, read)] == [204, 200, 200, 200, 200]
    assert read.content == STATE
    assert read.headers["cache-control"] == "no-store"


def test_a_second_lock_is_answered_with_423_and_the_first_in_the_programs_words(site: "Site") -> None:
    client = programs(site, *WRITING)
    client.ask("LOCK", PATH, content=LOCK)

    refused = client.ask("LOCK", PATH, content=LOCK.replace(b"lock-1", b"lock-2"))

    assert refused.status_code == 423
    told = refused.json()
    assert (told["ID"], told["Operation"], told["Who"]) == ("lock-1", "OperationTypePlan", "mara@laptop")
    assert told["Created"] == "2026-11-24T12:01:00.000000Z"


def test_a_force_unlock_is_an_unlock_without_a_body_and_needs_a_right_of_its_own(site: "Site") -> None:
    client = programs(site, *WRITING)
    client.ask("LOCK", PATH, content=LOCK)

    refused = client.ask("UNLOCK", PATH)
    forced = programs(site, Permission.STATE_UNLOCK, Permission.STATE_READ).ask("UNLOCK", PATH)
    late = client.ask("POST", f"{PATH}?ID=lock-1", content=STATE)

    assert (refused.status_code, forced.status_code, late.status_code) == (403, 200, 409)
    assert late.json()["code"] == "state-not-locked"


def test_a_state_that_was_damaged_on_the_way_is_refused(site: "Site") -> None:
    client = programs(site, *WRITING)
    client.ask("LOCK", PATH, content=LOCK)

    damaged = client.ask("POST", f"{PATH}?ID=lock-1", content=STATE, headers=md5(STATE + b" "))

    assert (damaged.status_code, damaged.json()["code"]) == (422, "state-damaged")
    assert client.ask("GET", PATH).status_code == 204


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Basic"}, {"Authorization": "Basic ???"}, {"Authorization": "Basic YQ=="}, basic("")],
)
def test_without_a_password_nobody_is_let_in(site: "Site", headers: dict[str, str]) -> None:
    refused = replace(site.client(""), headers=headers).ask("GET", PATH)

    assert (refused.status_code, refused.json()["code"]) == (401, "token-required")
    assert refused.headers["www-authenticate"] == 'Basic realm="pavior"'


def test_a_bearer_token_is_for_the_api_and_a_password_for_the_backend(site: "Site") -> None:
    secret = site.token(*WRITING)

    as_bearer = site.client(secret).ask("GET", PATH)
    as_password = replace(site.client(""), headers=basic(secret)).get("/home")

    assert (as_bearer.status_code, as_password.status_code) == (401, 401)


def test_wrong_passwords_are_counted_and_then_not_answered_for_a_while(site: "Site") -> None:
    site.limits = RateLimits.of(site.clock, 600)
    stranger = replace(site.client(""), headers=basic("pavior_guess"))

    answers = [stranger.ask("GET", PATH).status_code for _ in range(32)]

    assert set(answers[:30]) == {401}
    assert answers[31] == 429


@pytest.mark.parametrize(("method", "status"), [("PUT", 405), ("DELETE", 405), ("PATCH", 405), ("HEAD", 204)])
def test_other_methods_do_nothing(site: "Site", method: str, status: int) -> None:
    assert programs(site, *WRITING).ask(method, PATH).status_code == status


@pytest.mark.parametrize("path", ["/", "/orders", "/orders/dev/more", "/orders/dev/", "/orders//dev"])
def test_a_wrong_address_is_refused_and_never_taken_for_an_empty_state(site: "Site", path: str) -> None:
    found = programs(site, *WRITING).ask("GET", PREFIX + path)

    assert (found.status_code, found.json()["code"]) == (403, "state-refused")


def test_an_environment_of_another_engine_says_so(site: "Site") -> None:
    answer: httpx.Response = programs(site, *WRITING).ask("GET", f"{PREFIX}/orders/dev")

    assert (answer.status_code, answer.json()["code"]) == (409, "state-not-terraform")


@pytest.mark.parametrize("name", ["orders/elsewhere", "nothing/prod"])
def test_what_is_not_for_a_token_is_refused_and_never_an_empty_state(site: "Site", name: str) -> None:
    refused = programs(site, Permission.SERVICE_READ).ask("GET", f"{PREFIX}/{name}")

    assert (refused.status_code, refused.json()["code"]) == (403, "state-refused")
