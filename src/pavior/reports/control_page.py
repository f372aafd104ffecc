"""What is required, and how each requirement stands over the services that the reader may see."""

from collections.abc import Mapping

from pavior.findings import store as findings
from pavior.identity.model import Permission
from pavior.policy import store as policy
from pavior.policy.model import Control
from pavior.reports.model import ControlSummary
from pavior.reports.sight import Sight, missing


def read_controls(sight: Sight, controls: tuple[Control, ...]) -> tuple[ControlSummary, ...]:
    """By id."""
    sight.require(Permission.CONTROL_READ)
    return _summaries(sight, tuple(sorted(controls, key=lambda control: control.id)))


def read_control(sight: Sight, controls: tuple[Control, ...], control_id: str) -> ControlSummary:
    """Raises MissingError `control-missing`."""
    sight.require(Permission.CONTROL_READ)
    found = next((control for control in controls if control.id == control_id), None)
    if found is None:
        raise missing("control", control_id, command="pavior control list")
    return _summaries(sight, (found,))[0]


def _summaries(sight: Sight, controls: tuple[Control, ...]) -> tuple[ControlSummary, ...]:
    found = _open_findings(sight)
    excused = _active_waivers(sight)
    return tuple(
        ControlSummary(
            control=control,
            open_findings=None if found is None else found.get(control.id, 0),
            active_waivers=None if excused is None else excused.get(control.id, 0),
        )
        for control in controls
    )


def _open_findings(sight: Sight) -> Mapping[str, int] | None:
    if not sight.may_somewhere(Permission.FINDING_READ):
        return None
    return findings.count_open_by_control(sight.tx, sight.services(Permission.FINDING_READ), sight.now)


def _active_waivers(sight: Sight) -> Mapping[str, int] | None:
    if not sight.may_somewhere(Permission.WAIVER_READ):
        return None
    return policy.count_active_by_control(sight.tx, sight.services(Permission.WAIVER_READ), sight.now)
