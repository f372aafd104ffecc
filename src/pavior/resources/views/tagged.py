"""Everything that can say whose it is."""

from typing import Final

from msgspec import Struct

from pavior.resources.model import Resource, Sensitive, Unknown, Value
from pavior.resources.views.facts import Fact, Source, hidden, read_text
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.kinds import Selection, ViewType
from pavior.resources.views.taggable import TAGGABLE_TYPES


class Tagged(Struct, frozen=True):
    """A resource with the tags that it will have."""

    resource: Resource
    satellites: tuple[Resource, ...]
    tags: Value
    tags_all: Value

    def tag(self, name: str) -> Fact[str]:
        """The tag's value, empty when there is no such tag."""
        # What the provider adds to everything stands in `tags_all` only.
        for attribute, tags in (("tags", self.tags), ("tags_all", self.tags_all)):
            if isinstance(tags, dict) and tags.get(name) is not None:
                return Fact(read_text(tags[name]), f"{attribute}.{name}")
        if isinstance(self.tags, Unknown):
            return Fact(self.tags, "tags")
        if isinstance(self.tags, Sensitive):
            return Fact(hidden(), "tags")
        return Fact("", "tags")


def select_tagged(index: GraphIndex) -> tuple[Resource, ...]:
    """Every resource that can have tags."""
    return tuple(
        resource
        for resource in index.graph.resources
        if resource.mode == "managed" and (resource.type in TAGGABLE_TYPES or "tags" in resource.values)
    )


def build_tagged(resource: Resource, index: GraphIndex) -> Tagged:
    """From any resource with tags."""
    del index
    own = Source(resource)
    return Tagged(resource, (), own.value("tags"), own.value("tags_all"))


VIEW_TYPES: Final = (ViewType("Tagged", Selection((), select_tagged), build_tagged),)
