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
# These give tokens to the users of every application there is, so the application has to be named, or the user.
# docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
_PUBLIC_ISSUERS = ("accounts.google.com", "cognito-identity.amazonaws.com", "graph.facebook.com", "www.amazon.com")
_AUDIENCE_KEYS = (":aud", ":app_id", _SUBJECT_KEY)
# What a subject of Kubernetes begins with; the namespace comes next.
_WORKLOAD = "system:serviceaccount:"
_WILDCARDS = "*?"
_ARN_PARTS = 6
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
    has_origin = any_of(_limits(condition, _is_origin, _is_of_anybody) for condition in statement.conditions)
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
    of_public = any_of(_is_public_issuer(principal) for principal in statement.principals)
    has_audience = any_of(_limits(condition, _is_audience, _matches_all) for condition in statement.conditions)
    yield require(
        Fact(negated(all_of((allows, of_public, negated(has_audience)))), f"{statement.path}.Condition"),
        what=_WHAT,
        otherwise="Users of every application of the issuer may become this role: no condition names the audience.",
    )


def _is_token_issuer(principal: Principal) -> Truth:
    return all_of(
        (
            ask(principal.kind, lambda kind: kind == "Federated"),
            ask(principal.name, lambda name: _ISSUER in name),
        )
    )


def _is_public_issuer(principal: Principal) -> Truth:
    return all_of(
        (
            ask(principal.kind, lambda kind: kind == "Federated"),
            ask(principal.name, lambda name: name.lower() in _PUBLIC_ISSUERS),
        )
    )


def _limits(condition: Condition, is_wanted: Callable[[str], bool], is_wide: Callable[[str], bool]) -> Truth:
    """Whether the condition is about such a key, and asks for something."""
    return all_of(
        (
            ask(condition.operator, _is_demand),
            ask(condition.key, is_wanted),
            bool(condition.values),
            # Any value will do for AWS, so one that anything matches undoes the others.
            negated(any_of(ask(value, is_wide) for value in condition.values)),
        )
    )


def _limits_subject(condition: Condition) -> Truth:
    """Whether the condition is about the subject, and names at least whose it is."""
    is_forge = ask(condition.key, lambda key: key.lower().startswith(_FORGE))
    names_owner = all_of(ask(value, _names_owner) for value in condition.values)
    is_limited = _limits(condition, _is_subject, _leaves_owner_open)
    return all_of((is_limited, any_of((negated(is_forge), names_owner))))


def _matches_all(value: str) -> bool:
    return not value.strip(_WILDCARDS)


def _before_wildcards(value: str) -> str:
    return value.partition("*")[0].partition("?")[0]


def _is_of_anybody(origin: str) -> bool:
    """Whether the account or organisation is left open, as in `arn:aws:iam::*:role/admin` and `o-*`."""
    known = _before_wildcards(origin)
    if known == origin:
        return False
    if not origin.startswith("arn:"):
        # Below an organisation, as in `o-a1b2c3/r-ab12/*`, anything may follow.
        return "/" not in known
    parts = origin.split(":", _ARN_PARTS - 1)
    if len(parts) < _ARN_PARTS:
        return True
    account, name = parts[4:]
    return _before_wildcards(account) != account or (not account and not _before_wildcards(name))


def _leaves_owner_open(subject: str) -> bool:
    """As `project_path:*` and `project_path:acme*` do, and `project_path:acme/*` and `organization:acme:*` do not."""
    known = _before_wildcards(subject)
    if known == subject or known.startswith("{"):
        # The identifier of one repository.
        return False
    if known.startswith(_WORKLOAD):
        owner = known.removeprefix(_WORKLOAD)
    else:
        owner = known.partition(":" if ":" in known else "/")[2]
    return not owner.strip("/:") or not ("/" in owner or owner.endswith(":"))


def _names_owner(subject: str) -> bool:
    """`repo:acme/orders:*` and `repo:acme/*` do; `repo:acme*` may also be of `acme-evil`, and `repo:*` is everybody."""
    claim, _, value = subject.partition(":")
    known = _before_wildcards(value)
    return claim in _FORGE_OWNERS and bool(known.strip("/")) and (known == value or known[-1] in "/:" or "/" in known)


def _is_origin(key: str) -> bool:
    return key.lower() in _ORIGIN_KEYS


def _is_audience(key: str) -> bool:
    return key.lower().startswith(_PUBLIC_ISSUERS) and key.lower().endswith(_AUDIENCE_KEYS)


def _is_subject(key: str) -> bool:
    return key.lower().endswith(_SUBJECT_KEY)


def _is_demand(operator: str) -> bool:
    return operator.lower().removeprefix("foranyvalue:") in _DEMANDS
