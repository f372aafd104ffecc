"""Whether a policy that stands on a thing lets in everybody, or narrows them down to an origin."""

from collections.abc import Iterator

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Unknown
from pavior.resources.views.facts import Leaf, Truth, all_of, any_of, ask, negated
from pavior.resources.views.policies import Condition, PolicyDocument, Statement
from pavior.resources.views.resource_policy import is_everybody

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
# For these a wildcard is a sign like any other, so whatever the value is, it is one.
_COMPARE = frozenset({"stringequals", "stringequalsignorecase"})
# A wider network is not one that anybody has.
_SHORTEST_PREFIX = 8
_ARN_PARTS = 6
_WILDCARDS = "*?"


def is_public(document: PolicyDocument | Unknown) -> Truth:
    """Whether any statement lets in everybody, or everybody but some."""
    return document if isinstance(document, Unknown) else any_of(_openings(document))


def lets_everybody_in(statement: Statement) -> Truth:
    """Whether it allows something to everybody, and no condition says where they must come from."""
    return all_of(
        (_allows(statement), any_of(map(is_everybody, statement.principals)), negated(_has_origin(statement)))
    )


def lets_all_but_some_in(statement: Statement) -> Truth:
    """Whether it allows something to everybody whom `NotPrincipal` does not list, wherever they come from."""
    return all_of((_allows(statement), bool(statement.not_principals), negated(_has_origin(statement))))


def _openings(document: PolicyDocument) -> Iterator[Truth]:
    for statement in document.statements:
        yield lets_everybody_in(statement)
        yield lets_all_but_some_in(statement)


def _allows(statement: Statement) -> Truth:
    return ask(statement.effect, lambda effect: effect == "Allow")


def _has_origin(statement: Statement) -> Truth:
    return any_of(_limits(condition) for condition in statement.conditions)


def _limits(condition: Condition) -> Truth:
    return all_of(
        (
            ask(condition.operator, lambda operator: operator.lower().removeprefix("foranyvalue:") in _DEMANDS),
            ask(condition.key, lambda key: key.lower() in _ORIGIN_KEYS),
            bool(condition.values),
            # Any value will do for AWS, so one that anything matches undoes the others.
            negated(any_of(_admits_many(condition.operator, value) for value in condition.values)),
        )
    )


def _admits_many(operator: Leaf, value: Leaf) -> Truth:
    """Whether anybody may have such a value. What the apply will tell is the name of one thing that it makes."""
    if isinstance(value, Unknown):
        is_compared = isinstance(operator, str) and operator.lower().removeprefix("foranyvalue:") in _COMPARE
        return False if is_compared or value.reason is UnknownReason.KNOWN_AFTER_APPLY else value
    return _is_wide(value)


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
