"""The outermost door of each surface: each answer is counted under its route, and is a span where traces are sent."""

import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from pavior.telemetry.meters import Answered, Meters
from pavior.telemetry.tracing import request_span

# ASGI's own forms, without a framework.
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Message, Receive, Send], Awaitable[None]]

_METHODS = ("GET", "HEAD", "POST")
# What a caller learns who was told nothing.
_CRASHED = 500


@dataclass(frozen=True, slots=True)
class Measured:
    """Plain ASGI: a stream must not be held back by what it passes."""

    app: App
    surface: str
    meters: Meters

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # Anybody can send any word as a method, and each new word would be a series for ever.
        method = scope["method"] if scope["method"] in _METHODS else "(other)"
        began = time.monotonic()
        status, seconds = 0, 0.0
        # Where this surface is mounted, until a route of its own was found.
        outer = scope.get("route")

        async def sender(message: Message) -> None:
            nonlocal status, seconds
            if message["type"] == "http.response.start":
                status, seconds = message["status"], time.monotonic() - began
            await send(message)

        with request_span(method, self.surface) as span:
            try:
                await self.app(scope, receive, sender)
            finally:
                found = scope.get("route")
                route = getattr(found, "path", "(none)") if found is not outer else "(none)"
                status = status or _CRASHED
                span.end_request(route, status)
                self.meters.count_request(
                    Answered(self.surface, route, method, status, seconds or time.monotonic() - began)
                )
