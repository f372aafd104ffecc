"""Messages are encrypted with a key that we hold."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.messaging import MessageChannel


def rule(channel: MessageChannel) -> RuleResult:
    """Passed when the queue, topic or stream names a key of ours."""
    return require(
        channel.has_own_key,
        what="whether messages are encrypted with a key of ours",
        otherwise="Messages are encrypted with a key that the provider holds, or not at all.",
    )
