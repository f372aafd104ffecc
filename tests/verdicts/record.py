"""Records anew what the real Terraform plans and applies for the stacks of the verdict matrix: `make record-verdicts`.

Needs Terraform and the AWS provider where the tests look for them. Takes about half an hour on two cores.
"""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.conftest import find_terraform_mirror
from tests.verdicts.groups import group_stacks
from tests.verdicts.stacks import FOLDER, Stack, cut_plan, cut_state, list_stacks
from tests.verdicts.surroundings import furnish

from pavior.adapters.clouds.aws import AwsClients
from pavior.adapters.clouds.sandbox import Sandbox, SandboxCloud
from pavior.adapters.engines.embedded import EmbeddedEngine
from pavior.adapters.engines.embedded.supported import RESOURCE_TYPES
from pavior.adapters.readers.terraform_source import read_source
from pavior.environments.ports import CloudTarget
from pavior.environments.ports import Stack as EngineStack
from pavior.kernel.errors import PaviorError
from pavior.resources.codec import encode_graph
from pavior.resources.model import ResourceGraph
from pavior.testing.engine_trial import MemoryJournal

# Most of the time is spent in waiting.
GROUPS_AT_ONCE = 3
# More than Terraform's ten, or what is never finished keeps what would be from its turn.
APPLIED_AT_ONCE = 20
# Databases are looked at three times after a minute. What is not finished then never is.
LONGEST_SILENCE_SECONDS = 110
LONGEST_SECONDS = 300
PAUSE_SECONDS = 0.5
MOST_CRASHES = 3
PARALLEL = f"-parallelism={APPLIED_AT_ONCE}"
NO_ANSWER = "Plugin did not respond"
# Which request it was changes each time.
_REQUEST = re.compile(r", https response error StatusCode: \d+, RequestID: [^,]*")
VERSIONS = """\
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

provider "aws" {
  region            = "eu-west-1"
  max_retries       = 4
  s3_use_path_style = true
}
"""


class Workspace:
    """One root module that calls some stacks, in a sandbox of its own."""

    def __init__(self, folder: Path, mirror: Path, stacks: Sequence[Stack]) -> None:
        self._folder = folder
        self._mirror = mirror
        self._stacks = list(stacks)
        self._said = b""

    def record(self) -> Iterator[tuple[Stack, dict[str, Any]]]:
        """Each stack with its recording."""
        for stack in self._stacks:
            (self._folder / stack.module).mkdir(parents=True)
            (self._folder / stack.module / "main.tf").write_bytes(stack.body)
        (self._folder / "terraform.rc").write_text(
            f"provider_installation {{\n  filesystem_mirror {{\n    path = {json.dumps(str(self._mirror))}\n  }}\n}}\n",
            encoding="utf-8",
        )
        with Sandbox() as sandbox:
            furnish(sandbox.endpoint_url)
            plan, refused = self._plan(sandbox)
            planned = list(self._stacks)
            complaints = self._apply(sandbox)
            state = json.loads(self._run(sandbox, "show", "-json") or "{}")
            forgotten = _planned_again(self._run(sandbox, "plan", "-input=false", "-json"))
        for stack in planned:
            yield stack, _recording(stack, plan, state, complaints, forgotten)
        for stack, why in refused.items():
            yield stack, {"source_sha256": _digest(stack), "plan": None, "refused": why, "state": None}

    def _plan(self, sandbox: Sandbox) -> tuple[dict[str, Any], dict[Stack, str]]:
        """The plan of all stacks that the provider does not refuse, and what it says of the others."""
        refused: dict[Stack, str] = {}
        while True:
            self._write_root()
            self._run(sandbox, "init", "-input=false")
            complaints = _complaints(self._run(sandbox, "plan", "-input=false", "-json", "-out=plan.bin"))
            wrong = {item: complaints[item.module] for item in self._stacks if item.module in complaints}
            if not wrong:
                plan: dict[str, Any] = json.loads(self._run(sandbox, "show", "-json", "plan.bin"))
                if not plan["complete"]:
                    raise RuntimeError(f"The plan is not whole: {complaints}")
                return plan, refused
            refused |= wrong
            self._stacks = [item for item in self._stacks if item not in wrong]

    def _apply(self, sandbox: Sandbox) -> dict[str, str]:
        """What is said of the stacks that cannot be applied. After a crash the provider goes on without the cause."""
        complaints = _complaints(self._run(sandbox, "apply", "-input=false", "-json", PARALLEL, "plan.bin"))
        for _ in range(MOST_CRASHES):
            service = re.search(rb"internal/service/(\w+)\.", self._said)
            if b"panic:" not in self._said or service is None:
                break
            cause = f"the provider crashed in {service[1].decode()}"
            crashed = [item for item in self._stacks if b'"aws_' + service[1] in item.body]
            complaints = {name: why for name, why in complaints.items() if why != NO_ANSWER}
            complaints |= dict.fromkeys((item.module for item in crashed), cause)
            self._stacks = [item for item in self._stacks if item not in crashed]
            for item in crashed:
                self._run(sandbox, "state", "rm", f"module.{item.module}")
            self._write_root()
            again = _complaints(
                self._run(sandbox, "apply", "-input=false", "-json", PARALLEL, "-auto-approve", "-refresh=false")
            )
            complaints = again | complaints
        return complaints

    def _write_root(self) -> None:
        calls = "".join(item.files["main.tf"].decode() for item in self._stacks)
        (self._folder / "main.tf").write_text(VERSIONS + calls, encoding="utf-8")

    def _run(self, sandbox: Sandbox, *arguments: str) -> bytes:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self._folder),
            "TF_CLI_CONFIG_FILE": str(self._folder / "terraform.rc"),
            "CHECKPOINT_DISABLE": "1",
            "AWS_ACCESS_KEY_ID": "SANDBOX-NOT-A-KEY",
            "AWS_SECRET_ACCESS_KEY": "sandbox-not-a-secret",
            "AWS_ENDPOINT_URL": sandbox.endpoint_url,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        events, errors = self._folder / "events", self._folder / "errors"
        with (
            events.open("wb") as out,
            errors.open("wb") as said,
            subprocess.Popen(
                ["terraform", *arguments], cwd=self._folder, env=environment, stdout=out, stderr=said
            ) as process,
        ):
            _wait(process, events, is_apply=arguments[0] == "apply")
        self._said = errors.read_bytes()
        return events.read_bytes()


def _wait(process: subprocess.Popen[bytes], events: Path, *, is_apply: bool) -> None:
    """Until it ends, or until nothing was finished for long, since what the sandbox cloud never finishes ends late."""
    started = heard = time.monotonic()
    finished = 0
    while process.poll() is None:
        time.sleep(PAUSE_SECONDS)
        now = time.monotonic()
        counted = events.read_bytes().count(b'"type":"apply_complete"') if is_apply else 0
        if counted != finished:
            finished, heard = counted, now
        if now - started > LONGEST_SECONDS or (is_apply and now - heard > LONGEST_SILENCE_SECONDS):
            # The first asks it to stop and to keep its state, the second makes it.
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGINT)
                process.wait()


def _recording(
    stack: Stack,
    plan: dict[str, Any],
    state: dict[str, Any],
    complaints: dict[str, str],
    forgotten: dict[str, str],
) -> dict[str, Any]:
    cut = cut_plan(plan, stack.module)
    made = cut_state(state, stack.module)
    wanted = {item["address"] for item in cut["resource_changes"] if item["mode"] == "managed"}
    why = forgotten.get(stack.module)
    if not wanted <= set(_addresses_made(made)):
        why = complaints.get(stack.module, "the apply was stopped before it was its turn")
    found: dict[str, Any] = {"source_sha256": _digest(stack), "plan": cut, "state": None if why else made}
    if why:
        found["not_applied"] = why
    return found


def _addresses_made(state: dict[str, Any]) -> Iterator[str]:
    for module in state["values"]["root_module"]["child_modules"]:
        for item in module.get("resources", []):
            if not item.get("tainted"):
                yield item["address"]


def _complaints(events: bytes) -> dict[str, str]:
    """What the errors among the events say, by module."""
    found: dict[str, str] = {}
    for line in events.splitlines():
        try:
            diagnostic = json.loads(line).get("diagnostic")
        except ValueError:
            continue
        if diagnostic is None or diagnostic["severity"] != "error":
            continue
        file = (diagnostic.get("range") or {}).get("filename", "")
        summary = " ".join(diagnostic["summary"].split())
        found.setdefault(file.partition("/")[0], _REQUEST.sub("", summary)[:200])
    return found


def _planned_again(events: bytes) -> dict[str, str]:
    """The modules of which the sandbox cloud did not keep what was applied, so that it would be changed again."""
    found: dict[str, str] = {}
    for line in events.splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if event.get("type") == "planned_change" and event["change"]["action"] != "noop":
            resource = event["change"]["resource"]
            module = resource["module"].removeprefix("module.")
            found.setdefault(module, f"the sandbox cloud did not keep all of {resource['resource']}")
    return found


def record_live(stacks: Sequence[Stack]) -> None:
    """Add to the recordings what the embedded engine sees in the sandbox cloud of the stacks whose types it knows."""
    made: dict[CloudTarget, AwsClients] = {}
    with Sandbox() as sandbox, tempfile.TemporaryDirectory() as folder:
        target = SandboxCloud(lambda: sandbox.endpoint_url).target("verdicts/dev")
        engine = EmbeddedEngine(b"k" * 32, make_clients=lambda wanted: made.setdefault(wanted, AwsClients(wanted)))
        for stack in stacks:
            resources = read_source({"main.tf": stack.body}, {}, frozenset()).resources
            if any(item.type not in RESOURCE_TYPES for item in resources if item.mode == "managed"):
                continue
            (Path(folder) / stack.module).mkdir()
            (Path(folder) / stack.module / "main.tf").write_bytes(stack.body)
            recording = json.loads(stack.recording.read_text(encoding="utf-8"))
            try:
                recording["live"] = encode_graph(_observed(engine, Path(folder) / stack.module, target))
            except PaviorError as error:
                recording["not_live"] = str(error).splitlines()[0]
            told = recording.get("not_live", "seen live")
            sys.stdout.write(f"{stack.recording.relative_to(FOLDER)}: {told}\n")
            _keep(stack, recording)


def _observed(engine: EmbeddedEngine, folder: Path, target: CloudTarget) -> ResourceGraph:
    stack = EngineStack(folder, "verdicts/dev", {})
    plan = engine.plan(stack, state=None, target=target, report=lambda _: None)
    applied = engine.apply(
        stack,
        plan,
        state=None,
        target=target,
        journal=MemoryJournal(),
        report=lambda _: None,
        is_cancelled=lambda: False,
    )
    return engine.observe(state=applied.state, target=target, report=lambda _: None)


def _keep(stack: Stack, recording: Mapping[str, Any]) -> None:
    text = json.dumps(recording, indent=1, sort_keys=True, ensure_ascii=False)
    stack.recording.write_text(f"{text}\n", encoding="utf-8")


def _digest(stack: Stack) -> str:
    return hashlib.sha256(stack.body).hexdigest()


def _record(stacks: Sequence[Stack], mirror: Path) -> list[tuple[Stack, dict[str, Any]]]:
    """Record one group, and keep what was recorded at once, since the others may take long."""
    with tempfile.TemporaryDirectory() as folder:
        recordings = list(Workspace(Path(folder), mirror, stacks).record())
    for stack, recording in recordings:
        _keep(stack, recording)
    return recordings


def _absent_providers(stack: Stack, mirror: Path) -> list[str]:
    """The providers of the stack's types that the mirror does not hold."""
    types = {item.type for item in read_source({"main.tf": stack.body}, {}, frozenset()).resources}
    held = {path.name for path in mirror.glob("*/*/*")}
    return sorted({name.partition("_")[0] for name in types} - held)


def main() -> int:
    """Record all stacks, or those of the controls that the arguments name."""
    mirror = find_terraform_mirror()
    if shutil.which("terraform") is None or mirror is None:
        sys.stderr.write("Terraform, or a folder with its AWS provider, is not here; nothing was recorded.\n")
        return 1
    stacks = [item for item in list_stacks() if not sys.argv[1:] or item.control in sys.argv[1:]]
    absent = {item: names for item in stacks if (names := _absent_providers(item, mirror))}
    for stack, names in absent.items():
        why = f"provider {', '.join(names)} is not in the mirror"
        _keep(stack, {"source_sha256": _digest(stack), "plan": None, "not_planned": why, "state": None})
        sys.stdout.write(f"{stack.recording.relative_to(FOLDER)}: {why}\n")
    stacks = [item for item in stacks if item not in absent]
    groups = group_stacks(stacks)
    with ThreadPoolExecutor(GROUPS_AT_ONCE) as pool:
        for number, recordings in enumerate(pool.map(lambda group: _record(group, mirror), groups), start=1):
            for stack, recording in recordings:
                told = recording.get("refused") or recording.get("not_applied") or "planned and applied"
                sys.stdout.write(f"{number}/{len(groups)} {stack.recording.relative_to(FOLDER)}: {told}\n")
            sys.stdout.flush()
    record_live(stacks)
    return 0


if __name__ == "__main__":
    sys.exit(main())
