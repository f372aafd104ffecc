"""An OpenID provider that says whatever a test wants, right or wrong."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

CLIENT_ID = "pavior"
NONCE = "nonce-of-this-attempt"


def a_key() -> RSAPrivateKey:
    """A key of 2048 bits."""
    return generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Asked:
    """One request that the provider got."""

    path: str
    fields: Mapping[str, str]
    headers: Mapping[str, str]


@dataclass
class Provider:
    """What it answers; a test changes it. `asked` is what it was asked."""

    issuer: str
    key: RSAPrivateKey
    now: int
    metadata: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=lambda: {"kid": "key-1"})
    id_token: Any = None
    asked: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.metadata = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
        }
        self.claims = {
            "iss": self.issuer,
            "sub": "subject-1",
            "aud": CLIENT_ID,
            "iat": self.now,
            "exp": self.now + 300,
            "nonce": NONCE,
            "preferred_username": "Mara.Lind@acme.example",
            "name": "Mara Lind",
            "groups": ["eng-payments"],
        }

    @property
    def paths(self) -> list[str]:
        """What it was asked for, in order."""
        return [item.path for item in self.asked]

    def public_keys(self, key_id: str = "key-1") -> dict[str, Any]:
        """Its keys, as it tells them."""
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": key_id, "use": "sig", "alg": "RS256"}]}

    def answer(self, path: str) -> tuple[int, Any]:
        """Status and document for a path."""
        if path in self.answers:
            return self.statuses.get(path, 200), self.answers[path]
        match path:
            case "/.well-known/openid-configuration":
                document: Any = self.metadata
            case "/keys":
                document = self.public_keys()
            case "/token":
                token = self.id_token or jwt.encode(self.claims, self.key, "RS256", headers=self.header)
                document = {"access_token": "access-1", "token_type": "Bearer", "id_token": token}
            case "/userinfo":
                document = {"sub": "subject-1", "groups": ["from-userinfo"]}
            case _:
                return 404, {}
        return self.statuses.get(path, 200), document


@contextmanager
def serving(provider: Provider, server: ThreadingHTTPServer) -> Iterator[None]:
    """Answer on the server's port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["content-length"])).decode())

        def _answer(self, body: str) -> None:
            provider.asked.append(Asked(self.path, dict(parse_qsl(body)), dict(self.headers)))
            status, document = provider.answer(self.path)
            payload = document if isinstance(document, bytes) else json.dumps(document).encode()
            self.send_response(status)
            if status in range(300, 400):
                self.send_header("Location", f"{provider.issuer}/elsewhere")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *_: object) -> None:
            """Silence."""

    server.RequestHandlerClass = Handler
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join(10)
