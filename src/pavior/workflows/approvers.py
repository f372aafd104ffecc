"""Who approved counts as long as they might do so still: with whoever was disabled or lost the role, it goes."""

from collections.abc import Iterable

from pavior.identity import store as identity
from pavior.identity.authorisation import Authoriser
from pavior.identity.model import Actor, Permission, Scope, Surface, person_behind
from pavior.storage.database import Transaction


def might_still(
    transaction: Transaction, authoriser: Authoriser, approver: str, permission: Permission, scopes: Iterable[Scope]
) -> bool:
    """Whether `approver` may do on all of `scopes` what they did."""
    person = identity.find_person(transaction, person_behind(approver))
    if person is None:
        # The operator of the machine is no person in the database, and cannot leave.
        return True
    actor = Actor(person.name, person.roles, person.teams, Surface.WORKER)
    return not person.is_disabled and all(authoriser.may(actor, permission, on=scope) for scope in scopes)
