"""Bringing a plan about, step by step, with a journal that is ahead of every call and behind none."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import replace

from pavior.adapters.engines.embedded.evaluating import Evaluator
from pavior.adapters.engines.embedded.ordering import Step, order_steps
from pavior.adapters.engines.embedded.planning import Planned, Proposal, plan_one, propose_changes, refresh
from pavior.adapters.engines.embedded.saved_plan import SavedChange, SavedPlan
from pavior.adapters.engines.embedded.schema import decided, misfits, same
from pavior.adapters.engines.embedded.session import Session, type_of
from pavior.adapters.engines.embedded.stack import LoadedStack
from pavior.adapters.engines.embedded.state import Progress, State, StateResource, write_state
from pavior.adapters.engines.values import without_unknown
from pavior.environments.ports import EngineEvent, Journal, Report
from pavior.kernel.errors import ConflictError
from pavior.resources.model import Action

_TOKEN_HEX_DIGITS = 32
# What a step that was begun may still be, by what was approved: half of a replacement is a creation, and so on.
_REMAINDERS = {
    Action.CREATE: (Action.CREATE, Action.UPDATE),
    Action.UPDATE: (Action.UPDATE,),
    Action.REPLACE: (Action.REPLACE, Action.CREATE, Action.UPDATE),
    Action.DELETE: (Action.DELETE,),
}
_DOING = {
    Action.CREATE: ("Making", "Made"),
    Action.UPDATE: ("Changing", "Changed"),
    Action.REPLACE: ("Making", "Made"),
}


class Applying:
    """One apply of one plan.

    Args:
        state: What is known to exist, from the journal if there is one.
    """

    def __init__(
        self,
        stack: LoadedStack,
        approved: SavedPlan,
        state: State,
        session: Session,
        *,
        journal: Journal,
        report: Report,
        is_cancelled: Callable[[], bool],
    ) -> None:
        self._stack = stack
        self._approved = approved
        self._state = state
        self._session = session
        self._journal = journal
        self._report = report
        self._is_cancelled = is_cancelled
        self._evaluator = Evaluator(stack, session)
        # Recorded as absent before somebody tried to make them.
        self._tried = {item.address for item in state.resources.values() if not item.identity}

    def run(self) -> State:
        """Do what remains of the plan, and give the state afterwards with its progress.

        Raises:
            ConflictError: `plan-stale`, `run-cancelled`, `resource-exists`, `sandbox-restarted`.
            UnavailableError: `cloud-unreachable`, `engine-failed`, `apply-failed`.
        """
        progress = self._state.progress or Progress(self._approved.plan)
        refreshed = refresh(self._state, self._session, lambda _: None)
        proposal = propose_changes(self._stack, self._state, refreshed, self._evaluator)
        for item in proposal.changes:
            self._require_within_plan(item, is_begun=item.address in progress.begun)
        progress = _with_finished(progress, {item.address for item in proposal.changes})
        self._state = replace(
            refreshed,
            instance=self._session.target.instance,
            region=self._session.target.region,
            progress=progress,
            secrets=tuple(sorted(self._stack.secrets)),
        )
        self._take_over(proposal)
        steps = order_steps([item.work for item in proposal.changes])
        planned = {item.address: item for item in proposal.planned}
        for step in steps:
            self._stop_if_cancelled(step.address)
            self._session.require_same_cloud()
            self._take(step, planned[step.address], total=len(self._approved.changes))
        self._read_again()
        self._session.require_same_cloud()
        outputs = {} if self._stack.is_destroy else self._evaluator.outputs()
        return replace(self._state, outputs=outputs)

    def _require_within_plan(self, item: Planned, *, is_begun: bool) -> None:
        approved = self._approved.changes.get(item.address)
        if approved is None:
            raise _stale(item, "is not as it was when the plan was made")
        if is_begun:
            is_within = item.action in _REMAINDERS[approved.action]
        else:
            is_within = item.action is approved.action and _is_same_before(item, approved)
        if not is_within:
            raise _stale(item, "is not as it was when the plan was made")
        self._require_as_approved(item)

    def _require_as_approved(self, item: Planned) -> None:
        approved = self._approved.changes[item.address].after
        if item.after is None or approved is None:
            return
        for name in misfits(item.schema, approved, item.after):
            raise _stale(item, f"would get another {name} than the plan says")

    def _take_over(self, proposal: Proposal) -> None:
        """What stays as it is follows the source in what the cloud does not hold, such as who depends on whom."""
        for item in proposal.planned:
            current = self._state.resources.get(item.address)
            if item.action is Action.NO_OP and current is not None:
                taken = replace(
                    current,
                    sensitive=item.after_sensitive,
                    dependencies=item.dependencies,
                    references=item.references,
                )
                self._state = self._state.with_resource(taken)

    def _take(self, step: Step, item: Planned, *, total: int) -> None:
        if step.is_delete:
            self._delete(item, total)
        else:
            self._make_or_change(item, total)

    def _delete(self, item: Planned, total: int) -> None:
        self._begin(item.address)
        self._say(f"Deleting {item.address}.", item.address, total)
        self._session.delete(type_of(item.type), item.address, item.identity, item.before or {})
        self._state = self._state.without_resource(item.address)
        if item.action is Action.DELETE:
            self._end(item.address)
        self._save()
        self._say(f"Deleted {item.address}.", item.address, total)

    def _make_or_change(self, item: Planned, total: int) -> None:
        """Evaluated again, because what this one leans on is known by now."""
        kind, address = type_of(item.type), item.address
        final = plan_one(self._stack, address, self._state.resources.get(address), self._evaluator)
        self._require_as_approved(final)
        self._stack.require_known(address, self._evaluator.evaluate(address).clear)
        wanted = final.after or {}
        operation = self._token(address)
        doing, done = _DOING[final.action if final.action in _DOING else Action.UPDATE]
        current = self._state.resources.get(address)
        if current is None:
            if address not in self._tried:
                self._session.require_absent(kind, address, operation, wanted)
            current = StateResource(
                address,
                item.type,
                item.name,
                identity="",
                values=without_unknown(wanted),
                operation=operation,
                sensitive=final.after_sensitive,
                dependencies=final.dependencies,
                references=final.references,
            )
            self._state = self._state.with_resource(current)
        self._begin(address)
        self._say(f"{doing} {address}.", address, total)
        identity = current.identity or self._session.make(kind, address, operation, wanted)
        values = self._session.converge(kind, address, operation, identity, wanted)
        whole = replace(
            current,
            identity=identity,
            values=values,
            operation="",
            sensitive=final.after_sensitive,
            dependencies=final.dependencies,
            references=final.references,
        )
        self._state = self._state.with_resource(whole)
        self._evaluator.learn(address, values, final.after_sensitive)
        self._end(address)
        self._save()
        self._say(f"{done} {address}.", address, total)

    def _read_again(self) -> None:
        """What other resources changed in a resource, such as the policies of a role, is part of what was applied."""
        for address, resource in self._state.resources.items():
            schema = type_of(resource.type).schema
            names = [name for name, attribute in schema.items() if attribute.follows_others]
            if not names:
                continue
            now = self._session.read(type_of(resource.type), address, resource.identity, resource.values)
            if now is not None:
                values = {**resource.values, **{name: now[name] for name in names}}
                self._state = self._state.with_resource(replace(resource, values=values))
                self._evaluator.learn(address, values, resource.sensitive)

    def _begin(self, address: str) -> None:
        progress = self._state.progress or Progress(self._approved.plan)
        if address not in progress.begun:
            progress = replace(progress, begun=(*progress.begun, address))
        self._state = replace(self._state, progress=progress)
        self._save()

    def _end(self, address: str) -> None:
        progress = self._state.progress or Progress(self._approved.plan)
        if address not in progress.done:
            progress = replace(progress, done=(*progress.done, address))
        self._state = replace(self._state, progress=progress)

    def _save(self) -> None:
        self._journal.save(write_state(self._state))

    def _say(self, text: str, address: str, total: int) -> None:
        done = len(self._state.progress.done) if self._state.progress else 0
        self._report(EngineEvent(text, address, done, total))

    def _token(self, address: str) -> str:
        digest = hmac.new(self._approved.nonce.encode(), address.encode(), hashlib.sha256)
        return digest.hexdigest()[:_TOKEN_HEX_DIGITS]

    def _stop_if_cancelled(self, address: str) -> None:
        if self._is_cancelled():
            raise ConflictError(
                "run-cancelled",
                f"The apply was cancelled before {address}; what was done before stays.",
                fix="Start it again when you want it after all.",
                context={"address": address},
            )


def _with_finished(progress: Progress, remaining: set[str]) -> Progress:
    """What was begun and needs nothing more is done: the process ended before it could say so."""
    finished = [item for item in progress.begun if item not in remaining and item not in progress.done]
    return replace(progress, done=(*progress.done, *finished))


def _is_same_before(item: Planned, approved: SavedChange) -> bool:
    if item.before is None or approved.before is None:
        return item.before is approved.before
    return all(
        same(attribute, approved.before.get(name), item.before.get(name))
        for name, attribute in decided(item.schema).items()
    )


def _stale(item: Planned, why: str) -> ConflictError:
    return ConflictError(
        "plan-stale",
        f"{item.address} {why}, so the plan no longer fits.",
        fix="Plan again, and have the new plan approved.",
        context={"address": item.address, "action": item.action.value},
    )
