"""The sandbox cloud: an AWS look-alike in a subprocess on loopback, which forgets everything when it stops."""

import contextlib
import http.client
import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pavior.adapters.companions import Companion
from pavior.adapters.listening import port_in_use
from pavior.adapters.process import allowed_environment
from pavior.environments.ports import CloudTarget, Purpose
from pavior.kernel.errors import UnavailableError

INSTANCE_PATH = "/_pavior/instance"
DEFAULT_REGION = "eu-west-1"
# Obvious fakes, so that nobody takes them for keys; moto accepts anything.
SANDBOX_ACCESS_KEY_ID = "SANDBOX-NOT-A-KEY"
SANDBOX_SECRET_ACCESS_KEY = "sandbox-not-a-secret"  # noqa: S105 - it says so itself

_START_TIMEOUT_SECONDS = 30.0
_ANSWER_TIMEOUT_SECONDS = 5.0
_ATTEMPTS = 3
_PAUSE_SECONDS = 0.2


class Sandbox:
    """Starts and stops the sandbox's process. It also ends by itself when this process dies.

    Args:
        port: TCP port on 127.0.0.1; 0 lets the system choose.
    """

    def __init__(self, *, port: int = 0) -> None:
        self._port = port
        self._companion: Companion | None = None
        self.endpoint_url = ""
        self.instance = ""

    def start(self) -> Self:
        """Start and wait until it answers.

        Raises:
            ConflictError: `port-in-use`.
            UnavailableError: `sandbox-start-failed`.
        """
        companion = Companion.start(
            [sys.executable, "-m", "pavior.adapters.clouds.sandbox_server", "--port", str(self._port)],
            environment=allowed_environment(),
            within_seconds=_START_TIMEOUT_SECONDS,
            cwd=Path("/"),
        )
        self._companion = companion
        said: Mapping[str, object] = json.loads(companion.said) if companion.said.startswith(b"{") else {}
        if said.get("error") == "port-in-use":
            self.stop()
            raise port_in_use("127.0.0.1", self._port)
        if "port" not in said:
            self.stop()
            raise UnavailableError(
                "sandbox-start-failed",
                f"The sandbox cloud was not ready within {_START_TIMEOUT_SECONDS:g} seconds.",
                fix="Run `python -m pavior.adapters.clouds.sandbox_server` to see what is in its way.",
                context={"exit_status": companion.exit_status},
            )
        self.endpoint_url = f"http://127.0.0.1:{said['port']}"
        self.instance = str(said["instance"])
        return self

    def stop(self) -> None:
        """Stop it, and with it everything that it holds. A sandbox that is not running is left alone."""
        companion, self._companion = self._companion, None
        if companion is not None:
            companion.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


@dataclass(frozen=True, slots=True)
class SandboxCloud:
    """Gives targets in a sandbox that is already running, in this process tree or another.

    Args:
        find_endpoint: Where it listens now, as `http://127.0.0.1:PORT`, or None when none was started. Asked each
            time, because a sandbox that is started again listens elsewhere.
    """

    find_endpoint: Callable[[], str | None]
    region: str = DEFAULT_REGION
    name: str = field(default="sandbox", init=False)
    is_forgetful: bool = field(default=True, init=False)

    def target(self, environment: str, purpose: Purpose = Purpose.PLAN) -> CloudTarget:
        """Where `environment` lives, with the identity that the sandbox has now; it looks at no credentials.

        Raises:
            UnavailableError: `sandbox-unreachable`.
        """
        endpoint_url = self.find_endpoint()
        if endpoint_url is None:
            raise _unreachable("anywhere")
        return CloudTarget(
            provider="aws",
            region=self.region,
            endpoint_url=endpoint_url,
            instance=read_instance(endpoint_url),
            access_key_id=SANDBOX_ACCESS_KEY_ID,
            secret_access_key=SANDBOX_SECRET_ACCESS_KEY,
        )

    def ping(self) -> None:
        """See the port."""
        self.target("pavior/health")


def read_instance(endpoint_url: str) -> str:
    """The identity of the sandbox at `endpoint_url`; a restarted one has another.

    Raises:
        UnavailableError: `sandbox-unreachable`, also when something else answers there.
    """
    for attempt in range(_ATTEMPTS):
        if attempt:
            time.sleep(_PAUSE_SECONDS)
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
            return _ask_instance(endpoint_url)
    raise _unreachable(f"at {endpoint_url}")


def _unreachable(where: str) -> UnavailableError:
    return UnavailableError(
        "sandbox-unreachable",
        f"The sandbox cloud does not answer {where}.",
        fix="Start it with: pavior up. A sandbox that was started anew is empty; its environments can be rebuilt.",
    )


def _ask_instance(endpoint_url: str) -> str:
    # Not urllib: it would send loopback requests to a proxy that the environment names.
    address = urlsplit(endpoint_url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=_ANSWER_TIMEOUT_SECONDS)
    try:
        connection.request("GET", INSTANCE_PATH)
        answer = connection.getresponse()
        return str(json.loads(answer.read(4096))["instance"])
    finally:
        connection.close()
