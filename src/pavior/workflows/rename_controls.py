"""Controls that were renamed: what was recorded under an earlier id is about the control as it is called now."""

from pavior.audit.model import Event
from pavior.audit.service import record
from pavior.findings import service as findings
from pavior.identity.model import Surface, the_platform
from pavior.kernel.errors import InvalidError
from pavior.policy import store
from pavior.policy.model import Control
from pavior.workflows.platform import Platform


def former_ids(controls: tuple[Control, ...]) -> dict[str, str]:
    """Earlier id to the present one.

    Raises:
        InvalidError: `control-names-clash`, when one id would mean two controls.
    """
    found: dict[str, str] = {}
    present = {control.id for control in controls}
    for control in controls:
        for name in control.formerly:
            if name in present or name in found:
                raise InvalidError(
                    "control-names-clash",
                    f"{control.id} says that it was formerly {name}, which is another control as well.",
                    fix="An id that was given up is never given again: choose another for the new control.",
                )
            found[name] = control.id
    return found


def follow_renamed_controls(platform: Platform) -> int:
    """Let waivers and findings go on under the present ids; how many of them there were.

    Once at the start, before anything is asked: a waiver that was approved under the earlier id is valid from the first
    evaluation on. An older program that still runs finds none under the old id, so it blocks, and excuses nothing.

    Raises:
        InvalidError: `control-names-clash`.
    """
    names = former_ids(platform.controls)
    if not names:
        return 0
    now = platform.clock.now()
    actor = the_platform(Surface.WORKER)
    total = 0
    with platform.database.transaction() as transaction:
        for before, after in sorted(names.items()):
            waived = store.rename_control(transaction, before, after)
            found = findings.rename_control(transaction, before, after)
            for waiver in store.list_in_force_of(transaction, after, now) if waived else ():
                # What was found under the present id before this moment was excused by none of them.
                findings.apply_waiver(transaction, waiver)
            if waived or found:
                event = Event(
                    verb="control.renamed",
                    actor=actor.id,
                    subject=f"control:default/{after}",
                    started_at=now,
                    ended_at=now,
                    surface=actor.surface.value,
                    details={"formerly": before, "waivers": waived, "findings": found},
                )
                record(transaction, event, now)
            total += waived + found
    return total
