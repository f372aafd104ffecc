"""What every answer carries, and what every request must bring: headers, the right host, and proof against forgery."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Self
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pavior.kernel.errors import ForbiddenError, InvalidError, PaviorError

CSRF_FIELD = "csrf"
CSRF_HEADER = "x-csrf-token"
SAFE_METHODS = frozenset({"GET", "HEAD"})

_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": _CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not `no-referrer`: browsers would then send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_STRICT_TRANSPORT = "max-age=31536000"


@dataclass(frozen=True, slots=True)
class Doorway:
    """Under which names people reach the portal.

    Args:
        host: Of the public URL, lower case, without port.
        origin: Of the public URL, such as `https://pavior.example.org`.
    """

    host: str
    origin: str

    @classmethod
    def of(cls, public_url: str) -> Self:
        """From the public URL."""
        parts = urlsplit(public_url)
        return cls((parts.hostname or "").lower(), f"{parts.scheme}://{parts.netloc}".lower())

    def require_host(self, header: str) -> None:
        """A name of ours, or this machine itself: another name means that somebody points theirs at us.

        Raises:
            InvalidError: `host-unknown`.
        """
        name = _host_name(header)
        if name != self.host and not _is_loopback(name):
            raise InvalidError(
                "host-unknown",
                f"Pavior does not answer to the name {name[:80] or '(none)'}.",
                fix=f"Use {self.origin}, or set PAVIOR_PUBLIC_URL to the address that people use.",
            )

    def require_own_page(self, headers: Mapping[str, str], *, is_proof_needed: bool) -> None:
        """A request that changes something comes from one of our own pages.

        Args:
            headers: With lower-case names.
            is_proof_needed: Whether a browser that says nothing about itself is refused too.

        Raises:
            ForbiddenError: `csrf-failed`.
        """
        fetch_site = headers.get("sec-fetch-site")
        origin = headers.get("origin")
        if fetch_site is None and origin is None:
            if is_proof_needed:
                raise csrf_failed()
            return
        if fetch_site not in (None, "same-origin"):
            raise csrf_failed()
        if origin is not None and not self._is_own(origin.lower(), headers.get("host", "").lower()):
            raise csrf_failed()

    def _is_own(self, origin: str, host: str) -> bool:
        # A proxy that ends TLS speaks plain HTTP to us, so the scheme of the request itself tells nothing.
        return origin == self.origin or origin in (f"http://{host}", f"https://{host}")


def csrf_failed() -> ForbiddenError:
    """The request did not come from a page of ours, or from one of an older session."""
    return ForbiddenError(
        "csrf-failed",
        "This request does not come from a page of your present session, so nothing was done.",
        fix="Go back, reload the page, and send the form again.",
    )


def require_token(sent: str, expected: str) -> None:
    """Raises ForbiddenError `csrf-failed`."""
    if not hmac.compare_digest(sent.encode("utf-8", "surrogatepass"), expected.encode("utf-8")):
        raise csrf_failed()


def _host_name(header: str) -> str:
    try:
        return (urlsplit(f"//{header}").hostname or "").lower()
    except ValueError:
        return ""


def _is_loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Guard:
    """Stands before everything: refuses foreign hosts, and puts the security headers on every answer.

    Args:
        refuse: The answer to a request that is not let in.
    """

    app: ASGIApp
    doorway: Doorway
    refuse: Callable[[PaviorError], Response]
    is_secure: bool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            self.doorway.require_host(Headers(scope=scope).get("host", ""))
        except PaviorError as error:
            await self.refuse(error)(scope, receive, self._sender(send))
            return
        await self.app(scope, receive, self._sender(send))

    def _sender(self, send: Send) -> Send:
        async def sender(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                if self.is_secure:
                    headers["Strict-Transport-Security"] = _STRICT_TRANSPORT
                # A page that says nothing of caching is never kept.
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        return sender
