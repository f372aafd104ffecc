"""The API as one application, mounted at /api/v1."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.middleware import Middleware

from pavior.api.doors import Bounded, Dressed, Identified, Net
from pavior.api.problems import MEDIA_TYPE, Problem, handle_problems
from pavior.api.routes import (
    audit,
    changes,
    compliance,
    controls,
    disputes,
    environments,
    gating,
    home,
    levels,
    overrides,
    people,
    queue,
    runs,
    services,
    states,
    threat_library,
    threat_reviews,
    threat_tests,
    threats,
)
from pavior.application import Application
from pavior.identity.rate_limits import RateLimits
from pavior.runs.following import FollowerSlots
from pavior.telemetry.measuring import Measured
from pavior.telemetry.meters import Meters

PREFIX = "/api/v1"
_ROUTERS = (
    home.router,
    services.router,
    changes.router,
    environments.router,
    gating.router,
    states.router,
    levels.router,
    queue.router,
    controls.router,
    compliance.router,
    threat_library.router,
    threat_reviews.router,
    threats.router,
    threat_tests.router,
    disputes.router,
    overrides.router,
    runs.router,
    audit.router,
    people.router,
)
_ABOUT = """\
Everything that the command line does with an installation, for programs. Send a service token as
`Authorization: Bearer TOKEN`; make one with `pavior token create`. `x-pavior-permission` says what each route needs.
Errors are problems (RFC 9457) with a stable `code` and a `fix`; their list is in docs/reference/errors.md.
"""


def create_api(
    application: Application, *, public_url: str, meters: Meters | None = None, limits: RateLimits | None = None
) -> FastAPI:
    """The API over these services.

    Args:
        public_url: Scheme, host and port under which people reach Pavior; the OpenAPI document names it.
        meters: Count its requests; without them nobody asks for the counts.
        limits: How often callers may ask; without them as often as they like.
    """
    api = FastAPI(
        title="Pavior",
        version="1",
        description=_ABOUT,
        servers=[{"url": f"{public_url.rstrip('/')}{PREFIX}"}],
        root_path_in_servers=False,
        # Their pages load scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
        middleware=[
            Middleware(Measured, surface="api", meters=meters or Meters()),
            Middleware(Dressed),
            Middleware(Net),
            Middleware(Identified, application=application, limits=limits or RateLimits.unlimited()),
            Middleware(
                Bounded,
                longer=[
                    (gating.GATE_PATHS, gating.MAXIMUM_GATE_BYTES),
                    (threat_tests.TEST_REPORT_PATHS, threat_tests.MAXIMUM_TEST_REPORT_BYTES),
                ],
            ),
        ],
    )
    api.state.application = application
    api.state.slots = FollowerSlots()
    handle_problems(api)
    for router in _ROUTERS:
        api.include_router(router)
    api.openapi = lambda: _describe(api)  # type: ignore[method-assign] # FastAPI's own way to extend it
    return api


def _operation_id(route: APIRoute) -> str:
    return route.name


def _describe(api: FastAPI) -> dict[str, Any]:
    """The OpenAPI document: FastAPI's, with our problems and token in place of its own errors."""
    if api.openapi_schema is None:
        document = get_openapi(
            title=api.title,
            version=api.version,
            description=api.description,
            routes=api.routes,
            servers=api.servers,
        )
        parts = document["components"]["schemas"]
        for name in ("HTTPValidationError", "ValidationError"):
            parts.pop(name, None)
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        parts |= problem.pop("$defs") | {"Problem": problem}
        document["components"]["schemas"] = dict(sorted(parts.items()))
        document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        document["security"] = [{"token": []}]
        refusal = {"schema": {"$ref": "#/components/schemas/Problem"}}
        for path in document["paths"].values():
            for operation in path.values():
                operation["responses"].pop("422", None)
                operation["responses"]["default"] = {
                    "description": "A problem, with a code, what happened, and what to do.",
                    "content": {MEDIA_TYPE: refusal},
                }
        api.openapi_schema = document
    return api.openapi_schema
