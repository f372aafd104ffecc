"""Who an identity provider vouches for, and what that makes of them here."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from pavior.audit import store as audit
from pavior.identity.access import Access
from pavior.identity.authorisation import Authoriser
from pavior.identity.group_mapping import GroupMapping, GroupRule
from pavior.identity.model import (
    Permission,
    ProviderAnswer,
    ProviderIdentity,
    Role,
    Scope,
    SignInAttempt,
    Surface,
    local_operator,
)
from pavior.identity.single_sign_on import SingleSignOn, is_own_path
from pavior.kernel.errors import ConflictError, ForbiddenError, InvalidError, MissingError
from pavior.kernel.pages import PageRequest
from pavior.storage.database import Database
from pavior.storage.sealing import Sealer
from pavior.testing.databases import everything_in

ISSUER = "https://id.acme.example"
OPERATOR = local_operator(Surface.CLI)
MAPPING = GroupMapping(
    (
        GroupRule("eng-payments", frozenset({Role.DEVELOPER}), frozenset({"payments"})),
        GroupRule("eng-ledger", frozenset({Role.DEVELOPER}), frozenset({"ledger"})),
        GroupRule("admins", frozenset({Role.ADMIN})),
    )
)
MARA = ProviderIdentity(ISSUER, "subject-1", "mara", "Mara Lind", frozenset({"eng-payments", "chess"}))


@dataclass
class HandClock:
    at: datetime = datetime(2026, 11, 24, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@dataclass
class Acme:
    """The provider: whoever comes back is `who`."""

    who: ProviderIdentity = MARA
    asked: list[tuple[SignInAttempt, ProviderAnswer]] = field(default_factory=list)
    issuer: str = ISSUER

    def begin(self, attempt: SignInAttempt) -> str:
        return f"{ISSUER}/authorize?state={attempt.state}"

    def finish(self, attempt: SignInAttempt, answer: ProviderAnswer) -> ProviderIdentity:
        self.asked.append((attempt, answer))
        return self.who


@dataclass
class Office:
    access: Access
    clock: HandClock
    acme: Acme
    door: SingleSignOn

    def come(self, **fields: Any) -> str:
        """Somebody goes to the provider and comes back; gives the session's secret."""
        self.acme.who = replace(MARA, **fields)
        return self.access.admit(self.acme.who, MAPPING).session_secret

    def refused(self, **fields: Any) -> str:
        with pytest.raises((ForbiddenError, InvalidError)) as caught:
            self.come(**fields)
        return caught.value.code

    def told(self) -> list[tuple[str, str, str]]:
        with self.access.database.snapshot() as tx:
            events = [item.event for item in reversed(audit.list_events(tx, PageRequest()).items)]
        return [(event.verb, event.actor, event.subject) for event in events]


@pytest.fixture
def office(database: Database) -> Office:
    clock, acme, numbers = HandClock(), Acme(), count(1)
    access = Access(database, Authoriser(), clock, lambda size: f"{next(numbers):0{size}}")
    return Office(access, clock, acme, SingleSignOn(access, Sealer(bytes(32)), acme, MAPPING, "Acme"))


def test_who_comes_for_the_first_time_becomes_a_person_with_what_their_groups_give(office: Office) -> None:
    session = office.access.find_session(office.come())

    assert session is not None
    assert (session.person.name, session.person.display_name, session.person.subject) == (
        "mara",
        "Mara Lind",
        "subject-1",
    )
    assert session.actor.roles == {Role.DEVELOPER}
    assert session.actor.teams == {"payments"}
    assert office.told() == [
        ("person.joined", "pavior", "person:default/mara"),
        ("team.created", "pavior", "team:default/payments"),
        ("team.member-added", "pavior", "team:default/payments"),
        ("session.started", "mara", "person:default/mara"),
    ]


def test_the_groups_of_this_time_count_and_not_those_of_the_last(office: Office) -> None:
    first = office.come()
    second = office.come(groups=frozenset({"eng-ledger", "admins"}), display_name="Mara L.", name="another")

    for secret in (first, second):
        session = office.access.find_session(secret)
        assert session is not None
        assert session.person.display_name == "Mara L."
        assert session.actor.id == "mara"
        assert session.actor.roles == {Role.DEVELOPER, Role.ADMIN}
        assert session.actor.teams == {"ledger"}
    assert ("person.roles-set", "pavior", "person:default/mara") in office.told()


def test_teams_that_no_rule_names_are_left_alone(office: Office) -> None:
    office.come()
    office.access.create_team(OPERATOR, "chess-club", "Chess")
    office.access.set_membership(OPERATOR, team="chess-club", person="mara", is_member=True)

    session = office.access.find_session(office.come())

    assert session is not None
    assert session.actor.teams == {"payments", "chess-club"}


def test_coming_again_unchanged_writes_nothing_but_the_session(office: Office) -> None:
    office.come()
    before = len(office.told())
    office.come()

    assert [verb for verb, _, _ in office.told()[before:]] == ["session.started"]


def test_who_lost_their_groups_is_out_everywhere(office: Office) -> None:
    secret = office.come()

    assert office.refused(groups=frozenset({"chess"})) == "groups-unmapped"

    assert office.access.find_session(secret) is None
    assert office.told()[-1] == ("sign-in.refused", "pavior", "person:default/mara")
    person = office.access.get_person(OPERATOR, "mara")
    assert (person.roles, person.teams, person.subject) == (frozenset(), frozenset(), "subject-1")


def test_the_tokens_of_who_lost_their_groups_can_do_nothing_any_more(office: Office) -> None:
    office.come()
    mara = office.access.actor_for_person("mara", Surface.PORTAL)
    permissions = frozenset({Permission.SERVICE_READ})
    token = office.access.create_token(mara, name="ci", permissions=permissions, days=9, team="payments")
    before = office.access.find_token(token.secret)
    assert before is not None
    assert office.access.authoriser.may(before, Permission.SERVICE_READ, on=Scope())

    office.refused(groups=frozenset())

    after = office.access.find_token(token.secret)
    assert after is None or not office.access.authoriser.may(after, Permission.SERVICE_READ, on=Scope())
    office.come()
    again = office.access.find_token(token.secret)
    assert again is not None
    assert office.access.authoriser.may(again, Permission.SERVICE_READ, on=Scope())


def test_groups_that_are_not_told_let_nobody_in_and_put_nobody_out(office: Office) -> None:
    secret = office.come()

    assert office.refused(groups=None) == "groups-unknown"

    assert office.access.find_session(secret) is not None


def test_a_stranger_without_a_group_becomes_nobody(office: Office) -> None:
    assert office.refused(groups=frozenset()) == "groups-unmapped"

    assert office.access.list_people(OPERATOR) == ()
    assert office.told() == [("sign-in.refused", "pavior", "person:default/mara")]


def test_a_name_that_is_taken_is_no_way_in(office: Office) -> None:
    office.access.invite_person(
        OPERATOR, name="mara", display_name="The admin", roles=frozenset({Role.ADMIN}), teams=frozenset()
    )

    with pytest.raises(ForbiddenError, match="person-unlinked") as caught:
        office.come()

    assert caught.value.fix.endswith("pavior user link mara subject-1")
    assert office.access.get_person(OPERATOR, "mara").display_name == "The admin"


def test_an_admin_says_who_is_who_and_then_the_groups_decide(office: Office) -> None:
    office.access.invite_person(
        OPERATOR, name="mara", display_name="The admin", roles=frozenset({Role.ADMIN}), teams=frozenset()
    )

    office.door.link(OPERATOR, "mara", "subject-1")
    session = office.access.find_session(office.come())

    assert session is not None
    assert session.actor.id == "mara"
    assert session.actor.roles == {Role.DEVELOPER}
    assert office.door.link(OPERATOR, "mara", "subject-1").subject == "subject-1"


def test_only_an_admin_says_who_is_who(office: Office) -> None:
    office.come()
    mara = office.access.actor_for_person("mara", Surface.CLI)

    with pytest.raises(ForbiddenError, match="permission-denied"):
        office.door.link(mara, "mara", "subject-2")
    with pytest.raises(ForbiddenError, match="permission-denied"):
        office.door.unlink(mara, "mara")


def test_one_subject_is_one_person_and_one_person_is_one_subject(office: Office) -> None:
    office.come()
    office.access.invite_person(
        OPERATOR, name="ada", display_name="Ada", roles=frozenset({Role.ADMIN}), teams=frozenset()
    )

    with pytest.raises(ConflictError, match="identity-taken"):
        office.door.link(OPERATOR, "ada", "subject-1")
    with pytest.raises(ConflictError, match="person-linked"):
        office.door.link(OPERATOR, "mara", "subject-2")
    with pytest.raises(MissingError, match="person-missing"):
        office.door.link(OPERATOR, "nobody", "subject-2")
    for subject in ("", "a\nb", "s" * 256):
        with pytest.raises(InvalidError, match="subject-invalid"):
            office.door.link(OPERATOR, "ada", subject)


def test_who_is_unlinked_is_signed_out_and_their_name_is_taken(office: Office) -> None:
    secret = office.come()

    assert office.door.unlink(OPERATOR, "mara").subject == ""

    assert office.access.find_session(secret) is None
    assert office.refused() == "person-unlinked"
    assert office.door.unlink(OPERATOR, "mara").subject == ""


def test_the_same_subject_of_another_provider_is_somebody_else(office: Office) -> None:
    office.come()

    assert office.refused(issuer="https://evil.example") == "person-unlinked"


def test_who_is_disabled_here_stays_out_whatever_their_groups(office: Office) -> None:
    office.come()
    office.access.disable_person(OPERATOR, "mara")

    assert office.refused() == "person-disabled"


@pytest.mark.parametrize("name", ["", "operator", "pavior", "ÄRA", "a b", "x" * 40, "-"])
def test_a_name_that_would_confuse_becomes_nobody(office: Office, name: str) -> None:
    assert office.refused(name=name) == "name-invalid"
    assert office.access.list_people(OPERATOR) == ()


def test_who_set_out_comes_back_to_the_page_they_asked_for(office: Office) -> None:
    departure = office.door.begin("https://pavior.example/back", "/changes/C-1?x=1")
    state = departure.url.partition("state=")[2]

    arrival = office.door.finish(departure.attempt, ProviderAnswer(state, "code-1"))

    assert (arrival.destination, arrival.signed_in.person.name) == ("/changes/C-1?x=1", "mara")
    attempt, answer = office.acme.asked[0]
    assert (attempt.state, attempt.redirect_uri, answer.code) == (state, "https://pavior.example/back", "code-1")
    assert len({attempt.state, attempt.nonce, attempt.verifier}) == 3
    assert departure.ends_at == office.clock.now() + timedelta(minutes=10)


@pytest.mark.parametrize("wrong", ["", "of-another-attempt", "\ud800"])
def test_an_answer_to_another_attempt_is_not_even_asked_about(office: Office, wrong: str) -> None:
    departure = office.door.begin("https://pavior.example/back")

    with pytest.raises(InvalidError, match="attempt-unknown"):
        office.door.finish(departure.attempt, ProviderAnswer(wrong, "code-1"))

    assert not office.acme.asked


def test_an_attempt_that_is_late_changed_or_invented_is_none(office: Office) -> None:
    departure = office.door.begin("https://pavior.example/back")
    answer = ProviderAnswer(departure.url.partition("state=")[2], "code-1")

    for attempt in ("", "nonsense", "\ud800", "====", departure.attempt[:-8], "A" + departure.attempt[1:]):
        with pytest.raises(InvalidError, match="attempt-unknown"):
            office.door.finish(attempt, answer)
    office.clock.at = departure.ends_at
    with pytest.raises(InvalidError, match="attempt-unknown"):
        office.door.finish(departure.attempt, answer)
    assert not office.acme.asked


@pytest.mark.parametrize(
    "path", ["", "https://evil.example", "//evil.example", "/\\evil.example", "/a\nb", "javascript:x", "/" + "a" * 500]
)
def test_nobody_is_sent_elsewhere_afterwards(office: Office, path: str) -> None:
    departure = office.door.begin("https://pavior.example/back", path)

    arrival = office.door.finish(departure.attempt, ProviderAnswer(departure.url.partition("state=")[2], "code-1"))

    assert not is_own_path(path)
    assert arrival.destination == "/"


def test_without_a_provider_every_verb_says_so(office: Office) -> None:
    door = SingleSignOn(office.access, Sealer(bytes(32)))

    with pytest.raises(MissingError, match="sign-in-not-set-up"):
        door.begin("x")
    with pytest.raises(MissingError, match="sign-in-not-set-up"):
        door.finish("x", ProviderAnswer())
    with pytest.raises(MissingError, match="sign-in-not-set-up"):
        door.link(OPERATOR, "mara", "s")


def test_no_secret_of_an_attempt_is_told_or_stored(office: Office) -> None:
    departure = office.door.begin("https://pavior.example/back")
    office.door.finish(departure.attempt, ProviderAnswer(departure.url.partition("state=")[2], "code-secret"))
    attempt, answer = office.acme.asked[0]

    assert attempt.verifier not in repr(attempt) + departure.attempt
    assert "code-secret" not in repr(answer)
    stored = everything_in(office.access.database)
    assert attempt.verifier not in stored
    assert "code-secret" not in stored
