"""Terraform's and OpenTofu's `http` backend, at /state/v1/SERVICE/STAGE: answered as the programs expect.

It speaks HTTP's LOCK and UNLOCK, which OpenAPI cannot describe, and Basic authentication, because the backend knows no
other: the password is a service token, the user name means nothing. Source of the protocol, as far as it is written
down: https://developer.hashicorp.com/terraform/language/backend/http; the rest was seen from Terraform 1.11.4.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import cast

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pavior.api.doors import Bounded, Dressed, Identified, Net
from pavior.api.problems import handle_problems
from pavior.application import Application
from pavior.identity.model import Actor
from pavior.identity.rate_limits import RateLimits
from pavior.kernel.clock import format_instant
from pavior.kernel.errors import ConflictError, ForbiddenError, InvalidError, MissingError
from pavior.states.model import LOCK_IN_CONTEXT, MAXIMUM_STATE_BYTES, StateLock
from pavior.telemetry.measuring import Measured
from pavior.telemetry.meters import Meters

PREFIX = "/state/v1"
METHODS = ("GET", "POST", "LOCK", "UNLOCK")
_JSON = "application/json"
_LOCKED = 423


def create_state_backend(
    application: Application, *, meters: Meters | None = None, limits: RateLimits | None = None
) -> Starlette:
    """The backend over these services. Arguments as those of `create_api`."""
    backend = Starlette(
        routes=[Route("/{place:path}", _answer, methods=list(METHODS))],
        middleware=[
            Middleware(Measured, surface="state", meters=meters or Meters()),
            Middleware(Dressed),
            Middleware(Net),
            Middleware(
                Identified,
                application=application,
                limits=limits or RateLimits.unlimited(),
                find_secret=_password,
                challenge='Basic realm="pavior"',
                advice="Set TF_HTTP_PASSWORD to a service token; make one with: pavior token create",
            ),
            Middleware(Bounded, maximum_bytes=MAXIMUM_STATE_BYTES),
        ],
    )
    backend.state.application = application
    backend.router.redirect_slashes = False
    handle_problems(backend)
    return backend


@dataclass(frozen=True, slots=True)
class _Ask:
    """One request, read whole."""

    application: Application
    actor: Actor
    environment: str
    body: bytes
    lock_id: str
    digest: str


async def _answer(request: Request) -> Response:
    # HEAD comes along with GET; nothing is read for it.
    if request.method not in _ANSWERS:
        return Response(status_code=204)
    ask = _Ask(
        cast("Application", request.app.state.application),
        request.state.actor,
        request.path_params["place"],
        await request.body(),
        request.query_params.get("ID", ""),
        request.headers.get("content-md5", ""),
    )
    try:
        return await run_in_threadpool(_ANSWERS[request.method], ask)
    except MissingError as error:
        if error.code != "state-missing":
            raise
        # The programs take 404 for an empty state, and would make everything once more.
        raise ForbiddenError(
            "state-refused",
            f"There is no state {ask.environment[:80]}, or it is not for this token.",
            fix="Check the address, and what the token was made for: pavior token list.",
        ) from error


def _read(ask: _Ask) -> Response:
    state = ask.application.states.read(ask.actor, ask.environment)
    return Response(status_code=204) if state is None else Response(state, media_type=_JSON)


def _write(ask: _Ask) -> Response:
    _require_whole(ask)
    ask.application.states.write(ask.actor, ask.environment, ask.body, ask.lock_id)
    return Response()


def _lock(ask: _Ask) -> Response:
    return _held(lambda: ask.application.states.lock(ask.actor, ask.environment, ask.body))


def _unlock(ask: _Ask) -> Response:
    return _held(lambda: ask.application.states.unlock(ask.actor, ask.environment, ask.body))


def _held(act: Callable[[], object]) -> Response:
    """Who holds the lock is told in the program's own words, which it prints."""
    try:
        act()
    except ConflictError as error:
        held = error.context.get(LOCK_IN_CONTEXT)
        if not isinstance(held, StateLock):
            raise
        told = {**held.info, "ID": held.id, "Who": held.info.get("Who") or held.holder}
        told["Created"] = format_instant(held.locked_at)
        return Response(json.dumps(told), _LOCKED, media_type=_JSON)
    return Response()


def _require_whole(ask: _Ask) -> None:
    # Not for security: the program's own check that what it sent has arrived.
    digest = base64.b64encode(hashlib.md5(ask.body, usedforsecurity=False).digest()).decode()
    if ask.digest and ask.digest != digest:
        raise InvalidError(
            "state-damaged",
            "The state does not fit its Content-MD5: something on the way changed it.",
            fix="Send it again; if it goes on, look at the proxies between.",
        )


def _password(authorization: str) -> str:
    """Of `Basic`; empty when there is none."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return decoded.partition(":")[2]


_ANSWERS: Mapping[str, Callable[[_Ask], Response]] = MappingProxyType(
    {"GET": _read, "POST": _write, "LOCK": _lock, "UNLOCK": _unlock}
)
