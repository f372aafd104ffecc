"""The threat library on the wire."""

from pydantic import Field

from pavior.api.schemas.form import Shown
from pavior.threatmodels.library_model import Known
from pavior.threatmodels.model import BoundaryKind, DataClass, ElementKind, ThreatCategory


class ElementConditionShown(Shown):
    """Which elements are meant: all that is named must hold; what is empty says nothing."""

    kinds: list[ElementKind]
    is_technology_unknown: bool = Field(description="Nobody says what it is made of.")
    types: list[str] = Field(description="Types of resources; a * stands for any text.")
    resources: list[str] = Field(description="Addresses; a * stands for any text.")
    public: list[Known]
    holds: DataClass | None = Field(description="At least so sensitive, or nobody says.")


class FlowConditionShown(Shown):
    """Which flows are meant, in the same way."""

    crosses: list[BoundaryKind]
    encrypted: list[Known]
    authenticated: list[Known]
    carries: DataClass | None
    source: ElementConditionShown | None
    target: ElementConditionShown | None


class ThreatSourceShown(Shown):
    """Where others write of it."""

    title: str
    edition: str
    name: str
    address: str


class LibraryThreatShown(Shown):
    """One threat of the library; likelihood and impact go from 1, very low, to 5."""

    id: str
    title: str
    category: ThreatCategory
    description: str
    likelihood: int
    impact: int
    elements: list[ElementConditionShown]
    flows: list[FlowConditionShown]
    boundaries: list[BoundaryKind]
    controls: list[str]
    requirements: list[str]
    test: str
    sources: list[ThreatSourceShown]
