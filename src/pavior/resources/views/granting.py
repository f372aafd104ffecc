"""What a statement of a policy really grants: patterns of actions against names, and how far it reaches.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from pavior.resources.model import Unknown
from pavior.resources.views.facts import Leaf, Truth, all_of, any_of, ask, is_name_of_made, negated
from pavior.resources.views.policies import Statement


def granted(statement: Statement, names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the actions that the statement surely covers, in order."""
    if statement.not_actions:
        return tuple(name for name in names if covers(statement, name) is True)
    found = frozenset[str]().union(*(_among(item, names) for item in statement.actions if isinstance(item, str)))
    return tuple(name for name in names if name in found)


def covers_any(statement: Statement, names: tuple[str, ...]) -> Truth:
    """Whether one of the actions at least is one of those that the statement is about."""
    if statement.not_actions:
        return any_of(covers(statement, name) for name in names)
    return any_of(ask(pattern, lambda text: bool(_among(text, names))) for pattern in statement.actions)


@lru_cache(maxsize=4096)
def _among(pattern: str, names: tuple[str, ...]) -> frozenset[str]:
    # Policies of one company say the same few things a thousand times.
    return frozenset(name for name in names if matches(pattern, name))


def covers(statement: Statement, name: str) -> Truth:
    """Whether the action is one of those that the statement is about."""
    by_name = any_of(ask(pattern, lambda text: matches(text, name)) for pattern in statement.actions)
    if not statement.not_actions:
        return by_name
    excluded = any_of(ask(pattern, lambda text: matches(text, name)) for pattern in statement.not_actions)
    return any_of((by_name, negated(excluded)))


def is_unlimited(statement: Statement, is_all: Callable[[str], bool]) -> Truth:
    """Whether it allows, without a condition, on resources of which one `is_all`, or on all but some."""
    reaches = any_of((bool(statement.not_resources), *(_reaches(item, is_all) for item in statement.resources)))
    return all_of(
        (ask(statement.effect, lambda effect: effect == "Allow"), negated(_is_conditional(statement)), reaches)
    )


def is_everything(resource: str) -> bool:
    """`*`, or an ARN whose resource is: `arn:aws:s3:::*`."""
    parts = resource.split(":", 5)
    return not parts[-1].strip("*") and (len(parts) == 1 or len(parts) == 6)  # noqa: PLR2004 - the parts of an ARN


@lru_cache(maxsize=4096)
def _pattern(text: str) -> re.Pattern[str]:
    escaped = re.escape(text).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(escaped, re.DOTALL)


def matches(pattern: str, name: str) -> bool:
    """As AWS compares actions: without regard to case, `*` for any text and `?` for one character."""
    wanted, found = pattern.lower(), name.lower()
    head, star, rest = wanted.partition("*")
    # Nearly all are names or beginnings of names; making expressions of those is what a small check would wait for.
    if "?" in head or rest:
        return _pattern(wanted).fullmatch(found) is not None
    return found.startswith(head) if star else found == wanted


def _reaches(resource: Leaf, is_all: Callable[[str], bool]) -> Truth:
    # What the apply makes known is the name of something that it makes, so never all there is.
    if isinstance(resource, Unknown) and is_name_of_made(resource):
        return False
    return ask(resource, is_all)


def _is_conditional(statement: Statement) -> Truth:
    if not statement.conditions:
        return False
    operators = [condition.operator for condition in statement.conditions]
    return any_of(operator if isinstance(operator, Unknown) else True for operator in operators)
