"""The doors of sign-in by a provider; the desk and the provider behind them are pretended."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from tests.web.acme import CSRF, SECRET, Acme
from tests.web.conftest import open_browser

from pavior.identity.group_mapping import GroupMapping
from pavior.identity.model import ProviderAnswer, ProviderIdentity, SignedIn, SignInAttempt
from pavior.identity.rate_limits import FAILURES_PER_MINUTE, RateLimits
from pavior.identity.single_sign_on import SingleSignOn
from pavior.kernel.errors import ForbiddenError
from pavior.storage.sealing import Sealer
from pavior.testing.people import a_person


class Provider:
    """Sends everybody to the same place, and lets in who brings `good-code`."""

    issuer = "https://id.acme.example"

    def begin(self, attempt: SignInAttempt) -> str:
        return f"{self.issuer}/authorize?state={attempt.state}&back={attempt.redirect_uri}"

    def finish(self, attempt: SignInAttempt, answer: ProviderAnswer) -> ProviderIdentity:
        if answer.code != "good-code":
            raise ForbiddenError("sign-in-refused", "It let nobody in.", fix="Begin again.")
        return ProviderIdentity(self.issuer, "subject-1", "mara", "Mara Lind", frozenset({"eng"}))


class Desk:
    """Lets in everybody whom the provider named."""

    def __init__(self, acme: Acme) -> None:
        self.acme = acme
        self.clock = self

    def now(self) -> Any:
        return self.acme.now

    def random_text(self, size: int) -> str:
        return "r" * size

    def admit(self, _: ProviderIdentity, __: GroupMapping) -> SignedIn:
        self.acme.sessions.add(SECRET)
        return SignedIn(a_person(), self.acme.now + timedelta(hours=12), SECRET, CSRF)


@pytest.fixture
def acme() -> Acme:
    acme = Acme(sessions=set())
    desk = cast("Any", Desk(acme))
    acme.single_sign_on = SingleSignOn(desk, Sealer(bytes(32)), Provider(), GroupMapping(), "Acme")
    return acme


def test_the_sign_in_page_offers_the_provider_and_still_the_link(stranger: Any, acme: Acme) -> None:
    page = stranger.get("/sign-in").text
    assert 'href="/single-sign-on"' in page
    assert "Sign in with Acme" in page
    assert "pavior user login-link" in page

    acme.single_sign_on = replace(acme.single_sign_on, label="")
    assert "/single-sign-on" not in open_browser(acme).get("/sign-in").text


def test_who_asked_for_a_page_gets_it_afterwards(stranger: Any) -> None:
    page = stranger.get("/changes/C-1?part=2")
    assert page.status_code == 401
    assert 'href="/single-sign-on?to=%2Fchanges%2FC-1%3Fpart%3D2"' in page.text

    out = stranger.get("/single-sign-on?to=%2Fchanges%2FC-1%3Fpart%3D2")
    assert out.status_code == 303
    assert out.headers["location"].startswith("https://id.acme.example/authorize?state=")
    assert out.headers["location"].endswith("&back=http://portal.example/single-sign-on/callback")

    back = stranger.get(f"/single-sign-on/callback?code=good-code&state={'r' * 32}")
    assert (back.status_code, back.headers["location"]) == (303, "/changes/C-1?part=2&done=signed-in")
    assert "pavior-attempt" not in stranger.cookies
    assert stranger.get("/").status_code == 200


def test_the_cookie_of_an_attempt_is_short_lived_and_out_of_reach(secure_stranger: Any) -> None:
    cookie = secure_stranger.get("/single-sign-on").headers["set-cookie"]

    assert cookie.startswith("__Host-pavior-attempt=")
    words = {word.strip().lower() for word in cookie.split(";")[1:]}
    assert {"secure", "httponly", "samesite=lax", "path=/", "max-age=600"} <= words
    assert len(cookie) < 4096


def test_a_browser_that_began_nothing_is_not_let_in(stranger: Any) -> None:
    answer = stranger.get(f"/single-sign-on/callback?code=good-code&state={'r' * 32}")

    assert answer.status_code == 422
    assert "attempt-unknown" in answer.text
    assert "pavior-session" not in stranger.cookies


def test_an_attempt_is_good_for_one_answer(stranger: Any) -> None:
    stranger.get("/single-sign-on")
    refused = stranger.get(f"/single-sign-on/callback?code=bad-code&state={'r' * 32}")
    assert (refused.status_code, "sign-in-refused" in refused.text) == (403, True)
    assert 'href="/sign-in"' in refused.text

    assert stranger.get(f"/single-sign-on/callback?code=good-code&state={'r' * 32}").status_code == 422


def test_bad_answers_from_one_address_are_refused_before_the_provider_is_asked(acme: Acme) -> None:
    stranger = open_browser(acme, limits=RateLimits.of(cast("Any", Desk(acme)), 0))
    statuses = [stranger.get("/single-sign-on/callback").status_code for _ in range(FAILURES_PER_MINUTE + 1)]

    assert statuses == [422] * FAILURES_PER_MINUTE + [429]


def test_a_whole_office_behind_one_address_signs_in_within_a_minute(acme: Acme) -> None:
    limits = RateLimits.of(cast("Any", Desk(acme)), 0)
    for _ in range(FAILURES_PER_MINUTE * 2):
        somebody = open_browser(acme, limits=limits)
        somebody.get("/single-sign-on")
        assert somebody.get(f"/single-sign-on/callback?code=good-code&state={'r' * 32}").status_code == 303


def test_without_a_provider_the_doors_say_so() -> None:
    stranger = open_browser(Acme())

    for path in ("/single-sign-on", "/single-sign-on/callback"):
        answer = stranger.get(path)
        assert (answer.status_code, "sign-in-not-set-up" in answer.text) == (404, True)
