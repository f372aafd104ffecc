"""Which stacks of the verdict matrix are recorded in one sandbox."""

import re
from collections.abc import Iterable, Iterator

from tests.verdicts.stacks import Stack

from pavior.adapters.readers.terraform_source import read_source

STACKS_AT_ONCE = 18
# Attributes that hold a name which nothing else of that type may have.
_NAMES = re.compile(r"name|family|\w+_name|\w*identifier|\w+_id")
# What is one for the whole account and changes the others. The sandbox cloud gives all databases one resource id.
_OF_THE_ACCOUNT = {
    "aws_db_instance": "databases",
    "aws_ebs_encryption_by_default": "disks",
    "aws_ebs_volume": "disks",
    "aws_iam_account_password_policy": "passwords",
    "aws_instance": "disks",
}
# The sandbox cloud never finishes a domain. Over its answer about an `aws_elb` the provider crashes, and forgets what
# it was making just then. They are recorded together, after the others.
_APART = ("aws_elasticsearch_domain", "aws_elb", "aws_opensearch_domain")


def group_stacks(stacks: Iterable[Stack]) -> list[list[Stack]]:
    """The stacks, so that no two that use one name meet in one sandbox."""
    groups: list[tuple[list[Stack], set[str]]] = []
    for stack in sorted(stacks, key=_is_apart):
        names = set(_names(stack))
        free = (item for item in groups if len(item[0]) < STACKS_AT_ONCE and names.isdisjoint(item[1]))
        found = next(free, None)
        if found is None:
            found = ([], set())
            groups.append(found)
        found[0].append(stack)
        found[1].update(names)
    return [group for group, _ in groups]


def _is_apart(stack: Stack) -> bool:
    return any(f'"{name}"'.encode() in stack.body for name in _APART)


def _names(stack: Stack) -> Iterator[str]:
    # Both stacks of a control set what there is once.
    yield stack.control
    for item in read_source({"main.tf": stack.body}, {}, frozenset()).resources:
        yield from ([_OF_THE_ACCOUNT[item.type]] if item.type in _OF_THE_ACCOUNT else [])
        for name, value in item.values.items():
            if isinstance(value, str) and _NAMES.fullmatch(name) and item.type not in _APART:
                yield f"{item.type} {value}"
