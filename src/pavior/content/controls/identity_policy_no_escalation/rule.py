"""Nobody can give himself, or others, more than he has."""

from collections.abc import Iterator
from functools import partial

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require, unknown, worst
from pavior.resources.model import Unknown
from pavior.resources.views.facts import Fact, all_of, negated
from pavior.resources.views.granting import covers_any, granted, is_everything, is_unlimited
from pavior.resources.views.identity import IdentityPolicy
from pavior.resources.views.policies import PolicyDocument, Statement

_WHAT = "whether the policy lets its holder take more"
# Actions with which rights are taken or handed out: docs.aws.amazon.com/service-authorization/latest/reference/, access
# level "Permissions management", and those that put code or a password where a role or a person is.
_ACTIONS = (
    "iam:AddRoleToInstanceProfile",
    "iam:AddUserToGroup",
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreatePolicy",
    "iam:CreatePolicyVersion",
    "iam:CreateRole",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteUserPermissionsBoundary",
    "iam:PassRole",
    "iam:PutGroupPolicy",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:PutUserPermissionsBoundary",
    "iam:PutUserPolicy",
    "iam:SetDefaultPolicyVersion",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateLoginProfile",
    "sts:AssumeRole",
    "ec2:ModifyImageAttribute",
    "ec2:ModifySnapshotAttribute",
    "ecr:SetRepositoryPolicy",
    "glue:UpdateDevEndpoint",
    "kms:CreateGrant",
    "kms:PutKeyPolicy",
    "lambda:AddPermission",
    "lambda:UpdateFunctionCode",
    "ram:CreateResourceShare",
    "rds:ModifyDBClusterSnapshotAttribute",
    "rds:ModifyDBSnapshotAttribute",
    "s3:DeleteBucketPolicy",
    "s3:PutAccountPublicAccessBlock",
    "s3:PutBucketAcl",
    "s3:PutBucketPolicy",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutObjectAcl",
    "secretsmanager:PutResourcePolicy",
    "sns:AddPermission",
    "sqs:AddPermission",
)
_KINDS_OF_IDENTITY = ("group", "instance-profile", "policy", "role", "user")
_WILDCARDS = "*?"
_NAMED_IN_A_DENIAL = 5


def rule(policy: IdentityPolicy) -> RuleResult:
    """Passed when no statement allows, on every resource and without a condition, to hand out or take rights."""
    return worst(passed(), *(result for document in policy.documents for result in _judge(document)))


def _judge(document: Fact[PolicyDocument]) -> Iterator[RuleResult]:
    if isinstance(document.value, Unknown):
        yield unknown(_WHAT, document.value, document)
        return
    for statement in document.value.statements:
        offends = all_of(
            (covers_any(statement, _ACTIONS), is_unlimited(statement, _is_everybody)),
        )
        at = Fact(negated(offends), f"{statement.path}.Action", document.decided_by)
        yield require(at, what=_WHAT, otherwise=partial(_message, statement))


def _message(statement: Statement) -> str:
    found = granted(statement, _ACTIONS)
    more = len(found) - _NAMED_IN_A_DENIAL
    names = ", ".join(found[:_NAMED_IN_A_DENIAL]) + (f" and {more} more" if more > 0 else "")
    return f"Its holder can take more than it says, without a limit: {names}."


def _is_everybody(resource: str) -> bool:
    """Everything, or every role, user, group or policy there is."""
    if is_everything(resource):
        return True
    kind, _, name = resource.rpartition(":")[2].partition("/")
    is_kind = kind.rstrip(_WILDCARDS) in _KINDS_OF_IDENTITY
    return ":iam:" in resource and is_kind and bool(name or kind[-1] in _WILDCARDS) and not name.strip(_WILDCARDS + "/")
