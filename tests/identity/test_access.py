from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from pavior.audit import store as audit
from pavior.identity.access import Access
from pavior.identity.authorisation import Authoriser
from pavior.identity.model import Permission, Role, Surface, local_operator
from pavior.kernel.errors import ConflictError, ForbiddenError, InvalidError, MissingError
from pavior.kernel.pages import PageRequest
from pavior.storage.database import Database
from pavior.testing.databases import everything_in

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
OPERATOR = local_operator(Surface.CLI)
READING = frozenset({Permission.SERVICE_READ})


@dataclass
class HandClock:
    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def wait(self, **span: float) -> None:
        self.at += timedelta(**span)


@dataclass
class Counting:
    """Secrets that a test can tell apart."""

    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __call__(self, size_bytes: int) -> str:
        return f"{next(self.numbers):0{size_bytes}}"


@dataclass
class Office:
    access: Access
    clock: HandClock

    def invite(self, name: str = "dana", *roles: Role, teams: frozenset[str] = frozenset({"payments"})) -> str:
        invitation = self.access.invite_person(
            OPERATOR, name=name, display_name="Dana", roles=frozenset(roles or {Role.DEVELOPER}), teams=teams
        )
        return invitation.token

    def verbs(self) -> list[str]:
        with self.access.database.snapshot() as tx:
            return [item.event.verb for item in reversed(audit.list_events(tx, PageRequest()).items)]


@pytest.fixture
def office(database: Database) -> Office:
    clock = HandClock()
    access = Access(database, Authoriser(), clock, Counting())
    access.create_team(OPERATOR, "payments", "Payments")
    return Office(access, clock)


def test_an_invited_person_signs_in_once_by_the_link(office: Office) -> None:
    token = office.invite()

    signed_in = office.access.redeem(token)

    session = office.access.find_session(signed_in.session_secret)
    assert session is not None
    assert (session.actor.id, session.actor.teams) == ("dana", frozenset({"payments"}))
    assert session.csrf_token == signed_in.csrf_token != signed_in.session_secret
    with pytest.raises(ConflictError, match="link-used"):
        office.access.redeem(token)
    assert office.verbs() == ["team.created", "person.invited", "session.started"]


def test_an_invitation_is_too_late_at_its_expiry_moment(office: Office) -> None:
    token = office.invite()
    office.clock.wait(hours=72)

    with pytest.raises(InvalidError, match="link-expired"):
        office.access.redeem(token)

    office.clock.wait(microseconds=-1)
    assert office.access.redeem(token).person.name == "dana"


@pytest.mark.parametrize("token", ["", "nonsense", "\ud800"])
def test_a_link_that_was_never_given_lets_nobody_in(office: Office, token: str) -> None:
    with pytest.raises(InvalidError, match="link-invalid"):
        office.access.redeem(token)


def test_a_login_link_signs_a_known_person_in_within_a_quarter_of_an_hour(office: Office) -> None:
    office.invite()
    link = office.access.create_login_link(OPERATOR, "dana")
    late = office.access.create_login_link(OPERATOR, "dana")

    assert office.access.redeem(link.token).person.name == "dana"
    office.clock.wait(minutes=15)
    with pytest.raises(InvalidError, match="link-expired"):
        office.access.redeem(late.token)


def test_nobody_makes_a_login_link_for_somebody_else_but_an_admin(office: Office) -> None:
    office.invite()
    office.invite("pat", Role.PLATFORM)
    pat = office.access.actor_for_person("pat", Surface.CLI)

    with pytest.raises(ForbiddenError):
        office.access.create_login_link(pat, "dana")
    assert office.access.create_login_link(pat, "pat").person == "pat"


def test_a_session_ends_when_it_was_idle_for_two_hours(office: Office) -> None:
    secret = office.access.redeem(office.invite()).session_secret

    office.clock.wait(hours=1, minutes=59)
    assert office.access.find_session(secret) is not None
    office.clock.wait(hours=1, minutes=59)
    assert office.access.find_session(secret) is not None
    office.clock.wait(hours=2)
    assert office.access.find_session(secret) is None


def test_a_session_ends_after_half_a_day_however_busy(office: Office) -> None:
    secret = office.access.redeem(office.invite()).session_secret

    for _ in range(11):
        office.clock.wait(hours=1)
        assert office.access.find_session(secret) is not None
    office.clock.wait(hours=1)
    assert office.access.find_session(secret) is None


def test_signing_out_ends_the_session(office: Office) -> None:
    secret = office.access.redeem(office.invite()).session_secret

    office.access.sign_out(secret)
    office.access.sign_out(secret)

    assert office.access.find_session(secret) is None
    assert office.verbs()[-2:] == ["session.started", "session.ended"]


def test_a_session_has_the_roles_and_teams_of_now(office: Office) -> None:
    secret = office.access.redeem(office.invite()).session_secret

    office.access.set_roles(OPERATOR, "dana", frozenset({Role.VIEWER}))
    office.access.set_membership(OPERATOR, team="payments", person="dana", is_member=False)

    session = office.access.find_session(secret)
    assert session is not None
    assert session.actor.roles == {Role.VIEWER}
    assert session.actor.teams == set()


def test_a_disabled_person_is_out_at_once_with_all_they_hold(office: Office) -> None:
    secret = office.access.redeem(office.invite()).session_secret
    dana = office.access.actor_for_person("dana", Surface.CLI)
    token = office.access.create_token(dana, name="ci", permissions=READING, days=1, team="payments").secret
    link = office.access.create_login_link(OPERATOR, "dana")

    office.access.disable_person(OPERATOR, "dana")

    assert office.access.find_session(secret) is None
    assert office.access.find_token(token) is None
    with pytest.raises(InvalidError, match="link-invalid"):
        office.access.redeem(link.token)
    with pytest.raises(ForbiddenError, match="person-disabled"):
        office.access.actor_for_person("dana", Surface.CLI)


def test_no_secret_is_at_rest(office: Office) -> None:
    invitation = office.invite()
    signed_in = office.access.redeem(invitation)
    token = office.access.create_token(OPERATOR, name="ci", permissions=READING, days=1).secret

    content = everything_in(office.access.database)

    assert "payments" in content
    for secret in (invitation, signed_in.session_secret, signed_in.csrf_token, token.removeprefix("pavior_")):
        assert secret not in content


def test_only_an_admin_invites(office: Office) -> None:
    office.invite("pat", Role.PLATFORM)
    pat = office.access.actor_for_person("pat", Surface.API)

    with pytest.raises(ForbiddenError):
        office.access.invite_person(
            pat, name="eve", display_name="Eve", roles=frozenset({Role.ADMIN}), teams=frozenset()
        )


@pytest.mark.parametrize("name", ["", "Dana", "da na", "-dana", "dana-", "d" * 40, "operator", "pavior", "a/b", "é"])
def test_names_that_would_confuse_are_refused(office: Office, name: str) -> None:
    with pytest.raises(InvalidError, match="name-invalid"):
        office.invite(name)
    with pytest.raises(InvalidError, match="name-invalid"):
        office.access.create_team(OPERATOR, name, "Team")


def test_a_person_comes_once_and_only_into_teams_that_exist(office: Office) -> None:
    office.invite()

    with pytest.raises(ConflictError, match="person-exists"):
        office.invite()
    with pytest.raises(MissingError, match="team-missing"):
        office.invite("kim", teams=frozenset({"nowhere"}))
    assert [person.name for person in office.access.list_people(OPERATOR)] == ["dana"]


def test_a_token_acts_for_its_maker_within_its_permissions_and_team(office: Office) -> None:
    office.invite()
    dana = office.access.actor_for_person("dana", Surface.CLI)

    made = office.access.create_token(dana, name="ci", permissions=READING, days=30, team="payments")

    actor = office.access.find_token(made.secret)
    assert actor is not None
    assert made.secret.startswith("pavior_")
    assert (actor.id, actor.token_permissions) == ("token:dana/ci", READING)
    assert actor.teams == {"payments"}
    assert made.secret not in repr(made)


def test_a_token_does_not_exceed_its_maker(office: Office) -> None:
    office.invite()
    office.access.create_team(OPERATOR, "other", "Other")
    dana = office.access.actor_for_person("dana", Surface.CLI)

    destroying = frozenset({Permission.ENVIRONMENT_DESTROY})
    with pytest.raises(ForbiddenError, match="token-exceeds-creator"):
        office.access.create_token(dana, name="ci", permissions=destroying, days=1, team="payments")
    with pytest.raises(ForbiddenError, match="permission-denied"):
        office.access.create_token(dana, name="ci", permissions=READING, days=1, team="other")


def test_a_developers_token_stops_working_for_a_team_they_left(office: Office) -> None:
    office.invite()
    dana = office.access.actor_for_person("dana", Surface.CLI)
    opening = frozenset({Permission.CHANGE_OPEN})
    secret = office.access.create_token(dana, name="ci", permissions=opening, days=1, team="payments").secret

    office.access.set_membership(OPERATOR, team="payments", person="dana", is_member=False)

    actor = office.access.find_token(secret)
    assert actor is not None
    assert not actor.roles


@pytest.mark.parametrize("permission", [Permission.CHANGE_APPROVE, Permission.TOKEN_MANAGE])
def test_a_token_never_decides_or_hands_out_access(office: Office, permission: Permission) -> None:
    with pytest.raises(InvalidError, match="token-permissions-invalid"):
        office.access.create_token(OPERATOR, name="ci", permissions=frozenset({permission}), days=1)


@pytest.mark.parametrize("days", [0, -1, 366])
def test_a_token_ends_within_a_year(office: Office, days: int) -> None:
    with pytest.raises(InvalidError, match="token-days-invalid"):
        office.access.create_token(OPERATOR, name="ci", permissions=READING, days=days)


def test_a_token_is_over_at_its_expiry_moment_and_when_revoked(office: Office) -> None:
    expiring = office.access.create_token(OPERATOR, name="short", permissions=READING, days=1).secret
    revoked = office.access.create_token(OPERATOR, name="gone", permissions=READING, days=9).secret

    office.access.revoke_token(OPERATOR, "gone")
    office.access.revoke_token(OPERATOR, "gone")

    assert office.access.find_token(revoked) is None
    assert office.access.find_token(expiring) is not None
    office.clock.wait(days=1)
    assert office.access.find_token(expiring) is None
    assert office.access.find_token("pavior_nonsense") is None
    assert office.verbs().count("token.revoked") == 1


def test_tokens_of_another_team_are_not_seen(office: Office) -> None:
    office.invite()
    dana = office.access.actor_for_person("dana", Surface.CLI)
    office.access.create_token(OPERATOR, name="central", permissions=READING, days=1)
    office.access.create_token(dana, name="ci", permissions=READING, days=1, team="payments")

    assert [token.name for token in office.access.list_tokens(dana)] == ["ci"]
    with pytest.raises(MissingError, match="token-missing"):
        office.access.revoke_token(dana, "central")


def test_somebody_sees_where_they_are_signed_in_and_ends_it_there(office: Office) -> None:
    here = office.access.redeem(office.invite())
    there = office.access.redeem(office.access.create_login_link(OPERATOR, "dana").token)
    session = office.access.find_session(here.session_secret)
    assert session is not None
    dana = session.actor

    [other] = [item for item in office.access.list_sessions(dana, "dana") if item.id != session.id]
    office.access.end_session(dana, "dana", other.id)

    assert office.access.find_session(there.session_secret) is None
    assert office.access.find_session(here.session_secret) is not None
    assert [item.id for item in office.access.list_sessions(dana, "dana")] == [session.id]
    assert other.id not in there.session_secret


def test_a_session_that_is_over_is_not_listed(office: Office) -> None:
    office.access.redeem(office.invite())
    office.clock.at += timedelta(hours=2) - timedelta(seconds=1)
    last = office.access.list_sessions(OPERATOR, "dana")
    office.clock.at += timedelta(seconds=1)

    assert (len(last), office.access.list_sessions(OPERATOR, "dana")) == (1, ())


def test_nobody_ends_the_sessions_of_somebody_else_but_an_admin(office: Office) -> None:
    office.access.redeem(office.invite())
    office.invite("pat", Role.PLATFORM)
    pat = office.access.actor_for_person("pat", Surface.PORTAL)
    [session] = office.access.list_sessions(OPERATOR, "dana")

    with pytest.raises((ForbiddenError, MissingError)):
        office.access.list_sessions(pat, "dana")
    with pytest.raises((ForbiddenError, MissingError)):
        office.access.end_session(pat, "dana", session.id)
    office.access.end_session(OPERATOR, "dana", session.id)

    assert office.access.list_sessions(OPERATOR, "dana") == ()
    with pytest.raises(MissingError) as caught:
        office.access.end_session(OPERATOR, "dana", session.id)
    assert caught.value.code == "session-missing"


@pytest.mark.parametrize(
    "environment", ["orders", "orders/", "/prod", "orders/prod/more", "orders/\0", f"{'a' * 64}/prod"]
)
def test_a_token_is_not_made_for_what_is_no_environment(office: Office, environment: str) -> None:
    with pytest.raises(InvalidError) as raised:
        office.access.create_token(OPERATOR, name="ci", permissions=READING, days=1, environment=environment)

    assert raised.value.code == "token-environment-invalid"


def test_a_token_for_one_environment_names_the_team_that_owns_it(office: Office) -> None:
    with pytest.raises(InvalidError) as raised:
        office.access.create_token(OPERATOR, name="ci", permissions=READING, days=1, environment="orders/dev")

    assert raised.value.code == "token-team-missing"
