"""A real portal before a pretend application, and a browser without a socket."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from starlette.applications import Starlette
from tests.web.acme import CSRF, SECRET, Acme, Clock

from pavior.identity.model import (
    Role,
)
from pavior.identity.rate_limits import RateLimits
from pavior.testing.people import an_actor
from pavior.web.app import create_portal
from pavior.web.routing import PortalRoute
from pavior.web.table import ROUTES

PUBLIC_URL = "http://portal.example"
SAME_ORIGIN = {"sec-fetch-site": "same-origin", "origin": PUBLIC_URL}


@dataclass
class Browser:
    """Asks the portal without a socket, keeps cookies, follows no redirect."""

    app: Starlette
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)

    def get(self, path: str, **options: Any) -> httpx.Response:
        """A page."""
        return asyncio.run(self._ask("GET", path, **options))

    def post(self, path: str, form: Mapping[str, Any] | None = None, **options: Any) -> httpx.Response:
        """A form, with the token of the session unless the test says otherwise."""
        return asyncio.run(self._ask("POST", path, data={"csrf": CSRF, **(form or {})}, **options))

    def send(self, body: bytes, path: str, media_type: str) -> httpx.Response:
        """Whatever bytes, as a POST."""
        return asyncio.run(self._ask("POST", path, content=body, headers={"content-type": media_type}))

    async def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {**self.headers, **options.pop("headers", {})}
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL, headers=headers, cookies=self.cookies)
        async with client:
            response = await client.request(method, path, **options)
            self.cookies = client.cookies
        return response


@pytest.fixture
def acme() -> Acme:
    """What the portal shows."""
    return Acme()


def open_browser(acme: Acme, *, is_secure_cookie: bool = False, limits: RateLimits | None = None) -> Browser:
    """A browser of somebody who is not signed in; what it sends comes from our own pages."""
    portal = create_portal(acme.application(), public_url=PUBLIC_URL, is_secure_cookie=is_secure_cookie, limits=limits)
    return Browser(portal, SAME_ORIGIN)


@pytest.fixture
def stranger(acme: Acme) -> Browser:
    """Nobody yet."""
    return open_browser(acme)


@pytest.fixture
def browser(acme: Acme) -> Browser:
    """Mara's, signed in."""
    opened = open_browser(acme)
    opened.cookies.set("pavior-session", SECRET)
    return opened


@pytest.fixture
def secure_stranger(acme: Acme) -> Browser:
    """Nobody yet, over HTTPS."""
    return open_browser(acme, is_secure_cookie=True)


@pytest.fixture
def csrf() -> str:
    """What forms of the session carry."""
    return CSRF


@pytest.fixture
def admin(acme: Acme) -> Acme:
    """The same, seen by somebody who may do everything."""
    acme.actor = an_actor(id="ada", roles=frozenset({Role.ADMIN}))
    return acme


Addresses = Callable[[], tuple[tuple[str, str, PortalRoute], ...]]


@pytest.fixture
def addresses(acme: Acme) -> Addresses:
    """Method and address of every route, about the things that Acme has."""

    def fill() -> tuple[tuple[str, str, PortalRoute], ...]:
        words = {
            "service": acme.service.service.name,
            "golden_path": acme.golden_path.name,
            "change": acme.change.change.id,
            "number": str(acme.recomputed.number),
            "stage": acme.environment.environment.name,
            "finding": acme.finding.id,
            "threat": acme.threat.threat,
            "waiver": acme.waiver.id,
            "control": acme.control.control.id,
            "dispute": acme.disputes[0].id,
            "override": acme.overrides[0].id,
            "review": acme.threat_reviews[0].id,
            "known": acme.library[0].id,
            "framework": acme.framework.framework.id,
            "run": acme.run.id,
            "person": acme.people[0].name,
            "team": acme.teams[0].name,
            "token": acme.tokens[0].name,
            "session": "other-session",
        }
        quoted = {name: quote(word, safe="") for name, word in words.items()}
        return tuple((route.method, route.path.format(**quoted), route) for route in ROUTES)

    return fill


@pytest.fixture
def hurried(acme: Acme) -> Browser:
    """Nobody yet, at a portal that takes two requests a minute of each person."""
    return open_browser(acme, limits=RateLimits.of(Clock(acme), 2))
