"""What this engine needs to know of a resource type, and the calls that make, read, change and delete one."""

from dataclasses import dataclass
from typing import Protocol

from pavior.adapters.clouds.aws import AwsClients
from pavior.adapters.engines.embedded.schema import Schema
from pavior.adapters.engines.values import Values

# Our own tags: never shown, never compared.
OWN_TAG_PREFIX = "pavior:"
ENVIRONMENT_TAG = "pavior:environment"
OPERATION_TAG = "pavior:operation"


@dataclass(frozen=True, slots=True)
class Api:
    """The cloud, and on whose behalf we act.

    Args:
        is_resumed: It is recorded that this operation was begun, when there was no such thing in the cloud.
        operation: Token of what is being made: the same for each try of one resource in one plan, never for another.
    """

    clients: AwsClients
    region: str
    account: str
    environment: str
    operation: str = ""
    is_resumed: bool = False

    @property
    def own_tags(self) -> dict[str, str]:
        """What marks a thing as made by us, in this operation."""
        return {ENVIRONMENT_TAG: self.environment, OPERATION_TAG: self.operation}


class ResourceType(Protocol):
    """One resource type. Every call may be repeated; only `make` makes something, and `find_made` finds it again.

    A missing thing reads as None. Any other failure is botocore's own exception.
    """

    name: str
    schema_version: int
    schema: Schema

    def find_made(self, api: Api, desired: Values) -> str | None:
        """The id of what an earlier try of this very operation made, or None."""

    def make(self, api: Api, desired: Values) -> str:
        """Make the bare thing, with our tags in the same call where the cloud can, and give its id."""

    def read(self, api: Api, identity: str, known: Values) -> Values | None:
        """Its attributes as they are. `known` are the values of source or state, for what the cloud does not hold."""

    def converge(self, api: Api, identity: str, live: Values, desired: Values) -> None:
        """Change what differs. Called after `make` too, so that a half-made thing becomes a whole one."""

    def delete(self, api: Api, identity: str, known: Values) -> None:
        """Remove it. What is already gone is no failure."""


def without_own_tags(tags: dict[str, str]) -> dict[str, str]:
    """The tags that people set."""
    return {name: value for name, value in tags.items() if not name.startswith(OWN_TAG_PREFIX)}


def tag_changes(live: Values, desired: Values) -> tuple[dict[str, str], list[str]]:
    """What to set, and which keys to remove, of `tags_all`."""
    have, want = live.get("tags_all") or {}, desired.get("tags_all") or {}
    return (
        {name: value for name, value in want.items() if have.get(name) != value},
        sorted(name for name in have if name not in want),
    )


def tag_values(tags: dict[str, str], known: Values) -> Values:
    """`tags` and `tags_all` as the provider shows them: default tags in the second alone, unless one was changed."""
    all_tags = without_own_tags(tags)
    own, inherited = known.get("tags") or {}, known.get("tags_all") or {}
    defaults = {name: value for name, value in inherited.items() if name not in own}
    shown = {name: value for name, value in all_tags.items() if defaults.get(name) != value}
    return {"tags": shown or None, "tags_all": all_tags}
