"""Taking a port before anything else is started, so that a port in use is known first and changes nothing."""

import errno
import socket
from typing import TypeAlias

from pavior.kernel.errors import ConflictError, UnavailableError

_BACKLOG = 128

Listening: TypeAlias = socket.socket


def listen(host: str, port: int) -> Listening:
    """A socket that listens; the caller closes it.

    Args:
        host: An address of this machine, or a name for one.
        port: 0 to 65535; 0 lets the system choose, see `address_of`.

    Raises:
        ConflictError: `port-in-use`.
        UnavailableError: `address-unusable` when this machine has no such address, or the port is privileged.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise _unusable(host, port, error) from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise port_in_use(host, port) from error
        raise _unusable(host, port, error) from error
    return listening


def address_of(listening: Listening) -> str:
    """Where a browser on this machine finds it, such as `http://127.0.0.1:8330`."""
    host, port = listening.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def port_in_use(host: str, port: int) -> ConflictError:
    """Somebody else listens there."""
    return ConflictError(
        "port-in-use",
        f"Port {port} on {host} is already in use.",
        fix=f"Stop the program that uses port {port}, or choose another port.",
        context={"host": host, "port": port},
    )


def _unusable(host: str, port: int, error: OSError) -> UnavailableError:
    return UnavailableError(
        "address-unusable",
        f"Nothing can listen on {host} port {port}: {error.strerror or error}.",
        fix="Set PAVIOR_HOST to an address of this machine and PAVIOR_PORT to a port above 1023.",
        context={"host": host, "port": port},
    )
