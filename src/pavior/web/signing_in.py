"""The door: one-time links, signing in, signing out, and the files that pages are dressed with."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from pavior.kernel.errors import ConflictError, InvalidError, PaviorError
from pavior.web.guarding import CSRF_FIELD, CSRF_HEADER, require_token
from pavior.web.portal import Portal
from pavior.web.serving import Endpoint, find_session, guarded, page_missing, problem, read_form, sign_in_page
from pavior.web.visits import Form

_FOR_EVER = "public, max-age=31536000, immutable"


def static_endpoint(portal: Portal) -> Endpoint:
    """Files whose names change with their content."""

    async def serve(request: Request) -> Response:
        asset = portal.assets.by_served_name.get(request.path_params["name"])
        if asset is None:
            return problem(portal, None, page_missing(request.url.path))
        headers = {"Cache-Control": _FOR_EVER, "Vary": "Accept-Encoding"}
        if asset.compressed and "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return Response(asset.compressed, media_type=asset.media_type, headers=headers)
        return Response(asset.body, media_type=asset.media_type, headers=headers)

    return serve


def explain_endpoint(portal: Portal) -> Endpoint:
    """How to sign in; whoever is signed in already goes home."""

    async def serve(request: Request) -> Response:
        if await run_in_threadpool(find_session, portal, request) is not None:
            return RedirectResponse("/", 303)
        return HTMLResponse(sign_in_page(portal, 200))

    return serve


def show_link_endpoint(portal: Portal) -> Endpoint:
    """A button, and nothing more: a link that is only looked at stays good."""

    async def serve(request: Request) -> Response:
        return HTMLResponse(portal.renderer.outside("sign_in.html", {"token": request.path_params["token"]}))

    return serve


def use_link_endpoint(portal: Portal) -> Endpoint:
    """Begin a session."""

    def sign_in(token: str, address: str) -> Response:
        try:
            signed_in = portal.application.access.redeem(token)
        except (InvalidError, ConflictError):
            portal.limits.count_failure(address)
            raise
        response = RedirectResponse("/?done=signed-in", 303)
        now = portal.application.clock.now()
        portal.cookie.give(response, signed_in.session_secret, now=now, expires_at=signed_in.expires_at)
        return response

    async def serve(request: Request) -> Response:
        try:
            await read_form(request)
            # There is no session yet whose token could prove it, so the browser itself must say where it comes from;
            # otherwise another site could sign somebody in under a name that is not theirs.
            portal.doorway.require_own_page(dict(request.headers), is_proof_needed=True)
        except PaviorError as error:
            return problem(portal, None, error)
        address = request.client.host if request.client else ""
        return await run_in_threadpool(guarded, portal, lambda: sign_in(request.path_params["token"], address))

    return serve


def sign_out_endpoint(portal: Portal) -> Endpoint:
    """End the session, here and in the browser."""

    def sign_out(request: Request, form: Form) -> Response:
        session = find_session(portal, request)
        if session is not None:
            try:
                portal.doorway.require_own_page(dict(request.headers), is_proof_needed=False)
                require_token(request.headers.get(CSRF_HEADER) or form.raw(CSRF_FIELD), session.csrf_token)
            except PaviorError as error:
                return problem(portal, None, error)
            portal.application.access.sign_out(portal.cookie.read(request))
        response = RedirectResponse("/sign-in", 303)
        portal.cookie.take(response)
        return response

    async def serve(request: Request) -> Response:
        try:
            form = await read_form(request)
        except PaviorError as error:
            return problem(portal, None, error)
        return await run_in_threadpool(sign_out, request, form)

    return serve
