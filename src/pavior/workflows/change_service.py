"""Changes: opened by a person, planned and gated by the platform, approved by another person, applied once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pavior.audit.model import Event
from pavior.audit.service import record
from pavior.catalog import store as catalog
from pavior.catalog.model import Service
from pavior.catalog.ports import Author
from pavior.environments import store
from pavior.environments.model import Approval, Change, ChangeKind, ChangeStatus, Environment, Plan
from pavior.environments.vault import SealedKind
from pavior.identity.model import Actor, Permission
from pavior.kernel.errors import ConflictError, InvalidError
from pavior.kernel.pages import PageRequest
from pavior.policy.model import Decision
from pavior.runs import store as runs
from pavior.storage.database import Transaction
from pavior.workflows.gate import judge_again
from pavior.workflows.plan_change import enqueue_apply, enqueue_plan, saved_plan_owner
from pavior.workflows.platform import Platform
from pavior.workflows.run_variables import read_sensitive_variables, write_sensitive_variables
from pavior.reports.scopes import change_scope, environment_scope

_PLANNABLE = (ChangeStatus.BLOCKED, ChangeStatus.AWAITING_APPROVAL, ChangeStatus.FAILED)
_REPLACEABLE = (ChangeStatus.PLANNING, ChangeStatus.BLOCKED, ChangeStatus.AWAITING_APPROVAL)


@dataclass(frozen=True, slots=True)
class Changes:
    """The verbs of a Change. Each returns at once; what takes long is a Run that can be watched."""

    platform: Platform

    def open_change(
        self,
        actor: Actor,
        environment: str,
        *,
        branch: str = "",
        commit: str = "",
        title: str = "",
        variables: Mapping[str, str] | None = None,
        sensitive_variables: Mapping[str, str] | None = None,
    ) -> Change:
        """Ask that `environment` (`orders/dev`) be brought to a proposal's branch, or to a commit of main (promotion).

        Exactly one of `branch` and `commit` is given. An open Change of the same branch and environment is superseded.

        Raises:
            InvalidError: `change-source-unclear`.
            MissingError: `environment-missing`, `proposal-missing`, `commit-missing`.
            ForbiddenError: `permission-denied`.
            ConflictError: `proposal-behind`.
        """
        if bool(branch) == bool(commit):
            raise InvalidError(
                "change-source-unclear",
                f"A Change of {environment} needs either a branch or a commit.",
                fix="Give --branch NAME for a proposal, or --commit HASH to promote what is on main.",
            )
        found, service = self._authorised(actor, environment, Permission.CHANGE_OPEN)
        if branch:
            proposal = self.platform.forge.get_proposal(service.repository, branch)
            if proposal.is_behind:
                raise ConflictError(
                    "proposal-behind",
                    f"Branch {branch} of {service.repository} does not contain the newest main.",
                    fix="Run: git fetch origin && git rebase origin/main, push again, and open the Change again.",
                )
            kind, commit, title = ChangeKind.DEPLOY, proposal.commit, title or proposal.title
        else:
            commit = self.platform.forge.resolve(service.repository, commit)
            kind, title = ChangeKind.PROMOTE, title or f"Promote {commit[:12]} to {found.id}"
        return self._open(
            actor,
            found,
            kind,
            commit=commit,
            branch=branch,
            title=title,
            variables=variables or {},
            sensitive=sensitive_variables or {},
        )

    def plan_again(self, actor: Actor, change_id: str) -> Change:
        """Plan and gate the same commit again, for example after a waiver was approved.

        Raises:
            ConflictError: `change-not-plannable`.
        """
        platform = self.platform
        now = platform.clock.now()
        with platform.database.transaction() as transaction:
            change, environment, service = self._load(transaction, change_id)
            platform.authoriser.authorise(actor, Permission.CHANGE_OPEN, on=environment_scope(environment, service))
            if change.status not in _PLANNABLE:
                raise ConflictError(
                    "change-not-plannable",
                    f"{change.id} is {change.status.value}, so it cannot be planned again.",
                    fix="Open a new Change.",
                )
            planned = enqueue_plan(platform, transaction, change, now)
            record(transaction, _event(actor, change, "change.planned-again", now), now)
        return planned

    def approve_change(self, actor: Actor, change_id: str, plan_digest: str, *, reason: str = "") -> Change:
        """Approve exactly the plan of that digest. When enough have approved, the apply is enqueued with it.

        Raises:
            ConflictError: `plan-not-latest`, `change-not-awaiting-approval`, `change-already-answered`.
            ForbiddenError: `change-self-approval`, `permission-denied`.
        """
        platform = self.platform
        now = platform.clock.now()
        with platform.database.transaction() as transaction:
            change, plan = self._answer(
                transaction, actor, change_id, plan_digest, now, is_approved=True, reason=reason
            )
            answers = store.list_approvals(transaction, change.id)
            approved = {item.person for item in answers if item.is_approved and item.plan_digest == plan.digest}
            record(
                transaction,
                replace(
                    _event(actor, change, "change.approved", now),
                    waited_seconds=(now - plan.created_at).total_seconds(),
                    details={"plan": plan.number, "digest": plan.digest},
                ),
                now,
            )
            if len(approved) >= plan.decision.approvals_required:
                store.move_change(transaction, change, ChangeStatus.APPLYING, now)
                enqueue_apply(platform, transaction, change, plan, actor.id, now)
            return store.get_change(transaction, change.id)

    def reject_change(self, actor: Actor, change_id: str, plan_digest: str, *, reason: str) -> Change:
        """Say no to exactly that plan; the Change ends."""
        platform = self.platform
        now = platform.clock.now()
        with platform.database.transaction() as transaction:
            change, _ = self._answer(transaction, actor, change_id, plan_digest, now, is_approved=False, reason=reason)
            store.move_change(transaction, change, ChangeStatus.REJECTED, now, detail=f"{actor.id}: {reason}")
            self._forget_secrets(transaction, change)
            event = replace(_event(actor, change, "change.rejected", now), outcome="denied")
            record(transaction, event, now)
            return store.get_change(transaction, change.id)

    def cancel_change(self, actor: Actor, change_id: str) -> Change:
        """Withdraw it. During apply, the engine stops after the resource it is at.

        Raises:
            ConflictError: `change-ended`.
        """
        platform = self.platform
        now = platform.clock.now()
        with platform.database.transaction() as transaction:
            change, environment, service = self._load(transaction, change_id)
            scope = change_scope(change, environment, service)
            platform.authoriser.authorise(actor, Permission.CHANGE_CANCEL, on=scope)
            if not change.status.is_open:
                raise ConflictError(
                    "change-ended",
                    f"{change.id} is {change.status.value} already.",
                    fix="There is nothing left to cancel.",
                )
            for run in runs.list_unended(transaction, subject=f"change:{change.service}/{change.id}"):
                runs.request_cancel(transaction, run.id, actor.id)
            if change.status is not ChangeStatus.APPLYING:
                store.move_change(transaction, change, ChangeStatus.CANCELLED, now, detail=f"By {actor.id}.")
                self._forget_secrets(transaction, change)
            event = replace(_event(actor, change, "change.cancelled", now), outcome="cancelled")
            record(transaction, event, now)
            return store.get_change(transaction, change.id)

    def ask_gate(self, actor: Actor, change_id: str, at: datetime) -> Decision:
        """What the gate says of the latest plan at the instant `at`; nothing is stored.

        Raises:
            ConflictError: `change-not-planned`.
        """
        with self.platform.database.snapshot() as transaction:
            change, environment, service = self._load(transaction, change_id)
            scope = change_scope(change, environment, service)
            self.platform.authoriser.authorise(actor, Permission.CHANGE_READ, on=scope)
            plan = _latest_plan(transaction, change)
            return judge_again(
                self.platform,
                transaction,
                environment=environment,
                change=change,
                reading=plan.reading,
                decision=plan.decision,
                now=at,
            )

    def resize(self, actor: Actor, service: str, environment: str, parameters: Mapping[str, object]) -> Change:
        """Set day-two parameters of the golden path, such as `size`: a proposal and its Change.

        `environment` is a stage such as `dev`.

        Raises:
            InvalidError: `parameters-invalid`, `service-has-no-golden-path`.
        """
        found, owner = self._authorised(actor, f"{service}/{environment}", Permission.CHANGE_OPEN)
        now = self.platform.clock.now()
        head = self.platform.forge.head(owner.repository)
        if not owner.golden_path:
            raise InvalidError(
                "service-has-no-golden-path",
                f"{service} was not made from a golden path, so it has no parameters to set.",
                fix="Edit its infrastructure in a branch, and open a Change of that.",
            )
        _, files = self.platform.golden_paths.rerender(owner.golden_path, owner.parameters, parameters)
        told = ", ".join(f"{name} {value}" for name, value in sorted(parameters.items()))
        title = f"Set {told}"
        branch = "pavior/" + "-".join(f"{name}-{value}" for name, value in sorted(parameters.items()))
        proposal = self.platform.forge.propose(
            owner.repository, branch, files, base=head, author=_author(actor), message=title, now=now
        )
        return self._open(actor, found, ChangeKind.RESIZE, commit=proposal.commit, branch=branch, title=title)

    def revert_drift(self, actor: Actor, environment: str) -> Change:
        """Bring the live cloud back to what was applied, through plan, gate and apply like any Change."""
        found, _ = self._authorised(actor, environment, Permission.ENVIRONMENT_REVERT_DRIFT)
        _require_deployed(found)
        title = f"Revert what drifted in {found.id}"
        return self._open(actor, found, ChangeKind.REVERT_DRIFT, commit=found.commit, title=title)

    def rebuild_environment(self, actor: Actor, environment: str) -> Change:
        """Make everything again after the sandbox forgot it."""
        found, _ = self._authorised(actor, environment, Permission.ENVIRONMENT_REBUILD)
        _require_deployed(found)
        title = f"Rebuild {found.id}"
        return self._open(actor, found, ChangeKind.REBUILD, commit=found.commit, title=title)

    def destroy_environment(self, actor: Actor, environment: str) -> Change:
        """Take everything down: a Change whose plan deletes, and that always needs an approval in production."""
        found, _ = self._authorised(actor, environment, Permission.ENVIRONMENT_DESTROY)
        _require_deployed(found)
        title = f"Destroy {found.id}"
        return self._open(actor, found, ChangeKind.DESTROY, commit=found.commit, title=title)

    def _authorised(self, actor: Actor, environment: str, permission: Permission) -> tuple[Environment, Service]:
        with self.platform.database.snapshot() as transaction:
            found = store.get_environment(transaction, environment)
            service = catalog.get_service(transaction, found.service)
        self.platform.authoriser.authorise(actor, permission, on=environment_scope(found, service))
        return found, service

    def _load(self, transaction: Transaction, change_id: str) -> tuple[Change, Environment, Service]:
        change = store.get_change(transaction, change_id)
        environment = store.get_environment(transaction, change.environment_id)
        return change, environment, catalog.get_service(transaction, change.service)

    def _open(
        self,
        actor: Actor,
        environment: Environment,
        kind: ChangeKind,
        *,
        commit: str,
        title: str,
        branch: str = "",
        variables: Mapping[str, str] | None = None,
        sensitive: Mapping[str, str] | None = None,
    ) -> Change:
        now = self.platform.clock.now()
        wish = Change(
            id="",
            service=environment.service,
            environment=environment.name,
            kind=kind,
            title=title,
            requester=actor.id,
            branch=branch,
            commit=commit,
            status=ChangeStatus.PLANNING,
            created_at=now,
            variables=dict(variables or {}),
        )
        with self.platform.database.transaction() as transaction:
            return open_in(self.platform, transaction, wish, actor, now, sensitive=sensitive or {})

    def _answer(
        self,
        transaction: Transaction,
        actor: Actor,
        change_id: str,
        plan_digest: str,
        now: datetime,
        *,
        is_approved: bool,
        reason: str,
    ) -> tuple[Change, Plan]:
        change, environment, service = self._load(transaction, change_id)
        scope = change_scope(change, environment, service)
        self.platform.authoriser.authorise(actor, Permission.CHANGE_APPROVE, on=scope)
        if change.status is not ChangeStatus.AWAITING_APPROVAL:
            raise ConflictError(
                "change-not-awaiting-approval",
                f"{change.id} is {change.status.value}: nobody is asked to approve it.",
                fix=f"Look at it again: pavior change show {change.id}.",
            )
        plan = _latest_plan(transaction, change)
        if plan.digest != plan_digest:
            raise ConflictError(
                "plan-not-latest",
                f"The plan {plan_digest[:12]} of {change.id} is no longer the latest; that is {plan.digest[:12]}.",
                fix=f"Read the new plan, then decide: pavior change show {change.id}.",
            )
        answer = Approval(change.id, plan.digest, actor.id, is_approved, reason, now)
        if not store.insert_approval(transaction, answer):
            raise ConflictError(
                "change-already-answered",
                f"{actor.id} has answered this plan of {change.id} before.",
                fix="Another person must answer now.",
            )
        return change, plan

    def _forget_secrets(self, transaction: Transaction, change: Change) -> None:
        vault = self.platform.vault
        vault.erase(transaction, SealedKind.VARIABLES, change.id)
        for number in range(1, change.plan_number + 1):
            vault.erase(transaction, SealedKind.SAVED_PLAN, saved_plan_owner(change.id, number))


def open_in(
    platform: Platform,
    transaction: Transaction,
    wish: Change,
    actor: Actor,
    now: datetime,
    *,
    sensitive: Mapping[str, str] | None = None,
) -> Change:
    """Open a Change within the caller's transaction; older open ones of the same branch and stage are superseded."""
    if wish.branch:
        _supersede(transaction, wish, now)
    opened = store.insert_change(transaction, wish)
    inherited = read_sensitive_variables(platform, transaction, wish.environment_id)
    write_sensitive_variables(platform, transaction, opened.id, {**inherited, **(sensitive or {})}, now)
    details = {"kind": opened.kind.value, "commit": opened.commit, "branch": opened.branch}
    record(transaction, replace(_event(actor, opened, "change.opened", now), details=details), now)
    return enqueue_plan(platform, transaction, opened, now)


def _supersede(transaction: Transaction, wish: Change, now: datetime) -> None:
    page = store.list_changes(
        transaction, PageRequest(), service=wish.service, environment=wish.environment, statuses=_REPLACEABLE
    )
    for older in page.items:
        if older.branch == wish.branch:
            store.move_change(
                transaction,
                older,
                ChangeStatus.SUPERSEDED,
                now,
                detail="A newer Change of the same branch took its place.",
            )


def _latest_plan(transaction: Transaction, change: Change) -> Plan:
    plan = store.find_plan(transaction, change.id, change.plan_number)
    if plan is None:
        raise ConflictError(
            "change-not-planned",
            f"{change.id} has no plan yet.",
            fix=f"Wait for its run, or look why it failed: pavior change show {change.id}.",
        )
    return plan


def _require_deployed(environment: Environment) -> None:
    if not environment.commit:
        raise ConflictError(
            "environment-not-deployed",
            f"Nothing was applied to {environment.id} yet.",
            fix=f"Open a Change first: pavior change open {environment.id} --branch BRANCH.",
        )


def _author(actor: Actor) -> Author:
    return Author(actor.id, f"{actor.id.replace(':', '-')}@pavior.local")


def _event(actor: Actor, change: Change, verb: str, now: datetime) -> Event:
    return Event(
        verb=verb,
        actor=actor.id,
        surface=actor.surface.value,
        subject=f"change:{change.service}/{change.id}",
        service=change.service,
        environment=change.environment_id,
        started_at=now,
        ended_at=now,
    )
