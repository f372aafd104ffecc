"""Resources in the shape of their Terraform provider schema, with leaves that may be unknown or hidden."""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar, Final, TypeAlias, final

from msgspec import Struct

from pavior.kernel.verdicts import Position, UnknownReason

# How the detail begins of a text of which something known after the apply is only a part.
PART_OF_A_TEXT: Final = "part of a text: "


ONE_GAP: Final = ("", "")


@final
class Unknown(Struct, frozen=True):
    """A leaf whose value could not be had. It is *set*: a rule that only asks "is it set" passes.

    Args:
        reason: `known-after-apply` when the provider will choose it; `not-evaluated` when we could not resolve it.
        detail: What was in the way, for the person, such as `var.region has no value`.
        pieces: What is known of a text: before its first gap, between its gaps, and after the last one. `("", "")` is a
            single gap, which `detail` names: two of them with one detail are the same value. None of what is derived.
    """

    reason: UnknownReason = UnknownReason.KNOWN_AFTER_APPLY
    detail: str = ""
    pieces: tuple[str, ...] = ()

    @property
    def is_named(self) -> bool:
        """Whether it is just what `detail` names, such as a variable without a value, and nothing made of it."""
        return self.pieces == ONE_GAP


@final
class Sensitive(Struct, frozen=True):
    """A leaf whose value is hidden. Two hidden values are equal when their keyed fingerprints are.

    Args:
        fingerprint: Keyed digest of the value, or empty when the value itself is not known.
    """

    fingerprint: str = ""

    def __str__(self) -> str:
        return "(sensitive)"


# A tree as JSON has it, whose leaves may also be Unknown or Sensitive.
Value: TypeAlias = "bool | int | float | str | Unknown | Sensitive | list[Value] | dict[str, Value] | None"


class GraphFormat(StrEnum):
    """What a graph was read from."""

    TERRAFORM_PLAN = "terraform-plan"
    TERRAFORM_SOURCE = "terraform-source"
    KUBERNETES_MANIFEST = "kubernetes-manifest"
    STATE = "state"
    LIVE = "live"


class Resource(Struct, frozen=True):
    """One resource of one provider type.

    Args:
        address: `aws_s3_bucket.data` or `module.a.aws_s3_bucket.data["x"]`; of a manifest `Deployment.shop.orders`.
        type: Terraform type, such as `aws_s3_bucket`, or the kind of a manifest, such as `Deployment`.
        values: Attributes in the provider schema's names. Absent in a complete source means the
            provider's documented default; blocks are lists of mappings as in plan JSON.
        references: Dotted attribute path to the addresses that its expression mentions
            (`{"bucket": ("aws_s3_bucket.data",)}`), known even when the value is not.
        attribute_positions: Dotted attribute path to its place in the source.
        unwritten: Attributes that the apply will tell and that nobody set, where its reader could tell them and so
            saves others the search; None where it did not, or where something within an attribute is so.
        ways: All that it may be, each as a whole, where only the presence of a block is not known; what such a block
            stands in is Unknown in `values`. Of source alone, and not stored.
    """

    address: str
    type: str
    values: Mapping[str, Value]
    mode: str = "managed"
    provider: str = ""
    position: Position | None = None
    references: Mapping[str, tuple[str, ...]] = {}
    attribute_positions: Mapping[str, Position] = {}
    unwritten: tuple[str, ...] | None = None
    ways: "tuple[Resource, ...]" = ()

    # They help whoever asks; what they say follows from the rest.
    not_told: ClassVar = ("unwritten", "ways")

    @property
    def name(self) -> str:
        """The last word of the address, without its index."""
        return self.address.split("[")[0].rsplit(".", 1)[-1]


# The kind of what was read though Terraform refuses it; the subject is `path:line`.
READ_AS_MEANT = "read-as-meant"


class Skipped(Struct, frozen=True):
    """Something that was seen and not looked at, and why. Part of every answer.

    Args:
        kind: What it is a case of, such as `terraform-module`, where cases are counted; empty otherwise.
    """

    subject: str
    why: str
    kind: str = ""


class ResourceGraph(Struct, frozen=True):
    """Resources read from one place, in the order they were read.

    Args:
        complete: False when something that might hold resources could not be read; absence then proves nothing.
    """

    format: GraphFormat
    resources: tuple[Resource, ...]
    skipped: tuple[Skipped, ...] = ()
    complete: bool = True

    def find(self, address: str) -> Resource | None:
        """The resource at `address`."""
        return next((item for item in self.resources if item.address == address), None)

    def of_type(self, *types: str) -> tuple[Resource, ...]:
        """The managed resources of these types."""
        return tuple(item for item in self.resources if item.mode == "managed" and item.type in types)


class Action(StrEnum):
    """What an apply would do to one resource; Terraform's words."""

    NO_OP = "no-op"
    CREATE = "create"
    READ = "read"
    UPDATE = "update"
    DELETE = "delete"
    REPLACE = "replace"


class ResourceChange(Struct, frozen=True):
    """One line of a plan. `before` is None on create, `after` is None on delete. Both are masked."""

    address: str
    type: str
    action: Action
    before: Mapping[str, Value] | None
    after: Mapping[str, Value] | None
    position: Position | None = None


class PlanReading(Struct, frozen=True):
    """What a Terraform plan says, masked.

    Args:
        graph: The resources as they would be after the apply.
        changes: Every resource change but no-ops and reads.
        prior: The resources as they were when the plan was made.
    """

    graph: ResourceGraph
    changes: tuple[ResourceChange, ...]
    prior: ResourceGraph
    format_version: str
    terraform_version: str

    @property
    def made(self) -> frozenset[str]:
        """Addresses of what an apply would make, or make anew."""
        return frozenset(item.address for item in self.changes if item.action in (Action.CREATE, Action.REPLACE))
