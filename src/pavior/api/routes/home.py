"""What waits, and what is counted."""

from fastapi import APIRouter

from pavior.api.calling import Caller, verb
from pavior.api.schemas.records import MetricRowShown, ServiceLevelShown
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
