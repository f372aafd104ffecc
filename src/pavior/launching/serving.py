"""Portal, API and probes on one port, until a signal."""

import asyncio
import logging
import signal
from collections.abc import Callable

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from pavior.adapters.listening import Listening, address_of
from pavior.api.app import create_api
from pavior.api.probes import create_probes
from pavior.api.problems import handle_problems
from pavior.bootstrap import Installation
from pavior.identity.rate_limits import RateLimits
from pavior.telemetry import Meters
from pavior.web.app import create_portal

# Live logs stay open for as long as somebody watches; a stop does not wait for them.
_GRACE_SECONDS = 2
_KEEP_ALIVE_SECONDS = 15


def public_address(installation: Installation, listening: Listening) -> str:
    """What links to the portal begin with."""
    return installation.settings.public_url or address_of(listening)


def create_site(installation: Installation, public_url: str) -> Starlette:
    """The whole site: probes at the root, the API under /api/v1, and the portal for all else."""
    application, meters = installation.application, Meters()
    limits = RateLimits.of(application.clock, installation.settings.requests_per_minute)
    site = Starlette(
        routes=[
            *create_probes(application, meters),
            Mount("/api/v1", create_api(application, public_url=public_url, meters=meters, limits=limits)),
            Mount(
                "/",
                create_portal(
                    application,
                    public_url=public_url,
                    is_secure_cookie=public_url.startswith("https"),
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
    site = create_site(installation, public_address(installation, listening))
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
    asyncio.run(_serve(_Server(config, on_ready), listening))


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
