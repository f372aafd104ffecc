"""Nothing is denied to everybody without a condition, so that somebody can still put it right."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require, unknown, worst
from pavior.resources.model import Unknown
from pavior.resources.views.facts import Fact, Truth, all_of, any_of, ask, negated
from pavior.resources.views.policies import Statement
from pavior.resources.views.resource_policy import Guarded, ResourcePolicy

_WHAT = "whether the policy denies everything to everybody"


def rule(policy: ResourcePolicy) -> RuleResult:
    """Passed when no statement denies every action on the thing itself to everybody, whatever the circumstances."""
    document = policy.document
    if isinstance(document.value, Unknown):
        return unknown(_WHAT, document.value, document)
    return worst(passed(), *(_judge(statement, policy.guards) for statement in document.value.statements))


def _judge(statement: Statement, guards: Guarded) -> RuleResult:
    locks_out = all_of(
        (
            ask(statement.effect, lambda effect: effect == "Deny"),
            any_of(ask(principal.name, lambda name: name == "*") for principal in statement.principals),
            any_of(ask(action, _is_everything) for action in statement.actions),
            _is_itself(statement, guards),
            not statement.conditions,
        )
    )
    return require(
        Fact(negated(locks_out), f"{statement.path}.Action"),
        what=_WHAT,
        otherwise="Everything is denied to everybody, also to those who would have to change this policy.",
    )


def _is_everything(action: str) -> bool:
    service, _, name = action.partition(":")
    return service == "*" or (bool(name) and not name.strip("*"))


def _is_itself(statement: Statement, guards: Guarded) -> Truth:
    """Whether the thing is meant, not only what is inside of it."""
    if guards is not Guarded.BUCKET or not statement.resources:
        return not statement.not_resources
    return any_of(ask(resource, lambda name: "/" not in name) for resource in statement.resources)
