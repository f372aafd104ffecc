"""Letting in whom an identity provider has vouched for, as what the operator's rules make of their groups."""

from dataclasses import replace
from datetime import datetime

from pavior.identity import store
from pavior.identity.desk import check_name, get_person, tell
from pavior.identity.group_mapping import Grant, GroupMapping
from pavior.identity.model import (
    Actor,
    Permission,
    Person,
    ProviderIdentity,
    Scope,
    SignedIn,
    Surface,
    Team,
    the_platform,
)
from pavior.identity.signing_in import SignInDesk
from pavior.kernel.errors import ConflictError, ForbiddenError, InvalidError, PaviorError
from pavior.storage.database import Transaction

_LONGEST_SUBJECT_CHARACTERS = 255


class FederationDesk(SignInDesk):
    """The verbs of people who are known elsewhere.

    They are found by issuer and subject alone: names and addresses of mail are given to somebody else one day.
    """

    __slots__ = ()

    def admit(
        self, identity: ProviderIdentity, mapping: GroupMapping, *, surface: Surface = Surface.PORTAL
    ) -> SignedIn:
        """Begin a session, with exactly the roles, and among the mapping's teams exactly those, of their groups.

        Somebody who comes for the first time becomes a person. Somebody whom no rule knows any more loses all roles,
        and so their tokens all rights, and is signed out everywhere.

        Raises:
            ForbiddenError: `groups-unknown`, `groups-unmapped`, `person-disabled`, `person-unlinked`: somebody here
                has that name already.
            InvalidError: `name-invalid`.
        """
        now = self.clock.now()
        with self.database.transaction() as tx:
            person = store.find_person_by_identity(tx, identity.issuer, identity.subject)
            try:
                grant = _require_grant(identity, mapping)
                known = _know(tx, identity, person, grant, now)
            except PaviorError as error:
                # Told outside of the transaction: what is written about it must stay.
                refusal = error
                ended = 0
                if person is not None and error.code == "groups-unmapped":
                    ended = _shut_out(tx, person, mapping, now)
                _note_refusal(tx, identity, person, refusal, now, sessions_ended=ended)
            else:
                _set_teams(tx, known, grant, mapping, now)
                known = get_person(tx, known.name)
                return self._begin_session(tx, known, now, surface, issuer=identity.issuer)
        raise refusal

    def link_identity(self, actor: Actor, person: str, *, issuer: str, subject: str) -> Person:
        """Say that a person is this subject of the provider; from then on they come in that way.

        Raises:
            InvalidError: `subject-invalid`.
            MissingError: `person-missing`.
            ConflictError: `identity-taken`, `person-linked`.
        """
        self.authoriser.authorise(actor, Permission.PERSON_INVITE, on=Scope())
        if not 1 <= len(subject) <= _LONGEST_SUBJECT_CHARACTERS or not subject.isprintable():
            raise InvalidError(
                "subject-invalid",
                f"{subject[:60]!r} cannot be the subject of anybody.",
                fix="Copy it from the page that told them that their name is taken.",
            )
        now = self.clock.now()
        with self.database.transaction() as tx:
            found = get_person(tx, person)
            owner = store.find_person_by_identity(tx, issuer, subject)
            if owner is not None and owner.name == person:
                return found
            if owner is not None:
                raise ConflictError(
                    "identity-taken",
                    f"That subject is {owner.name} already.",
                    fix=f"If that is wrong: pavior user unlink {owner.name}.",
                )
            if found.subject:
                raise ConflictError(
                    "person-linked",
                    f"{person} is linked to another subject, {found.subject[:60]}.",
                    fix=f"If that is wrong: pavior user unlink {person}.",
                )
            store.insert_identity(tx, issuer, subject, person, now)
            tell(tx, actor, "identity.linked", f"person:default/{person}", now, issuer=issuer, subject_there=subject)
            return get_person(tx, person)

    def unlink_identity(self, actor: Actor, person: str) -> Person:
        """Forget who somebody is at the provider, and sign them out everywhere.

        Raises:
            MissingError: `person-missing`.
        """
        self.authoriser.authorise(actor, Permission.PERSON_INVITE, on=Scope())
        now = self.clock.now()
        with self.database.transaction() as tx:
            found = get_person(tx, person)
            if found.subject:
                store.delete_identity(tx, person)
                told = {"subject_there": found.subject, "sessions_ended": store.delete_sessions_of(tx, person)}
                tell(tx, actor, "identity.unlinked", f"person:default/{person}", now, **told)
            return get_person(tx, person)


def _know(tx: Transaction, identity: ProviderIdentity, person: Person | None, grant: Grant, now: datetime) -> Person:
    if person is None:
        return _provision(tx, identity, grant, now)
    if person.is_disabled:
        raise ForbiddenError("person-disabled", f"{person.name} is disabled here.", fix="Ask an admin of Pavior why.")
    return _set_roles(tx, replace(person, display_name=identity.display_name), grant, now)


def _us() -> Actor:
    return the_platform(Surface.PORTAL)


def _require_grant(identity: ProviderIdentity, mapping: GroupMapping) -> Grant:
    if identity.groups is None:
        raise ForbiddenError(
            "groups-unknown",
            "Your identity provider did not say which groups you are in, so nobody can say what you may do.",
            fix="Ask an admin: the claim of groups is missing in what the provider tells Pavior.",
        )
    grant = mapping.grant(identity.groups)
    if not grant.roles:
        raise ForbiddenError(
            "groups-unmapped",
            "You are in no group that may use Pavior.",
            fix="Ask an admin of Pavior which group it takes, and whoever keeps that group to add you.",
        )
    return grant


def _provision(tx: Transaction, identity: ProviderIdentity, grant: Grant, now: datetime) -> Person:
    check_name("person", identity.name)
    if store.find_person(tx, identity.name) is not None:
        # Names are no proof: whoever may choose theirs at the provider would choose an admin's.
        raise ForbiddenError(
            "person-unlinked",
            f"There is a person {identity.name} here already, and nothing says that it is you.",
            fix=f"Ask an admin to type: pavior user link {identity.name} {identity.subject}",
        )
    person = Person(identity.name, identity.display_name, grant.roles, frozenset(), now, subject=identity.subject)
    store.insert_person(tx, person)
    store.insert_identity(tx, identity.issuer, identity.subject, identity.name, now)
    told = {"roles": sorted(grant.roles), "issuer": identity.issuer, "subject_there": identity.subject}
    tell(tx, _us(), "person.joined", f"person:default/{identity.name}", now, **told)
    return person


def _set_roles(tx: Transaction, person: Person, grant: Grant, now: datetime) -> Person:
    if person.roles != grant.roles:
        told = {"roles": sorted(grant.roles), "roles_before": sorted(person.roles), "by": "groups"}
        tell(tx, _us(), "person.roles-set", f"person:default/{person.name}", now, **told)
    known = replace(person, roles=grant.roles)
    store.update_person(tx, known)
    return known


def _set_teams(tx: Transaction, person: Person, grant: Grant, mapping: GroupMapping, now: datetime) -> None:
    for team in sorted(mapping.teams & (grant.teams ^ person.teams)):
        is_member = team in grant.teams
        if is_member and store.find_team(tx, team) is None:
            store.insert_team(tx, Team(team, team, frozenset(), now))
            tell(tx, _us(), "team.created", f"team:default/{team}", now, by="groups")
        change = store.add_member if is_member else store.remove_member
        change(tx, team, person.name)
        verb = "team.member-added" if is_member else "team.member-removed"
        tell(tx, _us(), verb, f"team:default/{team}", now, person=person.name, by="groups")


def _shut_out(tx: Transaction, person: Person, mapping: GroupMapping, now: datetime) -> int:
    """Take all that groups gave; of how many sessions it was the end."""
    nothing = Grant(frozenset(), frozenset())
    _set_teams(tx, _set_roles(tx, person, nothing, now), nothing, mapping, now)
    return store.delete_sessions_of(tx, person.name)


def _note_refusal(
    tx: Transaction,
    identity: ProviderIdentity,
    person: Person | None,
    refusal: PaviorError,
    now: datetime,
    *,
    sessions_ended: int,
) -> None:
    told = {
        "why": refusal.code,
        "issuer": identity.issuer,
        "subject_there": identity.subject,
        "sessions_ended": sessions_ended,
    }
    name = person.name if person is not None else identity.name
    tell(tx, _us(), "sign-in.refused", f"person:default/{name[:40]}", now, **told)
