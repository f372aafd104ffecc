"""Who gets in, what every answer carries, and what a request must bring."""

from datetime import timedelta
from typing import Any

import pytest

from pavior.identity.rate_limits import FAILURES_PER_MINUTE
from pavior.web.table import ROUTES

POSTS = [route for route in ROUTES if route.method == "POST"]


def test_every_answer_carries_the_security_headers(browser: Any, stranger: Any, addresses: Any) -> None:
    answers = [browser.get(address) for method, address, _ in addresses() if method == "GET"]
    answers += [browser.get("/nothing"), browser.post("/teams", {"csrf": "wrong"}), stranger.get("/sign-in/x")]
    answers += [stranger.get("/", headers={"host": "evil.example"}), browser.get(_stylesheet(browser))]
    for answer in answers:
        policy = answer.headers["content-security-policy"].split("; ")
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in " ".join(policy)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "same-origin"
    assert len(answers) > 25


def test_pages_are_never_kept_and_files_for_ever(browser: Any, addresses: Any) -> None:
    for method, address, _ in addresses():
        if method == "GET":
            assert browser.get(address).headers["cache-control"] == "no-store"
    style = browser.get(_stylesheet(browser))
    assert style.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert style.headers["content-type"].startswith("text/css")
    assert browser.get("/static/pavior.000000000000.css").status_code == 404


def test_only_https_is_told_to_stay_https(stranger: Any, secure_stranger: Any) -> None:
    assert "strict-transport-security" not in stranger.get("/sign-in").headers
    assert secure_stranger.get("/sign-in").headers["strict-transport-security"] == "max-age=31536000"


def test_looking_at_a_link_does_not_use_it(stranger: Any, acme: Any) -> None:
    for _ in range(3):
        assert "Sign in to Pavior" in stranger.get("/sign-in/good-link").text
    assert "good-link" in acme.links

    answer = stranger.post("/sign-in/good-link")

    assert (answer.status_code, answer.headers["location"]) == (303, "/?done=signed-in")
    assert acme.links == {}
    assert stranger.get("/").status_code == 200


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(stranger: Any) -> None:
    cookie = stranger.post("/sign-in/good-link").headers["set-cookie"]

    assert cookie.startswith("pavior-session=")
    words = {word.strip().lower() for word in cookie.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/", "max-age=43200"} <= words
    assert "secure" not in words


def test_over_https_the_cookie_is_secure_and_bound_to_this_host(secure_stranger: Any) -> None:
    cookie = secure_stranger.post("/sign-in/good-link").headers["set-cookie"]

    assert cookie.startswith("__Host-pavior-session=")
    words = {word.strip().lower() for word in cookie.split(";")[1:]}
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= words
    assert not any(word.startswith("domain") for word in words)


def test_a_link_that_does_not_work_says_what_to_do(stranger: Any) -> None:
    answer = stranger.post("/sign-in/bad-link")

    assert answer.status_code == 422
    assert "link-invalid" in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "same-origin", "origin": "http://evil.example"},
        {"sec-fetch-site": "same-origin", "origin": "null"},
    ],
)
def test_another_site_cannot_sign_somebody_in(headers: dict[str, str], stranger: Any, acme: Any) -> None:
    answer = stranger.post("/sign-in/good-link", headers=headers)

    assert (answer.status_code, "csrf-failed" in answer.text) == (403, True)
    assert "good-link" in acme.links


def test_a_browser_that_says_nothing_of_itself_cannot_sign_in(stranger: Any) -> None:
    stranger.headers = {}

    assert stranger.post("/sign-in/good-link").status_code == 403


@pytest.mark.parametrize("token", ["", "wrong", "csrf-of-mar\u00e4"])
def test_no_form_is_taken_without_the_token_of_the_session(
    token: str, admin: Any, browser: Any, addresses: Any
) -> None:
    for method, address, _ in addresses():
        if method == "POST":
            answer = browser.post(address, {"csrf": token, "name": "x"})
            assert (answer.status_code, "csrf-failed" in answer.text) == (403, True), address
    assert browser.post("/sign-out", {"csrf": token}).status_code == 403
    assert admin.said == []
    assert len(POSTS) > 20


def test_a_form_from_another_site_is_refused_even_with_the_token(browser: Any, acme: Any) -> None:
    for headers in ({"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}):
        assert browser.post("/changes/C-1/plan", headers=headers).status_code == 403
    assert acme.said == []


def test_htmx_may_send_the_token_as_a_header(browser: Any, acme: Any, csrf: str) -> None:
    answer = browser.post("/changes/C-1/plan", {"csrf": ""}, headers={"x-csrf-token": csrf})

    assert answer.status_code == 303
    assert [verb for verb, _ in acme.said] == ["plan_again"]


@pytest.mark.parametrize("host", ["evil.example", "portal.example.evil.example", "", "[bad"])
def test_a_host_that_is_not_ours_is_refused(host: str, browser: Any) -> None:
    answer = browser.get("/", headers={"host": host})

    assert (answer.status_code, "host-unknown" in answer.text) == (422, True)


@pytest.mark.parametrize("host", ["portal.example", "PORTAL.example:80", "localhost:8330", "127.0.0.1", "[::1]:8330"])
def test_our_name_and_this_machine_are_answered(host: str, browser: Any) -> None:
    assert browser.get("/", headers={"host": host}).status_code == 200


def test_signing_out_ends_the_session_here_and_in_the_browser(browser: Any, acme: Any) -> None:
    answer = browser.post("/sign-out")

    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert 'pavior-session=""' in answer.headers["set-cookie"]
    assert acme.sessions == set()
    assert browser.get("/").status_code == 401


def test_a_session_that_is_over_is_told_so_and_how_to_get_in(browser: Any, acme: Any) -> None:
    acme.sessions.clear()

    answer = browser.get("/changes/C-1", headers={"hx-request": "true"})

    assert answer.status_code == 401
    assert "pavior user login-link" in answer.text
    assert answer.headers["hx-refresh"] == "true"


@pytest.mark.parametrize(
    ("body", "media_type", "status", "code"),
    [
        (b"a" * 300_000, "application/x-www-form-urlencoded", 422, "form-too-large"),
        (b"a=%FF", "application/x-www-form-urlencoded", 422, "form-unreadable"),
        (b"\xff", "application/x-www-form-urlencoded", 422, "form-unreadable"),
        (b"&".join(b"a=1" for _ in range(500)), "application/x-www-form-urlencoded", 422, "form-unreadable"),
        (b'{"csrf": "csrf-of-mara"}', "application/json", 422, "form-unreadable"),
    ],
)
def test_a_form_that_cannot_be_read_is_refused(
    body: bytes, media_type: str, status: int, code: str, browser: Any, acme: Any
) -> None:
    answer = browser.send(body, "/changes/C-1/plan", media_type)

    assert (answer.status_code, code in answer.text) == (status, True)
    assert acme.said == []


def test_a_bug_is_told_without_its_message(browser: Any, acme: Any) -> None:
    acme.home = None

    answer = browser.get("/")

    assert answer.status_code == 500
    assert "stumbled over itself" in answer.text
    assert "NoneType" not in answer.text


def test_a_sentence_about_what_was_done_cannot_be_made_up(browser: Any) -> None:
    assert "The Change is open" in browser.get("/changes/C-1?done=change-opened").text
    assert "Your account is hacked" not in browser.get("/changes/C-1?done=Your account is hacked").text


def _stylesheet(browser: Any) -> str:
    page = browser.get("/sign-in/x").text
    address: str = page.split('rel="stylesheet" href="')[1].split('"')[0]
    return address


def test_a_person_who_asks_too_often_is_told_when_to_come_back(acme: Any, hurried: Any) -> None:
    hurried.post("/sign-in/good-link", {})

    assert [hurried.get("/services").status_code for _ in range(3)] == [200, 200, 429]
    refused = hurried.get("/services")
    assert refused.headers["retry-after"] == "30"
    assert "rate-limited" in refused.text
    acme.now += timedelta(seconds=30)
    assert hurried.get("/services").status_code == 200


def test_an_address_that_tries_too_many_links_is_refused_and_a_good_link_still_works(hurried: Any) -> None:
    tries = [hurried.post(f"/sign-in/guess-{number}", {}).status_code for number in range(FAILURES_PER_MINUTE + 1)]

    assert tries == [422] * FAILURES_PER_MINUTE + [429]
    assert hurried.post("/sign-in/good-link", {}).status_code == 303
