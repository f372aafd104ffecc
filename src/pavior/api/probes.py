"""What machines ask about Pavior itself: does it live, is it ready, its numbers, its keys. They need no token."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pavior.application import Application
from pavior.environments.workload_identity import DISCOVERY_PATH, KEYS_PATH, WorkloadIdentity
from pavior.telemetry.meters import METRICS_CONTENT_TYPE, Meters

_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_UNWELL = 503


def create_probes(application: Application, meters: Meters) -> list[Route]:
    """Routes for the root of the site: /healthz, /readyz, /metrics, and where a cloud verifies our tokens.

    /healthz answers while the process does, whatever it depends on: restarting it would mend nothing else.
    /readyz asks what it depends on, and answers 503 with what is unwell and what to do.
    """

    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "alive"}, headers=_HEADERS)

    async def readyz(_: Request) -> Response:
        checks = await run_in_threadpool(application.health.check)
        is_ready = bool(checks) and all(check.is_well for check in checks)
        document = {
            "status": "ready" if is_ready else "unwell",
            "checks": [{"name": check.name, "is_well": check.is_well, "detail": check.detail} for check in checks],
        }
        return JSONResponse(document, 200 if is_ready else _UNWELL, headers=_HEADERS)

    async def metrics(_: Request) -> Response:
        return Response(meters.expose(), headers=_HEADERS | {"Content-Type": METRICS_CONTENT_TYPE})

    return [
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/metrics", metrics),
        *_identity_routes(application.workload_identity),
    ]


def _identity_routes(identity: WorkloadIdentity | None) -> list[Route]:
    if identity is None:
        return []

    async def discovery(_: Request) -> Response:
        return JSONResponse(identity.discovery(), headers=_HEADERS)

    async def keys(_: Request) -> Response:
        return JSONResponse(identity.keys(), headers=_HEADERS)

    return [Route(DISCOVERY_PATH, discovery), Route(KEYS_PATH, keys)]
