"""A threat that is known before any system is looked at, and what it applies to. Nothing in it is evaluated. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pavior.threatmodels.model import BoundaryKind, DataClass, ElementKind, ThreatCategory


class Known(StrEnum):
    """What is known of something that may be so: a model may say yes, no, or nothing."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ElementCondition:
    """Which elements are meant: those of which all that is named here holds. What is empty says nothing.

    Args:
        kinds: It is one of these.
        is_technology_unknown: Nobody says what it is made of; written as `technology = "unknown"`.
        types: It is made of one of these, such as `aws_sqs_queue`; a `*` stands for any text.
        resources: It stands for an address like one of these, such as `Pod.kube-apiserver*`.
        public: Whether everybody on the internet reaches it is one of these.
        holds: What it holds is at least this sensitive, or nobody says what it holds.
    """

    kinds: tuple[ElementKind, ...] = ()
    is_technology_unknown: bool = False
    types: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    public: tuple[Known, ...] = ()
    holds: DataClass | None = None


@dataclass(frozen=True, slots=True)
class FlowCondition:
    """Which flows are meant: those of which all that is named here holds. What is empty says nothing.

    Args:
        crosses: It crosses a boundary of one of these kinds; it comes from the internet, or goes there, when one end is
            there.
        encrypted: Whether it is encrypted is one of these.
        authenticated: Whether the receiver knows who sends is one of these.
        carries: As `holds` of an element.
        source: What it comes from; written as `from`.
        target: What it goes to; written as `to`.
    """

    crosses: tuple[BoundaryKind, ...] = ()
    encrypted: tuple[Known, ...] = ()
    authenticated: tuple[Known, ...] = ()
    carries: DataClass | None = None
    source: ElementCondition | None = None
    target: ElementCondition | None = None


@dataclass(frozen=True, slots=True)
class ThreatSource:
    """Where others write of it.

    Args:
        title: Of the publication.
        name: Id in it, such as `T1530`.
    """

    title: str
    edition: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class LibraryThreat:
    """One threat of the library.

    Args:
        likelihood: From 1, very low, to 5, before it is known who reaches the places.
        impact: From 1, very low, to 5: at least so much, whatever data is there.
        elements: It applies to an element that is meant by any of these.
        flows: It applies to a flow that is meant by any of these.
        boundaries: It applies to a whole system that has a boundary of one of these kinds, where it has none of its
            elements and flows; then it has no places.
        controls: Ids of those that stop it; for one model only those that look at something there.
        asked_types: By control, what it looks at; a control with none looks at everything.
        requirements: Such as `asvs-5.0.0:8.2.1`.
        test: How a test could show that it is stopped, in a sentence; may be empty.
    """

    id: str
    title: str
    category: ThreatCategory
    description: str
    likelihood: int
    impact: int
    elements: tuple[ElementCondition, ...]
    flows: tuple[FlowCondition, ...]
    boundaries: tuple[BoundaryKind, ...]
    controls: tuple[str, ...]
    asked_types: Mapping[str, frozenset[str]] = field(repr=False)
    requirements: tuple[str, ...]
    test: str
    sources: tuple[ThreatSource, ...]


def narrow(
    library: Iterable[LibraryThreat], *, category: ThreatCategory | None = None, control: str = "", query: str = ""
) -> tuple[LibraryThreat, ...]:
    """Those of this category, that this control stops, with each of these words in id, title or description."""
    words = query.casefold().split()
    return tuple(
        item
        for item in library
        if category in (None, item.category)
        and (not control or control in item.controls)
        and all(word in f"{item.id} {item.title} {item.description}".casefold() for word in words)
    )
