"""The way through an identity provider: out, and back with its answer."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pavior.identity.model import ProviderAnswer
from pavior.web.portal import Portal
from pavior.web.serving import Endpoint, guarded

BEGIN_PATH = "/single-sign-on"
CALLBACK_PATH = "/single-sign-on/callback"


def begin_endpoint(portal: Portal) -> Endpoint:
    """To the provider, with a cookie that tells on the way back that it is the same browser."""

    def begin(request: Request) -> Response:
        clock = portal.application.clock
        departure = portal.application.single_sign_on.begin(
            portal.doorway.origin + CALLBACK_PATH, request.query_params.get("to", "/")
        )
        response = RedirectResponse(departure.url, 303)
        portal.attempt_cookie.give(response, departure.attempt, now=clock.now(), expires_at=departure.ends_at)
        return response

    async def serve(request: Request) -> Response:
        return await run_in_threadpool(guarded, portal, lambda: begin(request))

    return serve


def finish_endpoint(portal: Portal) -> Endpoint:
    """Begin a session, and on to the page that was asked for."""

    def finish(request: Request) -> Response:
        address = request.client.host if request.client else ""
        # Before it is tried: each try costs a call to the provider.
        portal.limits.count_failure(address)
        query = request.query_params
        answer = ProviderAnswer(
            state=query.get("state", ""),
            code=query.get("code", ""),
            issuer=query.get("iss", ""),
            error=query.get("error", ""),
        )
        arrival = portal.application.single_sign_on.finish(portal.attempt_cookie.read(request), answer)
        portal.limits.forgive(address)
        separator = "&" if "?" in arrival.destination else "?"
        response = RedirectResponse(f"{arrival.destination}{separator}done=signed-in", 303)
        signed_in, now = arrival.signed_in, portal.application.clock.now()
        portal.cookie.give(response, signed_in.session_secret, now=now, expires_at=signed_in.expires_at)
        return response

    async def serve(request: Request) -> Response:
        response = await run_in_threadpool(guarded, portal, lambda: finish(request))
        # It has been used, whatever came of it.
        portal.attempt_cookie.take(response)
        return response

    return serve
