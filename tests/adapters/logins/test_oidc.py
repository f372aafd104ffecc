"""An OpenID provider is believed only as far as it proves what it says."""

import base64
import json
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.adapters.logins.provider import CLIENT_ID, NONCE, Provider, a_key, serving

from pavior.adapters.http import HttpClient
from pavior.adapters.logins.oidc import OidcProvider, code_challenge, local_name
from pavior.adapters.logins.sign_in_file import GroupEntry, SignInFile
from pavior.identity.model import ProviderAnswer, Role, SignInAttempt
from pavior.kernel.errors import ForbiddenError, PaviorError, UnavailableError

ATTEMPT = SignInAttempt("state-1", NONCE, "verifier-1", "https://pavior.example/single-sign-on/callback")
ANSWER = ProviderAnswer("state-1", "code-1")
CLIENT_SECRET = "s/ecret"
REFUSALS = (ForbiddenError, UnavailableError)


@pytest.fixture(scope="module")
def key() -> RSAPrivateKey:
    return a_key()


@pytest.fixture
def provider(key: RSAPrivateKey) -> Iterator[Provider]:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        issuer = f"http://127.0.0.1:{server.server_address[1]}"
        provider = Provider(issuer, key, int(time.time()))
        with serving(provider, server):
            yield provider


def a_client(provider: Provider, *, secret: str | None = CLIENT_SECRET, **fields: Any) -> OidcProvider:
    groups = (GroupEntry("eng-payments", (Role.DEVELOPER,)),)
    settings = SignInFile(provider.issuer, CLIENT_ID, groups, **fields)
    return OidcProvider(settings, HttpClient(deadline_seconds=2), None if secret is None else lambda: secret)


def refusal(provider: Provider, answer: ProviderAnswer = ANSWER) -> PaviorError:
    with pytest.raises(REFUSALS) as caught:
        a_client(provider).finish(ATTEMPT, answer)
    return caught.value


def test_a_browser_is_sent_out_with_state_nonce_and_the_challenge_of_its_verifier(provider: Provider) -> None:
    provider.metadata["authorization_endpoint"] += "?tenant=acme"

    url = a_client(provider).begin(ATTEMPT)

    query = {name: value for name, [value] in parse_qs(urlsplit(url).query).items()}
    assert query == {
        "tenant": "acme",
        "response_type": "code",
        "client_id": "pavior",
        "redirect_uri": "https://pavior.example/single-sign-on/callback",
        "scope": "openid profile email",
        "state": "state-1",
        "nonce": "nonce-of-this-attempt",
        "code_challenge": code_challenge("verifier-1"),
        "code_challenge_method": "S256",
    }


def test_the_challenge_is_that_of_the_specification() -> None:
    # RFC 7636, appendix B.
    assert code_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == (
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )


def test_who_comes_back_is_who_the_signed_token_names(provider: Provider) -> None:
    identity = a_client(provider).finish(ATTEMPT, ANSWER)

    assert (identity.issuer, identity.subject) == (provider.issuer, "subject-1")
    assert (identity.name, identity.display_name) == ("mara-lind", "Mara Lind")
    assert identity.groups == frozenset({"eng-payments"})
    token_request = next(item for item in provider.asked if item.path == "/token")
    assert token_request.fields == {
        "grant_type": "authorization_code",
        "code": "code-1",
        "redirect_uri": "https://pavior.example/single-sign-on/callback",
        "code_verifier": "verifier-1",
    }
    sent = base64.b64decode(token_request.headers["Authorization"].removeprefix("Basic "))
    assert sent == b"pavior:s%2Fecret"


def test_the_secret_goes_where_the_provider_takes_it(provider: Provider) -> None:
    provider.metadata["token_endpoint_auth_methods_supported"] = ["client_secret_post"]

    a_client(provider).finish(ATTEMPT, ANSWER)
    a_client(provider, secret=None).finish(ATTEMPT, ANSWER)

    by_form, public = (item for item in provider.asked if item.path == "/token")
    assert (by_form.fields["client_id"], by_form.fields["client_secret"]) == ("pavior", "s/ecret")
    assert public.fields["client_id"] == "pavior"
    assert "client_secret" not in public.fields
    assert "Authorization" not in by_form.headers
    assert "Authorization" not in public.headers


def test_groups_that_the_token_does_not_hold_come_from_userinfo_about_the_same_person(provider: Provider) -> None:
    del provider.claims["groups"]

    assert a_client(provider).finish(ATTEMPT, ANSWER).groups == frozenset({"from-userinfo"})

    provider.answers["/userinfo"] = {"sub": "subject-2", "groups": ["admins"]}
    assert refusal(provider).code == "sign-in-unproven"


def test_groups_of_the_signed_token_are_not_asked_for_again(provider: Provider) -> None:
    a_client(provider).finish(ATTEMPT, ANSWER)

    assert "/userinfo" not in provider.paths


@pytest.mark.parametrize("claim", [None, 7, {"a": 1}, True])
def test_a_claim_that_is_no_list_of_groups_says_nothing(provider: Provider, claim: object) -> None:
    provider.claims["groups"] = claim

    assert a_client(provider).finish(ATTEMPT, ANSWER).groups is None


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("iss", "https://evil.example"),
        ("aud", "another-client"),
        ("aud", ["pavior", "another-client"]),
        ("azp", "another-client"),
        ("nonce", "of-another-attempt"),
        ("nonce", "\ud800"),
        ("nonce", None),
        ("exp", 1_000_000_000),
        ("exp", "soon"),
        ("iat", 4_000_000_000),
        ("nbf", 4_000_000_000),
        ("sub", ""),
        ("sub", "s" * 256),
        ("sub", "mära"),
        ("sub", 5),
    ],
)
def test_a_token_with_a_wrong_claim_lets_nobody_in(provider: Provider, claim: str, value: object) -> None:
    provider.claims[claim] = value

    assert refusal(provider).code == "sign-in-unproven"


@pytest.mark.parametrize("claim", ["iss", "sub", "aud", "exp", "iat", "nonce"])
def test_a_token_without_a_claim_that_it_needs_lets_nobody_in(provider: Provider, claim: str) -> None:
    del provider.claims[claim]

    assert refusal(provider).code == "sign-in-unproven"


def test_a_token_for_several_that_names_us_as_the_one_it_was_made_for_is_good(provider: Provider) -> None:
    provider.claims |= {"aud": ["pavior", "another-client"], "azp": "pavior"}

    assert a_client(provider).finish(ATTEMPT, ANSWER).subject == "subject-1"


def _unsigned(provider: Provider) -> str:
    return jwt.encode(provider.claims, "", "none", headers=provider.header)


def _by_another_key(provider: Provider) -> str:
    return jwt.encode(provider.claims, a_key(), "RS256", headers=provider.header)


def _by_the_public_key_as_a_shared_secret(provider: Provider) -> str:
    public = provider.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def part(document: object) -> bytes:
        return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=")

    # By hand: PyJWT refuses to make such a thing.
    signed = part({"alg": "HS256", "kid": "key-1"}) + b"." + part(provider.claims)
    signature = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(signed, public)
    return (signed + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


def _changed_afterwards(provider: Provider) -> str:
    head, _, signature = jwt.encode(provider.claims, provider.key, "RS256", headers=provider.header).split(".")
    body = base64.urlsafe_b64encode(json.dumps({**provider.claims, "groups": ["admins"]}).encode()).rstrip(b"=")
    return f"{head}.{body.decode()}.{signature}"


@pytest.mark.parametrize(
    "make", [_unsigned, _by_another_key, _by_the_public_key_as_a_shared_secret, _changed_afterwards]
)
def test_a_token_that_the_provider_did_not_sign_lets_nobody_in(
    provider: Provider, make: Callable[[Provider], str]
) -> None:
    provider.id_token = make(provider)

    assert refusal(provider).code == "sign-in-unproven"


@pytest.mark.parametrize("token", ["", "a.b", "....", "\x00", 7, {"a": 1}, "a" * 100_000, "e30.e30."])
def test_what_is_no_token_lets_nobody_in(provider: Provider, token: object) -> None:
    provider.answers["/token"] = {"id_token": token}

    assert refusal(provider).code == "sign-in-unproven"


def test_a_new_key_is_asked_for_once_and_an_invented_one_not_again_and_again(provider: Provider) -> None:
    client = a_client(provider)
    client.finish(ATTEMPT, ANSWER)
    provider.header = {"kid": "invented"}

    for _ in range(3):
        with pytest.raises(ForbiddenError, match="sign-in-unproven"):
            client.finish(ATTEMPT, ANSWER)

    assert provider.paths.count("/keys") == 1
    assert provider.paths.count("/.well-known/openid-configuration") == 1


def test_a_key_that_was_changed_is_found_after_a_few_seconds(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = a_client(provider)
    client.finish(ATTEMPT, ANSWER)
    provider.header = {"kid": "key-2"}
    provider.answers["/keys"] = provider.public_keys("key-2")
    later = time.monotonic() + 6
    monkeypatch.setattr("pavior.adapters.logins.metadata.time.monotonic", lambda: later)

    assert client.finish(ATTEMPT, ANSWER).subject == "subject-1"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (ProviderAnswer("state-1", error="access_denied"), "access_denied"),
        (ProviderAnswer("state-1", "code-1", error="<b>Call 0900</b>"), ""),
        (ProviderAnswer("state-1"), ""),
    ],
)
def test_a_provider_that_says_no_lets_nobody_in(provider: Provider, answer: ProviderAnswer, said: str) -> None:
    refused = refusal(provider, answer)

    assert refused.code == "sign-in-refused"
    assert said in refused.summary
    assert "<b>" not in refused.summary
    assert "/token" not in provider.paths


def test_an_answer_from_another_provider_is_not_taken_to_this_one(provider: Provider) -> None:
    wrong = ProviderAnswer("state-1", "code-1", issuer="https://evil.example")
    assert refusal(provider, wrong).code == "sign-in-unproven"

    provider.metadata["authorization_response_iss_parameter_supported"] = True
    assert refusal(provider, ANSWER).code == "sign-in-unproven"
    right = ProviderAnswer("state-1", "code-1", issuer=provider.issuer)
    assert a_client(provider).finish(ATTEMPT, right).subject == "subject-1"


def test_a_code_that_was_used_before_lets_nobody_in(provider: Provider) -> None:
    provider.answers["/token"], provider.statuses["/token"] = {"error": "invalid_grant"}, 400

    refused = refusal(provider)

    assert (refused.code, "invalid_grant" in refused.summary) == ("sign-in-refused", True)


@pytest.mark.parametrize(
    ("path", "status", "answer"),
    [
        ("/.well-known/openid-configuration", 500, {}),
        ("/.well-known/openid-configuration", 302, {}),
        ("/.well-known/openid-configuration", 200, b"<html>"),
        ("/.well-known/openid-configuration", 200, b"[" * 100_000),
        ("/.well-known/openid-configuration", 200, b"{" + b" " * 1_000_001 + b"}"),
        ("/.well-known/openid-configuration", 200, {}),
        ("/token", 503, {}),
        ("/token", 302, {}),
        ("/token", 200, b"id_token=yes"),
        ("/keys", 404, {}),
        ("/keys", 200, []),
    ],
)
def test_a_provider_that_answers_nonsense_is_told_apart_from_one_that_says_no(
    provider: Provider, path: str, status: int, answer: object
) -> None:
    provider.answers[path], provider.statuses[path] = answer, status

    assert refusal(provider).code == "provider-unreachable"
    assert "/elsewhere" not in provider.paths


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("issuer", "https://evil.example"),
        ("token_endpoint", "http://id.example/token"),
        ("token_endpoint", "https://user:word@id.example/token"),
        ("jwks_uri", "file:///etc/passwd"),
        ("authorization_endpoint", "javascript:alert(1)"),
        ("authorization_endpoint", None),
        ("userinfo_endpoint", 7),
    ],
)
def test_addresses_that_others_could_read_or_that_are_no_addresses_are_not_used(
    provider: Provider, name: str, value: object
) -> None:
    provider.metadata[name] = value

    with pytest.raises(UnavailableError, match="provider-unreachable"):
        a_client(provider).begin(ATTEMPT)


def test_a_provider_that_is_down_is_not_asked_for_everybody_who_presses_the_button(provider: Provider) -> None:
    provider.statuses["/.well-known/openid-configuration"] = 503
    client = a_client(provider)

    for _ in range(5):
        with pytest.raises(UnavailableError, match="provider-unreachable"):
            client.begin(ATTEMPT)

    assert len(provider.asked) == 1


@pytest.mark.parametrize("keys", [[7, {}, {"kty": "RSA", "n": 1}], [{"kty": "oct", "k": "c2VjcmV0", "kid": "key-1"}]])
def test_keys_that_are_none_and_shared_secrets_are_passed_over(provider: Provider, keys: list[object]) -> None:
    provider.answers["/keys"] = {"keys": keys}

    assert refusal(provider).code == "sign-in-unproven"


@pytest.mark.parametrize(
    ("claim", "name"),
    [
        ("mara", "mara"),
        ("Mara.Lind@acme.example", "mara-lind"),
        ("ADA_L", "ada-l"),
        (None, ""),
        (["mara"], ""),
    ],
)
def test_people_are_called_by_what_stands_before_the_at(claim: object, name: str) -> None:
    assert local_name(claim) == name
