"""Role x permission x surface: who may do what, and through which door. What is forgotten at one door is seen here."""

from collections.abc import Callable, Iterator
from itertools import product
from typing import cast

import click
import pytest

from pavior.api.app import create_api
from pavior.api.calling import PERMISSION_FIELD
from pavior.application import Application
from pavior.cli.commands import pavior
from pavior.cli.verb import Verb
from pavior.identity.authorisation import decide
from pavior.identity.model import ONLY_IN_PERSON, Actor, Permission, Role, Scope, Surface
from pavior.web.table import ROUTES

# A person's own team or another one, production or not, their own wish or another's.
SCOPES = tuple(
    Scope(kind="change", name="C-1", team=team, is_production=is_production, requester=requester)
    for team, is_production, requester in product(("own", "other"), (False, True), ("me", "them"))
)
# Reading folders of the server is for who sits at it.
ONLY_AT_THE_COMMAND_LINE = {Permission.SERVICE_ADOPT}
# A plan from elsewhere is asked about by whatever made it, and tests are reported by what ran them.
FOR_PROGRAMS = {Permission.ENVIRONMENT_GATE, Permission.THREAT_REPORT_TESTS}
# Told on the page of the environment, to who may.
A_PART_OF_A_PAGE = {Permission.STATE_READ}
# The same door as for the narrow ones: what the waiver reaches says which of the two is asked for.
BY_WHAT_IT_IS_ABOUT = {Permission.WAIVER_DECIDE_WIDE}
# A token is refused there, so the API has no route for them.
NOT_IN_THE_API = {
    Permission.PERSON_INVITE,
    Permission.TEAM_MANAGE,
    Permission.TOKEN_MANAGE,
    Permission.SESSION_MANAGE,
} | ONLY_AT_THE_COMMAND_LINE
# What waits for somebody is a page; commands are asked for one thing.
NOT_AT_THE_COMMAND_LINE = {Permission.HOME_READ}

Places = dict[Permission, list[str]]


def _walk(group: click.Group, path: tuple[str, ...] = ("pavior",)) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from _walk(command, (*path, name))
        elif command is not None:
            yield " ".join((*path, name)), command


def _collected(found: Iterator[tuple[Permission, str]]) -> Places:
    places: Places = {}
    for permission, place in found:
        places.setdefault(permission, []).append(place)
    return places


def commands() -> Places:
    return _collected((item.permission, path) for path, item in _walk(pavior) if isinstance(item, Verb))


def api_routes() -> Places:
    # Routes are the same whatever application answers them.
    document = create_api(cast("Application", None), public_url="https://pavior.example.com").openapi()
    return _collected(
        (Permission(operation[PERMISSION_FIELD]), f"{method.upper()} {path}")
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    )


def portal_routes() -> Places:
    return _collected((route.permission, f"{route.method} {route.path}") for route in ROUTES)


def _roles(permission: Permission) -> list[str]:
    """Who may do it to something."""
    return [
        role.value
        for role in Role
        if any(
            decide(Actor("me", frozenset({role}), frozenset({"own"}), Surface.CLI), permission, scope)[0]
            for scope in SCOPES
        )
    ]


def test_every_permission_is_asked_for_somewhere() -> None:
    used = set(commands()) | set(api_routes()) | set(portal_routes())

    assert used == set(Permission) - BY_WHAT_IT_IS_ABOUT


def test_what_a_door_leaves_out_it_leaves_out_on_purpose() -> None:
    asked = set(Permission) - BY_WHAT_IT_IS_ABOUT
    assert asked - set(commands()) == NOT_AT_THE_COMMAND_LINE
    assert asked - set(api_routes()) == NOT_IN_THE_API
    assert asked - set(portal_routes()) == ONLY_AT_THE_COMMAND_LINE | A_PART_OF_A_PAGE | FOR_PROGRAMS


def test_every_permission_is_had_by_some_role() -> None:
    assert [permission for permission in Permission if not _roles(permission)] == []


@pytest.mark.golden
def test_who_may_do_what_through_which_door(golden: Callable[[str, str], None]) -> None:
    doors = {"cli": commands(), "api": api_routes(), "portal": portal_routes()}
    lines = [
        "# For each permission: the roles that have it over something, whether a token can have it, and where it is",
        "# asked for. Over what exactly is told by permissions.txt.",
    ]
    for permission in Permission:
        roles = ", ".join(_roles(permission))
        token = "in person only" if permission in ONLY_IN_PERSON else "also by token"
        lines += ["", f"{permission.value}: {roles}; {token}"]
        lines += [
            f"  {door:<7} {place}" for door, places in doors.items() for place in sorted(places.get(permission, []))
        ]

    golden("surfaces.txt", "\n".join(lines) + "\n")
