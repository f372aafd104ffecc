"""What the groups of a provider mean here: the operator says it, group by group, and nothing else gives a role."""

from collections.abc import Iterable
from dataclasses import dataclass

from pavior.identity.model import Role


@dataclass(frozen=True, slots=True)
class GroupRule:
    """What members of one group are. `group` is as the provider writes it."""

    group: str
    roles: frozenset[Role]
    teams: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Grant:
    """What somebody is, by all their groups together; without a role they are not let in."""

    roles: frozenset[Role]
    teams: frozenset[str]


@dataclass(frozen=True, slots=True)
class GroupMapping:
    """All rules. A group that no rule names means nothing."""

    rules: tuple[GroupRule, ...] = ()

    @property
    def teams(self) -> frozenset[str]:
        """The teams whose membership the provider decides; all others are left alone."""
        return frozenset(team for rule in self.rules for team in rule.teams)

    def grant(self, groups: Iterable[str]) -> Grant:
        """The union over the rules of these groups; names are equal to the letter."""
        found = frozenset(groups)
        rules = [rule for rule in self.rules if rule.group in found]
        return Grant(
            frozenset(role for rule in rules for role in rule.roles),
            frozenset(team for rule in rules for team in rule.teams),
        )
