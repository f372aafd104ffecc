"""People of another company's provider come in, change groups, and lose them: real provider, real browser."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping

import httpx
import pytest
from tests.browser.conftest import Arrive, Site, Somebody

from pavior.adapters.listening import listen
from pavior.identity.model import Role, Surface, local_operator

pytestmark = [pytest.mark.browser]
OPERATOR = local_operator(Surface.CLI)
SIGN_IN = """
issuer = "{issuer}"
client_id = "pavior"
client_secret = "env:OIDC_SECRET"
label = "Acme"

[[groups]]
name = "eng-payments"
roles = ["developer"]
teams = ["payments"]

[[groups]]
name = "security"
roles = ["security"]
"""


USERS = (
    {"sub": "sub-of-mara", "preferred_username": "mara", "name": "Mara", "groups": ["eng-payments", "chess"]},
    {"sub": "sub-of-sami", "preferred_username": "sami", "name": "Sami", "groups": ["security"]},
    {"sub": "sub-of-eve", "preferred_username": "eve", "name": "Eve", "groups": ["chess"]},
)
_STARTS_WITHIN_SECONDS = 30.0


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A real OpenID provider on this machine, in a process of its own."""
    with listen("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    # As another name of this machine: to a browser another site, as providers are.
    address = f"http://localhost:{port}"
    users = (word for user in USERS for word in ("--user-claims", json.dumps(user)))
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true", *users]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _wait_for(f"{address}/.well-known/openid-configuration")
        yield address
        process.terminate()


def _wait_for(address: str) -> None:
    ends_at = time.monotonic() + _STARTS_WITHIN_SECONDS
    while True:
        try:
            httpx.get(address, trust_env=False)
        except httpx.TransportError:
            assert time.monotonic() < ends_at
            time.sleep(0.1)
        else:
            return


@pytest.fixture(scope="module")
def more_settings(issuer: str, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    path = tmp_path_factory.mktemp("provider") / "sign-in.toml"
    path.write_text(SIGN_IN.format(issuer=issuer), encoding="utf-8")
    return {"PAVIOR_SIGN_IN": str(path), "OIDC_SECRET": "s3cret"}


def _pass_by_the_provider(somebody: Somebody, name: str) -> None:
    # Its pages are dressed by a server elsewhere, and nothing here talks to others.
    somebody.page.route(re.compile(r"^https?://(?!localhost[:/]|127\.0\.0\.1[:/])"), lambda route: route.abort())
    somebody.page.get_by_role("link", name="Sign in with Acme").click()
    somebody.page.locator("input[name=sub]").fill(f"sub-of-{name}")
    somebody.page.get_by_role("button", name="Authorize").click()


def test_somebody_signs_in_by_the_provider_and_lands_on_the_page_they_asked_for(arrive: Arrive, site: Site) -> None:
    mara = arrive()
    mara.go("/services?team=payments")
    mara.picture("single-sign-on-needed")
    _pass_by_the_provider(mara, "mara")

    mara.see("You are signed in.")
    mara.page.wait_for_url(lambda address: address == f"{site.address}/services?team=payments")
    assert not mara.complaints
    person = site.installation.application.access.get_person(OPERATOR, "mara")
    assert (person.subject, person.display_name) == ("sub-of-mara", "Mara")
    assert person.roles == {Role.DEVELOPER}
    assert person.teams == {"payments"}


def test_somebody_in_no_group_that_counts_is_told_so(arrive: Arrive) -> None:
    eve = arrive(width=390, is_dark=True)
    eve.go("/sign-in")
    eve.picture("single-sign-on-390-dark")
    _pass_by_the_provider(eve, "eve")

    eve.see("You are in no group that may use Pavior.")
    eve.picture("single-sign-on-refused-390-dark")
    eve.go("/")
    eve.see("Sign in first")


def test_a_name_that_is_taken_is_linked_by_an_admin_at_the_command_line(arrive: Arrive, site: Site) -> None:
    application = site.installation.application
    application.access.invite_person(
        OPERATOR, name="sami", display_name="Sami", roles=frozenset({Role.VIEWER}), teams=frozenset()
    )
    sami = arrive()
    sami.go("/sign-in")
    _pass_by_the_provider(sami, "sami")
    sami.see("pavior user link sami sub-of-sami")
    sami.picture("single-sign-on-taken")

    application.single_sign_on.link(OPERATOR, "sami", "sub-of-sami")
    sami.go("/sign-in")
    _pass_by_the_provider(sami, "sami")

    sami.see("You are signed in.")
    assert application.access.get_person(OPERATOR, "sami").roles == {Role.SECURITY}
    sami.go("/people")
    sami.picture("people-linked")
