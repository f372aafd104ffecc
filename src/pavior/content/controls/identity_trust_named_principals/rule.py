"""A role says who may become it."""

from collections.abc import Callable, Iterator

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require, unknown, worst
from pavior.resources.model import Unknown
from pavior.resources.views.facts import Fact, Truth, all_of, any_of, ask, negated
from pavior.resources.views.identity import TrustPolicy
from pavior.resources.views.policies import Condition, Principal, Statement

_WHAT = "who may become this role"
# Keys that say from which account or organisation somebody must come. An external id is no secret, so it is not here.
# docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
_ORIGIN_KEYS = (
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorgid",
)
# Who of all that a token issuer knows, such as which repository of a forge.
_SUBJECT_KEY = ":sub"
_ISSUER = ":oidc-provider/"
# GitHub lets an organisation choose what a subject begins with. What the writer of a workflow can name, such as the
# workflow or the environment, proves nothing; docs.github.com/actions/reference/security/oidc.
_FORGE = "token.actions.githubusercontent.com"
_FORGE_OWNERS = (
    "enterprise",
    "enterprise_id",
    "job_workflow_ref",
    "repo",
    "repository",
    "repository_id",
    "repository_owner",
    "repository_owner_id",
)
# Operators that demand a value. Those that end with IfExists or begin with ForAllValues also match where there is none.
_DEMANDS = ("stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike")


def rule(trust: TrustPolicy) -> RuleResult:
    """Passed when every statement names its principals, or narrows everybody to an origin, and tokens to a subject."""
    document = trust.document
    if isinstance(document.value, Unknown):
        return unknown(_WHAT, document.value, document)
    found = [result for statement in document.value.statements for result in _judge(statement)]
    return worst(passed(), *found)


def _judge(statement: Statement) -> Iterator[RuleResult]:
    allows = ask(statement.effect, lambda effect: effect == "Allow")
    everybody = any_of(ask(principal.name, lambda name: name == "*") for principal in statement.principals)
    has_origin = any_of(_limits(condition, _is_origin) for condition in statement.conditions)
    yield require(
        Fact(negated(all_of((allows, everybody, negated(has_origin)))), f"{statement.path}.Principal"),
        what=_WHAT,
        otherwise="Anybody with an AWS account may become this role: its principal is `*`.",
    )
    yield require(
        Fact(negated(all_of((allows, bool(statement.not_principals)))), f"{statement.path}.NotPrincipal"),
        what=_WHAT,
        otherwise="Everybody but those whom NotPrincipal lists may become this role.",
    )
    tokens = any_of(_is_token_issuer(principal) for principal in statement.principals)
    has_subject = any_of(_limits_subject(condition) for condition in statement.conditions)
    yield require(
        Fact(negated(all_of((allows, tokens, negated(has_subject)))), f"{statement.path}.Condition"),
        what=_WHAT,
        otherwise="Whoever has a token of the issuer may become this role: no condition names the subject.",
    )


def _is_token_issuer(principal: Principal) -> Truth:
    return all_of(
        (
            ask(principal.kind, lambda kind: kind == "Federated"),
            ask(principal.name, lambda name: _ISSUER in name),
        )
    )


def _limits(condition: Condition, is_wanted: Callable[[str], bool]) -> Truth:
    """Whether the condition is about such a key, and asks for something."""
    return all_of(
        (
            ask(condition.operator, _is_demand),
            ask(condition.key, is_wanted),
            # Any value will do for AWS, so one that anything matches undoes the others.
            negated(any_of(ask(value, lambda value: not value.strip("*")) for value in condition.values)),
        )
    )


def _limits_subject(condition: Condition) -> Truth:
    """Whether the condition is about the subject, and names at least whose it is."""
    is_forge = ask(condition.key, lambda key: key.lower().startswith(_FORGE))
    names_owner = all_of(ask(value, _names_owner) for value in condition.values)
    return all_of((_limits(condition, _is_subject), any_of((negated(is_forge), names_owner))))


def _names_owner(subject: str) -> bool:
    """`repo:acme/orders:*` and `repo:acme/*` do; `repo:acme*` may also be of `acme-evil`, and `repo:*` is everybody."""
    claim, _, value = subject.partition(":")
    known = value.partition("*")[0].partition("?")[0]
    return claim in _FORGE_OWNERS and bool(known.strip("/")) and (known == value or known[-1] in "/:" or "/" in known)


def _is_origin(key: str) -> bool:
    return key.lower() in _ORIGIN_KEYS


def _is_subject(key: str) -> bool:
    return key.lower().endswith(_SUBJECT_KEY)


def _is_demand(operator: str) -> bool:
    return operator.lower().removeprefix("foranyvalue:") in _DEMANDS
