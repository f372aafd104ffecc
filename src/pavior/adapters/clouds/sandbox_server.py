"""The sandbox cloud's own process: moto over HTTP on loopback. Started by `Sandbox`, never imported by anything.

It prints one line of JSON when it is ready (`{"port": ..., "instance": ...}`) or when it cannot be
(`{"error": "port-in-use"}`), and ends when its standard input closes, so it never outlives its parent.
"""

import argparse
import errno
import json
import os
import sys
import threading
import uuid
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

# Before moto is imported: a web page must not be able to read the sandbox from a browser.
os.environ["MOTO_DISABLE_GLOBAL_CORS"] = "true"

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

INSTANCE_PATH = "/_pavior/instance"
PORT_IN_USE_EXIT_STATUS = 98

# `name:port` of a request to us; anything else is another site's name pointed at loopback.
_OWN_HOSTS = ("127.0.0.1", "localhost")

Environ: TypeAlias = dict[str, Any]
StartResponse: TypeAlias = Callable[..., Any]


class SandboxApplication:
    """Moto behind one lock, with our own instance path, and without moto's control paths."""

    def __init__(self, cloud: Callable[[Environ, StartResponse], Iterable[bytes]], instance: str) -> None:
        self._cloud = cloud
        self._instance = instance
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path = environ.get("PATH_INFO", "")
        if environ.get("HTTP_HOST", "").rsplit(":", 1)[0] not in _OWN_HOSTS:
            return _answer(start_response, "421 Misdirected Request", {"error": "not-a-sandbox-host"})
        if path == INSTANCE_PATH:
            return _answer(start_response, "200 OK", {"instance": self._instance})
        if path.startswith("/moto-api"):
            # It can empty the cloud without giving it a new identity.
            return _answer(start_response, "404 Not Found", {"error": "no-such-path"})
        # Moto is not thread-safe: parallel requests give 500s and lost writes.
        with self._lock:
            return list(self._cloud(environ, start_response))


class _SilentRequestHandler(MotoRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name
        """Say nothing: requests hold what is being deployed."""


def _answer(start_response: StartResponse, status: str, document: dict[str, str]) -> list[bytes]:
    body = json.dumps(document).encode()
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def _end_with_parent() -> None:
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


def _say(document: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()


def main() -> int:
    """Serve until standard input closes."""
    parser = argparse.ArgumentParser(description="The sandbox cloud.")
    parser.add_argument("--port", type=int, default=0)
    port: int = parser.parse_args().port
    instance = str(uuid.uuid4())
    application = SandboxApplication(DomainDispatcherApplication(create_backend_app), instance)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        server = make_server("127.0.0.1", port, application, threaded=True, request_handler=_SilentRequestHandler)
    except (OSError, SystemExit) as error:
        # werkzeug turns an address in use into SystemExit.
        if isinstance(error, SystemExit) or error.errno == errno.EADDRINUSE:
            _say({"error": "port-in-use"})
            return PORT_IN_USE_EXIT_STATUS
        raise
    _say({"port": server.server_port, "instance": instance})
    # Nobody reads on: what moto prints would fill the pipe and stop it.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
