"""From a request to a visit, and from what a handler answers to a response."""

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from pavior.identity.model import Permission, Scope, Session
from pavior.kernel.errors import InvalidError, MissingError, PaviorError, RateLimitedError, find_full_disk
from pavior.runs.following import RunFollower
from pavior.web.guarding import CSRF_FIELD, CSRF_HEADER, SAFE_METHODS, require_token
from pavior.web.portal import Portal
from pavior.web.rendering import may_somewhere
from pavior.web.routing import PortalRoute
from pavior.web.streaming import events
from pavior.web.visits import Download, File, Form, LiveLog, Page, Redirect, Visit

Endpoint = Callable[[Request], Awaitable[Response]]

FORM_BYTES = 256 * 1024
FORM_FIELDS = 400
_FORM_TYPE = "application/x-www-form-urlencoded"
_SIGN_IN_NEEDED = 401

_log = logging.getLogger("pavior.web")


def page_endpoint(portal: Portal, route: PortalRoute) -> Endpoint:
    """Serves one route of the table to people who are signed in."""

    async def serve(request: Request) -> Response:
        try:
            form = await read_form(request)
        except PaviorError as error:
            return problem(portal, None, error)
        result = await run_in_threadpool(_answer, portal, route, request, form)
        if isinstance(result, Response):
            return result
        visit, log = result
        return _stream(portal, request, visit, log)

    return serve


async def read_form(request: Request) -> Form:
    """What was sent with a POST.

    Raises:
        InvalidError: `form-too-large`, `form-unreadable`.
    """
    if request.method in SAFE_METHODS:
        return Form()
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > FORM_BYTES:
            raise InvalidError(
                "form-too-large",
                f"The form is larger than {FORM_BYTES // 1024} KiB.",
                fix="Send less text, or use the command line.",
            )
    media_type = request.headers.get("content-type", _FORM_TYPE).partition(";")[0].strip().lower()
    if body and media_type != _FORM_TYPE:
        raise _unreadable(f"It was sent as {media_type[:60]}.")
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=FORM_FIELDS, errors="strict")
    except ValueError:
        raise _unreadable("It is not UTF-8, or has too many fields.") from None
    if any("\0" in text for pair in pairs for text in pair):
        raise _unreadable("It holds a character that cannot be stored.")
    # Browsers write line ends of text areas as two characters.
    return Form(tuple((name, value.replace("\r\n", "\n")) for name, value in pairs))


def _unreadable(why: str) -> InvalidError:
    return InvalidError("form-unreadable", f"The form cannot be read. {why}", fix=f"Send it as {_FORM_TYPE} in UTF-8.")


def _answer(portal: Portal, route: PortalRoute, request: Request, form: Form) -> Response | tuple[Visit, LiveLog]:
    visit: Visit | None = None
    try:
        session = find_session(portal, request)
        if session is None:
            return _sign_in_needed(portal, request)
        portal.limits.count_request(session.actor.id)
        _require_proof(portal, request, form, session)
        visit = _visit(portal, request, form, session)
        require_somewhere(visit, route.permission)
        answer = route.handler(visit)
        if isinstance(answer, LiveLog):
            return visit, answer
        return _respond(portal, visit, answer)
    except PaviorError as error:
        return problem(portal, visit, error)
    except Exception as error:  # noqa: BLE001 - the edge of the program: what escapes is a bug, and says so
        _log.exception("%s %s ended by a bug", request.method, route.path)
        return problem(portal, visit, bug(error))


def find_session(portal: Portal, request: Request) -> Session | None:
    """Who sent the request."""
    secret = portal.cookie.read(request)
    return portal.application.access.find_session(secret) if secret else None


def require_somewhere(visit: Visit, permission: Permission) -> None:
    """Refuse at the door what the actor may do nowhere; the service then asks about the thing itself.

    Raises:
        ForbiddenError: `permission-denied`.
    """
    authoriser = visit.application.authoriser
    if not may_somewhere(authoriser, visit.actor, permission):
        authoriser.authorise(visit.actor, permission, on=Scope())


def _require_proof(portal: Portal, request: Request, form: Form, session: Session) -> None:
    if request.method in SAFE_METHODS:
        return
    portal.doorway.require_own_page(dict(request.headers), is_proof_needed=False)
    require_token(request.headers.get(CSRF_HEADER) or form.raw(CSRF_FIELD), session.csrf_token)


def find_visit(portal: Portal, request: Request) -> Visit | None:
    """The visit of somebody who is signed in, without what they sent."""
    session = find_session(portal, request)
    return None if session is None else _visit(portal, request, Form(), session)


def _visit(portal: Portal, request: Request, form: Form, session: Session) -> Visit:
    last_event_id = request.headers.get("last-event-id", "")
    return Visit(
        application=portal.application,
        session=session,
        now=portal.application.clock.now(),
        address=request.url.path,
        path={name: _without_nul(str(value)) for name, value in request.path_params.items()},
        query=Form(tuple((name, _without_nul(value)) for name, value in request.query_params.multi_items())),
        form=form,
        last_event_id=Form((("id", last_event_id),)).whole_number("id"),
    )


def _without_nul(text: str) -> str:
    # Nothing is called so, and PostgreSQL cannot even look for it.
    return text.replace("\0", "")


def _respond(portal: Portal, visit: Visit, answer: Page | Redirect | Download | File) -> Response:
    match answer:
        case Page():
            return HTMLResponse(portal.renderer.page(visit, answer), answer.status)
        case Redirect():
            separator = "&" if "?" in answer.to else "?"
            done = f"{separator}done={answer.done}" if answer.done else ""
            return RedirectResponse(answer.to + done, 303)
        case Download():
            headers = {"Content-Disposition": f'attachment; filename="{answer.name}"'}
            return StreamingResponse(answer.lines, media_type=answer.media_type, headers=headers)
        case File():
            headers = {"Content-Disposition": f'attachment; filename="{answer.name}"'}
            return Response(answer.content, media_type=answer.media_type, headers=headers)


def _stream(portal: Portal, request: Request, visit: Visit, log: LiveLog) -> Response:
    try:
        portal.slots.require_free(visit.actor.id)
    except PaviorError as error:
        return problem(portal, visit, error)
    follower = RunFollower(
        read=partial(portal.application.runs.read_on, visit.actor, log.run_id),
        follower=visit.actor.id,
        after=log.after,
        is_welcome=lambda: find_session(portal, request) is not None,
        slots=portal.slots,
    )
    # Proxies would otherwise collect lines before they pass them on.
    headers = {"X-Accel-Buffering": "no"}
    return StreamingResponse(events(follower), media_type="text/event-stream", headers=headers)


def problem(portal: Portal, visit: Visit | None, error: PaviorError) -> Response:
    """The page about an error, with the status of its kind."""
    headers = {"Retry-After": str(error.retry_after_seconds)} if isinstance(error, RateLimitedError) else None
    return HTMLResponse(portal.renderer.problem(visit, error, error.http_status), error.http_status, headers=headers)


def _sign_in_needed(portal: Portal, request: Request) -> Response:
    # A fragment would be put into a page that is no longer somebody's; the whole page has to change.
    headers = {"HX-Refresh": "true"} if request.headers.get("hx-request") else None
    # Back to what was asked for, when asking again does nothing.
    asked = f"{request.url.path}?{request.url.query}".removesuffix("?")
    destination = asked if request.method in SAFE_METHODS else "/"
    return HTMLResponse(sign_in_page(portal, _SIGN_IN_NEEDED, destination), _SIGN_IN_NEEDED, headers=headers)


def sign_in_page(portal: Portal, status: int, destination: str = "/") -> str:
    """How to sign in: by the provider when there is one, by a link always."""
    facts = {"status": status, "provider": portal.application.single_sign_on.label, "destination": destination}
    return portal.renderer.outside("sign_in_needed.html", facts)


def guarded(portal: Portal, act: Callable[[], Response]) -> Response:
    """What `act` answers to somebody who is not signed in, or the page about what went wrong."""
    try:
        return act()
    except PaviorError as error:
        return problem(portal, None, error)
    except Exception as error:  # noqa: BLE001 - the edge of the program: what escapes is a bug, and says so
        _log.exception("signing in ended by a bug")
        return problem(portal, None, bug(error))


def bug(error: Exception) -> PaviorError:
    """What is told of an unexpected error: its type only, because its message may hold anything."""
    return find_full_disk(error) or PaviorError(
        "bug",
        f"Pavior stumbled over itself ({type(error).__name__}). What was committed before stays.",
        fix="Try again; if it stays, report it with the trace from the server's log.",
    )


def page_missing(path: str) -> MissingError:
    """There is nothing at this address."""
    return MissingError(
        "page-missing", f"There is no page at {path[:120]}.", fix="Start from the home page, or search."
    )
