"""Everything that is only read."""

from pavior.environments.model import Change
from pavior.findings.model import Finding
from pavior.identity.model import Actor
from pavior.kernel.pages import Page, PageRequest
from pavior.policy.model import Waiver
from pavior.reports.model import (
    ChangeView,
    ControlSummary,
    EnvironmentView,
    HomeView,
    ServiceSummary,
    ServiceView,
)


class Pages:
    """Reads for the surfaces; each authorises and hides what the actor may not know of."""

    def home(self, actor: Actor) -> HomeView:
        """What waits for the actor."""
        raise NotImplementedError

    def list_services(
        self, actor: Actor, page: PageRequest, *, query: str = "", team: str = ""
    ) -> Page[ServiceSummary]:
        """By name; `query` matches name, title, description, tags, owner."""
        raise NotImplementedError

    def get_service(self, actor: Actor, name: str) -> ServiceView:
        """Raises MissingError `service-missing`."""
        raise NotImplementedError

    def list_changes(
        self, actor: Actor, page: PageRequest, *, service: str = "", environment: str = "", is_open: bool | None = None
    ) -> Page[Change]:
        """Newest first."""
        raise NotImplementedError

    def get_change(self, actor: Actor, change_id: str) -> ChangeView:
        """Raises MissingError `change-missing`."""
        raise NotImplementedError

    def get_environment(self, actor: Actor, environment: str) -> EnvironmentView:
        """`orders/dev`. Raises MissingError `environment-missing`."""
        raise NotImplementedError

    def list_findings(
        self,
        actor: Actor,
        page: PageRequest,
        *,
        service: str = "",
        control: str = "",
        state: str = "",
    ) -> Page[Finding]:
        """Worst and oldest first. `state` is a FindingState, `waived`, or empty for all that is not fixed."""
        raise NotImplementedError

    def get_finding(self, actor: Actor, finding_id: str) -> Finding:
        """Raises MissingError `finding-missing`."""
        raise NotImplementedError

    def list_waivers(self, actor: Actor, page: PageRequest, *, service: str = "") -> Page[Waiver]:
        """Undecided first, then by expiry."""
        raise NotImplementedError

    def get_waiver(self, actor: Actor, waiver_id: str) -> Waiver:
        """Raises MissingError `waiver-missing`."""
        raise NotImplementedError

    def list_controls(self, actor: Actor) -> tuple[ControlSummary, ...]:
        """By id."""
        raise NotImplementedError

    def get_control(self, actor: Actor, control_id: str) -> ControlSummary:
        """Raises MissingError `control-missing`."""
        raise NotImplementedError
