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
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from pavior.adapters.engines.binding import Binding, digest_of_plan
from pavior.adapters.engines.terraform.applying import Applying
from pavior.adapters.engines.terraform.documents import (
    changes_in,
    masked,
    read_shown,
    sensitive_paths,
    why_not_within,
)
from pavior.adapters.engines.terraform.events import Listener
from pavior.adapters.engines.terraform.loading import (
    Loaded,
    load,
    require_answer,
    require_same_cloud,
    require_same_plan,
    state_of,
)
from pavior.adapters.engines.terraform.program import (
    PLAN_FILE,
    STATE_FILE,
    Program,
    Workspace,
    arguments_of,
    memory_allows,
    workspace,
)
from pavior.adapters.engines.terraform.state import StoredState, read_stored, write_stored
from pavior.environments.errors import plan_stale
from pavior.environments.ports import ApplyResult, CloudTarget, EngineEvent, EnginePlan, Journal, Report, Stack
from pavior.resources.model import GraphFormat, ResourceGraph

# Measured with the AWS provider 5.100: 0.8 to 0.9 GB for each run.
_MEMORY_BYTES = 900 * 1024 * 1024
_MOST_AT_ONCE = 4
_APPLY_FOLDER = "apply"
_CLOUD_FILE = "cloud"
# Commands that are run with -json.
_TELLING = ("plan", "apply")


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
        loaded = load(stack)
        stored = state_of(loaded, state, target)
        with self._at_work(loaded, stored, target) as (work, stored):
            shown = self._plan(work, loaded, stored, report)
        plan_json = self._masked(shown, loaded, stored)
        saved = Binding(stack.environment, target.instance, stack.is_destroy, digest_of_plan(plan_json), loaded.digest)
        return EnginePlan(plan_json=plan_json, saved_plan=json.dumps(asdict(saved), sort_keys=True).encode())

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
        loaded = load(stack)
        digest = require_same_plan(plan, loaded, target)
        written = journal.load()
        stored = state_of(loaded, written or state, target)
        is_going_on = written is not None
        if is_going_on and stored.plan != digest:
            raise plan_stale("The journal of this run belongs to another plan")
        stored = replace(stored, plan=digest, applied=stored.applied if is_going_on else ())
        with self._at_work(loaded, stored, target, is_apply=True) as (work, stored):
            is_going_on = is_going_on or work.must_stay
            shown = self._plan(work, loaded, stored, report)
            now, approved = json.loads(self._masked(shown, loaded, stored)), json.loads(plan.plan_json)
            if why := why_not_within(now, approved, is_going_on=is_going_on):
                raise plan_stale(f"What would be done is no longer what was approved: {why}")
            left = changes_in(now)
            begun = replace(
                stored,
                sensitive={**stored.sensitive, **sensitive_paths(shown)},
                secrets=stored.secrets | loaded.secrets,
                applied=tuple(item for item in changes_in(approved) if item not in left) if is_going_on else (),
            )
            applying = Applying(work, begun, journal, total=len(changes_in(approved)), wanted=left)
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
        require_same_cloud(stored, target)
        files = {name: body.encode() for name, body in stored.files.items()}
        loaded = Loaded(Stack(self._folder, stored.environment, stored.given), files, stored.given, stored.secrets)
        report(EngineEvent(f"Looking at {len(tuple(stored.instances()))} resources."))
        with self._at_work(loaded, stored, target) as (work, stored):
            now = self._refreshed(work, stored, while_doing="looking")
        return now.graph(GraphFormat.LIVE, self._key)

    def read_state(self, state: bytes) -> ResourceGraph:
        """The resources as last applied. Raises InvalidError `state-unreadable`."""
        return read_stored(state).graph(GraphFormat.STATE, self._key)

    def outputs(self, state: bytes) -> Mapping[str, object]:
        """The stack's outputs that are not sensitive. Raises InvalidError `state-unreadable`."""
        return read_stored(state).outputs()

    @property
    def has_terraform_state(self) -> bool:
        """It is all that it has."""
        return True

    def terraform_state(self, state: bytes) -> bytes | None:
        """As the program wrote it, but for the spaces."""
        raw = read_stored(state).raw
        return None if raw is None else json.dumps(raw, indent=2).encode() + b"\n"

    def with_terraform_state(self, state: bytes, own: bytes) -> bytes:
        """The next run goes on from `own`. Raises InvalidError `state-unreadable`."""
        return write_stored(read_stored(state).with_raw(own))

    def supported_types(self) -> Iterable[str]:
        """Whatever the providers offer."""
        return ()

    @contextmanager
    def _at_work(
        self, loaded: Loaded, stored: StoredState, target: CloudTarget, *, is_apply: bool = False
    ) -> Iterator[tuple[Workspace, StoredState]]:
        """A folder with source and state in it, initialised, while nobody else works on this environment here.

        The state is the one on the disk where a program that outlived its worker has brought it further.
        """
        require_answer(target)
        home = self._folder / hashlib.sha256(loaded.stack.environment.encode()).hexdigest()[:24]
        left_behind = home / _APPLY_FOLDER / STATE_FILE
        cloud = home / _APPLY_FOLDER / _CLOUD_FILE
        with (
            _lock(home) as lock,
            self._room,
            workspace(
                self._program,
                home / (_APPLY_FOLDER if is_apply else "look"),
                files=loaded.files,
                given=loaded.given,
                target=target,
                lock=lock,
            ) as work,
        ):
            # What was left behind in a cloud that is no more says nothing about this one.
            is_same_cloud = cloud.is_file() and cloud.read_text(encoding="utf-8") == target.instance
            is_further = is_same_cloud and _goes_on_from(left_behind, stored.raw)
            if is_further:
                stored = stored.with_raw(left_behind.read_bytes())
            if is_apply:
                work.must_stay = is_further
                cloud.write_text(target.instance, encoding="utf-8")
            if stored.raw:
                work.state_file.write_text(json.dumps(stored.raw), encoding="utf-8")
            else:
                work.state_file.unlink(missing_ok=True)
            self._run(work, Listener(_nobody, loaded.secrets), "init", "-input=false", "-no-color")
            yield work, stored

    def _plan(self, work: Workspace, loaded: Loaded, stored: StoredState, report: Report) -> dict[str, Any]:
        report(EngineEvent(f"{self.name} {self.version} reads the source and the cloud."))
        listener = Listener(report, loaded.secrets | stored.secrets)
        options = arguments_of(is_destroy=loaded.stack.is_destroy)
        plan_file = str(work.folder / PLAN_FILE)
        self._run(work, listener, "plan", "-json", f"-out={plan_file}", *options)
        finished = self._run(work, listener, "show", "-json", plan_file)
        return read_shown(finished)

    def _masked(self, shown: dict[str, Any], loaded: Loaded, stored: StoredState) -> bytes:
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


@contextmanager
def _lock(folder: Path) -> Iterator[int]:
    """Held by this run, and by its program as long as that lives: one that outlives its worker is waited for."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
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


def _nobody(_: EngineEvent) -> None:
    return
