"""The cookies: the secret of a session, and a sign-in that is on its way."""

from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response


@dataclass(frozen=True, slots=True)
class SecretCookie:
    """Out of reach of scripts, and not sent along by other sites' forms.

    Args:
        kind: `session`, or `attempt` of somebody who is at the identity provider just now.
        is_secure: Only over HTTPS; its name then binds it to this very host (`__Host-`).
    """

    kind: str
    is_secure: bool

    @property
    def name(self) -> str:
        """As browsers keep it."""
        return f"__Host-pavior-{self.kind}" if self.is_secure else f"pavior-{self.kind}"

    def read(self, request: Request) -> str:
        """The secret that a browser sent, or empty."""
        return request.cookies.get(self.name, "")

    def give(self, response: Response, secret: str, *, now: datetime, expires_at: datetime) -> None:
        """Have it kept until it is worth nothing any more."""
        lasts_seconds = max(0, int((expires_at - now).total_seconds()))
        response.set_cookie(
            self.name, secret, max_age=lasts_seconds, path="/", secure=self.is_secure, httponly=True, samesite="lax"
        )

    def take(self, response: Response) -> None:
        """Have it forgotten."""
        response.delete_cookie(self.name, path="/", secure=self.is_secure, httponly=True, samesite="lax")
