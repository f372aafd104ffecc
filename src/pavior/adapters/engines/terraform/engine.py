"""The engine behind the port: `terraform` or `tofu`, with what it may not have taken away from it.

A plan is made anew right before it is applied, and compared with the one that people approved: value by value, with
secrets as fingerprints. So no plan file is kept that holds secrets, and a cloud that has moved in between is noticed.
The state lies in a file of the run's folder while the program works, and is handed to the journal after each resource.
"""

import fcntl
import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pavior.adapters.engines.sources import digest_of, read_files, require_variables, secrets_of
from pavior.adapters.engines.terraform.documents import (
    changes_in,
    masked,
    read_shown,
    sensitive_paths,
    why_not_within,
)
from pavior.adapters.engines.terraform.events import Listener
from pavior.adapters.engines.terraform.program import (
    Program,
    Workspace,
    answers,
    arguments_of,
    memory_allows,
    workspace,
)
from pavior.adapters.engines.terraform.state import StoredState, read_stored, write_stored
from pavior.adapters.hcl.module import read_module
from pavior.adapters.source_rules import require_safe_source
from pavior.environments.ports import ApplyResult, CloudTarget, EngineEvent, EnginePlan, Journal, Report, Stack
from pavior.kernel.errors import ConflictError, InvalidError, UnavailableError
from pavior.resources.model import GraphFormat, ResourceGraph

# Measured with the AWS provider 5.100: 0.8 to 0.9 GB for each run.
_MEMORY_BYTES = 900 * 1024 * 1024
_MOST_AT_ONCE = 4
_PLAN_FILE = "plan.bin"
# Commands that are run with -json.
_TELLING = ("plan", "apply")


@dataclass(frozen=True, slots=True)
class _Loaded:
    """One stack, read and found safe."""

    stack: Stack
    files: Mapping[str, bytes]
    given: Mapping[str, str]
    secrets: frozenset[str]

    @property
    def digest(self) -> str:
        return digest_of(self.files, self.given)


class TerraformEngine:
    """Runs `terraform` or `tofu`.

    Args:
        fingerprint_key: Of the installation: `storage.sealing.Sealer.fingerprint_key`.
        folder: Where runs work; one folder each, gone when the run ended in order.
    """

    def __init__(self, program: Program, fingerprint_key: bytes, folder: Path) -> None:
        self.name = program.name
        self._program = program
        self._key = fingerprint_key
        self._folder = folder
        self._room = threading.BoundedSemaphore(memory_allows(_MEMORY_BYTES, _MOST_AT_ONCE))

    @property
    def version(self) -> str:
        """Of the program. Raises UnavailableError `engine-failed`."""
        return self._program.version

    def __repr__(self) -> str:
        return f"TerraformEngine({self.name} at {self._program.path})"

    def plan(self, stack: Stack, *, state: bytes | None, target: CloudTarget, report: Report) -> EnginePlan:
        """Refresh, then say what would be done. Changes nothing.

        Raises:
            InvalidError: `stack-refused`, `stack-invalid`, `variable-missing`, `state-unreadable`, `state-of-another`.
            ConflictError: `sandbox-restarted`, `cloud-changed`.
            UnavailableError: `cloud-unreachable`, `engine-failed`.
        """
        loaded = _load(stack)
        stored = _state_of(loaded, state, target)
        with self._at_work(loaded, stored, target) as work:
            shown = self._plan(work, loaded, stored, report)
        plan_json = self._masked(shown, loaded, stored)
        saved = {
            "environment": stack.environment,
            "instance": target.instance,
            "is_destroy": stack.is_destroy,
            "plan": hashlib.sha256(plan_json).hexdigest(),
            "source": loaded.digest,
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

        Raises:
            ConflictError: `plan-stale`, `run-cancelled`, `sandbox-restarted`, `cloud-changed`.
            UnavailableError: `cloud-unreachable`, `engine-failed`, `apply-failed`; what was done is in the journal.
        """
        loaded = _load(stack)
        digest = _require_same_plan(plan, loaded, target)
        written = journal.load()
        stored = _state_of(loaded, written or state, target)
        is_going_on = written is not None
        if is_going_on and stored.plan != digest:
            raise _stale("The journal of this run belongs to another plan")
        stored = replace(stored, plan=digest, applied=stored.applied if is_going_on else ())
        with self._at_work(loaded, stored, target, keeps_state=True) as work:
            if work.must_stay:
                # What a dead worker's program did to its end is more than what the worker noted.
                stored, is_going_on = stored.with_raw(work.state_file.read_bytes()), True
            shown = self._plan(work, loaded, stored, report)
            now, approved = json.loads(self._masked(shown, loaded, stored)), json.loads(plan.plan_json)
            if why := why_not_within(now, approved, is_going_on=is_going_on):
                raise _stale(f"What would be done is no longer what was approved: {why}")
            left = changes_in(now)
            stored = replace(
                stored,
                sensitive={**stored.sensitive, **sensitive_paths(shown)},
                secrets=stored.secrets | loaded.secrets,
                applied=tuple(item for item in changes_in(approved) if item not in left) if is_going_on else (),
            )
            applying = _Applying(work, stored, journal, total=len(changes_in(approved)), wanted=left)
            done = applying.run(report, is_cancelled)
            done = self._settled(work, done)
        done = replace(done, plan="", applied=())
        return ApplyResult(state=write_stored(done), applied=applying.applied)

    def observe(self, *, state: bytes, target: CloudTarget, report: Report) -> ResourceGraph:
        """Read every resource of `state` as it is now. A missing one is absent.

        Raises:
            InvalidError: `state-unreadable`.
            ConflictError: `sandbox-restarted`, `cloud-changed`.
            UnavailableError: `cloud-unreachable`, `engine-failed`; never a partial graph.
        """
        stored = read_stored(state)
        _require_same_cloud(stored, target)
        files = {name: body.encode() for name, body in stored.files.items()}
        loaded = _Loaded(Stack(self._folder, stored.environment, stored.given), files, stored.given, stored.secrets)
        report(EngineEvent(f"Looking at {len(tuple(stored.instances()))} resources."))
        with self._at_work(loaded, stored, target) as work:
            now = self._refreshed(work, stored, while_doing="looking")
        return now.graph(GraphFormat.LIVE, self._key)

    def read_state(self, state: bytes) -> ResourceGraph:
        """The resources as last applied. Raises InvalidError `state-unreadable`."""
        return read_stored(state).graph(GraphFormat.STATE, self._key)

    def outputs(self, state: bytes) -> Mapping[str, object]:
        """The stack's outputs that are not sensitive. Raises InvalidError `state-unreadable`."""
        return read_stored(state).outputs()

    def supported_types(self) -> Iterable[str]:
        """Whatever the providers offer."""
        return ()

    @contextmanager
    def _at_work(
        self, loaded: _Loaded, stored: StoredState, target: CloudTarget, *, keeps_state: bool = False
    ) -> Iterator[Workspace]:
        """A folder with the source in it, initialised, while nobody else works on this environment here."""
        _require_answer(target)
        purpose = "apply" if keeps_state else f"look-{threading.get_ident()}"
        name = hashlib.sha256(f"{loaded.stack.environment}\0{purpose}\0{stored.plan}".encode()).hexdigest()[:24]
        folder = self._folder / name
        with (
            _lock(self._folder, name) as lock,
            self._room,
            workspace(self._program, folder, files=loaded.files, given=loaded.given, target=target, lock=lock) as work,
        ):
            work.must_stay = keeps_state and _goes_on_from(work.state_file, stored.raw)
            if not work.must_stay:
                work.state_file.unlink(missing_ok=True)
                if stored.raw:
                    work.state_file.write_text(json.dumps(stored.raw), encoding="utf-8")
            self._run(work, Listener(_nobody, loaded.secrets), "init", "-input=false", "-no-color")
            yield work

    def _plan(self, work: Workspace, loaded: _Loaded, stored: StoredState, report: Report) -> dict[str, Any]:
        report(EngineEvent(f"{self.name} {self.version} reads the source and the cloud."))
        listener = Listener(report, loaded.secrets | stored.secrets)
        options = arguments_of(is_destroy=loaded.stack.is_destroy)
        plan_file = str(work.folder / _PLAN_FILE)
        self._run(work, listener, "plan", "-json", f"-out={plan_file}", *options)
        finished = self._run(work, listener, "show", "-json", plan_file)
        return read_shown(finished)

    def _masked(self, shown: dict[str, Any], loaded: _Loaded, stored: StoredState) -> bytes:
        known = stored.all_secrets() | loaded.secrets
        return json.dumps(masked(shown, self._key, known), sort_keys=True, separators=(",", ":")).encode()

    def _settled(self, work: Workspace, stored: StoredState) -> StoredState:
        """What a provider fills in after it made something (empty tags, for one) is no drift."""
        return self._refreshed(work, stored, while_doing="looking")

    def _refreshed(self, work: Workspace, stored: StoredState, *, while_doing: str) -> StoredState:
        if not stored.has_resources:
            return stored
        listener = Listener(_nobody, stored.secrets)
        options = ("-json", "-input=false", "-lock=false", "-parallelism=4", "-refresh-only", "-auto-approve")
        self._run(work, listener, "apply", *options, while_doing=while_doing)
        return stored.with_raw(work.state_file.read_bytes())

    def _run(
        self,
        work: Workspace,
        listener: Listener,
        *arguments: str,
        while_doing: str = "planning",
    ) -> bytes:
        finished = work.run(*arguments, on_line=listener.hear if arguments[0] in _TELLING else None)
        if finished.exit_status != 0:
            said = finished.stderr.decode("utf-8", "replace").strip()
            if not listener.errors and said:
                listener.errors.append(" ".join(said.split()))
            raise listener.error(while_doing=while_doing)
        return finished.stdout


class _Applying:
    """One apply of one plan file."""

    def __init__(
        self,
        work: Workspace,
        stored: StoredState,
        journal: Journal,
        *,
        total: int,
        wanted: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self._work = work
        self._stored = stored
        self._journal = journal
        self._total = total
        self._wanted = wanted
        self._is_cancelled: Callable[[], bool] = lambda: False
        self._is_stopped = False

    @property
    def applied(self) -> tuple[str, ...]:
        """Addresses that were changed under this plan, before a crash as well."""
        return self._stored.applied

    def run(self, report: Report, is_cancelled: Callable[[], bool]) -> StoredState:
        """Raises as `apply`."""
        self._is_cancelled = is_cancelled
        listener = Listener(
            report, self._stored.secrets, self._total, self._changed, done=self._total - len(self._wanted)
        )
        self._note()
        self._work.must_stay = True
        finished = self._work.run_apply(
            "apply",
            "-json",
            "-input=false",
            "-lock=false",
            "-parallelism=4",
            str(self._work.folder / _PLAN_FILE),
            on_line=listener.hear,
            is_stopped=lambda: self._is_stopped,
        )
        self._note()
        self._work.must_stay = False
        if finished.is_interrupted:
            raise ConflictError(
                "run-cancelled",
                f"{self._stored.environment}: cancelled after {listener.done} of {self._total} resources.",
                fix="Plan again to see what is left, or apply again to go on.",
            )
        if finished.exit_status != 0:
            raise listener.error(while_doing="applying")
        return self._stored

    def _changed(self, address: str) -> None:
        applied = tuple(dict.fromkeys((*self._stored.applied, address)))
        self._stored = replace(self._stored, applied=applied)
        self._note()
        self._is_stopped = self._is_stopped or self._is_cancelled()

    def _note(self) -> None:
        """Into the journal, with Terraform's state as it is on the disk now."""
        if self._work.state_file.exists():
            try:
                self._stored = self._stored.with_raw(self._work.state_file.read_bytes())
            except InvalidError:
                # It is being written at this moment; the next note has it.
                return
        self._journal.save(write_stored(self._stored))


@contextmanager
def _lock(folder: Path, name: str) -> Iterator[int]:
    """Held by this run, and by its program as long as that lives: one that outlives its worker is waited for."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(folder / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def _goes_on_from(file: Path, raw: Mapping[str, Any] | None) -> bool:
    """Whether the state that lies there is what became of the known one, and not what is left of something else."""
    try:
        found = json.loads(file.read_bytes())
    except (FileNotFoundError, ValueError):
        return False
    if not raw:
        return True
    return bool(found.get("lineage") == raw.get("lineage") and found.get("serial", 0) >= raw.get("serial", 0))


def _load(stack: Stack) -> _Loaded:
    files = read_files(stack)
    require_safe_source(files)
    given = {**stack.variables, **stack.sensitive_variables}
    module = read_module(files, given, frozenset(stack.sensitive_variables))
    require_variables(module, given)
    return _Loaded(stack, files, given, secrets_of(stack, module))


def _state_of(loaded: _Loaded, content: bytes | None, target: CloudTarget) -> StoredState:
    files = {name: body.decode("utf-8", "replace") for name, body in loaded.files.items()}
    if content is None:
        return StoredState(loaded.stack.environment, target.instance, files, loaded.given, loaded.secrets)
    stored = read_stored(content)
    if stored.environment != loaded.stack.environment:
        raise InvalidError(
            "state-of-another",
            f"The state given for {loaded.stack.environment} is that of {stored.environment}.",
            fix="Restore the state of this environment from a backup.",
        )
    _require_same_cloud(stored, target)
    return replace(
        stored, instance=target.instance, files=files, given=loaded.given, secrets=stored.secrets | loaded.secrets
    )


def _require_same_cloud(stored: StoredState, target: CloudTarget) -> None:
    if not stored.has_resources or stored.instance == target.instance:
        return
    if target.endpoint_url is not None:
        raise ConflictError(
            "sandbox-restarted",
            f"The sandbox cloud restarted and forgot {stored.environment}.",
            fix=f"Make it again with: pavior environment rebuild {stored.environment}.",
        )
    raise ConflictError(
        "cloud-changed",
        f"{stored.environment} lives in {stored.instance}, not in {target.instance}.",
        fix="Use the credentials and the region that it was made with, or destroy it there first.",
    )


def _require_same_plan(plan: EnginePlan, loaded: _Loaded, target: CloudTarget) -> str:
    """The digest of the plan. Raises ConflictError `plan-stale`."""
    saved = json.loads(plan.saved_plan)
    digest = hashlib.sha256(plan.plan_json).hexdigest()
    if saved["plan"] != digest:
        raise _stale("The plan that people saw is not the one that was saved")
    if (saved["environment"], saved["is_destroy"]) != (loaded.stack.environment, loaded.stack.is_destroy):
        raise _stale(f"The plan was made for {saved['environment']}")
    if saved["source"] != loaded.digest:
        raise _stale("Source or variables are not those that were planned")
    if saved["instance"] != target.instance:
        raise _stale("The plan was made for another cloud")
    return digest


def _require_answer(target: CloudTarget) -> None:
    """Terraform would try again for minutes. Raises UnavailableError `cloud-unreachable`."""
    if target.endpoint_url is None or answers(target.endpoint_url):
        return
    raise UnavailableError(
        "cloud-unreachable",
        f"The cloud at {target.endpoint_url} does not answer.",
        fix="Check that it runs and that this machine reaches it, then try again.",
    )


def _stale(why: str) -> ConflictError:
    return ConflictError("plan-stale", f"{why}.", fix="Plan again, and have the new plan approved.")


def _nobody(_: EngineEvent) -> None:
    return
