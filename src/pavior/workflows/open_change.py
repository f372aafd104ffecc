"""Opening a Change: of a branch, of a commit of main, of a parameter, or of what an environment should be again."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from pavior.audit.model import Event
from pavior.audit.service import record
from pavior.catalog import store as catalog
from pavior.catalog.model import Service
from pavior.environments import store
from pavior.environments.model import Change, ChangeKind, ChangeStatus, Environment
from pavior.identity.model import Actor, Permission
from pavior.kernel.errors import ConflictError, InvalidError
from pavior.kernel.pages import MAXIMUM_PAGE_SIZE, PageRequest
from pavior.reports.scopes import environment_scope
from pavior.runs import store as runs
from pavior.storage.database import Transaction
from pavior.workflows.adopt_drift import propose_adoption
from pavior.workflows.change_desk import ChangeDesk, author_of
from pavior.workflows.change_secrets import forget_secrets, read_sensitive_variables, write_sensitive_variables
from pavior.workflows.plan_change import enqueue_plan
from pavior.workflows.platform import Platform
from pavior.workflows.settle_environment import current_parameters, without_former_answers

# Those that a newer Change of the same branch takes the place of; one that is being applied is let finish.
_REPLACEABLE = (
    ChangeStatus.PLANNING,
    ChangeStatus.BLOCKED,
    ChangeStatus.AWAITING_APPROVAL,
    ChangeStatus.FAILED,
)
_DIGEST_DIGITS = 10


class ChangeOpening(ChangeDesk):
    """The verbs that open a Change. Each returns at once; what takes long is a Run that can be watched."""

    __slots__ = ()

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
        Variables stay with the environment: those of its last Change hold until they are given anew.

        Raises:
            InvalidError: `change-source-unclear`.
            MissingError: `environment-missing`, `proposal-missing`, `commit-missing`.
            ForbiddenError: `permission-denied`.
            ConflictError: `proposal-behind`, `commit-not-on-main`.
        """
        if bool(branch) == bool(commit):
            raise InvalidError(
                "change-source-unclear",
                f"A Change of {environment} needs either a branch or a commit.",
                fix="Give --branch NAME for a proposal, or --commit HASH to promote what is on main.",
            )
        found, service = self._authorised(actor, environment, Permission.CHANGE_OPEN)
        if branch:
            kind, commit, proposed = ChangeKind.DEPLOY, *self._proposed(service, branch)
            title = title or proposed
        else:
            kind, commit = ChangeKind.PROMOTE, self._on_main(service, commit)
            title = title or f"Promote {commit[:12]} to {found.id}"
        return self._open(
            actor,
            found,
            kind,
            commit=commit,
            branch=branch,
            title=title,
            variables=variables,
            sensitive=sensitive_variables,
        )

    def resize(self, actor: Actor, service: str, environment: str, parameters: Mapping[str, object]) -> Change:
        """Set day-two parameters of the golden path, such as `size`: a proposal and its Change.

        `environment` is a stage such as `dev`.

        Raises:
            InvalidError: `parameters-invalid`, `service-has-no-golden-path`.
            ConflictError: `parameters-unchanged`.
        """
        found, owner = self._authorised(actor, f"{service}/{environment}", Permission.CHANGE_OPEN)
        if not owner.golden_path:
            raise InvalidError(
                "service-has-no-golden-path",
                f"{service} was not made from a golden path, so it has no parameters to set.",
                fix="Edit its infrastructure in a branch, and open a Change of that.",
            )
        forge, now = self.platform.forge, self.platform.clock.now()
        head = forge.head(owner.repository)
        current = current_parameters(self.platform, owner, head)
        _, files = self.platform.golden_paths.rerender(owner.golden_path, current, parameters)
        if not files:
            raise ConflictError(
                "parameters-unchanged",
                f"{service} has these parameters already.",
                fix=f"To bring {found.id} to main, promote it: pavior change open {found.id} --commit {head[:12]}.",
            )
        files = {**files, **without_former_answers(self.platform, owner, head)}
        told = ", ".join(f"{name} {value}" for name, value in sorted(parameters.items()))
        # The same wish on the same main is the same branch, so asking twice makes one proposal.
        wish = json.dumps([head, sorted(parameters.items())], default=str)
        branch = f"pavior/set-{hashlib.sha256(wish.encode()).hexdigest()[:_DIGEST_DIGITS]}"
        title = f"Set {told}"
        proposal = forge.propose(
            owner.repository, branch, files, base=head, author=author_of(actor.id), message=title, now=now
        )
        return self._open(actor, found, ChangeKind.RESIZE, commit=proposal.commit, branch=branch, title=title)

    def revert_drift(self, actor: Actor, environment: str) -> Change:
        """Bring the live cloud back to what was applied, through plan, gate and apply like any Change."""
        return self._open_again(actor, environment, ChangeKind.REVERT_DRIFT, Permission.ENVIRONMENT_REVERT_DRIFT)

    def adopt_drift(self, actor: Actor, environment: str, resources: Sequence[str] = ()) -> Change:
        """Let main say what is live: a proposal that edits the source, and its Change. The gate decides as ever.

        Args:
            resources: Addresses; empty for all that drifted.

        Raises:
            ConflictError: `environment-not-drifted`, `drift-not-adoptable`, `environment-not-deployed`.
            MissingError: `environment-missing`, `drift-missing`.
            InvalidError: as reading source: `source-unparsable` and the like.
        """
        found, service = self._authorised(actor, environment, Permission.ENVIRONMENT_ADOPT_DRIFT)
        proposal = propose_adoption(self.platform, found, service, author_of(actor.id), resources)
        return self._open(
            actor, found, ChangeKind.ADOPT_DRIFT, commit=proposal.commit, branch=proposal.branch, title=proposal.title
        )

    def rebuild_environment(self, actor: Actor, environment: str) -> Change:
        """Make everything again after the sandbox forgot it."""
        return self._open_again(actor, environment, ChangeKind.REBUILD, Permission.ENVIRONMENT_REBUILD)

    def destroy_environment(self, actor: Actor, environment: str) -> Change:
        """Take everything down: a Change whose plan deletes, and that always needs an approval."""
        return self._open_again(actor, environment, ChangeKind.DESTROY, Permission.ENVIRONMENT_DESTROY)

    def _authorised(self, actor: Actor, environment: str, permission: Permission) -> tuple[Environment, Service]:
        with self.platform.database.snapshot() as transaction:
            found = store.get_environment(transaction, environment)
            service = catalog.get_service(transaction, found.service)
        self.platform.authoriser.authorise(actor, permission, on=environment_scope(found, service))
        return found, service

    def _proposed(self, service: Service, branch: str) -> tuple[str, str]:
        proposal = self.platform.forge.get_proposal(service.repository, branch)
        if proposal.is_behind:
            raise ConflictError(
                "proposal-behind",
                f"Branch {branch} of {service.repository} does not contain the newest main.",
                fix="Run: git fetch origin && git rebase origin/main, push again, and open the Change again.",
            )
        return proposal.commit, proposal.title

    def _on_main(self, service: Service, revision: str) -> str:
        forge = self.platform.forge
        commit = forge.resolve(service.repository, revision)
        if not forge.is_ancestor(service.repository, commit, forge.head(service.repository)):
            raise ConflictError(
                "commit-not-on-main",
                f"Commit {commit[:12]} is not part of main of {service.repository}, so it cannot be promoted.",
                fix="Open a Change of its branch first with --branch: applying that brings it to main.",
            )
        return commit

    def _open_again(self, actor: Actor, environment: str, kind: ChangeKind, permission: Permission) -> Change:
        """Open a Change of what is deployed already."""
        found, _ = self._authorised(actor, environment, permission)
        if not found.commit:
            raise ConflictError(
                "environment-not-deployed",
                f"Nothing is deployed to {found.id}.",
                fix=f"Open a Change first: pavior change open {found.id} --branch BRANCH.",
            )
        titles = {
            ChangeKind.REVERT_DRIFT: f"Revert what drifted in {found.id}",
            ChangeKind.REBUILD: f"Rebuild {found.id}",
            ChangeKind.DESTROY: f"Destroy {found.id}",
        }
        return self._open(actor, found, kind, commit=found.commit, title=titles[kind])

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
            return open_in(self.platform, transaction, wish, actor, now, sensitive=sensitive)


def open_in(
    platform: Platform,
    transaction: Transaction,
    wish: Change,
    actor: Actor,
    now: datetime,
    *,
    sensitive: Mapping[str, str] | None = None,
) -> Change:
    """Open a Change within the caller's transaction; older ones of the same branch and stage are superseded."""
    given = sensitive or {}
    if wish.branch:
        _supersede(platform, transaction, wish, now)
    kept = _variables_of_last(transaction, wish)
    # A variable may become a secret, or stop being one, from one Change to the next.
    plain = {name: value for name, value in kept.items() if name not in given} | dict(wish.variables)
    inherited = read_sensitive_variables(platform, transaction, wish.environment_id)
    secret = {name: value for name, value in inherited.items() if name not in wish.variables} | dict(given)
    opened = store.insert_change(transaction, replace(wish, variables=plain))
    write_sensitive_variables(platform, transaction, opened.id, secret, now)
    details = {"kind": opened.kind.value, "commit": opened.commit, "branch": opened.branch}
    record(transaction, replace(change_event(actor, opened, "change.opened", now), details=details), now)
    return enqueue_plan(platform, transaction, opened, now)


def change_event(actor: Actor, change: Change, verb: str, now: datetime) -> Event:
    """Something that a person did to a Change."""
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


def _variables_of_last(transaction: Transaction, wish: Change) -> Mapping[str, str]:
    environment = store.get_environment(transaction, wish.environment_id)
    if not environment.commit:
        return {}
    last = store.find_change(transaction, environment.change_id)
    return last.variables if last is not None else {}


def _supersede(platform: Platform, transaction: Transaction, wish: Change, now: datetime) -> None:
    page = store.list_changes(
        transaction,
        PageRequest(size=MAXIMUM_PAGE_SIZE),
        service=wish.service,
        environment=wish.environment,
        statuses=_REPLACEABLE,
    )
    for older in page.items:
        if older.branch != wish.branch:
            continue
        # Its plan may be under way: it is not wanted any more.
        for run in runs.list_unended(transaction, subject=f"change:{older.service}/{older.id}"):
            runs.request_cancel(transaction, run.id, wish.requester)
        detail = "A newer Change of the same branch took its place."
        if store.move_change(transaction, older, ChangeStatus.SUPERSEDED, now, detail=detail, expected=_REPLACEABLE):
            forget_secrets(platform, transaction, older)
