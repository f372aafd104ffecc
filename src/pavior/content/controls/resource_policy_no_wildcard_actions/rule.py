"""What a policy on a thing allows is listed."""

from collections.abc import Iterator

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require, unknown, worst
from pavior.resources.model import Unknown
from pavior.resources.views.facts import Fact, all_of, any_of, ask, negated
from pavior.resources.views.policies import Statement
from pavior.resources.views.resource_policy import Guarded, ResourcePolicy

_WHAT = "what the policy allows"


def rule(policy: ResourcePolicy) -> RuleResult:
    """Passed when no statement allows every action, or all but some; the policy of a key has to, for its owners."""
    if policy.guards is Guarded.KEY:
        return passed("The policy of a key is the only thing that lets its own account use it, so it may allow all.")
    document = policy.document
    if isinstance(document.value, Unknown):
        return unknown(_WHAT, document.value, document)
    return worst(passed(), *(result for statement in document.value.statements for result in _judge(statement)))


def _judge(statement: Statement) -> Iterator[RuleResult]:
    allows = ask(statement.effect, lambda effect: effect == "Allow")
    everything = any_of(ask(action, _is_everything) for action in statement.actions)
    yield require(
        Fact(negated(all_of((allows, everything))), f"{statement.path}.Action"),
        what=_WHAT,
        otherwise="It allows every action, also to change this policy and to delete the thing.",
    )
    yield require(
        Fact(negated(all_of((allows, bool(statement.not_actions)))), f"{statement.path}.NotAction"),
        what=_WHAT,
        otherwise="It allows everything but what NotAction lists.",
    )


def _is_everything(action: str) -> bool:
    service, _, name = action.partition(":")
    return "*" in service or "?" in service or (bool(name) and not name.strip("*?"))
