"""What waits, what is counted, and how the installation itself is."""

from fastapi import APIRouter

from pavior.api.calling import Caller, verb
from pavior.api.schemas.records import InstallationShown, MetricRowShown, ServiceLevelShown
from pavior.api.schemas.views import HomeViewShown
from pavior.identity.model import Permission

router = APIRouter(tags=["home"])


@verb(router, "GET", "/home", permission=Permission.HOME_READ, shows=HomeViewShown)
def show_home(call: Caller) -> HomeViewShown:
    """What waits for the one who asks, and what happened last."""
    return HomeViewShown.of(call.application.pages.home(call.actor))


@verb(router, "GET", "/metrics", permission=Permission.METRICS_READ, shows=list[MetricRowShown])
def show_metrics(call: Caller) -> list[MetricRowShown]:
    """All numbers, each with the rows of the audit log from which it was counted."""
    return [MetricRowShown.of(row) for row in call.application.metrics.show(call.actor)]


@verb(router, "GET", "/service-levels", permission=Permission.METRICS_READ, shows=list[ServiceLevelShown])
def show_service_levels(call: Caller) -> list[ServiceLevelShown]:
    """How well Pavior keeps what it promises about itself, over the last 28 days."""
    return [ServiceLevelShown.of(item) for item in call.application.service_levels.list_service_levels(call.actor)]


@verb(router, "GET", "/installation", permission=Permission.INSTALLATION_READ, shows=InstallationShown)
def show_installation(call: Caller) -> InstallationShown:
    """What this installation is made of, whether it is well, who works, and what waits."""
    return InstallationShown.of(call.application.overview.show_installation(call.actor))
