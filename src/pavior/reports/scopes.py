"""What a permission is asked on, for each kind of thing."""

from collections.abc import Callable, Iterable

from pavior.catalog.model import Service
from pavior.environments.model import Change, Environment
from pavior.findings.model import Finding
from pavior.identity.model import Scope
from pavior.overrides.model import Override
from pavior.policy.levels import LevelChange, LevelScope
from pavior.policy.model import Control
from pavior.policy.waiver_model import Waiver
from pavior.runs.model import Run


def service_scope(service: Service) -> Scope:
    """A service of a team."""
    return Scope(kind="service", name=service.name, team=service.team)


def environment_scope(environment: Environment, service: Service) -> Scope:
    """One stage of a service."""
    return Scope(
        kind="environment",
        name=environment.id,
        team=service.team,
        environment=environment.name,
        place=environment.id,
        is_production=environment.is_production,
    )


def state_scope(environment: str, service: Service, *, is_production: bool = True) -> Scope:
    """A state of Terraform's, such as of `orders/prod`, which need not be an environment of ours.

    Of a stage that we do not run it is not known how careful to be, so it counts as one of production.
    """
    return Scope(
        kind="state",
        name=environment,
        team=service.team,
        environment=environment.partition("/")[2],
        place=environment,
        is_production=is_production,
    )


def change_scope(change: Change, environment: Environment, service: Service) -> Scope:
    """A Change, with who asked for it."""
    return Scope(
        kind="change",
        name=change.id,
        team=service.team,
        environment=environment.name,
        place=environment.id,
        is_production=environment.is_production,
        requester=change.requester,
    )


def waiver_scope(
    waiver: Waiver, environment: Environment | None, service: Service | None, *, control_owner: str = ""
) -> Scope:
    """A waiver, with who asked for it.

    Args:
        environment: None for one that reaches further, which counts as one of production.
        service: None for one that reaches everything.
        control_owner: The team that owns the control; empty where that is the role security.
    """
    return Scope(
        kind="waiver",
        name=waiver.id,
        team=service.team if service else "",
        environment=environment.name if environment else "",
        place=environment.id if environment else "",
        is_production=environment.is_production if environment else True,
        requester=waiver.requester,
        control_owner=control_owner,
    )


def finding_scope(finding: Finding) -> Scope:
    """A finding of the team that must act."""
    return Scope(kind="finding", name=finding.id, team=finding.team)


def run_scope(run: Run, service: Service | None) -> Scope:
    """A run, with who asked for it; some are about no service."""
    return Scope(kind="run", name=run.id, team=service.team if service else "", requester=run.requester)


def level_wish_scope(control: Control, scope: LevelScope) -> Scope:
    """Another level of a control somewhere, which nobody has proposed yet."""
    return Scope(kind="control", name=control.id, team=scope.team, control_owner=control.owner)


def level_change_scope(change: LevelChange, *, control_owner: str = "") -> Scope:
    """A change of level, with who proposed it. `control_owner` is as in `waiver_scope`."""
    return Scope(
        kind="level-change",
        name=change.id,
        team=change.scope.team,
        requester=change.proposer,
        control_owner=control_owner,
    )


def override_scopes(
    override: Override, environment: Environment, service: Service, owner_of: Callable[[str], str]
) -> tuple[Scope, ...]:
    """What is asked about it: once for each team that owns one of its controls, and for each who wanted it.

    Whoever decides must be allowed on all of them: for every control that it passes, and as neither of who asked for
    the override and who wants the Change.

    Args:
        owner_of: Id of a control to the team that owns it; empty where that is the role security.
    """
    return tuple(
        Scope(
            kind="override",
            name=override.id,
            team=service.team,
            environment=environment.name,
            place=environment.id,
            is_production=environment.is_production,
            requester=requester,
            control_owner=owner,
            decider=override.decided_by or "",
        )
        for owner in sorted({owner_of(control) for control in override.controls})
        for requester in dict.fromkeys((override.requester, override.change_requester))
    )


def review_scopes(
    name: str,
    service: Service,
    controls: Iterable[str],
    requesters: Iterable[str],
    owner_of: Callable[[str], str],
) -> tuple[tuple[Scope, ...], ...]:
    """What is asked about a sign-off: a group for each team that owns one of its controls, and one for the rest.

    Whoever signs must be allowed on all scopes of one group: for one of the teams or the role security, and as none of
    who proposed it.

    Args:
        name: Id of the review, or the service whose model of main it is.
        controls: Those that stop the threats concerned.
        requesters: Who proposed it.
        owner_of: Id of a control to the team that owns it; empty where that is the role security.
    """
    return tuple(
        tuple(
            Scope(kind="threat", name=name, team=service.team, requester=requester, control_owner=owner)
            for requester in (dict.fromkeys(requesters) or ("",))
        )
        for owner in sorted({"", *(owner_of(control) for control in controls)})
    )
