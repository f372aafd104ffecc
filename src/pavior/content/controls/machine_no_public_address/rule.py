"""Machines stand behind something."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import require
from pavior.resources.views.facts import Fact, negated
from pavior.resources.views.machine import Machine


def rule(machine: Machine) -> RuleResult:
    """Passed when the machine asks for no public address, is given none, and has a subnet that gives none."""
    has = machine.has_public_address
    return require(
        Fact(negated(has.value), has.attribute, has.decided_by),
        what="whether the machine gets a public address",
        otherwise="The machine gets a public address, so that everybody can try it.",
    )
