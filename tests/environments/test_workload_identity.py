"""Tokens of Pavior, verified as a cloud verifies them: with what it publishes, and nothing else."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from pavior.environments.ports import Purpose
from pavior.environments.workload_identity import DISCOVERY_PATH, KEYS_PATH, WorkloadIdentity, key_id

AUDIENCE = "sts.amazonaws.com"


@dataclass
class HandClock:
    at: datetime

    def now(self) -> datetime:
        return self.at


@pytest.fixture(scope="module")
def identity() -> WorkloadIdentity:
    numbers = iter(range(100))
    key = generate_private_key(public_exponent=65537, key_size=2048)
    clock = HandClock(datetime.now(UTC))
    return WorkloadIdentity("https://pavior.example", key, clock, lambda _: f"random-{next(numbers)}")


def _verify(identity: WorkloadIdentity, token: str, audience: str = AUDIENCE) -> dict[str, object]:
    published = jwt.PyJWKSet.from_json(json.dumps(identity.keys()))
    key = published[jwt.get_unverified_header(token)["kid"]]
    claims: dict[str, object] = jwt.decode(token, key, ["RS256"], audience=audience, issuer="https://pavior.example")
    return claims


def test_a_token_names_one_environment_and_purpose_for_five_minutes(identity: WorkloadIdentity) -> None:
    claims = _verify(identity, identity.token("orders/dev", Purpose.APPLY, audience=AUDIENCE))

    assert claims["sub"] == "environment:orders/dev:apply"
    assert int(str(claims["exp"])) - int(str(claims["iat"])) == timedelta(minutes=5).total_seconds()
    assert _verify(identity, identity.token("a/b", Purpose.PLAN, audience=AUDIENCE))["sub"] == "environment:a/b:plan"


def test_a_token_is_for_one_audience_and_never_made_twice(identity: WorkloadIdentity) -> None:
    first, second = (identity.token("orders/dev", Purpose.PLAN, audience="vault") for _ in range(2))

    assert _verify(identity, first, "vault")["jti"] != _verify(identity, second, "vault")["jti"]
    with pytest.raises(jwt.InvalidAudienceError):
        _verify(identity, first)


def test_another_key_does_not_verify_it(identity: WorkloadIdentity) -> None:
    other = WorkloadIdentity(
        identity.issuer, generate_private_key(public_exponent=65537, key_size=2048), identity.clock, lambda _: "x"
    )
    token = identity.token("orders/dev", Purpose.PLAN, audience=AUDIENCE)

    assert other.keys() != identity.keys()
    [published] = other.keys()["keys"]
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token, jwt.PyJWK.from_dict(dict(published)), ["RS256"], audience=AUDIENCE)


def test_what_is_published_leads_to_the_keys_and_holds_nothing_private(identity: WorkloadIdentity) -> None:
    assert identity.discovery()["issuer"] == "https://pavior.example"
    assert identity.discovery()["jwks_uri"] == "https://pavior.example/.well-known/jwks.json"
    assert (DISCOVERY_PATH, KEYS_PATH) == ("/.well-known/openid-configuration", "/.well-known/jwks.json")
    [key] = identity.keys()["keys"]
    assert set(key) == {"kty", "n", "e", "kid", "use", "alg"}


def test_a_key_is_named_by_its_thumbprint() -> None:
    # RFC 7638, section 3.1.
    modulus = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknj"
        "hMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQ"
        "vRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzK"
        "nqDKgw"
    )

    assert key_id({"kty": "RSA", "e": "AQAB", "n": modulus}) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
