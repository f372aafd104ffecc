"""A route: where, by which method, with which permission, and what answers."""

from dataclasses import dataclass

from pavior.identity.model import Permission
from pavior.web.visits import Handler


@dataclass(frozen=True, slots=True)
class PortalRoute:
    """One line of the table in `table.py`.

    Args:
        permission: Without it anywhere, the door stays shut; the service asks again about the thing itself.
    """

    method: str
    path: str
    permission: Permission
    handler: Handler


@dataclass(frozen=True, slots=True)
class OpenRoute:
    """A route that nobody needs to be signed in for, and why."""

    method: str
    path: str
    public_because: str
