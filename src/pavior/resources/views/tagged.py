"""Everything that can say whose it is."""

from typing import Final

from msgspec import Struct

from pavior.resources.model import Resource, Sensitive, Unknown, Value
from pavior.resources.views.facts import Fact, Source, hidden, read_text
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.kinds import Selection, ViewType
from pavior.resources.views.taggable import TAGGABLE_TYPES

_GOOGLE: Final = "google_"
_LABELS, _LABELS_ALL = "labels", "effective_labels"


class Tagged(Struct, frozen=True):
    """A resource with the tags that it will have.

    Args:
        attribute: What the provider calls them.
        attribute_all: Where it reports them with those that it adds to everything; empty when it adds none.
        has_one_case: `Owner` and `owner` are one name there.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    tags: Value
    tags_all: Value
    attribute: str = "tags"
    attribute_all: str = "tags_all"
    has_one_case: bool = False

    def tag(self, name: str) -> Fact[str]:
        """The tag's value, empty when there is no such tag."""
        # What the provider adds to everything stands in the second only.
        for attribute, tags in ((self.attribute, self.tags), (self.attribute_all, self.tags_all)):
            found = self._find(tags, name) if isinstance(tags, dict) else None
            if found is not None:
                return Fact(read_text(found), f"{attribute}.{name}")
        if type(self.tags) is Unknown:
            return Fact(self.tags, self.attribute)
        if type(self.tags) is Sensitive:
            return Fact(hidden(), self.attribute)
        return Fact("", self.attribute)

    def _find(self, tags: dict[str, Value], name: str) -> Value:
        if self.has_one_case:
            return next((value for key, value in tags.items() if key.lower() == name), None)
        return tags.get(name)


def select_tagged(index: GraphIndex) -> tuple[Resource, ...]:
    """Every resource that can have tags."""
    return tuple(
        resource
        for resource in index.graph.resources
        if resource.mode == "managed" and (resource.type in TAGGABLE_TYPES or _attribute(resource) in resource.values)
    )


def build_tagged(resource: Resource, index: GraphIndex) -> Tagged:
    """From any resource with tags."""
    del index
    own = Source(resource)
    if resource.type.startswith(_GOOGLE):
        found = (own.value(_LABELS), own.value(_LABELS_ALL))
        return Tagged(resource, (), *found, attribute=_LABELS, attribute_all=_LABELS_ALL)
    # learn.microsoft.com/azure/azure-resource-manager/management/tag-resources: names have no case.
    has_one_case = resource.type.startswith("azurerm_")
    return Tagged(resource, (), own.value("tags"), own.value("tags_all"), has_one_case=has_one_case)


def _attribute(resource: Resource) -> str:
    """What Google calls tags are names for firewall rules; its labels are what others call tags."""
    return _LABELS if resource.type.startswith(_GOOGLE) else "tags"


VIEW_TYPES: Final = (ViewType("Tagged", Selection((), select_tagged), build_tagged),)
