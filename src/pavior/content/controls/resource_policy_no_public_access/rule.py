"""Nobody is let in whom the policy does not name, or narrow down to an account, a network or another thing."""

from collections.abc import Callable, Iterator

from pavior.kernel.verdicts import UnknownReason
from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require, unknown, worst
from pavior.resources.model import Unknown
from pavior.resources.views.facts import Fact, Leaf, Truth, all_of, any_of, ask, negated
from pavior.resources.views.policies import Condition, Statement
from pavior.resources.views.resource_policy import ResourcePolicy, is_everybody

_WHAT = "who may use it"
# Keys that say where somebody must come from. The list that S3 uses to tell what is public, and its like elsewhere:
# docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html and
# docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
_ORIGIN_KEYS = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceip",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
        "aws:vpceaccount",
        "aws:vpceorgid",
        "aws:vpceorgpaths",
        "elasticfilesystem:accessedviamounttarget",
        "elasticfilesystem:accesspointarn",
        "kms:calleraccount",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
    }
)
# Operators that demand a value. Those that end with IfExists or begin with ForAllValues also match where there is none.
_DEMANDS = frozenset(
    {"arnequals", "arnlike", "bool", "ipaddress", "stringequals", "stringequalsignorecase", "stringlike"}
)
# A wider network is not one that anybody has.
_SHORTEST_PREFIX = 8
_ARN_PARTS = 6
_WILDCARDS = "*?"


def rule(policy: ResourcePolicy) -> RuleResult:
    """Passed when every statement that allows names its principals, or narrows everybody down to an origin."""
    document = policy.document
    if isinstance(document.value, Unknown):
        return unknown(_WHAT, document.value, document)
    return worst(passed(), *(result for statement in document.value.statements for result in _judge(statement)))


def _judge(statement: Statement) -> Iterator[RuleResult]:
    allows = ask(statement.effect, lambda effect: effect == "Allow")
    has_origin = any_of(_limits(condition) for condition in statement.conditions)
    open_to_all = any_of(map(is_everybody, statement.principals))
    yield require(
        Fact(negated(all_of((allows, open_to_all, negated(has_origin)))), f"{statement.path}.Principal"),
        what=_WHAT,
        otherwise="Anybody may use it: everybody is let in, and no condition says where they must come from.",
    )
    yield require(
        Fact(
            negated(all_of((allows, bool(statement.not_principals), negated(has_origin)))),
            f"{statement.path}.NotPrincipal",
        ),
        what=_WHAT,
        otherwise="Everybody may use it but those whom NotPrincipal lists.",
    )


def _limits(condition: Condition) -> Truth:
    return all_of(
        (
            ask(condition.operator, lambda operator: operator.lower().removeprefix("foranyvalue:") in _DEMANDS),
            ask(condition.key, lambda key: key.lower() in _ORIGIN_KEYS),
            bool(condition.values),
            # Any value will do for AWS, so one that anything matches undoes the others.
            negated(any_of(_unless_made(value, _is_wide) for value in condition.values)),
        )
    )


def _unless_made(value: Leaf, question: Callable[[str], bool]) -> Truth:
    """What the apply will tell is the name of one thing that it makes."""
    if isinstance(value, Unknown) and value.reason is UnknownReason.KNOWN_AFTER_APPLY:
        return False
    return ask(value, question)


def _is_wide(value: str) -> bool:
    if value.startswith("arn:"):
        parts = value.split(":", _ARN_PARTS - 1)
        if len(parts) < _ARN_PARTS:
            return _has_wildcard(value)
        return _has_wildcard(parts[4]) or (not parts[4] and not parts[5].strip(_WILDCARDS))
    address, slash, length = value.partition("/")
    if slash and length.isdecimal() and ("." in address or ":" in address):
        return int(length) < _SHORTEST_PREFIX
    # `o-*` is every organisation, and `AROA*` every role; below one of them, as in `o-a1b2c3/*`, anything may follow.
    known = value.partition("*")[0].partition("?")[0]
    return known != value and not any(mark in known for mark in "/:")


def _has_wildcard(text: str) -> bool:
    return any(mark in text for mark in _WILDCARDS)
