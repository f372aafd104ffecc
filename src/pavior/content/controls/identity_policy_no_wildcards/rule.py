"""Permissions name what they allow."""

from collections.abc import Iterator

from pavior.policy.model import RuleResult
from pavior.policy.rules import failed, passed, require, unknown, worst
from pavior.resources.model import Unknown
from pavior.resources.views.facts import Fact, Truth, all_of, any_of, ask, equals, negated
from pavior.resources.views.identity import IdentityPolicy
from pavior.resources.views.policies import PolicyDocument, Statement

_WHAT = "what the policy allows"
# Names of AWS's own policies that allow every action of a service, or of all.
_WIDE_NAMES = ("AdministratorAccess", "PowerUserAccess")
_WIDE_ENDING = "FullAccess"


def rule(policy: IdentityPolicy) -> RuleResult:
    """Passed when no statement allows a whole service, all but something, or a group of actions on every resource."""
    judged = [
        *(_judge_managed(fact) for fact in policy.managed),
        *(result for document in policy.documents for result in _judge(document)),
    ]
    return worst(*judged)


def _judge_managed(fact: Fact[str]) -> RuleResult:
    if isinstance(fact.value, Unknown):
        return unknown(_WHAT, fact.value, fact)
    name = fact.value.rpartition("/")[2]
    if name in _WIDE_NAMES or name.endswith(_WIDE_ENDING):
        return failed(f"AWS's policy {name} allows every action of a service.", fact)
    return passed()


def _judge(document: Fact[PolicyDocument]) -> Iterator[RuleResult]:
    if isinstance(document.value, Unknown):
        yield unknown(_WHAT, document.value, document)
        return
    yield passed()
    for statement in document.value.statements:
        allows = ask(statement.effect, lambda effect: effect == "Allow")
        for suffix, offends, message in _offences(statement):
            holds = negated(all_of((allows, offends)))
            yield require(Fact(holds, f"{statement.path}.{suffix}", document.decided_by), what=_WHAT, otherwise=message)


def _offences(statement: Statement) -> Iterator[tuple[str, Truth, str]]:
    """Where, whether, and what to say."""
    wide = [action for action in statement.actions if isinstance(action, str) and _is_service_wide(action)]
    yield (
        "Action",
        any_of(ask(action, _is_service_wide) for action in statement.actions),
        f"It allows every action of a service: {', '.join(wide)}.",
    )
    yield "NotAction", bool(statement.not_actions), "It allows everything but what NotAction lists."
    yield (
        "Resource",
        all_of(
            (
                any_of(ask(action, lambda action: "*" in action) for action in statement.actions),
                any_of(equals(resource, "*") for resource in statement.resources),
            )
        ),
        "It allows a group of actions, named with a wildcard, on every resource.",
    )


def _is_service_wide(action: str) -> bool:
    service, _, name = action.partition(":")
    return "*" in service or (bool(name) and not name.strip("*"))
