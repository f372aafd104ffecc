"""A worker that is killed at any moment: its runs end once, nothing is doubled, nothing is lost."""

import json
import os
import re
import selectors
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pavior.adapters.clouds.aws import AwsClients
from pavior.adapters.clouds.sandbox import DEFAULT_REGION, Sandbox
from pavior.audit import store as audit
from pavior.bootstrap import SANDBOX_FILE, Installation, open_installation
from pavior.demo.stage import Cast, gather_cast
from pavior.environments import store as environments
from pavior.environments.model import ChangeStatus, EnvironmentStatus
from pavior.environments.tables import sealed_documents
from pavior.identity.model import Surface, local_operator
from pavior.inventory import store as inventory
from pavior.kernel.pages import PageRequest
from pavior.runs import store as runs
from pavior.runs.model import RunState
from pavior.settings import read_settings
from pavior.workflows.durable import count_unfinished

PATIENCE_SECONDS = 90.0
SCRIPT = Path(__file__).with_name("dying_workers.py")
SIDES = ("before", "after")
# Where the sandbox is looked into as well.
REGION = DEFAULT_REGION
CALM, STEPS, INSIDE = "calm", "steps", "inside"

CREATE_STEPS = ("repository", "catalog", "end")
PLAN_STEPS = ("plan", "gate", "end")
APPLY_STEPS = ("gate", "apply", "verify", "merge", "finish", "end")
# What could be doubled, because the cloud chooses its id or its name is taken; what only changes something else; and
# something near the end. Begun: noted and perhaps not made. Done: made, and not noted.
MARKS = (
    ("begun aws_kms_key.data", "after"),
    ("done aws_kms_key.data", "before"),
    ("begun aws_s3_bucket.files", "after"),
    ("done aws_s3_bucket.files", "before"),
    ("done aws_s3_bucket_public_access_block.files", "before"),
    ("begun aws_dynamodb_table.records", "before"),
    ("done aws_dynamodb_table.records", "before"),
    ("done aws_iam_role.service", "after"),
    ("begun aws_security_group.service", "after"),
    ("done aws_security_group.service", "before"),
)

Moment = dict[str, str]


@dataclass
class World:
    """One installation whose workers are other processes, and the sandbox that outlives them."""

    installation: Installation
    cast: Cast
    clients: AwsClients
    launcher: subprocess.Popen[str]
    name: str
    matrix: list[tuple[Moment, float]] = field(default_factory=list)

    def start(self, moment: Moment) -> int:
        """A worker that will die at this moment; its process id."""
        assert self.launcher.stdin is not None
        self.launcher.stdin.write(json.dumps(moment) + "\n")
        self.launcher.stdin.flush()
        return int(self.read())

    def read(self) -> str:
        assert self.launcher.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self.launcher.stdout, selectors.EVENT_READ)
            if not selector.select(PATIENCE_SECONDS):
                return ""
        return self.launcher.stdout.readline().strip()

    def die_at(self, *moments: Moment) -> None:
        """One worker after the other, each of which dies at its moment."""
        for moment in moments:
            began_at = time.monotonic()
            process = self.start(moment)
            status = self.read()
            if not status:
                os.kill(process, signal.SIGTERM)
            assert status == str(-signal.SIGKILL), f"the worker did not die at {moment}: {status or 'it lives'}"
            self.matrix.append((moment, time.monotonic() - began_at))

    def live_through(self, condition: Callable[[], bool]) -> None:
        """One worker that lives until this is so."""
        process = self.start({})
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < deadline, "the work was not done"
            time.sleep(0.1)
        os.kill(process, signal.SIGTERM)
        assert self.read() == "0"

    def is_idle(self) -> bool:
        return count_unfinished(self.installation.platform.database) == 0

    def create(self, name: str) -> None:
        parameters = {"name": name, "team": "payments", "data_class": "internal", "region": REGION}
        self.installation.application.creation.create_service(self.cast.developer, "python-service", parameters)

    def resize(self, name: str) -> str:
        changes = self.installation.application.changes
        return changes.resize(self.cast.developer, name, "dev", {"size": "large"}).id

    def what_is_left(self, name: str) -> Mapping[str, Any]:
        """Everything that must be as if nobody had died, without what differs between two services anyhow."""
        platform = self.installation.platform
        with platform.database.snapshot() as transaction:
            events = audit.list_events(transaction, PageRequest(size=200), service=name).items
            ours = list(reversed(runs.list_runs(transaction, PageRequest(size=200), service=name).items))
            changes = environments.list_changes(transaction, PageRequest(), service=name).items
            documents = transaction.execute(sealed_documents.select()).mappings()
            sealed = [(row["kind"], row["owner"]) for row in documents]
            drifts = inventory.list_open_drifts(transaction, [f"{name}/dev", f"{name}/prod"])
            logs = {run.id: [line.text for line in runs.list_log(transaction, run.id)] for run in ours}
            states = [item.status for item in environments.list_environments(transaction, name)]
        head = platform.forge.head(name)
        left = {
            "events": [(item.event.verb, item.event.outcome, item.event.environment) for item in reversed(events)],
            "runs": [(run.id, run.kind, run.state, run.error_code) for run in ours],
            "changes": [(item.kind, item.status) for item in changes],
            "is on main": changes[0].commit == head,
            "sealed": sorted(item for item in sealed if item[1].startswith(f"{name}/")),
            "sealed for changes": [item for item in sealed if item[1] in {change.id for change in changes}],
            "drifts": drifts,
            "environments": states,
            "checks": [(item.name, item.state) for item in platform.forge.list_checks(name, head)],
            "things": self.things(name),
            "logs": [lines for run_id, lines in logs.items() if not run_id.startswith("apply-")],
            # After a death the engine reads again, and says so; what it finds made, it does not make and say again.
            "made": sorted({text.split()[-1] for lines in logs.values() for text in lines if "Making " in text}),
            "twice in a log": {
                run_id: [text for text in lines if lines.count(text) > 1] for run_id, lines in logs.items()
            },
        }
        alike: Mapping[str, Any] = json.loads(_alike(json.dumps(left, default=str, sort_keys=True), name))
        return alike

    def things(self, name: str) -> Mapping[str, list[str]]:
        """Names of all that is in the sandbox and belongs to the service."""
        client = self.clients.client
        keys = [item["KeyId"] for item in client("kms").list_keys()["Keys"]]
        described = [client("kms").describe_key(KeyId=key)["KeyMetadata"] for key in keys]
        found = {
            "keys": [item["Description"] for item in described if item["KeyState"] == "Enabled"],
            "aliases": [item["AliasName"] for item in client("kms").list_aliases()["Aliases"]],
            "buckets": [item["Name"] for item in client("s3").list_buckets()["Buckets"]],
            "tables": client("dynamodb").list_tables()["TableNames"],
            "groups": [item["logGroupName"] for item in client("logs").describe_log_groups()["logGroups"]],
            "roles": [item["RoleName"] for item in client("iam").list_roles()["Roles"]],
            "security groups": [
                item["GroupName"] for item in client("ec2").describe_security_groups()["SecurityGroups"]
            ],
        }
        return {
            kind: sorted(item for item in names if re.search(rf"\b{name}\b", item)) for kind, names in found.items()
        }


def _alike(text: str, name: str) -> str:
    """Names, ids, hashes and places that two services do not share."""
    text = re.sub(rf"\b{name}\b", "SERVICE", text)
    text = re.sub(r"\bC-\d+\b", "C-N", text)
    return re.sub(r"\b[0-9a-f]{10,64}\b", "HASH", text)


@pytest.fixture
def world(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    """With the engine and on the database that the test's parameter names."""
    engine, database = request.param
    environment = {
        "PAVIOR_HOME": str(tmp_path / "data"),
        "PAVIOR_KEYS": str(tmp_path / "keys"),
        "PAVIOR_ENGINE": engine,
        "PAVIOR_WORKER": "one",
    }
    if engine == "terraform":
        environment["PAVIOR_TERRAFORM_MIRROR"] = str(request.getfixturevalue("terraform_mirror"))
    if database == "postgresql":
        environment["PAVIOR_DATABASE_URL"] = request.getfixturevalue("postgresql_server").make()
    settings = read_settings(environment, user_home=tmp_path)
    with Sandbox() as sandbox, open_installation(settings) as installation:
        (settings.home / SANDBOX_FILE).write_text(sandbox.endpoint_url, encoding="utf-8")
        launcher = subprocess.Popen(
            [sys.executable, str(SCRIPT), json.dumps(environment)],
            env={"PATH": os.environ["PATH"]},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            cast = gather_cast(installation.application, local_operator(Surface.DEMO))
            clients = AwsClients(installation.platform.cloud.target("any/dev"))
            yield World(installation, cast, clients, launcher, f"{engine} x {database}")
        finally:
            os.killpg(launcher.pid, signal.SIGKILL)
            with launcher:
                launcher.wait()


def at_steps(run: str, *steps: str) -> list[Moment]:
    return [{"run": run, "step": step, "side": side} for step in steps for side in SIDES]


def as_row(name: str, death: tuple[Moment, float]) -> str:
    moment, seconds = death
    told = f"{moment['side']} {moment.get('step') or moment.get('mark')} of {moment['run']}"
    return f"{name:<22} killed {told:<56} after {seconds:5.1f} s"


def _without(names: set[str], left: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: item for name, item in left.items() if name not in names}


THOROUGH = pytest.mark.skipif(
    not os.environ.get("PAVIOR_THOROUGH"), reason="takes many minutes; run it with: make engines"
)
PLACES = (
    pytest.param(("embedded", "sqlite"), id="embedded-sqlite"),
    pytest.param(("embedded", "postgresql"), id="embedded-postgresql", marks=pytest.mark.postgresql),
    pytest.param(("terraform", "sqlite"), id="terraform-sqlite", marks=[pytest.mark.terraform, THOROUGH]),
    pytest.param(
        ("terraform", "postgresql"),
        id="terraform-postgresql",
        marks=[pytest.mark.terraform, pytest.mark.postgresql, THOROUGH],
    ),
)
# Terraform comes to its end when its worker dies, so there is one moment inside: the next worker finds all of it done.
MARKS_OF_TERRAFORM = (("applied aws_kms_key.data", "after"),)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("world", PLACES, indirect=True)
def test_a_worker_killed_at_any_moment_ends_its_runs_once_doubles_nothing_and_loses_nothing(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.create(CALM)
    world.live_through(world.is_idle)
    assert world.resize(CALM) == "C-2"
    world.live_through(world.is_idle)
    world.create(STEPS)
    world.die_at(
        *at_steps(f"create-{STEPS}", *CREATE_STEPS),
        *at_steps("plan-C-3-1", *PLAN_STEPS),
        *at_steps("apply-C-3-1", *APPLY_STEPS),
    )
    world.live_through(world.is_idle)
    assert world.resize(STEPS) == "C-4"
    is_terraform = world.name.startswith("terraform")
    marks = MARKS_OF_TERRAFORM if is_terraform else MARKS
    inside = {"run": "apply-C-4-1", "mark": "done aws_dynamodb_table.records", "side": "before"}
    # Only a Change of a branch has something to merge.
    world.die_at(*(() if is_terraform else (inside,)), *at_steps("apply-C-4-1", "merge"))
    world.live_through(world.is_idle)
    world.create(INSIDE)
    world.die_at(*({"run": "apply-C-5-1", "mark": mark, "side": side} for mark, side in marks))
    world.live_through(world.is_idle)
    assert world.resize(INSIDE) == "C-6"
    world.live_through(world.is_idle)

    with capsys.disabled():
        sys.stdout.write("\n".join(["", *(as_row(world.name, death) for death in world.matrix), ""]))
    calm = world.what_is_left(CALM)
    assert {state for _, _, state, _ in calm["runs"]} == {RunState.SUCCEEDED}
    assert {status for _, status in calm["changes"]} == {ChangeStatus.VERIFIED}
    assert calm["environments"] == [EnvironmentStatus.DEPLOYED, EnvironmentStatus.PLANNED]
    assert calm["is on main"]
    assert calm["sealed"] == [["state", "SERVICE/dev"]]
    assert calm["sealed for changes"] == []
    assert all(len(names) == 1 for names in calm["things"].values()), calm["things"]
    assert world.what_is_left(STEPS) == calm
    # What Terraform made when nobody listened any more is there and known, and stands in no log.
    unheard = {"made"} if is_terraform else set()
    assert _without(unheard, world.what_is_left(INSIDE)) == _without(unheard, calm)
    application, admin = world.installation.application, world.cast.admin
    for run_id, deaths in Counter(moment["run"] for moment, _ in world.matrix).items():
        # A run that died was begun again, but for the one whose end was all that was not noted.
        assert application.runs.get_run(admin, run_id).attempts >= deaths, run_id
    assert application.audit.verify(admin).is_intact
    for name in (CALM, STEPS, INSIDE):
        change = application.changes.revert_drift(world.cast.developer, f"{name}/dev")
        world.live_through(world.is_idle)
        # What is noted is what is there, to the last property.
        assert application.pages.get_change(admin, change.id).change.status is ChangeStatus.NOTHING_TO_DO
