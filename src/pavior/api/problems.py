"""What went wrong, as RFC 9457 has it: `application/problem+json` with our code, what happened, and what to do."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from pavior.kernel.errors import (
    BUG_HTTP_STATUS,
    ForbiddenError,
    InvalidError,
    MissingError,
    PaviorError,
    RateLimitedError,
    find_full_disk,
)

MEDIA_TYPE = "application/problem+json"
_LONGEST_POINTER = 200
_LARGEST_NUMBER_OF_PROBLEMS = 50


class ProblemPart(BaseModel):
    """One place in the request that is wrong."""

    place: str = Field(description="`body`, `query`, `path` or `header`.", examples=["body"])
    pointer: str = Field(description="Where: a JSON pointer (RFC 6901).", examples=["/parameters/name"])
    message: str = Field(examples=["is needed"])


class Problem(BaseModel):
    """What happened, and what to do next. `code` never changes; see the reference of errors."""

    type: str = Field(examples=["urn:pavior:error:plan-not-latest"])
    title: str = Field(examples=["plan-not-latest"])
    status: int = Field(examples=[409])
    detail: str = Field(description="What happened, in a sentence.")
    code: str = Field(examples=["plan-not-latest"])
    fix: str = Field(description="What to do next, in a sentence.")
    problems: list[ProblemPart] = Field(default=[], description="The places that are wrong, when there are such.")


class UnauthenticatedError(ForbiddenError):
    """Nobody knows who asks."""

    http_status = 401


class TooLargeError(InvalidError):
    """The request is larger than any that means something."""

    http_status = 413


class MethodError(InvalidError):
    """There is such a path, and it is not asked like this."""

    http_status = 405


def problem_response(
    error: PaviorError, *, problems: Sequence[Mapping[str, str]] = (), headers: Mapping[str, str] | None = None
) -> Response:
    """The error, for the wire. Its context stays here: it is for the log."""
    document: dict[str, Any] = {
        "type": f"urn:pavior:error:{error.code}",
        "title": error.code,
        "status": error.http_status,
        "detail": error.summary,
        "code": error.code,
        "fix": error.fix,
    }
    listed = [*problems, *_told_by(error)][:_LARGEST_NUMBER_OF_PROBLEMS]
    if listed:
        document["problems"] = listed
    # ASCII only: a message may quote half a character, which UTF-8 cannot hold.
    body = json.dumps(document).encode("ascii")
    told = dict(headers or {})
    if isinstance(error, RateLimitedError):
        told["Retry-After"] = str(error.retry_after_seconds)
    return Response(body, error.http_status, told, MEDIA_TYPE)


def bug_response(error: Exception) -> Response:
    """For what escaped: nothing of it is told, for it may hold anything."""
    return problem_response(
        find_full_disk(error)
        or PaviorError(
            "bug",
            "Pavior stumbled over itself. What was committed before stays.",
            fix="Ask the operator to read the server's log, and to report what it says.",
        )
    )


def handle_problems(api: Starlette) -> None:
    """Let every error of `api` leave as a problem."""
    api.add_exception_handler(PaviorError, _ours)
    api.add_exception_handler(RequestValidationError, _unusable)
    api.add_exception_handler(HTTPException, _routing)


def _told_by(error: PaviorError) -> list[dict[str, str]]:
    """Problems of a document inside the body, which a schema of its own was asked about."""
    told = error.context.get("problems")
    if not isinstance(told, list | tuple):
        return []
    return [
        {"place": "body", "pointer": f"/parameters{item['pointer']}", "message": str(item["message"])}
        for item in told
        if isinstance(item, Mapping) and "pointer" in item and "message" in item
    ]


async def _ours(_: Request, error: Exception) -> Response:
    return problem_response(error) if isinstance(error, PaviorError) else bug_response(error)


async def _unusable(_: Request, error: Exception) -> Response:
    """The values themselves are never repeated: one of them may be a secret in the wrong place."""
    parts = error.errors() if isinstance(error, RequestValidationError) else []
    return _request_invalid([_part(item) for item in parts])


async def _routing(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else BUG_HTTP_STATUS
    match status:
        case 404:
            missing = MissingError(
                "route-missing",
                f"There is no {request.url.path[:200]}.",
                fix="Look at /api/v1/openapi.json for what there is.",
            )
            return problem_response(missing)
        case 405:
            wrong = MethodError(
                "method-not-allowed",
                f"{request.url.path[:200]} does not take {request.method[:20]}.",
                fix="Use a method that the Allow header names.",
            )
            return problem_response(wrong, headers=getattr(error, "headers", None))
        case 400:
            return _request_invalid([{"place": "body", "pointer": "", "message": "is not JSON that can be read"}])
        case _:
            return bug_response(error)


def _request_invalid(problems: Sequence[Mapping[str, str]]) -> Response:
    places = "; ".join(f"{item['place']} {item['pointer'] or '/'} {item['message']}" for item in problems[:3])
    error = InvalidError(
        "request-invalid",
        f"The request cannot be used: {places}.",
        fix="Send what the OpenAPI document of this API asks for: /api/v1/openapi.json.",
    )
    return problem_response(error, problems=problems)


def _part(item: Mapping[str, Any]) -> dict[str, str]:
    place, *path = item["loc"]
    if item["type"] == "json_invalid":
        return {"place": "body", "pointer": "", "message": "is not JSON"}
    pointer = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)
    return {"place": str(place), "pointer": pointer[:_LONGEST_POINTER], "message": _message(item)}


def _message(item: Mapping[str, Any]) -> str:
    match item["type"]:
        case "missing":
            return "is needed"
        case "extra_forbidden":
            return "is not known"
        case _:
            message = str(item["msg"])
            return message[:1].lower() + message[1:]
