from collections.abc import Callable

import cedarpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pavior.identity.authorisation import READ_BY_KIND, WHY_FORBIDDEN, Authoriser, decide, read_policies, read_schema
from pavior.identity.model import ONLY_IN_PERSON, Actor, Permission, Role, Scope, Surface
from pavior.kernel.errors import ForbiddenError, MissingError

AUTHORISER = Authoriser()
PROD = Scope("environment", "orders/prod", team="payments", environment="prod", is_production=True)


def an_actor(*roles: Role, teams: frozenset[str] = frozenset({"payments"}), **fields: object) -> Actor:
    return Actor(**{"id": "dana", "roles": frozenset(roles), "teams": teams, "surface": Surface.API, **fields})  # type: ignore[arg-type]


def a_change(requester: str = "kim", **fields: object) -> Scope:
    return Scope(**{"kind": "change", "name": "C-1", "team": "payments", "requester": requester, **fields})  # type: ignore[arg-type]


def test_every_policy_fits_the_schema() -> None:
    result = cedarpy.validate_policies(read_policies(), read_schema())

    assert [str(error) for error in result.errors] == []


def test_the_schema_and_the_list_of_permissions_are_the_same() -> None:
    for permission in Permission:
        assert f'"{permission.value}"' in read_schema()
    assert read_schema().count(":") - read_schema().count("::") * 2 >= len(Permission)


def test_a_policy_that_speaks_of_an_unknown_permission_is_noticed() -> None:
    wrong = 'permit (principal, action == Action::"service:explode", resource);'

    assert not cedarpy.validate_policies(wrong, read_schema()).validation_passed


def test_every_forbidding_policy_says_why() -> None:
    forbidding = {text.split('"')[0] for text in read_policies().split('@id("')[1:] if "\nforbid" in text.split(";")[0]}

    assert forbidding == set(WHY_FORBIDDEN)


@given(
    permission=st.sampled_from(Permission),
    scope=st.builds(
        Scope,
        kind=st.sampled_from([*READ_BY_KIND, "platform", "session", "token"]),
        name=st.text(max_size=5),
        team=st.sampled_from(["", "payments", "other"]),
        is_production=st.booleans(),
        requester=st.sampled_from(["", "dana", "kim"]),
    ),
    permissions=st.none() | st.frozensets(st.sampled_from(Permission)),
)
def test_an_actor_without_roles_may_do_nothing(
    permission: Permission, scope: Scope, permissions: frozenset[Permission] | None
) -> None:
    assert not AUTHORISER.may(an_actor(token_permissions=permissions), permission, on=scope)


@given(name=st.text(max_size=30), team=st.text(max_size=10))
def test_no_name_confuses_the_policies(name: str, team: str) -> None:
    actor = an_actor(Role.DEVELOPER, id=name, teams=frozenset({team} - {""}))

    assert AUTHORISER.may(actor, Permission.CHANGE_OPEN, on=Scope("service", name, team=team)) == bool(team)


@pytest.mark.parametrize("role", Role)
def test_nobody_decides_what_they_asked_for(role: Role) -> None:
    own = a_change(requester="dana")

    assert not AUTHORISER.may(an_actor(role), Permission.CHANGE_APPROVE, on=own)
    assert not AUTHORISER.may(an_actor(role), Permission.WAIVER_DECIDE, on=own)


def test_nobody_decides_what_their_own_token_asked_for() -> None:
    asked = a_change(requester="token:dana/ci")

    assert not AUTHORISER.may(an_actor(Role.ADMIN), Permission.CHANGE_APPROVE, on=asked)
    assert AUTHORISER.may(an_actor(Role.ADMIN, id="kim"), Permission.CHANGE_APPROVE, on=asked)


def test_a_developer_approves_for_their_team_but_not_into_production() -> None:
    developer = an_actor(Role.DEVELOPER)

    assert AUTHORISER.may(developer, Permission.CHANGE_APPROVE, on=a_change())
    assert not AUTHORISER.may(developer, Permission.CHANGE_APPROVE, on=a_change(is_production=True))
    assert not AUTHORISER.may(developer, Permission.CHANGE_APPROVE, on=a_change(team="other"))


def test_a_denial_says_who_can_do_it() -> None:
    with pytest.raises(ForbiddenError) as caught:
        AUTHORISER.authorise(an_actor(Role.DEVELOPER), Permission.CHANGE_APPROVE, on=a_change(is_production=True))

    assert caught.value.code == "permission-denied"
    assert "into production" in caught.value.summary
    assert caught.value.fix == "Ask somebody with the role platform or security or admin to approve it."


@pytest.mark.parametrize("kind", READ_BY_KIND)
def test_who_may_not_know_of_a_thing_is_told_that_there_is_none(kind: str) -> None:
    with pytest.raises(MissingError, match=f"{kind}-missing"):
        AUTHORISER.authorise(an_actor(), Permission.CHANGE_OPEN, on=Scope(kind, "secret-project"))


def test_who_may_know_of_a_thing_is_told_that_they_may_not() -> None:
    with pytest.raises(ForbiddenError):
        AUTHORISER.authorise(an_actor(Role.VIEWER), Permission.ENVIRONMENT_DESTROY, on=PROD)


@given(permission=st.sampled_from(Permission), held=st.frozensets(st.sampled_from(Permission)))
def test_a_token_does_only_what_it_was_made_for_and_never_what_is_done_in_person(
    permission: Permission, held: frozenset[Permission]
) -> None:
    token = an_actor(Role.ADMIN, id="token:mara/ci", token_permissions=held)
    scope = a_change(requester="")

    assert AUTHORISER.may(token, permission, on=scope) == (permission in held - ONLY_IN_PERSON)


def test_a_token_changes_nothing_of_another_team() -> None:
    token = an_actor(Role.ADMIN, token_permissions=frozenset({Permission.CHANGE_OPEN, Permission.CHANGE_READ}))

    assert not AUTHORISER.may(token, Permission.CHANGE_OPEN, on=a_change(team="other"))
    assert AUTHORISER.may(token, Permission.CHANGE_READ, on=a_change(team="other"))


def test_an_unknown_permission_is_a_bug_and_never_allowed() -> None:
    with pytest.raises(ValueError, match="service:explode"):
        decide(an_actor(Role.ADMIN), "service:explode", Scope())  # type: ignore[arg-type]


_PLACES = {
    "own team": Scope("change", "C-1", team="payments", requester="kim"),
    "other team": Scope("change", "C-1", team="other", requester="kim"),
    "production": Scope("change", "C-1", team="payments", is_production=True, requester="kim"),
    "own request": Scope("change", "C-1", team="payments", requester="dana"),
}


@pytest.mark.golden
def test_the_matrix_of_roles_and_permissions_is_the_one_that_was_agreed(golden: Callable[[str, str], None]) -> None:
    lines = [
        "# Who may do what. T: to things of their own team; o: of another team; p: of their own team, in production;",
        "# r: of their own team, when they asked for it themselves. A dot: no.",
        "",
        f"{'':26}" + "".join(f"{role.value:<11}" for role in Role).rstrip(),
    ]
    for permission in Permission:
        cells = ""
        for role in Role:
            marks = zip("Topr", _PLACES.values(), strict=True)
            allowed = [mark if AUTHORISER.may(an_actor(role), permission, on=on) else "." for mark, on in marks]
            cells += f"{''.join(allowed):<11}"
        lines.append(f"{permission.value:<26}{cells}".rstrip())
    golden("permissions.txt", "\n".join(lines) + "\n")
