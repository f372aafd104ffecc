"""Fixes come in without waiting for somebody."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.database_upkeep import DatabaseUpgrades


def rule(upgrades: DatabaseUpgrades) -> RuleResult:
    """Passed when the provider may bring in small versions in the maintenance window."""
    return require(
        upgrades.are_automatic,
        what="whether small versions come in by themselves",
        otherwise="Fixes wait until somebody brings them in by hand.",
    )
