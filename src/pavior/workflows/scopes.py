"""What a permission is asked on, for each kind of thing."""

from pavior.catalog.model import Service
from pavior.environments.model import Change, Environment
from pavior.identity.model import Scope
from pavior.policy.model import Waiver


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
        is_production=environment.is_production,
    )


def change_scope(change: Change, environment: Environment, service: Service) -> Scope:
    """A Change, with who asked for it."""
    return Scope(
        kind="change",
        name=change.id,
        team=service.team,
        environment=environment.name,
        is_production=environment.is_production,
        requester=change.requester,
    )


def waiver_scope(waiver: Waiver, environment: Environment, service: Service) -> Scope:
    """A waiver, with who asked for it."""
    return Scope(
        kind="waiver",
        name=waiver.id,
        team=service.team,
        environment=environment.name,
        is_production=environment.is_production,
        requester=waiver.requester,
    )
