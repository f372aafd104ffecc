"""What waits to be delivered cannot be read from the storage below."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.messaging import MessageChannel


def rule(channel: MessageChannel) -> RuleResult:
    """Passed when the queue, topic or stream encrypts what it holds, with whatever key."""
    return require(
        channel.is_encrypted,
        what="whether messages are encrypted where they wait",
        otherwise="Messages wait in clear: no encryption is switched on.",
    )
