"""Service tokens: what a program holds instead of a person, for few things and a limited time."""

from datetime import timedelta

from pavior.identity import store
from pavior.identity.desk import SECRET_BYTES, Desk, check_name, digest, get_team, tell
from pavior.identity.model import (
    ONLY_IN_PERSON,
    OPERATOR_ID,
    Actor,
    NewToken,
    Permission,
    Person,
    Role,
    Scope,
    ServiceToken,
    Surface,
    local_operator,
)
from pavior.kernel.errors import ConflictError, ForbiddenError, InvalidError, MissingError
from pavior.kernel.refs import is_environment_id
from pavior.storage.database import Transaction

PREFIX = "pavior_"
LONGEST_DAYS = 365


class TokenDesk(Desk):
    """The verbs of service tokens."""

    __slots__ = ()

    def create_token(
        self,
        actor: Actor,
        *,
        name: str,
        permissions: frozenset[Permission],
        days: int,
        team: str = "",
        environment: str = "",
    ) -> NewToken:
        """Make a token that acts for its maker, within `permissions` and, to change something, within `team`.

        Args:
            environment: The only one with which it may do anything, such as `orders/prod`; empty for all.

        Raises:
            InvalidError: `name-invalid`, `token-days-invalid`, `token-permissions-invalid`,
                `token-environment-invalid`, `token-team-missing`.
            ForbiddenError: `permission-denied`, `token-exceeds-creator`.
            ConflictError: `token-exists`.
            MissingError: `team-missing`.
        """
        self.authoriser.authorise(actor, Permission.TOKEN_MANAGE, on=_scope(name, team))
        check_name("token", name)
        _check_wish(permissions, days)
        _check_environment(environment, team)
        for permission in sorted(permissions):
            if not self.authoriser.may(actor, permission, on=Scope(kind="service", name="(any)", team=team)):
                raise ForbiddenError(
                    "token-exceeds-creator",
                    f"{actor.id} may not {permission.value} on things of {team or 'no team'}, nor make a token for it.",
                    fix="Leave that permission out, or ask somebody who has it to make the token.",
                )
        now = self.clock.now()
        ends = now + timedelta(days=days)
        token = ServiceToken(name, permissions, team, actor.id, now, ends, environment=environment)
        secret = PREFIX + self.random_text(SECRET_BYTES)
        with self.database.transaction() as tx:
            if team:
                get_team(tx, team)
            if store.find_token(tx, name) is not None:
                raise ConflictError(
                    "token-exists",
                    f"There is or was a token {name} already.",
                    fix="Choose another name: the audit log must tell them apart.",
                )
            store.insert_token(tx, token, digest(secret))
            told = {"permissions": sorted(permissions), "team": team, "environment": environment, "days": days}
            tell(tx, actor, "token.created", f"token:default/{name}", now, **told)
        return NewToken(token, secret)

    def find_token(self, secret: str, *, surface: Surface = Surface.API) -> Actor | None:
        """Who acts by this secret, with its maker's roles of now; None when it does not work (any more)."""
        if not secret.startswith(PREFIX):
            return None
        now = self.clock.now()
        with self.database.snapshot() as tx:
            token = store.find_token_by_digest(tx, digest(secret))
            if token is None or not token.is_valid(now):
                return None
            creator = _find_creator(tx, token.creator, surface)
        if creator is None:
            return None
        roles, teams = creator.roles, frozenset({token.team} - {""})
        if not teams <= creator.teams:
            # Who is a developer acts only for teams they belong to, and may have left this one.
            roles -= {Role.DEVELOPER}
        return Actor(token.actor_id, roles, teams, surface, token.permissions, token.environment)

    def revoke_token(self, actor: Actor, name: str) -> ServiceToken:
        """End a token now; one that is revoked stays so.

        Raises:
            MissingError: `token-missing`.
        """
        now = self.clock.now()
        with self.database.transaction() as tx:
            token = store.find_token(tx, name)
            if token is None or not self._may_manage(actor, token):
                raise MissingError(
                    "token-missing", f"There is no token {name[:60]}.", fix="List yours with: pavior token list."
                )
            if store.revoke_token(tx, name, now):
                tell(tx, actor, "token.revoked", f"token:default/{name}", now)
            return store.find_token(tx, name) or token

    def list_tokens(self, actor: Actor) -> tuple[ServiceToken, ...]:
        """Those that the actor may revoke, by name, also the ones that are over."""
        with self.database.snapshot() as tx:
            return tuple(token for token in store.list_tokens(tx) if self._may_manage(actor, token))

    def _may_manage(self, actor: Actor, token: ServiceToken) -> bool:
        return self.authoriser.may(actor, Permission.TOKEN_MANAGE, on=_scope(token.name, token.team))


def _scope(name: str, team: str) -> Scope:
    return Scope(kind="token", name=name[:60], team=team)


def _check_wish(permissions: frozenset[Permission], days: int) -> None:
    if not 1 <= days <= LONGEST_DAYS:
        raise InvalidError(
            "token-days-invalid",
            f"A token cannot last {days} days.",
            fix=f"Choose from 1 to {LONGEST_DAYS} days.",
        )
    refused = sorted(permissions & ONLY_IN_PERSON)
    if refused or not permissions:
        raise InvalidError(
            "token-permissions-invalid",
            f"A token cannot have {', '.join(refused)}: that is done in person."
            if refused
            else "A token without permissions could not do anything.",
            fix="Choose permissions such as service:read or change:open.",
        )


def _check_environment(environment: str, team: str) -> None:
    if environment and not is_environment_id(environment):
        raise InvalidError(
            "token-environment-invalid",
            f"{environment[:80]!r} is no environment.",
            fix="Write service and stage, such as orders/prod.",
        )
    if environment and not team:
        raise InvalidError(
            "token-team-missing",
            f"A token for {environment[:80]} alone acts for the team that owns it, and no team was named.",
            fix="Name it: pavior token create NAME --team TEAM --environment SERVICE/STAGE.",
        )


def _find_creator(tx: Transaction, name: str, surface: Surface) -> Actor | None:
    if name == OPERATOR_ID:
        return local_operator(surface)
    person: Person | None = store.find_person(tx, name)
    if person is None or person.is_disabled:
        return None
    return Actor(person.name, person.roles, person.teams, surface)
