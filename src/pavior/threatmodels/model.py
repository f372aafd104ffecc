"""A threat model: what is worth protecting, what could happen to it, and what stops that."""

from dataclasses import dataclass
from datetime import date
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


class ThreatState(StrEnum):
    """What was decided. *Mitigated* is a claim: it is verified only while every control of the threat passes."""

    OPEN = "open"
    MITIGATED = "mitigated"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Asset:
    """Something worth protecting."""

    id: str
    title: str
    data_class: str


@dataclass(frozen=True, slots=True)
class Boundary:
    """Where data passes from one level of trust to another."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Threat:
    """Something that could happen.

    Args:
        assets: Ids of what it would happen to.
        boundary: Id of the boundary where it comes in, or empty.
        controls: Ids of the controls that stop it, the same as on verdicts and findings.
        mitigations: What stops it beside the controls, one sentence each; nothing checks these.
        reason: Why it is accepted, or empty.
        review_by: When its acceptance must be looked at again.
        line: Where it stands in its file.
    """

    id: str
    title: str
    description: str
    category: ThreatCategory
    assets: tuple[str, ...]
    boundary: str
    severity: Severity
    state: ThreatState
    controls: tuple[str, ...]
    mitigations: tuple[str, ...]
    reason: str
    review_by: date | None
    line: int


@dataclass(frozen=True, slots=True)
class ThreatModel:
    """The threat model of one service."""

    service: str
    scope: str
    assets: tuple[Asset, ...]
    boundaries: tuple[Boundary, ...]
    threats: tuple[Threat, ...]
