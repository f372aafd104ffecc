"""Nobody is let in whom the policy does not name, or narrow down to an account, a network or another thing."""

from collections.abc import Iterator

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require, unknown, worst
from pavior.resources.model import Unknown
from pavior.resources.views.facts import Fact, negated
from pavior.resources.views.policies import Statement
from pavior.resources.views.policy_openness import lets_all_but_some_in, lets_everybody_in
from pavior.resources.views.resource_policy import ResourcePolicy

_WHAT = "who may use it"


def rule(policy: ResourcePolicy) -> RuleResult:
    """Passed when every statement that allows names its principals, or narrows everybody down to an origin."""
    document = policy.document
    if isinstance(document.value, Unknown):
        return unknown(_WHAT, document.value, document)
    return worst(passed(), *(result for statement in document.value.statements for result in _judge(statement)))


def _judge(statement: Statement) -> Iterator[RuleResult]:
    yield require(
        Fact(negated(lets_everybody_in(statement)), f"{statement.path}.Principal"),
        what=_WHAT,
        otherwise="Anybody may use it: everybody is let in, and no condition says where they must come from.",
    )
    yield require(
        Fact(negated(lets_all_but_some_in(statement)), f"{statement.path}.NotPrincipal"),
        what=_WHAT,
        otherwise="Everybody may use it but those whom NotPrincipal lists.",
    )
