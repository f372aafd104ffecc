"""Permissions name what they are for, where that can be named."""

from collections.abc import Iterator
from functools import partial

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require, unknown, worst
from pavior.resources.model import Unknown
from pavior.resources.views.facts import Fact, all_of, any_of, ask, negated
from pavior.resources.views.granting import names_nothing
from pavior.resources.views.identity import IdentityPolicy
from pavior.resources.views.policies import PolicyDocument, Statement
from pavior.resources.views.unrestrictable import is_unrestrictable

_WHAT = "whether the policy names what it is for"


def rule(policy: IdentityPolicy) -> RuleResult:
    """Passed when no statement allows, on every resource and without a condition, what can be limited to some."""
    return worst(passed(), *(result for document in policy.documents for result in _judge(document)))


def _judge(document: Fact[PolicyDocument]) -> Iterator[RuleResult]:
    if isinstance(document.value, Unknown):
        yield unknown(_WHAT, document.value, document)
        return
    for statement in document.value.statements:
        offends = all_of(
            (
                any_of((bool(statement.not_actions), *(ask(item, _is_restrictable) for item in statement.actions))),
                names_nothing(statement),
            )
        )
        at = Fact(negated(offends), f"{statement.path}.Resource", document.decided_by)
        yield require(at, what=_WHAT, otherwise=partial(_message, statement))


def _message(statement: Statement) -> str:
    found = [item for item in statement.actions if isinstance(item, str) and _is_restrictable(item)]
    names = ", ".join(found) or "all but what NotAction lists"
    return f"It allows on every resource what could be limited to some: {names}."


def _is_restrictable(action: str) -> bool:
    return not is_unrestrictable(action)
