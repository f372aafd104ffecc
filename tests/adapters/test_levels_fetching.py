"""The signed levels of another Pavior: by a token that goes nowhere else, and told apart when they do not come."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pavior.adapters.levels_fetching import fetch_levels
from pavior.kernel.errors import PaviorError

TOKEN = {"PAVIOR_TOKEN": " pav_right\n"}


@dataclass
class Server:
    """The one route that is asked."""

    address: str = ""
    status: int = 200
    body: bytes = b'{"payloadType": "x"}'
    asked: list[tuple[str, str]] = field(default_factory=list)


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append((self.path, self.headers["Authorization"]))
            self.send_response(server.status)
            self.send_header("Content-Length", str(len(server.body)))
            self.end_headers()
            self.wfile.write(server.body)

        def log_message(self, *_: object) -> None:
            """Silence."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        server.address = f"http://127.0.0.1:{listening.server_address[1]}"
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        listening.shutdown()
        thread.join(10)


def refusal(address: str, variables: dict[str, str] | None = None) -> PaviorError:
    with pytest.raises(PaviorError) as refused:
        fetch_levels(address, "orders/prod", TOKEN if variables is None else variables)
    return refused.value


def test_they_come_as_they_are_by_the_token_of_the_environment(server: Server) -> None:
    server.body = b'{"payloadType": "x", "payload": "' + b"A" * 2_000_000 + b'"}'

    assert fetch_levels(f"{server.address}/", "orders/prod", TOKEN) == server.body
    assert server.asked == [("/api/v1/environments/orders/prod/levels", "Bearer pav_right")]


def test_no_name_leads_to_another_place(server: Server) -> None:
    fetch_levels(server.address, "orders/../../people?x=#y", TOKEN)

    assert server.asked[0][0] == "/api/v1/environments/orders/..%2F..%2Fpeople%3Fx%3D%23y/levels"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "token-refused"),
        (403, "token-refused"),
        (404, "levels-not-given"),
        (302, "server-unreachable"),
        (500, "server-unreachable"),
    ],
)
def test_what_the_server_refuses_is_told_apart(server: Server, status: int, code: str) -> None:
    server.status = status

    assert refusal(server.address).code == code


@pytest.mark.parametrize("body", [b"<html>sign in</html>", b"[]", b""])
def test_a_page_in_their_place_is_none(server: Server, body: bytes) -> None:
    server.body = body

    assert "something else than a JSON object" in refusal(server.address).summary


def test_nobody_there_is_told() -> None:
    assert refusal("http://127.0.0.1:1").code == "server-unreachable"


@pytest.mark.parametrize(
    "address", ["http://pavior.example.org", "pavior.example.org", "ftp://127.0.0.1", "https://u@x"]
)
def test_a_token_is_sent_to_nobody_who_could_be_overheard(address: str) -> None:
    assert refusal(address).code == "server-address-invalid"


def test_without_a_token_nothing_is_asked(server: Server) -> None:
    assert refusal(server.address, {}).code == "token-not-set"
    assert server.asked == []
