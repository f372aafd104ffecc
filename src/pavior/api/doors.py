"""What every request passes before it reaches a route: headers, the net for bugs, who asks, and how much they send.

Plain ASGI, because a stream must not be held back by what it passes.
"""

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pavior.api.problems import TooLargeError, UnauthenticatedError, bug_response, problem_response
from pavior.application import Application
from pavior.identity.model import Actor
from pavior.identity.rate_limits import RateLimits
from pavior.kernel.errors import PaviorError

MAXIMUM_BODY_BYTES = 1024 * 1024
# Says what there is, and nothing of what anybody has.
OPEN_PATHS = {"/openapi.json": "It describes this program, not an installation."}

BEARER_CHALLENGE = 'Bearer realm="pavior"'
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
_log = logging.getLogger("pavior.api")


@dataclass(frozen=True, slots=True)
class Dressed:
    """Puts the headers on each answer that all have."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""

        async def sender(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, sender)


@dataclass(frozen=True, slots=True)
class Net:
    """Catches what nobody meant to raise, and tells the log, not the caller."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        is_started = False

        async def sender(message: Message) -> None:
            nonlocal is_started
            is_started = is_started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, sender)
        except PaviorError as error:
            if is_started:
                raise
            await problem_response(error)(scope, receive, send)
        except Exception as error:
            # The edge of the program: a request that hits a bug gets an answer, and the others go on.
            _log.exception("a bug answered %s", scope.get("method", ""))
            if is_started:
                raise
            await bug_response(error)(scope, receive, send)


def bearer(authorization: str) -> str:
    """The secret in a header of RFC 6750; empty when there is none."""
    scheme, _, secret = authorization.partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


@dataclass(frozen=True, slots=True)
class Identified:
    """Lets nobody pass without a token that works; routes find who asks in `request.state.actor`.

    Args:
        find_secret: The token in the header `Authorization`; empty when there is none.
        challenge: How to ask for it.
        advice: What to do, for who sent none.
    """

    app: ASGIApp
    application: Application
    limits: RateLimits
    find_secret: Callable[[str], str] = bearer
    challenge: str = BEARER_CHALLENGE
    advice: str = "Send the header Authorization: Bearer TOKEN; make a token with: pavior token create"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        if scope["type"] != "http" or path in OPEN_PATHS:
            await self.app(scope, receive, send)
            return
        secret = self.find_secret(Headers(scope=scope).get("authorization", ""))
        if not secret:
            await self._stranger(scope, receive, send, is_token_sent=False)
            return
        actor = await run_in_threadpool(self.application.access.find_token, secret)
        if actor is None:
            self.limits.count_failure((scope.get("client") or ("",))[0])
            await self._stranger(scope, receive, send, is_token_sent=True)
            return

        self.limits.count_request(actor.id)

        def find_again() -> Actor | None:
            return self.application.access.find_token(secret)

        # The same scope goes on: what routing writes into it is read by those outside of this.
        scope["state"] = {**scope.get("state", {}), "actor": actor, "find_again": find_again}
        await self.app(scope, receive, send)

    async def _stranger(self, scope: Scope, receive: Receive, send: Send, *, is_token_sent: bool) -> None:
        challenge = self.challenge
        if is_token_sent:
            error = UnauthenticatedError(
                "token-invalid",
                "The token is not valid, or not any more.",
                fix="Make a new one with: pavior token create",
            )
            if challenge == BEARER_CHALLENGE:
                challenge += ', error="invalid_token"'
        else:
            error = UnauthenticatedError(
                "token-required",
                "The request names no service token.",
                fix=self.advice,
            )
        await problem_response(error, headers={"WWW-Authenticate": challenge})(scope, receive, send)


@dataclass(frozen=True, slots=True)
class Bounded:
    """Takes the whole body before the route is called, and no more of it than there can be.

    Args:
        longer: Paths where more bytes may come, and how many.
    """

    app: ASGIApp
    maximum_bytes: int = MAXIMUM_BODY_BYTES
    longer: Sequence[tuple[re.Pattern[str], int]] = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope.get("path", "")
        most = next((size for pattern, size in self.longer if pattern.fullmatch(path)), self.maximum_bytes)
        announced = Headers(scope=scope).get("content-length", "")
        body = bytearray()
        is_too_large = announced.isdecimal() and int(announced) > most
        is_whole = False
        while not is_too_large and not is_whole:
            message = await receive()
            if message["type"] != "http.request":
                # Whoever hangs up half-way has asked for nothing.
                return
            body += message.get("body", b"")
            is_whole = not message.get("more_body", False)
            is_too_large = len(body) > most
        if is_too_large:
            await _refusal(most)(scope, receive, send)
            return
        given = False

        async def replay() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": bytes(body), "more_body": False}

        await self.app(scope, replay, send)


def _refusal(most: int) -> Response:
    error = TooLargeError(
        "request-too-large",
        f"The body of a request holds at most {most} bytes here.",
        fix="Send less; nothing that is taken here is that long.",
    )
    # What is left of the body would be taken for the next request.
    return problem_response(error, headers={"Connection": "close"})
