"""The engine behind the port: templates of CloudFormation, by change sets. See decision 15.

A change set is made for each plan and deleted again; it is made anew right before it is executed, and compared with
what people approved. Nothing stays in the cloud of a plan that nobody approves.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from itertools import takewhile

import pavior
from pavior.adapters.cloudformation.evaluating import is_secret
from pavior.adapters.cloudformation.template import read_template
from pavior.adapters.cloudformation.translating import Translated
from pavior.adapters.clouds.aws import AwsClients
from pavior.adapters.engines.binding import Binding, digest_of_plan
from pavior.adapters.engines.cloudformation.loading import Loaded, load
from pavior.adapters.engines.cloudformation.proposal import Side, actions_of, write_plan
from pavior.adapters.engines.cloudformation.stacks import ChangeSet, Stacks
from pavior.adapters.engines.cloudformation.state import Begun, StackState, read_state, write_state
from pavior.adapters.engines.embedded.session import MakeClients, open_session
from pavior.adapters.engines.embedded.supported import RESOURCE_TYPES
from pavior.adapters.engines.foreign_states import WithoutTerraformState
from pavior.adapters.engines.masking import Mask, secret_texts
from pavior.adapters.engines.values import UNKNOWN, Path, Values, without_unknown
from pavior.environments.errors import cloud_changed, plan_stale, sandbox_restarted, state_of_another
from pavior.environments.ports import ApplyResult, CloudTarget, EngineEvent, EnginePlan, Journal, Report, Stack
from pavior.kernel.errors import ConflictError, UnavailableError
from pavior.resources.model import Action, GraphFormat, Resource, ResourceGraph, Skipped

_NEVER_EXECUTED = ("AVAILABLE", "OBSOLETE", "UNAVAILABLE")


class CloudFormationEngine(WithoutTerraformState):
    """Runs templates through CloudFormation itself.

    Args:
        fingerprint_key: Of the installation: `storage.sealing.Sealer.fingerprint_key`.
        pause: Waits so many seconds between two looks at a stack.
    """

    def __init__(
        self,
        fingerprint_key: bytes,
        *,
        make_clients: MakeClients = AwsClients,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name = "cloudformation"
        self.version = pavior.__version__
        self._key = fingerprint_key
        self._make_clients = make_clients
        self._pause = pause

    def __repr__(self) -> str:
        return f"CloudFormationEngine({self.version})"

    def plan(self, stack: Stack, *, state: bytes | None, target: CloudTarget, report: Report) -> EnginePlan:
        """Make a change set, read it, delete it. Changes nothing else.

        Raises:
            InvalidError: `stack-refused`, `stack-unsupported`, `stack-invalid`, `variable-missing`,
                `state-unreadable`, `state-of-another`.
            ConflictError: `sandbox-restarted`, `cloud-changed`, `resource-exists`.
            UnavailableError: `cloud-unreachable`, `engine-failed`.
        """
        loaded = load(stack)
        stored = _state_of(stack.environment, state, target)
        report(EngineEvent(f"The template is sound: {len(loaded.template.resources)} resources."))
        stacks = self._open(stored, target, loaded.secrets)
        stored = self._caught_up(stacks, stored, report)
        # A stack that somebody deleted is made anew, and what it held is not there to be changed.
        before = None if stacks.find() is None else self._applied(stored)
        after = None if stack.is_destroy else self._proposed(loaded, stored)
        if after is not None:
            after.require_decided()
        change_set = self._look(stacks, loaded, report)
        actions = actions_of(before, after, change_set.actions)
        mask = Mask(self._key, loaded.secrets | self._secrets(stored))
        plan_json = write_plan(before, after, actions, mask, version=self.version)
        stacks.session.require_same_cloud()
        binding = Binding(
            stack.environment, target.instance, stack.is_destroy, digest_of_plan(plan_json), loaded.digest
        )
        saved = {"binding": asdict(binding), "said": {name: list(said) for name, said in change_set.actions.items()}}
        return EnginePlan(plan_json=plan_json, saved_plan=json.dumps(saved, sort_keys=True).encode())

    def apply(
        self,
        stack: Stack,
        plan: EnginePlan,
        *,
        state: bytes | None,
        target: CloudTarget,
        journal: Journal,
        report: Report,
        is_cancelled: Callable[[], bool],
    ) -> ApplyResult:
        """Do exactly what `plan` says. After a crash, call it again with the journal: it goes on and doubles nothing.

        A creation cannot be cancelled once it has begun, and ends by itself; an update is rolled back.

        Raises:
            InvalidError: Those of `plan`.
            ConflictError: `plan-stale`, `run-cancelled`, `sandbox-restarted`, `cloud-changed`, `resource-exists`.
            UnavailableError: `cloud-unreachable`, `engine-failed`, `apply-failed`; what was begun is in the journal.
        """
        loaded = load(stack)
        saved = json.loads(plan.saved_plan)
        binding = Binding(**saved["binding"])
        binding.require(plan, stack, loaded.digest, target)
        written = journal.load()
        stored = _state_of(stack.environment, written or state, target)
        if written is not None and stored.begun is not None and stored.begun.plan != binding.plan:
            raise plan_stale("The journal of this run belongs to another plan")
        stacks = self._open(stored, target, loaded.secrets)
        if written is None:
            stored = self._caught_up(stacks, stored, report)
        if stored.begun is None:
            if is_cancelled():
                raise _cancelled()
            stored = self._begin(stacks, loaded, stored, said=saved["said"], digest=binding.plan)
            journal.save(write_state(stored))
        self._finish(stacks, stored, report, is_cancelled)
        done = self._settled(stacks, stored)
        journal.save(write_state(done))
        changes = _changes_in(plan)
        for number, address in enumerate(changes, start=1):
            report(EngineEvent(f"CloudFormation is done with {address}.", address, number, len(changes)))
        return ApplyResult(state=write_state(replace(done, begun=None)), applied=tuple(changes))

    def observe(self, *, state: bytes, target: CloudTarget, report: Report) -> ResourceGraph:
        """Read every resource of `state` whose type the embedded engine reads too; the others are passed over.

        Raises:
            InvalidError: `state-unreadable`.
            ConflictError: `sandbox-restarted`, `cloud-changed`.
            UnavailableError: `cloud-unreachable`, `engine-failed`; never a partial graph.
        """
        stored = read_state(state)
        stored = _state_of(stored.environment, state, target)
        session = self._open(stored, target, frozenset()).session
        side = self._applied(stored)
        items = side.items() if side else {}
        mask = Mask(self._key, self._secrets(stored))
        found: list[Resource] = []
        skipped: list[Skipped] = []
        for done, (item, sensitive) in enumerate(items.values(), start=1):
            kind, identity = RESOURCE_TYPES.get(item.type), _identity(item, stored.physical_ids)
            if kind is not None and item.logical_id not in stored.physical_ids:
                # The stack ended well and does not have it: that is missing, and not passed over.
                continue
            if kind is None or identity is None:
                skipped.append(Skipped(item.address, "what is there of it is not read yet"))
                continue
            live = session.read(kind, item.address, identity, without_unknown(item.values))
            if live is not None:
                values = mask.as_graph(live, _for_graph(item, sensitive)[1])
                found.append(Resource(item.address, item.type, values, references=item.references))
            report(EngineEvent(f"Read {item.address}.", item.address, done, len(items)))
        session.require_same_cloud()
        # A type in CloudFormation's own words completes no resource that a control looks at.
        complete = all(item.subject.startswith("AWS::") for item in skipped)
        return ResourceGraph(GraphFormat.LIVE, tuple(found), tuple(skipped), complete)

    def read_state(self, state: bytes) -> ResourceGraph:
        """The resources as the template that was applied says them. Raises InvalidError `state-unreadable`."""
        stored = read_state(state)
        side = self._applied(stored)
        mask = Mask(self._key, self._secrets(stored))
        return ResourceGraph(
            GraphFormat.STATE,
            tuple(
                Resource(
                    item.address, item.type, mask.as_graph(*_for_graph(item, sensitive)), references=item.references
                )
                for item, sensitive in (side.items().values() if side else ())
            ),
        )

    def outputs(self, state: bytes) -> Mapping[str, object]:
        """The stack's outputs that hang on no secret. Raises InvalidError `state-unreadable`."""
        stored = read_state(state)
        return {name: value for name, value in stored.outputs.items() if name not in stored.secret_outputs}

    def supported_types(self) -> Iterable[str]:
        """Whatever CloudFormation offers."""
        return ()

    def _open(self, stored: StackState, target: CloudTarget, secrets: frozenset[str]) -> Stacks:
        session = open_session(
            self._make_clients,
            target,
            environment=stored.environment,
            region=stored.region,
            secrets=tuple(secrets | self._secrets(stored)),
        )
        return Stacks(session, _stack_name(stored.environment), self._pause)

    def _look(self, stacks: Stacks, loaded: Loaded, report: Report) -> ChangeSet:
        if loaded.stack.is_destroy:
            return ChangeSet("", "", {})
        report(EngineEvent("CloudFormation makes a change set."))
        name = f"pavior-look-{loaded.digest[:24]}"
        try:
            return stacks.propose(name, loaded.template.body, loaded.given)
        finally:
            stacks.forget(name)
            stacks.remove_shell()

    def _proposed(self, loaded: Loaded, stored: StackState) -> Side:
        return Side(
            loaded.template, loaded.given, loaded.secret_names, _pseudo(stored), loaded.path, stored.physical_ids
        )

    def _applied(self, stored: StackState) -> Side | None:
        if not stored.template:
            return None
        template, secret_names = read_template(stored.path, stored.template.encode()), frozenset(stored.secret_names)
        return Side(template, stored.given, secret_names, _pseudo(stored), stored.path, stored.physical_ids)

    def _caught_up(self, stacks: Stacks, stored: StackState, report: Report) -> StackState:
        """What became of an apply that was given up in the middle: AWS goes on by itself."""
        stored, begun = replace(stored, account=stacks.session.api.account), stored.begun
        if begun is None:
            return stored
        before = replace(stored, begun=None)
        if begun.change_set and stacks.progress_of(begun.change_set) in _NEVER_EXECUTED:
            return before
        if begun.change_set or not begun.template:
            status = stacks.wait(begun.stack_id, _telling(report)) if begun.stack_id else "DELETE_COMPLETE"
            if status not in _wanted(begun):
                return before
        return replace(self._settled(stacks, stored), begun=None)

    def _secrets(self, stored: StackState) -> frozenset[str]:
        given = {name: stored.given[name] for name in stored.secret_names if name in stored.given}
        hidden = {name: stored.outputs[name] for name in stored.secret_outputs if name in stored.outputs}
        return frozenset(secret_texts([*given.values(), *hidden.values()], [()]))

    def _begin(
        self, stacks: Stacks, loaded: Loaded, stored: StackState, *, said: Mapping[str, list[str]], digest: str
    ) -> StackState:
        if loaded.stack.is_destroy:
            found = stacks.find()
            begun = Begun(digest, "", "" if found is None else str(found["StackId"]), "", {})
            return replace(stored, path=loaded.path, begun=begun)
        change_set = stacks.propose(f"pavior-{digest[:24]}", loaded.template.body, loaded.given)
        if {name: list(item) for name, item in change_set.actions.items()} != said:
            stacks.forget(change_set.id)
            stacks.remove_shell()
            raise plan_stale("What CloudFormation would do is no longer what was approved")
        if not change_set.actions:
            stacks.forget(change_set.id)
        begun = Begun(
            plan=digest,
            change_set=change_set.id if change_set.actions else "",
            stack_id=change_set.stack_id,
            template=loaded.template.body,
            given=loaded.given,
            secret_names=tuple(sorted(loaded.secret_names)),
        )
        return replace(stored, path=loaded.path, begun=begun)

    def _finish(self, stacks: Stacks, stored: StackState, report: Report, is_cancelled: Callable[[], bool]) -> None:
        begun = _begun_of(stored)
        token, tell = f"pavior-{begun.plan[:32]}", _telling(report)
        if not begun.template and begun.stack_id:
            stacks.delete(begun.stack_id, token)
            status = stacks.wait(begun.stack_id, tell)
        elif begun.template and begun.change_set:
            progress = stacks.progress_of(begun.change_set)
            if progress in ("OBSOLETE", "UNAVAILABLE"):
                raise plan_stale("Somebody changed the stack meanwhile")
            if progress == "AVAILABLE":
                stacks.execute(begun.change_set, token)
            status = stacks.settle(begun.change_set, begun.stack_id, tell, is_cancelled)
        else:
            return
        if status in _wanted(begun):
            return
        if is_cancelled() and status.startswith("UPDATE_ROLLBACK"):
            raise _cancelled()
        raise UnavailableError(
            "apply-failed",
            f"CloudFormation ended with {status}: {stacks.why(begun.stack_id) or 'it does not say why'}.",
            fix="Correct the template, or the rights of Pavior's credentials, as it says, and plan again.",
        )

    def _settled(self, stacks: Stacks, stored: StackState) -> StackState:
        begun = _begun_of(stored)
        if not begun.template:
            return StackState(stored.environment, stored.instance, stored.region, begun=begun)
        settled = replace(
            stored,
            template=begun.template,
            given=begun.given,
            secret_names=begun.secret_names,
            physical_ids=stacks.physical_ids(),
            account=stacks.session.api.account,
        )
        side = self._applied(settled)
        if side is None:
            return settled
        outputs = {**side.outputs(), **stacks.outputs()}
        return replace(settled, outputs=outputs, secret_outputs=side.secret_outputs())


def _begun_of(stored: StackState) -> Begun:
    if stored.begun is None:
        raise AssertionError("unreachable: it was begun")
    return stored.begun


def _wanted(begun: Begun) -> tuple[str, ...]:
    return ("CREATE_COMPLETE", "UPDATE_COMPLETE") if begun.template else ("DELETE_COMPLETE",)


def _telling(report: Report) -> Callable[[str], None]:
    return lambda status: report(EngineEvent(f"The stack is {status}."))


def _stack_name(environment: str) -> str:
    """At most 128 letters, digits and hyphens. Two environments never share one."""
    plain = "".join(letter if letter.isalnum() else "-" for letter in environment)
    return f"pavior-{plain[:100]}-{hashlib.sha256(environment.encode()).hexdigest()[:8]}"


def _pseudo(stored: StackState) -> dict[str, str]:
    known = {
        "AWS::Region": stored.region,
        "AWS::Partition": "aws",
        "AWS::URLSuffix": "amazonaws.com",
        "AWS::StackName": _stack_name(stored.environment),
    }
    return {**known, "AWS::AccountId": stored.account} if stored.account else known


def _identity(item: Translated, physical_ids: Mapping[str, str]) -> str | None:
    """The id by which the embedded engine's readers know it."""
    own = physical_ids.get(item.logical_id)
    if item.type == "aws_iam_role_policy":
        role, name = item.values.get("role"), item.values.get("name")
        return f"{role}:{name}" if isinstance(role, str) and isinstance(name, str) else None
    if item.type == "aws_iam_role_policy_attachment":
        role, arn = item.values.get("role"), item.values.get("policy_arn")
        return f"{role}/{arn}" if isinstance(role, str) and isinstance(arn, str) else None
    if item.type == "aws_s3_bucket_policy":
        bucket = item.values.get("bucket")
        return bucket if isinstance(bucket, str) else None
    return own


def _state_of(environment: str, content: bytes | None, target: CloudTarget) -> StackState:
    """The state, if it is of this environment and lies in this cloud."""
    if content is None:
        return StackState(environment, target.instance, target.region)
    stored = read_state(content)
    if stored.environment != environment:
        raise state_of_another(environment, stored.environment)
    if not stored.template and stored.begun is None:
        return replace(stored, instance=target.instance, region=target.region)
    if stored.instance == target.instance:
        return stored
    if target.endpoint_url is not None:
        raise sandbox_restarted(environment)
    raise cloud_changed(environment, stored.instance, target.instance)


def _for_graph(item: Translated, sensitive: Iterable[Path]) -> tuple[Values, tuple[Path, ...]]:
    """Values and paths for a graph that is compared with another, where the items of a list may stand in another order.

    So a list with a secret in it is hidden as a whole, and what AWS reads from where secrets lie is not compared.
    """
    values = {name: UNKNOWN if is_secret(value) else value for name, value in item.values.items()}
    return values, tuple(tuple(takewhile(lambda part: isinstance(part, str), path)) for path in sensitive)


def _changes_in(plan: EnginePlan) -> list[str]:
    document = json.loads(plan.plan_json)
    quiet = [Action.NO_OP.value]
    return [item["address"] for item in document["resource_changes"] if item["change"]["actions"] != quiet]


def _cancelled() -> ConflictError:
    return ConflictError(
        "run-cancelled", "The apply was cancelled before CloudFormation was done.", fix="Plan again to go on."
    )
