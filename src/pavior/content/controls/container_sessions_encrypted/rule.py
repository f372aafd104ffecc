"""What people do inside of containers is recorded, and for few eyes only."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require, unknown, worst
from pavior.resources.model import Unknown
from pavior.resources.views.containers import ContainerCluster


def rule(cluster: ContainerCluster) -> RuleResult:
    """Passed when sessions and their logs are encrypted, or the cluster says nothing of sessions, or keeps no logs."""
    opens = cluster.opens_sessions
    if isinstance(opens.value, Unknown):
        return unknown("how sessions are set up", opens.value, opens)
    if not opens.value:
        return passed("It sets up no recording of sessions.")
    return worst(
        require(
            cluster.has_session_key,
            what="whether sessions are encrypted with a key of ours",
            otherwise="Sessions are not encrypted with a key of ours: kms_key_id is missing.",
        ),
        require(
            cluster.encrypts_session_logs,
            what="whether the logs of sessions are encrypted",
            otherwise="What people type in sessions is not encrypted where it is kept.",
        ),
    )
