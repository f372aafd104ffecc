"""The portal as one ASGI application."""

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pavior.application import Application
from pavior.identity.rate_limits import RateLimits
from pavior.runs.following import FollowerSlots
from pavior.telemetry.measuring import Measured
from pavior.telemetry.meters import Meters
from pavior.web import signing_in, single_sign_on
from pavior.web.assets import load_assets
from pavior.web.cookies import SecretCookie
from pavior.web.guarding import Doorway, Guard
from pavior.web.portal import Portal
from pavior.web.rendering import Renderer
from pavior.web.serving import Endpoint, find_visit, page_endpoint, page_missing, problem
from pavior.web.table import OPEN_ROUTES, ROUTES

_OPEN_ENDPOINTS: dict[tuple[str, str], Callable[[Portal], Endpoint]] = {
    ("GET", "/static/{name}"): signing_in.static_endpoint,
    ("GET", "/sign-in"): signing_in.explain_endpoint,
    ("GET", "/sign-in/{token}"): signing_in.show_link_endpoint,
    ("POST", "/sign-in/{token}"): signing_in.use_link_endpoint,
    ("GET", single_sign_on.BEGIN_PATH): single_sign_on.begin_endpoint,
    ("GET", single_sign_on.CALLBACK_PATH): single_sign_on.finish_endpoint,
    ("POST", "/sign-out"): signing_in.sign_out_endpoint,
}


def create_portal(
    application: Application,
    *,
    public_url: str,
    is_secure_cookie: bool,
    meters: Meters | None = None,
    limits: RateLimits | None = None,
) -> Starlette:
    """The portal, to be mounted at `/` after everything more particular.

    Args:
        public_url: Where people reach it, such as `https://pavior.example.org`; other hosts but loopback are refused.
        is_secure_cookie: True when people reach it over HTTPS.
        meters: Count its requests; without them nobody asks for the counts.
        limits: How often people may ask; without them as often as they like.
    """
    portal = Portal(
        application=application,
        doorway=Doorway.of(public_url),
        cookie=SecretCookie("session", is_secure=is_secure_cookie),
        attempt_cookie=SecretCookie("attempt", is_secure=is_secure_cookie),
        assets=load_assets(),
        renderer=Renderer(public_url.rstrip("/")),
        slots=FollowerSlots(),
        limits=limits or RateLimits.unlimited(),
    )
    routes = [
        *(
            Route(item.path, _OPEN_ENDPOINTS[item.method, item.path](portal), methods=[item.method])
            for item in OPEN_ROUTES
        ),
        *(Route(item.path, page_endpoint(portal, item), methods=[item.method]) for item in ROUTES),
    ]
    portal_app = Starlette(
        routes=routes,
        middleware=[
            Middleware(Measured, surface="portal", meters=meters or Meters()),
            Middleware(
                Guard,
                doorway=portal.doorway,
                refuse=lambda error: problem(portal, None, error),
                is_secure=is_secure_cookie,
            ),
        ],
        exception_handlers={HTTPException: _missing_handler(portal)},
    )
    # A redirect would be to whatever host the request names.
    portal_app.router.redirect_slashes = False
    return portal_app


def _missing_handler(portal: Portal) -> Callable[[Request, Exception], Awaitable[Response]]:
    def answer(request: Request) -> Response:
        return problem(portal, find_visit(portal, request), page_missing(request.url.path))

    async def handle(request: Request, _: Exception) -> Response:
        return await run_in_threadpool(answer, request)

    return handle
