"""A route of the API: it says which permission it needs and is called with who asks, or it does not exist."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar, cast

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field

from pavior.api.schemas.form import Storable
from pavior.application import Application
from pavior.identity.model import Actor, Permission
from pavior.kernel.pages import DEFAULT_PAGE_SIZE, MAXIMUM_PAGE_SIZE, PageRequest

# Stands in the OpenAPI document, so that a reader of it knows what a token must be made for.
PERMISSION_FIELD = "x-pavior-permission"

_LONGEST_NAME = 200
_LARGEST_OFFSET = 1_000_000_000

Handler = TypeVar("Handler", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler works with. The service that it calls authorises: here nothing is decided."""

    application: Application
    actor: Actor


def _call(request: Request) -> Call:
    return Call(cast("Application", request.app.state.application), request.state.actor)


def _page(
    limit: Annotated[int, Query(ge=1, le=MAXIMUM_PAGE_SIZE, description="At most so many.")] = DEFAULT_PAGE_SIZE,
    offset: Annotated[int, Query(ge=0, le=_LARGEST_OFFSET, description="How many to pass over.")] = 0,
) -> PageRequest:
    return PageRequest(offset=offset, size=limit)


def _pointer(request: Request, response: Response) -> Callable[[str], None]:
    def point(path: str) -> None:
        response.headers["Location"] = f"{request.scope.get('root_path', '')}{path}"

    return point


Caller = Annotated[Call, Depends(_call)]
# Says where what was accepted can be watched: a path below this API, for the header `Location`.
Pointer = Annotated[Callable[[str], None], Depends(_pointer)]
Paging = Annotated[PageRequest, Depends(_page)]
# Of something, in a path or a body; what it may be made of, its service says.
Name = Annotated[str, Field(min_length=1, max_length=_LONGEST_NAME), Storable]
PathName = Annotated[str, Path(min_length=1, max_length=_LONGEST_NAME), Storable]
Filter = Annotated[str, Query(max_length=_LONGEST_NAME), Storable]
Reason = Annotated[str, Field(max_length=4_000), Storable]


def verb(
    router: APIRouter,
    method: str,
    path: str,
    *,
    permission: Permission,
    shows: Any,
    status: int = 200,
    media_types: Sequence[str] = (),
) -> Callable[[Handler], Handler]:
    """Put a handler on the router.

    Args:
        permission: What its service asks for; told in the OpenAPI document.
        shows: Schema of the response.
        media_types: Of a response that is no JSON document.
    """
    extra: dict[str, Any] = {PERMISSION_FIELD: permission.value}
    options: dict[str, Any] = {"status_code": status, "openapi_extra": extra}
    if media_types:
        content = {name: {"schema": {"type": "string"}} for name in media_types}
        options |= {"response_class": Response, "responses": {status: {"content": content}}, "response_model": None}
    else:
        options["response_model"] = shows

    def put(handler: Handler) -> Handler:
        router.add_api_route(path, handler, methods=[method], name=handler.__name__, **options)
        return handler

    return put
