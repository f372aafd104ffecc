"""Secrets in a cluster have a lock of ours."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.managed_kubernetes import ManagedCluster


def rule(cluster: ManagedCluster) -> RuleResult:
    """Passed when a key is named for secrets."""
    return require(
        cluster.has_secrets_key,
        what="whether secrets are encrypted with a key of ours",
        otherwise="No key of ours encrypts the secrets of the cluster.",
    )
