"""Secrets are read where they lie, at each use, and never repeated in an error."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pavior.adapters.secret_sources import EnvironmentSource, FileSource, SecretSources, VaultSource
from pavior.kernel.errors import InvalidError, MissingError, PaviorError, UnavailableError
from pavior.kernel.secret_references import parse_secret_reference


@dataclass
class Vault:
    """The one route of a key-value engine, version 2, that is read."""

    address: str = ""
    token: str = "hvs.right"
    status: int = 200
    body: Any = field(default_factory=lambda: {"data": {"data": {"secret": "s3cret"}, "metadata": {"version": 2}}})
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def vault() -> Iterator[Vault]:
    vault = Vault()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            vault.asked.append(self.path)
            status = vault.status if self.headers["X-Vault-Token"] == vault.token else 403
            payload = json.dumps(vault.body if status == 200 else {"errors": []}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *_: object) -> None:
            """Silence."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        vault.address = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield vault
        server.shutdown()
        thread.join(10)


def sources(tmp_path: Path, address: str = "", **environment: str) -> SecretSources:
    token_file = tmp_path / "token"
    if not token_file.exists():
        token_file.write_text("hvs.right\n", encoding="utf-8")
    return SecretSources(
        {
            "env": EnvironmentSource(environment),
            "file": FileSource(),
            "vault": VaultSource(address, token_file if address else None),
        }
    )


def refusal(found: SecretSources, reference: str) -> PaviorError:
    with pytest.raises((InvalidError, MissingError, UnavailableError)) as caught:
        found.read(reference)
    return caught.value


def test_a_secret_of_the_environment_is_read(tmp_path: Path) -> None:
    found = sources(tmp_path, OIDC_SECRET="s3cret", EMPTY="")

    assert found.read("env:OIDC_SECRET") == "s3cret"
    assert refusal(found, "env:EMPTY").code == refusal(found, "env:NONE").code == "secret-missing"
    assert "s3cret" not in repr(found)


def test_a_file_is_read_anew_each_time_without_its_last_line_break(tmp_path: Path) -> None:
    path, found = tmp_path / "secret", sources(tmp_path)
    path.write_bytes(b" first \r\n")
    assert found.read(f"file:{path}") == " first "

    path.write_text("second", encoding="utf-8")
    assert found.read(f"file:{path}") == "second"


@pytest.mark.parametrize("body", [b"", b"\n", b"\xff\xfe", b"a\0b", b"x" * 65_537])
def test_what_can_be_no_secret_is_not_taken_for_one(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "secret"
    path.write_bytes(body)

    assert refusal(sources(tmp_path), f"file:{path}").code == "secret-missing"


def test_a_file_that_is_not_there_or_cannot_be_read_is_named(tmp_path: Path) -> None:
    assert refusal(sources(tmp_path), f"file:{tmp_path}/none").code == "secret-missing"
    assert refusal(sources(tmp_path), f"file:{tmp_path}").code == "secret-unreachable"


def test_a_field_of_a_secret_in_vault_is_read_with_the_token_of_this_moment(tmp_path: Path, vault: Vault) -> None:
    found = sources(tmp_path, vault.address)
    assert found.read("vault:kv/pavior/oidc#secret") == "s3cret"
    assert vault.asked == ["/v1/kv/data/pavior/oidc"]

    vault.token = "hvs.renewed"
    assert refusal(found, "vault:kv/pavior/oidc#secret").code == "secret-unreachable"
    (tmp_path / "token").write_text("hvs.renewed", encoding="utf-8")
    assert found.read("vault:kv/pavior/oidc#secret") == "s3cret"


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (404, {}, "secret-missing"),
        (503, {}, "secret-unreachable"),
        (200, {"data": {"data": {"other": "x"}}}, "secret-missing"),
        (200, {"data": {"data": {"secret": 7}}}, "secret-missing"),
        (200, {"data": {"data": None, "metadata": {"deletion_time": "now"}}}, "secret-missing"),
        (200, {"data": None}, "secret-missing"),
        (200, [], "secret-unreachable"),
    ],
)
def test_a_vault_that_has_no_such_secret_is_told_apart_from_one_that_does_not_answer(
    tmp_path: Path, vault: Vault, status: int, body: object, code: str
) -> None:
    vault.status, vault.body = status, body

    refused = refusal(sources(tmp_path, vault.address), "vault:kv/pavior/oidc#secret")

    assert refused.code == code
    assert "hvs" not in refused.summary


def test_a_token_for_vault_is_sent_nowhere_in_the_clear(tmp_path: Path) -> None:
    assert "others can read" in refusal(sources(tmp_path, "http://vault.example:8200"), "vault:kv/a#b").summary
    assert "PAVIOR_VAULT_ADDRESS" in refusal(sources(tmp_path), "vault:kv/a#b").fix


def test_a_vault_that_is_down_is_named(tmp_path: Path) -> None:
    assert refusal(sources(tmp_path, "http://127.0.0.1:1"), "vault:kv/a#b").code == "secret-unreachable"


@pytest.mark.parametrize(
    "text",
    [
        "hunter2",
        "env:",
        "env:A B",
        "file:relative",
        "file:/a\nb",
        "vault:kv#field",
        "vault:kv/a",
        "vault:kv/../sys#field",
        "vault:kv/a?list=true#field",
        "https://vault.example/v1/kv",
    ],
)
def test_what_is_no_place_is_refused_without_repeating_it(text: str, tmp_path: Path) -> None:
    refused = refusal(sources(tmp_path), text)

    assert refused.code == "secret-reference-invalid"
    assert text not in refused.summary


@given(st.text())
def test_any_text_is_a_reference_that_reads_the_same_again_or_refused(text: str) -> None:
    try:
        reference = parse_secret_reference(text)
    except InvalidError:
        return
    assert str(reference) == text
