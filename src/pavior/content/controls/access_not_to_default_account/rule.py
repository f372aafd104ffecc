"""Nobody who did not ask gets a right."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, worst
from pavior.policy.workloads import forbid
from pavior.resources.views.access import AccessGrant, Holder
from pavior.resources.views.facts import Fact, Truth, all_of, any_of, ask

_ACCOUNT, _DEFAULT = "ServiceAccount", "default"
_USER_OF_DEFAULT = ":default"
_PREFIX = "system:serviceaccount:"
# Groups of all accounts of the cluster, or of one namespace.
_GROUP, _ALL, _ALL_OF_NAMESPACE = "Group", "system:serviceaccounts", "system:serviceaccounts:"
# Everybody with an account, also one of a pod, and everybody without; a pod is free to send no token.
_EVERYBODY = ("system:authenticated", "system:unauthenticated")
# What the cluster itself gives to these groups: who one is, and where the API is.
# kubernetes.io/docs/reference/access-authn-authz/rbac/#discovery-roles
_FOR_EVERYBODY = ("system:basic-user", "system:discovery", "system:public-info-viewer")


def rule(grant: AccessGrant) -> RuleResult:
    """Passed when no subject of the binding is a service account with the name `default`, or a group that has it."""
    is_given_by_the_cluster = grant.role.value in _FOR_EVERYBODY and grant.role_kind.value == "ClusterRole"
    if is_given_by_the_cluster and not grant.rules:
        return passed()
    return worst(
        passed(),
        *(
            forbid(
                Fact(_is_default(holder), holder.attribute),
                what="whether the default service account gets the role",
                otherwise="The default service account of a namespace gets the role, and so does every pod under it.",
            )
            for holder in grant.holders
        ),
    )


def _is_default(holder: Holder) -> Truth:
    return any_of(
        (
            all_of((ask(holder.kind, lambda kind: kind == _ACCOUNT), ask(holder.name, lambda name: name == _DEFAULT))),
            all_of((ask(holder.kind, lambda kind: kind == _GROUP), ask(holder.name, _has_every_account))),
            # The same account, by the name that the API server gives it.
            ask(holder.name, lambda name: name.startswith(_PREFIX) and name.endswith(_USER_OF_DEFAULT)),
        )
    )


def _has_every_account(group: str) -> bool:
    return group == _ALL or group in _EVERYBODY or group.startswith(_ALL_OF_NAMESPACE)
