"""Encryption is what happens when nobody thinks of it."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.disk import DiskDefault


def rule(subject: DiskDefault) -> RuleResult:
    """Passed when encryption by default is declared, and not switched off."""
    return require(
        subject.encrypts,
        what="whether new disks are encrypted by default",
        otherwise="New disks are not encrypted by default: enabled is false.",
    )
