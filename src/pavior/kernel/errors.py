"""Everything that can go wrong on purpose.

    PaviorError
    ├── InvalidError      the request cannot mean anything      HTTP 422   exit 2
    ├── ForbiddenError    you may know of it, but not do it     HTTP 403   exit 3
    ├── MissingError      there is none, or you may not know    HTTP 404   exit 4
    ├── ConflictError     the world has moved on                HTTP 409   exit 5
    ├── RateLimitedError  asked too often, and may ask later    HTTP 429   exit 7
    └── UnavailableError  something we depend on is not there   HTTP 503   exit 6

Anything else that escapes is a bug in Pavior: HTTP 500, exit 70.
"""

import errno
from collections.abc import Mapping
from types import MappingProxyType

BUG_HTTP_STATUS = 500
BUG_EXIT_STATUS = 70


class PaviorError(Exception):
    """What happened, to which thing, and what to do next, under a code that never changes.

    Args:
        code: Lower-case words with hyphens, stable for ever; listed in docs/reference/errors.md.
        summary: One sentence for the person: what, to which thing.
        fix: One sentence: what to do next. It must be true.
        context: Facts for the log, never secrets.
    """

    http_status: int = BUG_HTTP_STATUS
    exit_status: int = BUG_EXIT_STATUS

    def __init__(self, code: str, summary: str, *, fix: str, context: Mapping[str, object] | None = None) -> None:
        super().__init__(f"{code}: {summary}")
        self.code = code
        self.summary = summary
        self.fix = fix
        self.context: Mapping[str, object] = MappingProxyType(dict(context or {}))


class InvalidError(PaviorError):
    """The request cannot mean anything, whoever asks and whenever."""

    http_status = 422
    exit_status = 2


class ForbiddenError(PaviorError):
    """The caller may know of the thing, and may not do this to it."""

    http_status = 403
    exit_status = 3


class MissingError(PaviorError):
    """There is no such thing, or the caller may not know that there is."""

    http_status = 404
    exit_status = 4


class ConflictError(PaviorError):
    """The request made sense for a state that has passed."""

    http_status = 409
    exit_status = 5


class UnavailableError(PaviorError):
    """Something we depend on did not answer, or not in a way we understand."""

    http_status = 503
    exit_status = 6


class RateLimitedError(PaviorError):
    """The caller asks too often, and is told when to ask again.

    Args:
        retry_after_seconds: In how many seconds the next request is answered, rounded up.
    """

    http_status = 429
    exit_status = 7

    def __init__(
        self,
        code: str,
        summary: str,
        *,
        fix: str,
        context: Mapping[str, object] | None = None,
        retry_after_seconds: int = 60,
    ) -> None:
        super().__init__(code, summary, fix=fix, context=context)
        self.retry_after_seconds = retry_after_seconds


KINDS: tuple[type[PaviorError], ...] = (
    InvalidError,
    ForbiddenError,
    MissingError,
    ConflictError,
    UnavailableError,
    RateLimitedError,
)


def find_full_disk(error: BaseException) -> UnavailableError | None:
    """`storage-full` when the operating system refused to write because there is no room; else None."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(str(error.filename or ""))
    return None


def disk_full(where: str = "") -> UnavailableError:
    """What is told when there is no room to write, whoever noticed it."""
    return UnavailableError(
        "storage-full",
        "The disk of the data folder is full, so nothing was written.",
        fix="Free space on that disk and try again; what was stored before is untouched.",
        context={"where": where},
    )
