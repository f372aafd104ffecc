"""The threats that are known before any system is looked at."""

from fastapi import APIRouter

from pavior.api.calling import Caller, Filter, PathName, verb
from pavior.api.schemas.threat_library import LibraryThreatShown
from pavior.identity.model import Permission
from pavior.threatmodels.model import ThreatCategory

router = APIRouter(tags=["threats"])


@verb(router, "GET", "/threat-library", permission=Permission.THREAT_READ, shows=list[LibraryThreatShown])
def list_threat_library(
    call: Caller, category: ThreatCategory | None = None, control: Filter = "", query: Filter = ""
) -> list[LibraryThreatShown]:
    """What a draft looks for, by id: what it applies to, and what stops it."""
    found = call.application.threat_library.list_threats(call.actor, category=category, control=control, query=query)
    return [LibraryThreatShown.of(item) for item in found]


@verb(router, "GET", "/threat-library/{threat}", permission=Permission.THREAT_READ, shows=LibraryThreatShown)
def show_library_threat(call: Caller, threat: PathName) -> LibraryThreatShown:
    """One threat of the library."""
    return LibraryThreatShown.of(call.application.threat_library.get_threat(call.actor, threat))
