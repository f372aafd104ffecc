"""People, teams and who belongs to which. Membership never comes from a repository's file."""

from dataclasses import replace
from datetime import datetime, timedelta

from pavior.identity import store
from pavior.identity.desk import SECRET_BYTES, Desk, check_name, check_title, digest, get_person, get_team, tell
from pavior.identity.model import Actor, Invitation, LinkKind, Permission, Person, Role, Scope, Surface, Team
from pavior.kernel.errors import ConflictError, ForbiddenError, InvalidError
from pavior.storage.database import Transaction

INVITATION_LASTS = timedelta(hours=72)
# Handed over on a screen, used at once.
LOGIN_LINK_LASTS = timedelta(minutes=15)


class PeopleDesk(Desk):
    """The verbs of people and teams."""

    __slots__ = ()

    def invite_person(
        self, actor: Actor, *, name: str, display_name: str, roles: frozenset[Role], teams: frozenset[str]
    ) -> Invitation:
        """Add a person, with a link by which they sign in the first time.

        Raises:
            InvalidError: `name-invalid`, `title-invalid`, `roles-missing`.
            ConflictError: `person-exists`.
            MissingError: `team-missing`.
        """
        self.authoriser.authorise(actor, Permission.PERSON_INVITE, on=Scope())
        check_name("person", name)
        _check_roles(name, roles)
        now = self.clock.now()
        person = Person(name, check_title(display_name), roles, teams, now)
        with self.database.transaction() as tx:
            if store.find_person(tx, name) is not None:
                raise ConflictError(
                    "person-exists",
                    f"There is a person {name} already.",
                    fix=f"Give them a new link with: pavior user login-link {name}.",
                )
            for team in sorted(teams):
                get_team(tx, team)
            store.insert_person(tx, person)
            invitation = self._make_link(tx, name, LinkKind.INVITATION, now + INVITATION_LASTS, now)
            told = {"roles": sorted(roles), "teams": sorted(teams)}
            tell(tx, actor, "person.invited", f"person:default/{name}", now, **told)
        return invitation

    def create_login_link(self, actor: Actor, person: str) -> Invitation:
        """A link by which a person signs in once, within a quarter of an hour.

        Raises:
            MissingError: `person-missing`.
            ForbiddenError: `person-disabled`.
        """
        now = self.clock.now()
        self.authoriser.authorise(
            actor, Permission.SESSION_MANAGE, on=Scope(kind="session", name=person, requester=person)
        )
        with self.database.transaction() as tx:
            _require_enabled(get_person(tx, person))
            link = self._make_link(tx, person, LinkKind.LOGIN, now + LOGIN_LINK_LASTS, now)
            tell(tx, actor, "login-link.created", f"person:default/{person}", now)
        return link

    def list_people(self, actor: Actor) -> tuple[Person, ...]:
        """All, by name."""
        self.authoriser.authorise(actor, Permission.PERSON_READ, on=Scope())
        with self.database.snapshot() as tx:
            return store.list_people(tx)

    def get_person(self, actor: Actor, name: str) -> Person:
        """By name.

        Raises:
            MissingError: `person-missing`.
        """
        self.authoriser.authorise(actor, Permission.PERSON_READ, on=Scope(kind="person", name=name))
        with self.database.snapshot() as tx:
            return get_person(tx, name)

    def set_roles(self, actor: Actor, name: str, roles: frozenset[Role]) -> Person:
        """Give a person exactly these roles, from this moment.

        Raises:
            InvalidError: `roles-missing`.
            MissingError: `person-missing`.
        """
        self.authoriser.authorise(actor, Permission.PERSON_INVITE, on=Scope())
        _check_roles(name, roles)
        now = self.clock.now()
        with self.database.transaction() as tx:
            before = get_person(tx, name)
            person = replace(before, roles=roles)
            store.update_person(tx, person)
            told = {"roles": sorted(roles), "roles_before": sorted(before.roles)}
            tell(tx, actor, "person.roles-set", f"person:default/{name}", now, **told)
        return person

    def disable_person(self, actor: Actor, name: str) -> Person:
        """End all their sessions, and let them in no more; their tokens stop working.

        Raises:
            MissingError: `person-missing`.
        """
        self.authoriser.authorise(actor, Permission.PERSON_INVITE, on=Scope())
        now = self.clock.now()
        with self.database.transaction() as tx:
            person = replace(get_person(tx, name), is_disabled=True)
            store.update_person(tx, person)
            ended = store.delete_sessions_of(tx, name)
            tell(tx, actor, "person.disabled", f"person:default/{name}", now, sessions_ended=ended)
        return person

    def actor_for_person(self, name: str, surface: Surface) -> Actor:
        """A person as an Actor, for a local operator who acts as them. Not for requests from outside.

        Raises:
            MissingError: `person-missing`.
            ForbiddenError: `person-disabled`.
        """
        with self.database.snapshot() as tx:
            person = get_person(tx, name)
        _require_enabled(person)
        return Actor(person.name, person.roles, person.teams, surface)

    def list_teams(self, actor: Actor) -> tuple[Team, ...]:
        """All, by name."""
        self.authoriser.authorise(actor, Permission.PERSON_READ, on=Scope())
        with self.database.snapshot() as tx:
            return store.list_teams(tx)

    def create_team(self, actor: Actor, name: str, title: str) -> Team:
        """Add a team without members.

        Raises:
            InvalidError: `name-invalid`, `title-invalid`.
            ConflictError: `team-exists`.
        """
        self.authoriser.authorise(actor, Permission.TEAM_MANAGE, on=Scope())
        check_name("team", name)
        now = self.clock.now()
        team = Team(name, check_title(title), frozenset(), now)
        with self.database.transaction() as tx:
            if store.find_team(tx, name) is not None:
                raise ConflictError(
                    "team-exists",
                    f"There is a team {name} already.",
                    fix=f"Choose another name, or add people to it with: pavior team add {name} PERSON.",
                )
            store.insert_team(tx, team)
            tell(tx, actor, "team.created", f"team:default/{name}", now)
        return team

    def set_membership(self, actor: Actor, *, team: str, person: str, is_member: bool) -> Team:
        """Put a person in a team, or out of it; asking for what is already so changes nothing.

        Raises:
            MissingError: `team-missing`, `person-missing`.
        """
        self.authoriser.authorise(actor, Permission.TEAM_MANAGE, on=Scope())
        now = self.clock.now()
        with self.database.transaction() as tx:
            found = get_team(tx, team)
            get_person(tx, person)
            if (person in found.members) is is_member:
                return found
            if is_member:
                store.add_member(tx, team, person)
            else:
                store.remove_member(tx, team, person)
            verb = "team.member-added" if is_member else "team.member-removed"
            tell(tx, actor, verb, f"team:default/{team}", now, person=person)
            return get_team(tx, team)

    def _make_link(
        self, tx: Transaction, person: str, kind: LinkKind, expires_at: datetime, now: datetime
    ) -> Invitation:
        secret = self.random_text(SECRET_BYTES)
        store.insert_link(tx, store.LinkRow(digest(secret), person, kind, now, expires_at))
        return Invitation(person, kind, expires_at, secret)


def _check_roles(name: str, roles: frozenset[Role]) -> None:
    if not roles:
        raise InvalidError(
            "roles-missing",
            f"{name} would have no role, and could not do or see anything.",
            fix=f"Give at least one of: {', '.join(Role)}.",
        )


def _require_enabled(person: Person) -> None:
    if person.is_disabled:
        raise ForbiddenError(
            "person-disabled",
            f"{person.name} is disabled.",
            fix="Act as somebody else; an admin can invite them under another name.",
        )
