"""The engine behind the port: plan, apply exactly that plan, observe."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import pavior
from pavior.adapters.clouds.aws import AwsClients
from pavior.adapters.engines.binding import digest_of_plan
from pavior.adapters.engines.embedded.applying import Applying
from pavior.adapters.engines.embedded.evaluating import Evaluator
from pavior.adapters.engines.embedded.plan_document import write_plan
from pavior.adapters.engines.embedded.planning import Proposal, propose_changes, refresh
from pavior.adapters.engines.embedded.rehearsing import rehearse
from pavior.adapters.engines.embedded.saved_plan import SavedChange, SavedPlan, read_saved_plan, write_saved_plan
from pavior.adapters.engines.embedded.session import MakeClients, Session, open_session
from pavior.adapters.engines.embedded.stack import LoadedStack, beyond_subset, load_stack
from pavior.adapters.engines.embedded.state import State, read_state, write_state
from pavior.adapters.engines.embedded.supported import RESOURCE_TYPES
from pavior.adapters.engines.foreign_states import WithoutTerraformState
from pavior.adapters.engines.masking import Mask, secret_texts
from pavior.environments.errors import cloud_changed, plan_stale, sandbox_restarted, state_of_another
from pavior.environments.ports import ApplyResult, CloudTarget, EngineEvent, EnginePlan, Journal, Report, Stack
from pavior.resources.model import GraphFormat, Resource, ResourceGraph

_NONCE_BYTES = 16
# There, ARNs and host names have other words in them.
_OTHER_PARTITIONS = ("cn-", "us-gov-", "us-iso", "eu-isoe-", "eusc-")


class EmbeddedEngine(WithoutTerraformState):
    """Runs Terraform source of a documented subset through boto3: docs/reference/embedded-engine.md.

    Args:
        fingerprint_key: Of the installation: `storage.sealing.Sealer.fingerprint_key`.
        make_clients: Gives API clients for a target.
        random_bytes: Gives so many bytes, never the same twice.
    """

    def __init__(
        self,
        fingerprint_key: bytes,
        *,
        make_clients: MakeClients = AwsClients,
        random_bytes: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self.name = "embedded"
        self.version = pavior.__version__
        self._fingerprint_key = fingerprint_key
        self._make_clients = make_clients
        self._random_bytes = random_bytes

    def __repr__(self) -> str:
        return f"EmbeddedEngine({self.version})"

    def plan(self, stack: Stack, *, state: bytes | None, target: CloudTarget, report: Report) -> EnginePlan:
        """Read the source, then the cloud, and say what would change. Changes nothing.

        Raises:
            InvalidError: `stack-refused`, `stack-unsupported`, `stack-invalid`, `variable-missing`,
                `source-too-complex`, `state-unreadable`, `state-of-another`.
            ConflictError: `sandbox-restarted`, `cloud-changed`.
            UnavailableError: `cloud-unreachable`, `engine-failed`.
        """
        loaded = load_stack(stack)
        rehearse(loaded)
        stored = _state_of(stack.environment, state, loaded.region or target.region, target)
        report(EngineEvent(f"The source is sound: {len(loaded.resources)} resources."))
        session = self._open(loaded, stored, target)
        refreshed = refresh(stored, session, report)
        evaluator = Evaluator(loaded, session)
        proposal = propose_changes(loaded, stored, refreshed, evaluator)
        session.require_same_cloud()
        plan_json = write_plan(proposal, loaded, evaluator.data, self._mask(loaded, stored), version=self.version)
        saved = self._saved_plan(loaded, proposal, plan_json, session)
        return EnginePlan(plan_json=plan_json, saved_plan=write_saved_plan(saved))

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

        Raises:
            InvalidError: Those of `plan`, and `saved-plan-unreadable`.
            ConflictError: `plan-stale` when source, cloud or state have moved, and what remains is not within the plan;
                `run-cancelled`, `resource-exists`, `sandbox-restarted`, `cloud-changed`.
            UnavailableError: `cloud-unreachable`, `engine-failed`, `apply-failed`; what was done is in the journal.
        """
        approved = read_saved_plan(plan.saved_plan)
        loaded = load_stack(stack)
        approved.binding.require(plan, stack, loaded.digest, target)
        written = journal.load()
        current = _state_of(stack.environment, written or state, approved.region, target)
        if written is None:
            current = replace(current, progress=None)
        elif current.progress is not None and current.progress.plan != approved.plan:
            raise plan_stale("The journal of this run belongs to another plan")
        session = self._open(loaded, current, target)
        done = Applying(
            loaded, approved, current, session, journal=journal, report=report, is_cancelled=is_cancelled
        ).run()
        applied = done.progress.done if done.progress else ()
        return ApplyResult(state=write_state(replace(done, progress=None)), applied=applied)

    def observe(self, *, state: bytes, target: CloudTarget, report: Report) -> ResourceGraph:
        """Read every resource of `state` as it is now. A missing one is absent.

        Raises:
            InvalidError: `state-unreadable`.
            ConflictError: `sandbox-restarted`, `cloud-changed`.
            UnavailableError: `cloud-unreachable`, `engine-failed`; never a partial graph.
        """
        stored = read_state(state)
        stored = _state_of(stored.environment, state, stored.region, target)
        session = open_session(
            self._make_clients,
            target,
            environment=stored.environment,
            region=stored.region,
            secrets=tuple(_secrets_of(stored)),
        )
        now = refresh(stored, session, report)
        session.require_same_cloud()
        return self._graph(now, GraphFormat.LIVE, _secrets_of(stored))

    def read_state(self, state: bytes) -> ResourceGraph:
        """The resources as last applied. Raises InvalidError `state-unreadable`."""
        stored = read_state(state)
        return self._graph(stored, GraphFormat.STATE, _secrets_of(stored))

    def outputs(self, state: bytes) -> Mapping[str, object]:
        """The stack's outputs that are not sensitive. Raises InvalidError `state-unreadable`."""
        return {name: output.value for name, output in read_state(state).outputs.items() if not output.is_sensitive}

    def supported_types(self) -> Iterable[str]:
        """Resource types this engine handles, in order of their names."""
        return tuple(sorted(RESOURCE_TYPES))

    def _open(self, loaded: LoadedStack, stored: State, target: CloudTarget) -> Session:
        region = loaded.region or target.region
        if region.startswith(_OTHER_PARTITIONS):
            raise beyond_subset([f"the region {region}"])
        return open_session(
            self._make_clients,
            target,
            environment=stored.environment,
            region=region,
            secrets=tuple(_secrets_of(stored) | loaded.secrets),
        )

    def _mask(self, loaded: LoadedStack, stored: State) -> Mask:
        return Mask(self._fingerprint_key, frozenset(_secrets_of(stored) | loaded.secrets))

    def _saved_plan(self, loaded: LoadedStack, proposal: Proposal, plan_json: bytes, session: Session) -> SavedPlan:
        return SavedPlan(
            environment=proposal.stored.environment,
            instance=session.target.instance,
            region=session.target.region,
            plan=digest_of_plan(plan_json),
            source=loaded.digest,
            nonce=self._random_bytes(_NONCE_BYTES).hex(),
            is_destroy=loaded.is_destroy,
            changes={
                item.address: SavedChange(item.action, before=item.before, after=item.after)
                for item in proposal.changes
            },
        )

    def _graph(self, state: State, graph_format: GraphFormat, secrets: set[str]) -> ResourceGraph:
        mask = Mask(self._fingerprint_key, frozenset(secrets))
        return ResourceGraph(
            graph_format,
            tuple(
                Resource(
                    address=item.address,
                    type=item.type,
                    values=mask.as_graph(item.values, item.sensitive),
                    references=item.references,
                )
                for item in state.resources.values()
                # What an interrupted apply was about to make is not known to be there.
                if item.identity
            ),
        )


def _state_of(environment: str, content: bytes | None, region: str, target: CloudTarget) -> State:
    """The state, if it is of this environment and lies in this cloud."""
    if content is None:
        return State(environment, target.instance, region)
    state = read_state(content)
    if state.environment != environment:
        raise state_of_another(environment, state.environment)
    if not state.resources:
        return replace(state, instance=target.instance, region=region)
    if state.instance != target.instance and target.endpoint_url is not None:
        raise sandbox_restarted(environment)
    if state.instance != target.instance or state.region != region:
        raise cloud_changed(environment, f"{state.instance}, {state.region}", f"{target.instance}, {region}")
    return state


def _secrets_of(state: State) -> set[str]:
    secrets = set(state.secrets)
    for resource in state.resources.values():
        secrets |= secret_texts(resource.values, resource.sensitive)
    for output in state.outputs.values():
        if output.is_sensitive:
            secrets |= secret_texts(output.value, [()])
    return secrets
