"""A threat model: what is worth protecting, how data flows, what could happen to it, and what stops that. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from pavior.kernel.verdicts import Severity


class ThreatCategory(StrEnum):
    """STRIDE."""

    SPOOFING = "spoofing"
    TAMPERING = "tampering"
    REPUDIATION = "repudiation"
    INFORMATION_DISCLOSURE = "information-disclosure"
    DENIAL_OF_SERVICE = "denial-of-service"
    ELEVATION_OF_PRIVILEGE = "elevation-of-privilege"


class DataClass(StrEnum):
    """How sensitive data is, the least sensitive first."""

    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
    RESTRICTED = "restricted"

    @property
    def rank(self) -> int:
        """0 for public to 3 for restricted."""
        return list(DataClass).index(self)


class ElementKind(StrEnum):
    """What a data-flow diagram knows."""

    EXTERNAL_ENTITY = "external-entity"
    PROCESS = "process"
    DATA_STORE = "data-store"


class BoundaryKind(StrEnum):
    """What makes the level of trust change."""

    INTERNET = "internet"
    ORGANISATION = "organisation"
    ACCOUNT = "account"
    NETWORK = "network"
    CLUSTER = "cluster"
    OTHER = "other"


class ThreatState(StrEnum):
    """How a threat stands, worst first. It is derived, and never written in a model.

    *Mitigated* only while everything that stops it was seen to hold on what is deployed; *accepted* only until its
    end; *not evaluated* is no kind of mitigated.
    """

    OPEN = "open"
    NOT_EVALUATED = "not-evaluated"
    ACCEPTED = "accepted"
    MITIGATED = "mitigated"

    @property
    def told(self) -> str:
        """In a sentence, such as: not evaluated."""
        return self.value.replace("-", " ")


@dataclass(frozen=True, slots=True)
class Asset:
    """Something worth protecting."""

    id: str
    title: str
    data_class: DataClass
    line: int = 0


@dataclass(frozen=True, slots=True)
class Boundary:
    """A trust boundary: what is within has another level of trust than what is not.

    Args:
        within: Id of the boundary around this one, or empty.
        inferred: Whether a draft wrote it and nobody confirmed it yet.
    """

    id: str
    title: str
    kind: BoundaryKind = BoundaryKind.OTHER
    within: str = ""
    inferred: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class Element:
    """What holds, works on or sends data.

    Args:
        technology: What it is made of, such as `aws_sqs_queue`, or empty.
        resources: Addresses that it stands for, such as `aws_sqs_queue.orders`; a `*` stands for any text.
        boundary: Id of the boundary that it is directly within, or empty for outside of all.
        assets: Ids of what it holds or works on.
        is_public: Whether anybody on the internet may reach it; None when nobody knows.
    """

    id: str
    title: str
    kind: ElementKind
    technology: str = ""
    resources: tuple[str, ...] = ()
    boundary: str = ""
    assets: tuple[str, ...] = ()
    is_public: bool | None = None
    inferred: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class Flow:
    """Data that goes from one element to another.

    Args:
        source: Id of the element that sends; written as `from`.
        target: Id of the element that receives; written as `to`.
        protocol: Such as `https`, or empty.
        assets: Ids of what is sent.
        is_encrypted: None when nobody knows.
        is_authenticated: Whether the receiver knows who sends; None when nobody knows.
        because: What a draft inferred it from, in one sentence; empty when a person wrote it.
    """

    id: str
    source: str
    target: str
    title: str = ""
    protocol: str = ""
    assets: tuple[str, ...] = ()
    is_encrypted: bool | None = None
    is_authenticated: bool | None = None
    because: str = ""
    inferred: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A risk that is lived with, until a day. Who signs the model off agrees to it.

    Args:
        until: The first day on which it is no longer accepted.
    """

    reason: str
    until: date


@dataclass(frozen=True, slots=True)
class Threat:
    """Something that could happen.

    Args:
        library: Id of the threat of the library that it is a case of, or empty.
        places: Ids of the elements and flows where it could happen; the same threat at many is one.
        assets: Ids of what it would happen to.
        severity: If nothing stopped it.
        controls: Ids of the controls that stop it together, the same as on verdicts and findings.
        requirements: Ids of requirements that stop it, such as `asvs-5.0.0:6.2.1`.
        tests: Names of tests that show that it is stopped, as `classname::name` of a JUnit report.
        mitigations: What stops it besides, one sentence each; nothing checks these.
        accepted: Set when it is lived with although nothing stops it.
        inferred: Whether a draft wrote it and nobody confirmed it yet.
        line: Where it stands in its file, from 1.
    """

    id: str
    title: str
    category: ThreatCategory
    severity: Severity
    description: str = ""
    library: str = ""
    places: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    mitigations: tuple[str, ...] = ()
    accepted: Acceptance | None = None
    inferred: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class Dismissal:
    """A threat of the library, or something else that a draft wrote, that does not apply here; drafts leave it out."""

    id: str
    reason: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Assumption:
    """What is taken for granted; when it is not so, the model is wrong."""

    id: str
    text: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class SignOff:
    """Who agreed to which model, as a note for readers of the file. What counts is what Pavior recorded.

    Args:
        digest: Of the model as it was then; it holds only while the model has this digest.
    """

    digest: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ThreatModel:
    """The threat model of one service.

    Args:
        scope: What it is about, in a sentence.
    """

    service: str
    scope: str
    assets: tuple[Asset, ...] = ()
    boundaries: tuple[Boundary, ...] = ()
    elements: tuple[Element, ...] = ()
    flows: tuple[Flow, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    threats: tuple[Threat, ...] = ()
    dismissed: tuple[Dismissal, ...] = ()
    sign_off: SignOff | None = field(default=None, compare=False)

    @property
    def is_inferred(self) -> bool:
        """Whether a draft wrote all of it and nobody confirmed any part; an empty one is nobody's draft."""
        return bool(self.confirmable) and all(item.inferred for item in self.confirmable)

    @property
    def confirmable(self) -> tuple[Boundary | Element | Flow | Threat, ...]:
        """All of it that a draft may have written, and a person confirms."""
        return (*self.boundaries, *self.elements, *self.flows, *self.threats)

    def element(self, id_: str) -> Element | None:
        """By id."""
        return next((item for item in self.elements if item.id == id_), None)


Item = Asset | Boundary | Element | Flow | Assumption | Threat | Dismissal
# In the order in which a file has them; what each holds is the field of this name of a model.
SECTIONS: Mapping[str, type[Item]] = {
    "assets": Asset,
    "boundaries": Boundary,
    "elements": Element,
    "flows": Flow,
    "assumptions": Assumption,
    "threats": Threat,
    "dismissed": Dismissal,
}
