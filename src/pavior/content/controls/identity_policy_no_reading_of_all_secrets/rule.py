"""Secrets, passwords and data are read by name."""

from collections.abc import Iterator
from functools import partial

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require, unknown, worst
from pavior.resources.model import Unknown
from pavior.resources.views.facts import Fact, all_of, negated
from pavior.resources.views.granting import covers_any, granted, is_everything, is_unlimited
from pavior.resources.views.identity import IdentityPolicy
from pavior.resources.views.policies import PolicyDocument, Statement

_WHAT = "whether the policy lets its holder read all secrets"
# Actions whose answer is a credential, a secret or somebody's data:
# docs.aws.amazon.com/service-authorization/latest/reference/.
_ACTIONS = (
    "codeartifact:GetAuthorizationToken",
    "cognito-identity:GetCredentialsForIdentity",
    "cognito-identity:GetOpenIdToken",
    "ec2:GetPasswordData",
    "ec2-instance-connect:SendSSHPublicKey",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreateServiceSpecificCredential",
    "iam:ResetServiceSpecificCredential",
    "iam:UpdateLoginProfile",
    "lightsail:DownloadDefaultKeyPair",
    "lightsail:GetInstanceAccessDetails",
    "rds-db:connect",
    "redshift:GetClusterCredentials",
    "s3:GetObject",
    "secretsmanager:GetSecretValue",
    "ssm:GetParameter",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
    "sts:GetFederationToken",
)
_STORES = ("parameter", "secret")
_ARN_PARTS = 6
_NAMED_IN_A_DENIAL = 5


def rule(policy: IdentityPolicy) -> RuleResult:
    """Passed when no statement allows, everywhere and without a condition, to read secrets, credentials or objects."""
    return worst(passed(), *(result for document in policy.documents for result in _judge(document)))


def _judge(document: Fact[PolicyDocument]) -> Iterator[RuleResult]:
    if isinstance(document.value, Unknown):
        yield unknown(_WHAT, document.value, document)
        return
    for statement in document.value.statements:
        offends = all_of(
            (covers_any(statement, _ACTIONS), is_unlimited(statement, _is_all)),
        )
        at = Fact(negated(offends), f"{statement.path}.Resource", document.decided_by)
        yield require(at, what=_WHAT, otherwise=partial(_message, statement))


def _message(statement: Statement) -> str:
    found = granted(statement, _ACTIONS)
    more = len(found) - _NAMED_IN_A_DENIAL
    names = ", ".join(found[:_NAMED_IN_A_DENIAL]) + (f" and {more} more" if more > 0 else "")
    return f"It allows to read those of everybody, not only its own: {names}."


def _is_all(resource: str) -> bool:
    """Everything, or every secret there is."""
    if is_everything(resource) or resource.endswith((":parameter/*", ":secret:*")):
        return True
    parts = resource.split(":", _ARN_PARTS - 1)
    if len(parts) < _ARN_PARTS:
        return False
    # What is left when the kind of store is taken away: only wildcards, as in `*/*`, `parameter*` and `secret:?*`.
    name = parts[-1]
    for store in _STORES:
        name = name.removeprefix(store)
    return ("*" in name or "?" in name) and not name.strip("*?/:")
