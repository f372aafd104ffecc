"""Records anew what the real Terraform plans and applies for the stacks of the verdict matrix: `make record-verdicts`.

Needs Terraform and the AWS provider where the tests look for them. Takes about a quarter of an hour on two cores.
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
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.conftest import find_terraform_mirror
from tests.verdicts.stacks import FOLDER, Stack, cut_plan, cut_state, list_stacks

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

# Names are used by several stacks; far from each other in the alphabet they seldom meet in one sandbox.
STACKS_AT_ONCE = 28
# What the sandbox cloud never finishes would otherwise be waited for.
LONGEST_APPLY_SECONDS = 90
LONGEST_SECONDS = 600
MOST_CRASHES = 3
NO_ANSWER = "Plugin did not respond"
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
  max_retries       = 1
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
        complaints = _complaints(self._run(sandbox, "apply", "-input=false", "-json", "plan.bin"))
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
            again = _complaints(self._run(sandbox, "apply", "-input=false", "-json", "-auto-approve", "-refresh=false"))
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
        with subprocess.Popen(
            ["terraform", *arguments],
            cwd=self._folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            longest = LONGEST_APPLY_SECONDS if arguments[0] == "apply" else LONGEST_SECONDS
            for patience in (longest, 20):
                try:
                    given, self._said = process.communicate(timeout=patience)
                except subprocess.TimeoutExpired:
                    # The first asks it to stop and to keep its state, the second makes it.
                    process.send_signal(signal.SIGINT)
                else:
                    return given
            given, self._said = process.communicate()
            return given


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
        # Which request it was changes each time.
        found.setdefault(file.partition("/")[0], summary.partition(", https response error")[0][:160])
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


def main() -> int:
    """Record all stacks, or those of the controls that the arguments name."""
    mirror = find_terraform_mirror()
    if shutil.which("terraform") is None or mirror is None:
        sys.stderr.write("Terraform, or a folder with its AWS provider, is not here; nothing was recorded.\n")
        return 1
    stacks = [item for item in list_stacks() if not sys.argv[1:] or item.control in sys.argv[1:]]
    groups = -(-len(stacks) // STACKS_AT_ONCE)
    for number in range(groups):
        with tempfile.TemporaryDirectory() as folder:
            for stack, recording in Workspace(Path(folder), mirror, stacks[number::groups]).record():
                _keep(stack, recording)
                told = recording.get("refused") or recording.get("not_applied") or "planned and applied"
                sys.stdout.write(f"{number + 1}/{groups} {stack.recording.relative_to(FOLDER)}: {told}\n")
                sys.stdout.flush()
    record_live(stacks)
    return 0


if __name__ == "__main__":
    sys.exit(main())
