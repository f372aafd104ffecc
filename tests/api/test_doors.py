"""Who gets in, how much they may send, and what they are told when something is wrong."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from starlette.types import Message

from pavior.api.doors import MAXIMUM_BODY_BYTES, Bounded
from pavior.api.problems import MEDIA_TYPE
from pavior.identity.model import Permission
from pavior.identity.rate_limits import FAILURES_PER_MINUTE, RateLimits
from pavior.kernel.errors import UnavailableError
from pavior.testing.builders import NOON
from pavior.testing.company import somebody

if TYPE_CHECKING:
    from tests.api.conftest import Site

CANARY = "canary-7f3a-do-not-repeat"
WISH: dict[str, Any] = {"control": "c", "environment": "e", "days": 1, "reason": "r"}


# --- who asks ---


@pytest.mark.parametrize(
    ("header", "code", "challenge"),
    [
        (None, "token-required", 'Bearer realm="pavior"'),
        ("", "token-required", 'Bearer realm="pavior"'),
        ("Basic bWFyYTpodW50ZXIy", "token-required", 'Bearer realm="pavior"'),
        ("Bearer", "token-required", 'Bearer realm="pavior"'),
        ("Bearer  ", "token-required", 'Bearer realm="pavior"'),
        (f"Bearer {CANARY}", "token-invalid", 'Bearer realm="pavior", error="invalid_token"'),
        ("Bearer pavior_unknown", "token-invalid", 'Bearer realm="pavior", error="invalid_token"'),
        ("Bearer \u00e9\u00ff", "token-invalid", 'Bearer realm="pavior", error="invalid_token"'),
    ],
)
def test_without_a_token_that_works_nobody_is_let_in(
    shared_site: "Site", header: str | None, code: str, challenge: str
) -> None:
    headers = {} if header is None else {"Authorization": header.encode("latin-1")}

    response = shared_site.client("").get("/home", headers=headers)

    assert (response.status_code, response.json()["code"]) == (401, code)
    assert response.headers["www-authenticate"] == challenge
    assert response.headers["content-type"] == MEDIA_TYPE
    assert CANARY not in response.text


def test_the_word_bearer_is_known_in_any_case(shared_site: "Site") -> None:
    token = shared_site.token(Permission.HOME_READ)

    assert shared_site.client("").get("/home", headers={"Authorization": f"bearer {token}"}).status_code == 200


def test_a_token_stops_at_its_expiry_moment(site: "Site") -> None:
    client = site.client(site.token(Permission.HOME_READ, days=1))

    site.clock.at = NOON + timedelta(days=1) - timedelta(seconds=1)
    assert client.get("/home").status_code == 200
    site.clock.at = NOON + timedelta(days=1)
    assert client.get("/home").json()["code"] == "token-invalid"


def test_a_token_ends_with_the_person_who_made_it(site: "Site") -> None:
    client = site.client(site.token(Permission.HOME_READ, creator="mara"))
    assert client.get("/home").status_code == 200

    site.application.access.disable_person(somebody("ada"), "mara")

    assert client.get("/home").json()["code"] == "token-invalid"


@pytest.mark.parametrize("path", ["/nothing", "/home/", "//home", "/openapi.json/", "/docs", "/redoc"])
def test_a_stranger_does_not_learn_which_paths_there_are(shared_site: "Site", path: str) -> None:
    assert shared_site.client("").get(path).status_code == 401


def test_the_openapi_document_is_for_everybody(shared_site: "Site") -> None:
    response = shared_site.client("").get("/openapi.json")

    assert response.status_code == 200
    assert response.json()["servers"] == [{"url": "https://pavior.example.com/api/v1"}]


@pytest.mark.parametrize("origin", ["https://pavior.example.com", "https://evil.example.com", "null"])
def test_no_page_of_a_browser_is_let_in(shared_site: "Site", origin: str) -> None:
    client = shared_site.client()

    asked = client.request("OPTIONS", "/home", headers={"Origin": origin, "Access-Control-Request-Method": "GET"})
    got = client.get("/home", headers={"Origin": origin})

    assert asked.status_code == 405
    assert [name for name in (*asked.headers, *got.headers) if name.startswith("access-control")] == []


def test_no_answer_is_kept_or_guessed_at(shared_site: "Site") -> None:
    for response in (shared_site.client().get("/home"), shared_site.client("").get("/home")):
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"


# --- what is wrong ---


def test_a_problem_says_what_happened_and_what_to_do(shared_site: "Site") -> None:
    response = shared_site.client().get("/changes/C-99")

    assert response.headers["content-type"] == MEDIA_TYPE
    assert response.json() == {
        "type": "urn:pavior:error:change-missing",
        "title": "change-missing",
        "status": 404,
        "detail": "There is no change C-99.",
        "code": "change-missing",
        "fix": "List them with: pavior change list.",
    }


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "route-missing"),
        ("GET", "/services/", 404, "route-missing"),
        ("GET", "/services/orders/x", 404, "route-missing"),
        ("DELETE", "/services", 405, "method-not-allowed"),
        ("HEAD", "/home", 405, "method-not-allowed"),
        ("POST", "/changes/C-3/cancel/", 404, "route-missing"),
        ("GET", f"/services/{'x' * 201}", 422, "request-invalid"),
        ("GET", "/services/a%00b", 422, "request-invalid"),
        ("GET", "/services?limit=0", 422, "request-invalid"),
        ("GET", "/services?limit=201", 422, "request-invalid"),
        ("GET", "/services?offset=99999999999999999999999", 422, "request-invalid"),
        ("GET", "/changes?open=perhaps", 422, "request-invalid"),
        ("GET", "/findings?state=sleeping", 422, "finding-filter-unknown"),
        ("GET", "/changes/C-2/decision?at=0001-01-01T00:00:00%2B23:59", 422, "instant-malformed"),
        ("GET", "/runs/plan-C-2-1/log?after=-1", 422, "request-invalid"),
    ],
)
def test_a_wrong_address_is_a_problem_too(shared_site: "Site", method: str, path: str, status: int, code: str) -> None:
    response = shared_site.client().request(method, path)

    assert response.status_code == status
    assert response.headers["content-type"] == MEDIA_TYPE
    if method != "HEAD":
        assert response.json()["code"] == code


def test_a_method_that_is_not_taken_says_which_are(shared_site: "Site") -> None:
    assert shared_site.client().request("PUT", "/home").headers["allow"] == "GET"


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ({}, [(f"/{name}", "is needed") for name in ("control", "days", "environment", "reason")]),
        (WISH | {"days": 0}, [("/days", "input should be greater than or equal to 1")]),
        (
            WISH | {"days": [CANARY], "canary": 1},
            [("/canary", "is not known"), ("/days", "input should be a valid integer")],
        ),
        (WISH | {"a/b~c": 1}, [("/a~1b~0c", "is not known")]),
    ],
)
def test_each_wrong_place_of_a_body_is_named_by_its_pointer(
    shared_site: "Site", body: dict[str, Any], problems: list[tuple[str, str]]
) -> None:
    response = shared_site.client().post("/waivers", json=body)

    assert (response.status_code, response.json()["code"]) == (422, "request-invalid")
    assert sorted((item["pointer"], item["message"]) for item in response.json()["problems"]) == problems
    assert {item["place"] for item in response.json()["problems"]} == {"body"}


@pytest.mark.parametrize(
    "body",
    [
        f'{{"environment": 5, "sensitive_variables": {{"a": "{CANARY}"}}}}',
        f'{{"environment": "orders/dev", "sensitive_variables": "{CANARY}"}}',
        f'{{"environment": "orders/dev", "sensitive_variables": {{"a": ["{CANARY}"]}}}}',
        f'{{"environment": "{CANARY * 20}"}}',
        f'{{"environment": "orders/dev", "sensitive_variables": {{"a": "{CANARY}"}}',
        f'"{CANARY}"',
        f'["{CANARY}"]',
        CANARY,
    ],
)
def test_a_value_that_is_refused_is_never_repeated(
    shared_site: "Site", body: str, caplog: pytest.LogCaptureFixture
) -> None:
    response = shared_site.client().post("/changes", content=body, headers={"Content-Type": "application/json"})

    assert (response.status_code, response.json()["code"]) == (422, "request-invalid")
    assert CANARY not in response.text + caplog.text


@pytest.mark.parametrize(
    "parameters",
    [
        '{"name": "a\\u0000b"}',
        '{"name": "\\ud800"}',
        '{"\\ud800": "x"}',
        '{"size": NaN}',
        '{"size": Infinity}',
        '{"size": 123456789012345678901234567890}',
        "[" * 40 + "]" * 40,
        '{"a":' * 40 + "1" + "}" * 40,
    ],
)
def test_what_no_database_or_parser_could_hold_is_refused_at_the_door(shared_site: "Site", parameters: str) -> None:
    body = f'{{"golden_path": "python-service", "parameters": {parameters}}}'

    response = shared_site.client().post("/services", content=body, headers={"Content-Type": "application/json"})

    assert (response.status_code, response.json()["code"]) == (422, "request-invalid")


def test_a_body_nested_without_end_is_refused(shared_site: "Site") -> None:
    response = shared_site.client().post(
        "/services", content="[" * 100_000, headers={"Content-Type": "application/json"}
    )

    assert (response.status_code, response.json()["code"]) == (422, "request-invalid")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_form_of_another_site_cannot_be_taken_for_json(shared_site: "Site", content_type: str) -> None:
    body = json.dumps({"environment": "orders/dev", "branch": "open-bucket"})

    response = shared_site.client().post("/changes", content=body, headers={"Content-Type": content_type})

    assert (response.status_code, response.json()["code"]) == (422, "request-invalid")


# --- how much ---


def test_a_body_that_is_too_large_is_refused_by_what_it_announces(shared_site: "Site") -> None:
    response = shared_site.client().post("/waivers", content=b"x" * (MAXIMUM_BODY_BYTES + 1))

    assert (response.status_code, response.json()["code"]) == (413, "request-too-large")
    assert response.headers["connection"] == "close"


def test_a_body_of_exactly_the_limit_is_read(shared_site: "Site") -> None:
    response = shared_site.client().post(
        "/waivers", content=b" " * MAXIMUM_BODY_BYTES, headers={"Content-Type": "application/json"}
    )

    assert response.json()["code"] == "request-invalid"


def test_a_body_that_does_not_say_how_long_it_is_is_cut_off_where_it_is_too_long() -> None:
    given = 0
    sent: list[Message] = []

    async def endless() -> Message:
        nonlocal given
        given += 1
        return {"type": "http.request", "body": b"x" * 100, "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    async def never(*_: object) -> None:
        raise AssertionError("the route was called")

    scope = {"type": "http", "headers": []}
    asyncio.run(Bounded(never, maximum_bytes=1_000)(scope, endless, send))

    assert sent[0]["status"] == 413
    assert given == 11


def test_who_hangs_up_half_way_has_asked_for_nothing() -> None:
    begun: Message = {"type": "http.request", "body": b"{", "more_body": True}
    messages = iter([begun, {"type": "http.disconnect"}])
    called = False

    async def receive() -> Message:
        return next(messages)

    async def route(*_: object) -> None:
        nonlocal called
        called = True

    async def send(_: Message) -> None:
        raise AssertionError("somebody was answered who has gone")

    asyncio.run(Bounded(route)({"type": "http", "headers": []}, receive, send))

    assert not called


# --- bugs ---


class BrokenPages:
    """Stumbles, with a secret in its hands."""

    def home(self, _: object) -> object:
        raise RuntimeError(CANARY)

    def list_controls(self, _: object) -> object:
        raise UnavailableError("storage-busy", "The database is busy.", fix="Try again.", context={"secret": CANARY})


def test_a_bug_is_told_to_the_log_and_not_to_the_caller(site: "Site", caplog: pytest.LogCaptureFixture) -> None:
    response = site.client(pages=BrokenPages()).get("/home")

    assert (response.status_code, response.json()["code"]) == (500, "bug")
    assert response.headers["content-type"] == MEDIA_TYPE
    assert CANARY not in response.text
    assert "RuntimeError" not in response.text
    assert [record.name for record in caplog.records if record.exc_info] == ["pavior.api"]


def test_the_context_of_an_error_stays_here(site: "Site") -> None:
    response = site.client(pages=BrokenPages()).get("/controls")

    assert (response.status_code, response.json()["code"]) == (503, "storage-busy")
    assert CANARY not in response.text


class BrokenAccess:
    """The database is away before anybody is known."""

    def find_token(self, _: str) -> object:
        raise UnavailableError("storage-busy", "The database is busy.", fix="Try again.")


def test_an_error_while_finding_out_who_asks_is_a_problem_too(site: "Site") -> None:
    assert site.client(access=BrokenAccess()).get("/home").json()["code"] == "storage-busy"


# --- counting ---


def test_requests_are_counted_under_the_pattern_of_their_route(site: "Site") -> None:
    client = site.client()
    client.get("/changes/C-1")
    client.get("/changes/C-2")
    client.get("/changes/C-99")
    client.get("/environments/orders/dev")
    client.get("/nothing-1")
    client.request("BREW", "/nothing-2")

    told = client.ask("GET", "/metrics").text

    assert 'pavior_requests_total{method="GET",route="/changes/{change_id}",status="200",surface="api"} 2.0' in told
    assert 'pavior_requests_total{method="GET",route="/changes/{change_id}",status="404",surface="api"} 1.0' in told
    assert 'route="/environments/{service}/{stage}",status="200"' in told
    assert 'pavior_requests_total{method="GET",route="(none)",status="404",surface="api"} 1.0' in told
    assert 'pavior_requests_total{method="(other)",route="(none)",status="404",surface="api"} 1.0' in told


# --- how often ---


def test_a_token_that_asks_too_often_is_told_when_to_come_back_and_others_go_on(site: "Site") -> None:
    site.limits = RateLimits.of(site.clock, 2)
    token = site.token(Permission.SERVICE_READ)
    hasty = site.client(token)
    other = {"Authorization": f"Bearer {site.token(Permission.SERVICE_READ)}"}

    answers = [hasty.get("/services") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["code"] == "rate-limited"
    assert answers[2].headers["retry-after"] == "30"
    assert replace(hasty, headers=other).get("/services").status_code == 200


def test_wrong_tokens_are_counted_by_address_and_a_right_one_still_works(site: "Site") -> None:
    site.limits = RateLimits.of(site.clock, 600)
    wrong = site.client("pavior_wrong")
    right = {"Authorization": f"Bearer {site.token(Permission.SERVICE_READ)}"}

    answers = [wrong.get("/services").status_code for _ in range(FAILURES_PER_MINUTE + 1)]

    assert answers == [401] * FAILURES_PER_MINUTE + [429]
    assert replace(wrong, headers=right).get("/services").status_code == 200
