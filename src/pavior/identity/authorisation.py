"""Who may do what: the policies in `policies/*.cedar`, asked through one function. Denied unless permitted."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import cedarpy

from pavior.identity.model import Actor, Permission, Role, Scope, Surface, person_behind
from pavior.kernel.errors import ForbiddenError, MissingError, PaviorError

# What lets an actor know that a thing exists, by the kind of its scope. All may know of the platform.
READ_BY_KIND = {
    "service": Permission.SERVICE_READ,
    "environment": Permission.ENVIRONMENT_READ,
    "state": Permission.STATE_READ,
    "change": Permission.CHANGE_READ,
    "waiver": Permission.WAIVER_READ,
    "override": Permission.OVERRIDE_READ,
    "finding": Permission.FINDING_READ,
    "threat": Permission.THREAT_READ,
    "control": Permission.CONTROL_READ,
    "level-change": Permission.CONTROL_READ,
    "run": Permission.RUN_READ,
    "person": Permission.PERSON_READ,
    "team": Permission.PERSON_READ,
}

# What each is called where there is none, and what to do then, as the store of its kind says it: who may not know of a
# thing hears word for word what is said where there is none.
_SAID_OF_NONE = {
    "service": ("service", "List them with: pavior service list."),
    "environment": ("environment", "List a service's environments with: pavior service show SERVICE."),
    "change": ("Change", "List them with: pavior change list."),
    "waiver": ("waiver", "List them with: pavior waiver list."),
    "override": ("override", "List them with: pavior override list."),
    "finding": ("finding", "List them with: pavior finding list."),
    "level-change": ("change of level", "List those of a control with: pavior control levels CONTROL."),
    "run": ("run", "List them with: pavior run list."),
}

# Id of a forbid policy to (why, what to do next).
WHY_FORBIDDEN = {
    "four-eyes": (
        "{actor} asked for {thing}, and who asks does not decide",
        "Ask somebody else with the role {roles} to decide.",
    ),
    "third-look": (
        "{actor} decided about {thing}, and somebody else looks at it afterwards",
        "Ask somebody else with the role {roles}.",
    ),
    "control-owner": (
        "the team that owns the control decides about its waivers",
        "Ask somebody of that team, who did not ask for it; {roles} can too.",
    ),
    "production-gate": (
        "developers do not approve what goes into production",
        "Ask somebody with the role {roles} to approve it.",
    ),
    "token-permissions": (
        "the token was not made for it",
        "Make a token with --permission {permission}, or do it in person.",
    ),
    "token-team": (
        "the token belongs to another team",
        "Use a token of the team that owns it, or do it in person.",
    ),
    "token-environment": (
        "the token is of another environment, or of one where this is of none",
        "Use a token that was made without --environment, or for that one.",
    ),
    "only-in-person": (
        "a token cannot decide or hand out access",
        "Sign in and do it in person.",
    ),
}


@dataclass(frozen=True, slots=True)
class Authoriser:
    """Asks the policies. It holds nothing: all that counts comes with the question."""

    def authorise(self, actor: Actor, permission: Permission, *, on: Scope) -> None:
        """Pass when permitted.

        Raises:
            ForbiddenError: `permission-denied`.
            MissingError: `<kind>-missing`, when the actor may not even know that there is such a thing.
        """
        is_allowed, forbidden_by = decide(actor, permission, on)
        if is_allowed:
            return
        read = READ_BY_KIND.get(on.kind)
        if read is not None and not decide(actor, read, on)[0]:
            word, fix = _SAID_OF_NONE.get(
                on.kind, (on.kind, "Check the name; if it is right, ask an admin what you may see.")
            )
            raise MissingError(f"{on.kind}-missing", f"There is no {word} {on.name[:80]}.", fix=fix)
        raise _denial(actor, permission, on, forbidden_by)

    def may(self, actor: Actor, permission: Permission, *, on: Scope) -> bool:
        """Whether it is permitted."""
        return decide(actor, permission, on)[0]


def decide(actor: Actor, permission: Permission, scope: Scope) -> tuple[bool, tuple[str, ...]]:
    """Whether the policies allow it, and which forbid rules spoke against it.

    Raises:
        RuntimeError: A policy could not be evaluated: a forbid rule that is passed over would allow too much.
    """
    request = {
        "principal": {"type": "Actor", "id": actor.id},
        "action": {"type": "Action", "id": Permission(permission).value},
        "resource": {"type": "Thing", "id": f"{scope.kind}:{scope.name}"},
        "context": {"permission": permission.value},
    }
    result = cedarpy.is_authorized(request, _policies(), json.dumps(_entities(actor, scope)))
    if result.diagnostics.errors:
        raise RuntimeError(f"policies could not be evaluated: {'; '.join(result.diagnostics.errors)}")
    if result.decision is cedarpy.Decision.Allow:
        return True, ()
    return False, tuple(sorted(result.diagnostics.id_annotations_by_reason.values()))


@cache
def read_policies() -> str:
    """The text of all policies."""
    folder = files("pavior.identity") / "policies"
    names = sorted(item.name for item in folder.iterdir() if item.name.endswith(".cedar"))
    if not names:
        raise RuntimeError("this installation has no policies")
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)


@cache
def read_schema() -> str:
    """The text of the schema of the policies."""
    return (files("pavior.identity") / "policies" / "schema.cedarschema").read_text(encoding="utf-8")


@cache
def _policies() -> cedarpy.PolicySet:
    # Parsing costs ten times what a question does.
    return cedarpy.PolicySet.from_str(read_policies())


def _entities(actor: Actor, scope: Scope) -> list[dict[str, object]]:
    parents = [{"type": "Role", "id": role.value} for role in sorted(actor.roles)]
    parents += [{"type": "Team", "id": team} for team in sorted(actor.teams)]
    thing: dict[str, object] = {"kind": scope.kind, "is_production": scope.is_production}
    if scope.team:
        thing["team"] = {"__entity": {"type": "Team", "id": scope.team}}
    if scope.place:
        thing["place"] = scope.place
    if scope.control_owner:
        thing["control_owner"] = {"__entity": {"type": "Team", "id": scope.control_owner}}
    if scope.requester:
        thing["requester"] = person_behind(scope.requester)
    if scope.decider:
        thing["decider"] = person_behind(scope.decider)
    return [
        {
            "uid": {"type": "Actor", "id": actor.id},
            "attrs": {
                "person": person_behind(actor.id),
                "is_token": actor.token_permissions is not None,
                "permissions": sorted(actor.token_permissions or ()),
                "environment": actor.token_environment,
            },
            "parents": parents,
        },
        {"uid": {"type": "Thing", "id": f"{scope.kind}:{scope.name}"}, "attrs": thing, "parents": []},
    ]


def _denial(actor: Actor, permission: Permission, scope: Scope, forbidden_by: tuple[str, ...]) -> PaviorError:
    thing = f"{scope.kind} {scope.name}"
    roles = _roles_that_may(permission, scope)
    fix = f"Ask somebody with the role {roles} to do it." if roles else "Nobody may do this."
    names = " and ".join(sorted(actor.roles)) or "(none)"
    because = f"the {'roles' if len(actor.roles) > 1 else 'role'} {names} cannot do that here"
    if forbidden_by:
        why, what_next = WHY_FORBIDDEN[forbidden_by[0]]
        because = why.format(actor=actor.id, thing=thing)
        fix = what_next.format(roles=roles, permission=permission.value)
    return ForbiddenError(
        "permission-denied",
        f"{actor.id} may not do {permission.value} on {thing}: {because}.",
        fix=fix,
        context={"permission": permission.value, "forbidden_by": forbidden_by},
    )


def _roles_that_may(permission: Permission, scope: Scope) -> str:
    """The roles with which another member of the owning team could do it, in words."""
    able = []
    for role in Role:
        # A name that nobody can have, so that four-eyes rules look at somebody else.
        other = Actor("(other)", frozenset({role}), frozenset({scope.team} - {""}), Surface.WORKER)
        if decide(other, permission, scope)[0]:
            able.append(f"{role.value} in team {scope.team}" if role is Role.DEVELOPER and scope.team else role.value)
    return " or ".join(able)
