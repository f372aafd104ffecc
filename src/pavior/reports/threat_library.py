"""The threat library, as this installation has it."""

from dataclasses import dataclass

from pavior.identity.authorisation import Authoriser
from pavior.identity.model import Actor, Permission, Scope
from pavior.threatmodels.library import get_threat
from pavior.threatmodels.library_model import LibraryThreat, narrow
from pavior.threatmodels.model import ThreatCategory


@dataclass(frozen=True, slots=True)
class ThreatLibrary:
    """The threats that are known before any system is looked at, by id."""

    threats: tuple[LibraryThreat, ...]
    authoriser: Authoriser

    def list_threats(
        self, actor: Actor, *, category: ThreatCategory | None = None, control: str = "", query: str = ""
    ) -> tuple[LibraryThreat, ...]:
        """Those of this category, that this control stops, with each of these words in them."""
        self.authoriser.authorise(actor, Permission.THREAT_READ, on=Scope())
        return narrow(self.threats, category=category, control=control, query=query)

    def get_threat(self, actor: Actor, threat: str) -> LibraryThreat:
        """One of them. Raises MissingError `library-threat-missing`."""
        self.authoriser.authorise(actor, Permission.THREAT_READ, on=Scope())
        return get_threat(self.threats, threat)
