"""Taking a port."""

import socket

import pytest

from pavior.adapters.listening import address_of, listen
from pavior.kernel.errors import ConflictError


def test_the_system_chooses_a_port_and_somebody_can_connect() -> None:
    with listen("127.0.0.1", 0) as listening:
        address = address_of(listening)
        host, _, port = address.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=5):
            pass

    assert address.startswith("http://127.0.0.1:")


def test_a_port_in_use_is_refused_by_its_number() -> None:
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]

        with pytest.raises(ConflictError, match=str(port)) as caught:
            listen("127.0.0.1", port)

    assert caught.value.code == "port-in-use"


def test_the_address_is_shown_as_a_browser_wants_it() -> None:
    with listen("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]

        assert address_of(listening) == f"http://127.0.0.1:{port}"
