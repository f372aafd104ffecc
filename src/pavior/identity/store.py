"""Rows of people, teams, links, identities, sessions and tokens."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from pavior.identity.model import LinkKind, Permission, Person, Role, ServiceToken, Team
from pavior.identity.tables import (
    linked_identities,
    memberships,
    people,
    service_tokens,
    sessions,
    sign_in_links,
    teams,
)
from pavior.kernel.clock import format_instant, parse_if_any, parse_instant
from pavior.storage.database import Transaction


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A one-time link as stored."""

    digest: str
    person: str
    kind: LinkKind
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session as stored."""

    digest: str
    person: str
    started_at: datetime
    last_seen_at: datetime
    expires_at: datetime


_PEOPLE = sa.select(people, linked_identities.c.subject).select_from(people.outerjoin(linked_identities))


def insert_person(tx: Transaction, person: Person) -> None:
    """Add a person and their memberships."""
    tx.execute(
        people.insert().values(
            name=person.name,
            display_name=person.display_name,
            roles=sorted(person.roles),
            created_at=format_instant(person.created_at),
            is_disabled=person.is_disabled,
        )
    )
    for team in sorted(person.teams):
        add_member(tx, team, person.name)


def find_person(tx: Transaction, name: str) -> Person | None:
    """By name."""
    row = tx.execute(_PEOPLE.where(people.c.name == name)).mappings().first()
    return None if row is None else _person(row, _teams_of(tx, (name,)).get(name, frozenset()))


def find_person_by_identity(tx: Transaction, issuer: str, subject: str) -> Person | None:
    """By who they are at an identity provider."""
    ours = (linked_identities.c.issuer == issuer, linked_identities.c.subject == subject)
    name = tx.execute(sa.select(linked_identities.c.person).where(*ours)).scalar()
    return None if name is None else find_person(tx, name)


def insert_identity(tx: Transaction, issuer: str, subject: str, person: str, now: datetime) -> None:
    """Link a person, who is linked to nobody yet, to a subject that is nobody yet."""
    tx.execute(
        linked_identities.insert().values(issuer=issuer, subject=subject, person=person, linked_at=format_instant(now))
    )


def delete_identity(tx: Transaction, person: str) -> None:
    """Forget who they are at the provider."""
    tx.execute(linked_identities.delete().where(linked_identities.c.person == person))


def list_people(tx: Transaction) -> tuple[Person, ...]:
    """All, by name."""
    rows = tx.execute(_PEOPLE.order_by(people.c.name)).mappings().all()
    by_person = _teams_of(tx)
    return tuple(_person(row, by_person.get(row["name"], frozenset())) for row in rows)


def update_person(tx: Transaction, person: Person) -> None:
    """Store display name, roles and whether the person is disabled."""
    tx.execute(
        people.update()
        .where(people.c.name == person.name)
        .values(display_name=person.display_name, roles=sorted(person.roles), is_disabled=person.is_disabled)
    )


def insert_team(tx: Transaction, team: Team) -> None:
    """Add a team; its members come by `add_member`."""
    tx.execute(teams.insert().values(name=team.name, title=team.title, created_at=format_instant(team.created_at)))


def find_team(tx: Transaction, name: str) -> Team | None:
    """By name."""
    row = tx.execute(teams.select().where(teams.c.name == name)).mappings().first()
    if row is None:
        return None
    members = tx.execute(sa.select(memberships.c.person).where(memberships.c.team == name)).scalars()
    return Team(row["name"], row["title"], frozenset(members), parse_instant(row["created_at"]))


def list_teams(tx: Transaction) -> tuple[Team, ...]:
    """All, by name."""
    members: dict[str, set[str]] = {}
    for row in tx.execute(memberships.select()).mappings():
        members.setdefault(row["team"], set()).add(row["person"])
    rows = tx.execute(teams.select().order_by(teams.c.name)).mappings()
    return tuple(
        Team(row["name"], row["title"], frozenset(members.get(row["name"], ())), parse_instant(row["created_at"]))
        for row in rows
    )


def add_member(tx: Transaction, team: str, person: str) -> None:
    """Make them a member; the caller knows that they are none."""
    tx.execute(memberships.insert().values(team=team, person=person))


def remove_member(tx: Transaction, team: str, person: str) -> None:
    """Make them none."""
    tx.execute(memberships.delete().where(memberships.c.team == team, memberships.c.person == person))


def insert_link(tx: Transaction, link: LinkRow) -> None:
    """Add a link that was not used yet."""
    tx.execute(
        sign_in_links.insert().values(
            digest=link.digest,
            person=link.person,
            kind=link.kind.value,
            created_at=format_instant(link.created_at),
            expires_at=format_instant(link.expires_at),
        )
    )


def find_link(tx: Transaction, digest: str) -> LinkRow | None:
    """By the digest of its secret."""
    row = tx.execute(sign_in_links.select().where(sign_in_links.c.digest == digest)).mappings().first()
    if row is None:
        return None
    return LinkRow(
        digest=row["digest"],
        person=row["person"],
        kind=LinkKind(row["kind"]),
        created_at=parse_instant(row["created_at"]),
        expires_at=parse_instant(row["expires_at"]),
        used_at=parse_if_any(row["used_at"]),
    )


def use_link(tx: Transaction, digest: str, now: datetime) -> bool:
    """Mark it used; False when it was already."""
    result = tx.execute(
        sign_in_links.update()
        .where(sign_in_links.c.digest == digest, sign_in_links.c.used_at.is_(None))
        .values(used_at=format_instant(now))
    )
    return result.rowcount == 1


def delete_links_before(tx: Transaction, expired_before: datetime) -> int:
    """Forget links that ended before; how many."""
    is_old = sign_in_links.c.expires_at < format_instant(expired_before)
    return tx.execute(sign_in_links.delete().where(is_old)).rowcount


def insert_session(tx: Transaction, session: SessionRow) -> None:
    """Add a session."""
    tx.execute(
        sessions.insert().values(
            digest=session.digest,
            person=session.person,
            started_at=format_instant(session.started_at),
            last_seen_at=format_instant(session.last_seen_at),
            expires_at=format_instant(session.expires_at),
        )
    )


def find_session(tx: Transaction, digest: str) -> SessionRow | None:
    """By the digest of its secret."""
    row = tx.execute(sessions.select().where(sessions.c.digest == digest)).mappings().first()
    return None if row is None else _session(row)


def list_sessions(tx: Transaction, person: str) -> tuple[SessionRow, ...]:
    """Of one person, the one used last first."""
    statement = sessions.select().where(sessions.c.person == person).order_by(sessions.c.last_seen_at.desc())
    return tuple(_session(row) for row in tx.execute(statement).mappings())


def _session(row: sa.RowMapping) -> SessionRow:
    return SessionRow(
        digest=row["digest"],
        person=row["person"],
        started_at=parse_instant(row["started_at"]),
        last_seen_at=parse_instant(row["last_seen_at"]),
        expires_at=parse_instant(row["expires_at"]),
    )


def touch_session(tx: Transaction, digest: str, now: datetime) -> None:
    """Note that it was used."""
    tx.execute(sessions.update().where(sessions.c.digest == digest).values(last_seen_at=format_instant(now)))


def delete_session(tx: Transaction, digest: str) -> bool:
    """End it; False when there was none."""
    return tx.execute(sessions.delete().where(sessions.c.digest == digest)).rowcount == 1


def delete_sessions_of(tx: Transaction, person: str) -> int:
    """End all of a person's, and say how many."""
    return tx.execute(sessions.delete().where(sessions.c.person == person)).rowcount


def delete_expired(tx: Transaction, now: datetime) -> None:
    """Forget sessions whose time is over."""
    tx.execute(sessions.delete().where(sessions.c.expires_at <= format_instant(now)))


def insert_token(tx: Transaction, token: ServiceToken, digest: str) -> None:
    """Add a token."""
    tx.execute(
        service_tokens.insert().values(
            name=token.name,
            digest=digest,
            permissions=sorted(token.permissions),
            team=token.team,
            creator=token.creator,
            created_at=format_instant(token.created_at),
            expires_at=format_instant(token.expires_at),
            environment=token.environment,
        )
    )


def find_token(tx: Transaction, name: str) -> ServiceToken | None:
    """By name."""
    row = tx.execute(service_tokens.select().where(service_tokens.c.name == name)).mappings().first()
    return None if row is None else _token(row)


def find_token_by_digest(tx: Transaction, digest: str) -> ServiceToken | None:
    """By the digest of its secret."""
    row = tx.execute(service_tokens.select().where(service_tokens.c.digest == digest)).mappings().first()
    return None if row is None else _token(row)


def list_tokens(tx: Transaction) -> tuple[ServiceToken, ...]:
    """All, by name."""
    rows = tx.execute(service_tokens.select().order_by(service_tokens.c.name)).mappings()
    return tuple(_token(row) for row in rows)


def revoke_token(tx: Transaction, name: str, now: datetime) -> bool:
    """End it; False when that was done before."""
    result = tx.execute(
        service_tokens.update()
        .where(service_tokens.c.name == name, service_tokens.c.revoked_at.is_(None))
        .values(revoked_at=format_instant(now))
    )
    return result.rowcount == 1


def _teams_of(tx: Transaction, names: Iterable[str] | None = None) -> dict[str, frozenset[str]]:
    statement = memberships.select()
    if names is not None:
        statement = statement.where(memberships.c.person.in_(tuple(names)))
    found: dict[str, set[str]] = {}
    for row in tx.execute(statement).mappings():
        found.setdefault(row["person"], set()).add(row["team"])
    return {person: frozenset(members) for person, members in found.items()}


def _person(row: sa.RowMapping, member_of: frozenset[str]) -> Person:
    return Person(
        name=row["name"],
        display_name=row["display_name"],
        roles=frozenset(Role(role) for role in row["roles"]),
        teams=member_of,
        created_at=parse_instant(row["created_at"]),
        is_disabled=bool(row["is_disabled"]),
        subject=row["subject"] or "",
    )


def _token(row: sa.RowMapping) -> ServiceToken:
    return ServiceToken(
        name=row["name"],
        permissions=frozenset(Permission(name) for name in row["permissions"]),
        team=row["team"],
        creator=row["creator"],
        created_at=parse_instant(row["created_at"]),
        expires_at=parse_instant(row["expires_at"]),
        revoked_at=parse_if_any(row["revoked_at"]),
        environment=row["environment"],
    )
