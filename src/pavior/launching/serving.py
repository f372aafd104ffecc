"""Portal, API and probes on one port, until a signal."""

import asyncio
import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from pavior.adapters.listening import Listening, address_of
from pavior.api.app import create_api
from pavior.api.probes import create_probes
from pavior.api.problems import handle_problems
from pavior.api.state_backend import PREFIX as STATE_PREFIX
from pavior.api.state_backend import create_state_backend
from pavior.bootstrap import Installation
from pavior.identity.rate_limits import RateLimits
from pavior.launching.repeating import attempt, every
from pavior.observability.service_levels import Tally
from pavior.telemetry.meters import Meters
from pavior.web.app import create_portal

# Live logs stay open for as long as somebody watches; a stop does not wait for them.
_GRACE_SECONDS = 2
_KEEP_ALIVE_SECONDS = 15
_WRITE_EVERY_SECONDS = 30.0
_log = logging.getLogger("pavior.server")


def public_address(installation: Installation, listening: Listening) -> str:
    """What links to the portal begin with."""
    return installation.settings.public_url or address_of(listening)


def create_site(installation: Installation, public_url: str, tally: Tally | None = None) -> Starlette:
    """The whole site: probes at the root, the API under /api/v1, and the portal for all else.

    Args:
        tally: Counts requests towards our own objectives.
    """
    application = installation.application
    meters = Meters(*(() if tally is None else (tally.count_request,)))
    limits = RateLimits.of(application.clock, installation.settings.requests_per_minute)
    site = Starlette(
        routes=[
            *create_probes(application, meters),
            Mount("/api/v1", create_api(application, public_url=public_url, meters=meters, limits=limits)),
            Mount(STATE_PREFIX, create_state_backend(application, meters=meters, limits=limits)),
            Mount(
                "/",
                create_portal(
                    application,
                    public_url=public_url,
                    is_secure_cookie=public_url.startswith("https"),
                    meters=meters,
                    limits=limits,
                ),
            ),
        ]
    )
    # A path with a line break fits no mount.
    handle_problems(site)
    return site


def serve(installation: Installation, listening: Listening, on_ready: Callable[[], None]) -> None:
    """Answer requests until SIGINT or SIGTERM; returns when everything is closed.

    Args:
        listening: Is closed at the end.
        on_ready: Called once requests are answered.
    """
    tally = Tally(installation.application.clock)
    site = create_site(installation, public_address(installation, listening), tally)
    config = uvicorn.Config(
        site,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        # Whose word about where a request comes from is believed.
        forwarded_allow_ips=list(installation.settings.trusted_proxies),
        timeout_graceful_shutdown=_GRACE_SECONDS,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
    )
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    with _writing_down(tally, installation):
        asyncio.run(_serve(_Server(config, on_ready), listening))


@contextmanager
def _writing_down(tally: Tally, installation: Installation) -> Iterator[None]:
    """What was counted goes into the database now and then, and at the end."""
    stopping = threading.Event()

    def write() -> None:
        tally.write(installation.platform.database)

    thread = every(_WRITE_EVERY_SECONDS, stopping, write, _log)
    try:
        yield
    finally:
        stopping.set()
        thread.join()
        attempt(write, _log)


class _Server(uvicorn.Server):
    """Says when it answers, and leaves stopping the rest to the caller."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[Listening] | None = None) -> None:
        """Uvicorn's own, then the word."""
        await super().startup(sockets)
        if self.started:
            self._on_ready()

    def stop(self) -> None:
        """A second signal does not wait for open connections."""
        self.force_exit = self.should_exit
        self.should_exit = True


async def _serve(server: _Server, listening: Listening) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, server.stop)
    # `serve` would take the signals over, and raise them again when it has stopped.
    await server._serve([listening])  # noqa: SLF001
