"""Who approved counts as long as they might do so still: with whoever was disabled or lost the role, it goes."""

from collections.abc import Iterable

from pavior.environments import store as environments
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


def who_still_approve(
    transaction: Transaction, authoriser: Authoriser, change_id: str, plan_digest: str, scope: Scope
) -> set[str]:
    """The persons whose approvals of exactly that plan of a Change count at this moment."""
    return {
        item.person
        for item in environments.list_approvals(transaction, change_id)
        if item.is_approved
        and item.plan_digest == plan_digest
        and might_still(transaction, authoriser, item.person, Permission.CHANGE_APPROVE, (scope,))
    }
