"""The engine behind the port: templates of CloudFormation, by change sets. See decision 15.

A change set is made for each plan and deleted again; it is made anew right before it is executed, and compared with
what people approved. Nothing stays in the cloud of a plan that nobody approves.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import pavior
from pavior.adapters.cloudformation.template import read_template
from pavior.adapters.cloudformation.translating import Translated
from pavior.adapters.clouds.aws import AwsClients
from pavior.adapters.engines.cloudformation.loading import Loaded, load
from pavior.adapters.engines.cloudformation.proposal import Side, actions_of, write_plan
from pavior.adapters.engines.cloudformation.stacks import ChangeSet, Stacks
from pavior.adapters.engines.cloudformation.state import Begun, StackState, read_state, write_state
from pavior.adapters.engines.embedded.session import MakeClients, Session, open_session
from pavior.adapters.engines.embedded.supported import RESOURCE_TYPES
from pavior.adapters.engines.masking import Mask, secret_texts
from pavior.adapters.engines.values import without_unknown
from pavior.environments.ports import ApplyResult, CloudTarget, EngineEvent, EnginePlan, Journal, Report, Stack
from pavior.kernel.errors import ConflictError, InvalidError, UnavailableError
from pavior.resources.model import Action, GraphFormat, Resource, ResourceGraph, Skipped

_ENDED_WELL = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")


class CloudFormationEngine:
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
        change_set = self._look(stacks, loaded, report)
        before, after = self._sides(stored, loaded, stacks.session)
        actions = actions_of(before, after, change_set.actions)
        mask = Mask(self._key, loaded.secrets | self._secrets(stored))
        plan_json = write_plan(before, after, actions, mask, version=self.version)
        stacks.session.require_same_cloud()
        saved = {
            "environment": stack.environment,
            "instance": target.instance,
            "is_destroy": stack.is_destroy,
            "plan": hashlib.sha256(plan_json).hexdigest(),
            "source": loaded.digest,
            "said": {name: list(said) for name, said in sorted(change_set.actions.items())},
        }
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
        saved = _require_same_plan(plan, loaded, target)
        written = journal.load()
        stored = _state_of(stack.environment, written or state, target)
        digest = str(saved["plan"])
        if written is None:
            stored = replace(stored, begun=None)
        elif stored.begun is not None and stored.begun.plan != digest:
            raise _stale("The journal of this run belongs to another plan")
        stacks = self._open(stored, target, loaded.secrets)
        if stored.begun is None:
            if is_cancelled():
                raise _cancelled()
            stored = self._begin(stacks, loaded, stored, saved, digest)
            journal.save(write_state(stored))
        self._finish(stacks, stored, report, is_cancelled)
        done = self._settled(stacks, loaded, stored)
        journal.save(write_state(done))
        changes = _changes_in(plan)
        for number, address in enumerate(changes, start=1):
            report(EngineEvent(f"{address} is as planned.", address, number, len(changes)))
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
        side = self._applied(stored, session.api.account)
        items = side.items() if side else {}
        mask = Mask(self._key, self._secrets(stored))
        found: list[Resource] = []
        skipped: list[Skipped] = []
        for done, (item, sensitive) in enumerate(items.values(), start=1):
            kind, identity = RESOURCE_TYPES.get(item.type), _identity(item, stored.physical_ids)
            if kind is None or identity is None:
                skipped.append(Skipped(item.address, "live resources of this type are not read yet"))
                continue
            live = session.read(kind, item.address, identity, without_unknown(item.values))
            if live is not None:
                values = mask.as_graph(live, sensitive)
                found.append(Resource(item.address, item.type, values, references=item.references))
            report(EngineEvent(f"Read {item.address}.", item.address, done, len(items)))
        session.require_same_cloud()
        return ResourceGraph(GraphFormat.LIVE, tuple(found), tuple(skipped), complete=not skipped)

    def read_state(self, state: bytes) -> ResourceGraph:
        """The resources as the template that was applied says them. Raises InvalidError `state-unreadable`."""
        stored = read_state(state)
        side = self._applied(stored, "")
        mask = Mask(self._key, self._secrets(stored))
        return ResourceGraph(
            GraphFormat.STATE,
            tuple(
                Resource(item.address, item.type, mask.as_graph(item.values, sensitive), references=item.references)
                for item, sensitive in (side.items().values() if side else ())
            ),
        )

    def outputs(self, state: bytes) -> Mapping[str, object]:
        """The stack's outputs that hang on no secret. Raises InvalidError `state-unreadable`."""
        stored = read_state(state)
        return {name: value for name, value in stored.outputs.items() if name not in stored.secret_outputs}

    @property
    def has_terraform_state(self) -> bool:
        """AWS keeps the state."""
        return False

    def terraform_state(self, state: bytes) -> bytes | None:
        """None."""
        return None

    def with_terraform_state(self, state: bytes, own: bytes) -> bytes:
        """Raises InvalidError `state-unreadable`."""
        raise InvalidError(
            "state-unreadable",
            "The CloudFormation engine cannot go on from a state of Terraform's.",
            fix="Make the environment with PAVIOR_ENGINE=terraform.",
        )

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
            change_set = stacks.propose(name, loaded.template.body, loaded.given)
        except InvalidError:
            stacks.forget(name)
            stacks.remove_shell()
            raise
        stacks.forget(name)
        stacks.remove_shell()
        return change_set

    def _sides(self, stored: StackState, loaded: Loaded, session: Session) -> tuple[Side | None, Side | None]:
        before = self._applied(stored, session.api.account)
        if loaded.stack.is_destroy:
            return before, None
        pseudo = _pseudo(stored, session.api.account)
        after = Side(loaded.template, loaded.given, loaded.secret_names, pseudo, loaded.path, stored.physical_ids)
        return before, after

    def _applied(self, stored: StackState, account: str) -> Side | None:
        if not stored.template:
            return None
        template = read_template(stored.path, stored.template.encode())
        secret_names, pseudo = frozenset(stored.secret_names), _pseudo(stored, account)
        return Side(template, stored.given, secret_names, pseudo, stored.path, stored.physical_ids)

    def _secrets(self, stored: StackState) -> frozenset[str]:
        given = {name: stored.given[name] for name in stored.secret_names if name in stored.given}
        hidden = {name: stored.outputs[name] for name in stored.secret_outputs if name in stored.outputs}
        return frozenset(secret_texts([*given.values(), *hidden.values()], [()]))

    def _begin(
        self, stacks: Stacks, loaded: Loaded, stored: StackState, saved: Mapping[str, object], digest: str
    ) -> StackState:
        change_set = ChangeSet("", "", {})
        if loaded.stack.is_destroy:
            found = stacks.find()
            change_set = ChangeSet("", "" if found is None else str(found["StackId"]), {})
        else:
            change_set = stacks.propose(f"pavior-{digest[:24]}", loaded.template.body, loaded.given)
            said = {name: list(item) for name, item in change_set.actions.items()}
            if said != saved["said"]:
                raise _stale("What CloudFormation would do is no longer what was approved")
            if not change_set.actions:
                stacks.forget(change_set.id)
        begun = Begun(
            plan=digest,
            change_set=change_set.id if change_set.actions else "",
            stack_id=change_set.stack_id,
            template="" if loaded.stack.is_destroy else loaded.template.body,
            given={} if loaded.stack.is_destroy else loaded.given,
            secret_names=tuple(sorted(loaded.secret_names)),
        )
        return replace(stored, path=loaded.path, begun=begun)

    def _finish(self, stacks: Stacks, stored: StackState, report: Report, is_cancelled: Callable[[], bool]) -> None:
        begun = stored.begun
        if begun is None:
            raise AssertionError("unreachable: it was begun")
        token = f"pavior-{begun.plan[:32]}"
        if not begun.template:
            if not begun.stack_id:
                return
            stacks.delete(begun.stack_id, token)
        elif not begun.change_set:
            return
        elif (progress := stacks.progress_of(begun.change_set)) == "AVAILABLE":
            stacks.execute(begun.change_set, token)
        elif progress in ("OBSOLETE", "UNAVAILABLE"):
            raise _stale("Somebody changed the stack meanwhile")
        status = stacks.wait(begun.stack_id, lambda word: report(EngineEvent(f"The stack is {word}.")), is_cancelled)
        if status in (("DELETE_COMPLETE",) if not begun.template else _ENDED_WELL):
            return
        if is_cancelled() and status.startswith("UPDATE_ROLLBACK"):
            raise _cancelled()
        raise UnavailableError(
            "apply-failed",
            f"CloudFormation ended with {status}: {stacks.why(begun.stack_id) or 'it does not say why'}.",
            fix="Correct the template, or the rights of Pavior's credentials, as it says, and plan again.",
        )

    def _settled(self, stacks: Stacks, loaded: Loaded, stored: StackState) -> StackState:
        begun = stored.begun
        if begun is None or not begun.template:
            return StackState(stored.environment, stored.instance, stored.region, begun=begun)
        settled = replace(
            stored,
            template=begun.template,
            given=begun.given,
            secret_names=begun.secret_names,
            physical_ids=stacks.physical_ids(),
        )
        side = self._applied(settled, stacks.session.api.account)
        if side is None:
            return settled
        outputs = {**side.outputs(), **stacks.outputs()}
        return replace(settled, outputs=outputs, secret_outputs=side.secret_outputs())


def _stack_name(environment: str) -> str:
    """At most 128 letters, digits and hyphens. Two environments never share one."""
    plain = "".join(letter if letter.isalnum() else "-" for letter in environment)
    return f"pavior-{plain[:100]}-{hashlib.sha256(environment.encode()).hexdigest()[:8]}"


def _pseudo(stored: StackState, account: str) -> dict[str, str]:
    known = {
        "AWS::Region": stored.region,
        "AWS::Partition": "aws",
        "AWS::URLSuffix": "amazonaws.com",
        "AWS::StackName": _stack_name(stored.environment),
    }
    return {**known, "AWS::AccountId": account} if account else known


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
        raise InvalidError(
            "state-of-another",
            f"The state given for {environment} is that of {stored.environment}.",
            fix="Restore the state of this environment from a backup.",
        )
    if not stored.template and stored.begun is None:
        return replace(stored, instance=target.instance, region=target.region)
    if stored.instance == target.instance:
        return stored
    if target.endpoint_url is not None:
        raise ConflictError(
            "sandbox-restarted",
            f"The sandbox cloud restarted and forgot {environment}.",
            fix=f"Make it again with: pavior environment rebuild {environment}.",
        )
    raise ConflictError(
        "cloud-changed",
        f"{environment} lives in {stored.instance}, not in {target.instance}.",
        fix="Use the credentials and the region that it was made with, or destroy it there first.",
    )


def _require_same_plan(plan: EnginePlan, loaded: Loaded, target: CloudTarget) -> Mapping[str, object]:
    saved: dict[str, object] = json.loads(plan.saved_plan)
    if saved["plan"] != hashlib.sha256(plan.plan_json).hexdigest():
        raise _stale("The plan that people saw is not the one that was saved")
    if (saved["environment"], saved["is_destroy"]) != (loaded.stack.environment, loaded.stack.is_destroy):
        raise _stale(f"The plan was made for {saved['environment']}")
    if saved["source"] != loaded.digest:
        raise _stale("Template or parameters are not those that were planned")
    if saved["instance"] != target.instance:
        raise _stale("The plan was made for another cloud")
    return saved


def _changes_in(plan: EnginePlan) -> list[str]:
    document = json.loads(plan.plan_json)
    quiet = [Action.NO_OP.value]
    return [item["address"] for item in document["resource_changes"] if item["change"]["actions"] != quiet]


def _stale(why: str) -> ConflictError:
    return ConflictError("plan-stale", f"{why}.", fix="Plan again, and have the new plan approved.")


def _cancelled() -> ConflictError:
    return ConflictError(
        "run-cancelled", "The apply was cancelled before CloudFormation was done.", fix="Plan again to go on."
    )
