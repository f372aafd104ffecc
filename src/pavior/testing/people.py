"""Who acts in tests: Mara, a developer of payments, and what belongs to her."""

from datetime import timedelta
from typing import Any

from pavior.identity.model import Actor, Person, Role, ServiceToken, Surface, Team
from pavior.testing.builders import NOON


def an_actor(**fields: Any) -> Actor:
    """Mara, a developer of payments, at the portal."""
    return Actor(
        **{
            "id": "mara",
            "roles": frozenset({Role.DEVELOPER}),
            "teams": frozenset({"payments"}),
            "surface": Surface.PORTAL,
            **fields,
        }
    )


def a_person(**fields: Any) -> Person:
    """Mara."""
    given = {
        "name": "mara",
        "display_name": "Mara Lind",
        "roles": frozenset({Role.DEVELOPER}),
        "teams": frozenset({"payments"}),
        "created_at": NOON,
    }
    return Person(**{**given, **fields})


def a_team(**fields: Any) -> Team:
    """Payments, with Mara."""
    return Team(
        **{"name": "payments", "title": "Payments", "members": frozenset({"mara"}), "created_at": NOON, **fields}
    )


def a_token(**fields: Any) -> ServiceToken:
    """A token that may do nothing yet: say what."""
    given = {
        "name": "ci-orders",
        "permissions": frozenset(),
        "team": "payments",
        "creator": "mara",
        "created_at": NOON,
        "expires_at": NOON + timedelta(days=90),
    }
    return ServiceToken(**{**given, **fields})
