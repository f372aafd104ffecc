"""What all verbs of a waiver share."""

from dataclasses import dataclass
from datetime import datetime

from pavior.audit.model import Event
from pavior.audit.service import record
from pavior.catalog import store as catalog
from pavior.environments import store as environments
from pavior.findings import service as findings
from pavior.identity import store as identity
from pavior.identity.model import Actor, Permission, Scope, person_behind
from pavior.kernel.errors import ForbiddenError
from pavior.policy import store
from pavior.policy.reaching import EVERYWHERE, is_wide, service_of
from pavior.policy.waiver_model import Waiver, WaiverStep
from pavior.policy.waiver_step_store import insert_step
from pavior.reports.scopes import environment_scope, service_scope, waiver_scope
from pavior.storage.database import Transaction
from pavior.workflows.judge_threats import judge_excused
from pavior.workflows.platform import Platform


@dataclass(frozen=True, slots=True)
class WaiverDesk:
    """Where waivers are asked for and answered."""

    platform: Platform

    def _place(self, transaction: Transaction, place: str) -> tuple[Scope, str]:
        """What a request there is asked on, and the team that would answer for it.

        Raises:
            MissingError: `environment-missing`, `service-missing`.
        """
        if place == EVERYWHERE:
            return Scope(), ""
        if is_wide(place):
            service = catalog.get_service(transaction, service_of(place))
            return service_scope(service), service.team
        environment = environments.get_environment(transaction, place)
        service = catalog.get_service(transaction, environment.service)
        return environment_scope(environment, service), service.team

    def _scope(self, transaction: Transaction, waiver: Waiver) -> Scope:
        owner = self.platform.owner_of(waiver.control)
        if waiver.environment == EVERYWHERE:
            return waiver_scope(waiver, None, None, control_owner=owner)
        service = catalog.get_service(transaction, service_of(waiver.environment))
        wide = is_wide(waiver.environment)
        environment = None if wide else environments.get_environment(transaction, waiver.environment)
        return waiver_scope(waiver, environment, service, control_owner=owner)

    def _require_present(self, transaction: Transaction, actor: Actor) -> None:
        """Somebody who left between signing in and now decides nothing.

        Raises:
            ForbiddenError: `waiver-decider-left`.
        """
        person = identity.find_person(transaction, person_behind(actor.id))
        if person is not None and person.is_disabled:
            raise ForbiddenError(
                "waiver-decider-left",
                f"{person.name} is disabled and decides about no waiver any more.",
                fix="Ask somebody else who may decide it.",
            )

    def _authorised(self, transaction: Transaction, actor: Actor, waiver_id: str, permission: Permission) -> Waiver:
        waiver = store.get_waiver(transaction, waiver_id)
        scope = self._scope(transaction, waiver)
        may_know = self.platform.authoriser.may(actor, Permission.WAIVER_READ, on=scope)
        is_own = person_behind(actor.id) == person_behind(waiver.requester)
        if may_know and is_own and permission in {Permission.WAIVER_DECIDE, Permission.WAIVER_DECIDE_WIDE}:
            # Cedar forbids it as well; this says which rule, to the one person who may know.
            raise ForbiddenError(
                "waiver-self-approval",
                f"{actor.id} asked for {waiver.id} and cannot decide it as well.",
                fix="Ask somebody who decides about this control to decide it.",
            )
        self.platform.authoriser.authorise(actor, permission, on=scope)
        self._require_present(transaction, actor)
        return waiver


def end_excuse(transaction: Transaction, ended: Waiver, now: datetime) -> int:
    """Let what it excused be open again, but for what others excuse too; how many findings those are.

    Threats that it let be accepted are judged again.
    """
    if is_wide(ended.environment):
        others = store.list_in_force_of(transaction, ended.control, now)
    else:
        others = store.list_in_force(transaction, ended.environment, now)
    count = findings.apply_waiver(transaction, ended, others=others)
    judge_excused(transaction, ended, now)
    return count


def write_step(
    transaction: Transaction, waiver: Waiver, event: Event, now: datetime, *, step: str, text: str = ""
) -> None:
    """Into the audit log, and into the waiver's own history, which whoever may read it may read."""
    record(transaction, event, now)
    insert_step(transaction, WaiverStep(waiver.id, step, event.actor, now, text))


def waiver_event(actor: Actor, waiver: Waiver, verb: str, now: datetime) -> Event:
    """Something happened to it just now."""
    service = service_of(waiver.environment)
    wide = is_wide(waiver.environment)
    return Event(
        verb=verb,
        actor=actor.id,
        surface=actor.surface.value,
        subject=f"waiver:{'default' if service == EVERYWHERE else service}/{waiver.id}",
        service="" if service == EVERYWHERE else service,
        environment="" if wide else waiver.environment,
        started_at=now,
        ended_at=now,
        details={
            "control": waiver.control,
            "scope": waiver.environment,
            "subject": waiver.subject,
            "path": waiver.path,
            "days": waiver.days,
        },
    )
