"""Stacks: resources that the provider makes together from one text."""

from typing import Final

from msgspec import Struct

from pavior.resources.model import Resource
from pavior.resources.views.facts import Fact, Source
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.kinds import ViewType, of_types
from pavior.resources.views.nested import is_given

STACK_TYPES: Final = ("aws_cloudformation_stack",)


class Stack(Struct, frozen=True):
    """A stack. `announces_changes`: each step of a change is told to somebody."""

    resource: Resource
    satellites: tuple[Resource, ...]
    announces_changes: Fact[bool]


def build_stack(resource: Resource, index: GraphIndex) -> Stack:
    """From `aws_cloudformation_stack`."""
    del index
    return Stack(resource, (), is_given(Source(resource), "notification_arns"))


VIEW_TYPES: Final = (ViewType("Stack", of_types(*STACK_TYPES), build_stack),)
