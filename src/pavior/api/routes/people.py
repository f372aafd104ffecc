"""Who there is. Inviting, teams, tokens and sessions are acts of a person, so they are commands and pages only."""

from fastapi import APIRouter

from pavior.api.calling import Caller, PathName, verb
from pavior.api.schemas.records import PersonShown, TeamShown
from pavior.identity.model import Permission

router = APIRouter(tags=["people"])


@verb(router, "GET", "/people", permission=Permission.PERSON_READ, shows=list[PersonShown])
def list_people(call: Caller) -> list[PersonShown]:
    """All, by name."""
    return [PersonShown.of(person) for person in call.application.access.list_people(call.actor)]


@verb(router, "GET", "/people/{name}", permission=Permission.PERSON_READ, shows=PersonShown)
def show_person(call: Caller, name: PathName) -> PersonShown:
    """One person, with roles and teams."""
    return PersonShown.of(call.application.access.get_person(call.actor, name))


@verb(router, "GET", "/teams", permission=Permission.PERSON_READ, shows=list[TeamShown])
def list_teams(call: Caller) -> list[TeamShown]:
    """All, by name, with their members."""
    return [TeamShown.of(team) for team in call.application.access.list_teams(call.actor)]
