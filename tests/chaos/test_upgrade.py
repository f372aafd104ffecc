"""An upgrade while people work: an older Pavior serves and dies midway, a newer one migrates and ends what it began.

The older one is the code of a commit of this repository, run beside the code of today with the same dependencies.
"""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.chaos.sites import PATIENCE_SECONDS, SCRIPT, wait_until
from tests.postgresql import postgresql

from pavior.adapters.clouds.aws import AwsClients
from pavior.adapters.clouds.sandbox import DEFAULT_REGION, Sandbox
from pavior.bootstrap import SANDBOX_FILE, open_installation
from pavior.settings import read_settings
from pavior.storage.database import open_database
from pavior.storage.migrating import find_version, list_versions

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

# The last commit before migration 0005. A newer one takes its place when the next migration comes.
OLDER = "ff3970ff9ccb2e68007aeceaa3735861806e70aa"
OLDER_TABLES = "0004"
ROOT = Path(__file__).resolve().parents[2]


THOROUGH = pytest.mark.skipif(
    not os.environ.get("PAVIOR_THOROUGH"), reason="takes many minutes; run it with: make engines"
)


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source of the older Pavior: in the folder that PAVIOR_OLDER names, or from the history of this checkout."""
    given = Path(os.environ.get("PAVIOR_OLDER") or "/nonexistent")
    if (given / "src").is_dir():
        return given / "src"
    folder = tmp_path_factory.mktemp("older")
    archive = subprocess.run(
        ["git", "-C", ROOT, "archive", "--format=tar", OLDER, "src"], capture_output=True, timeout=60, check=False
    )
    if archive.returncode != 0:
        pytest.skip(f"the history of this checkout does not reach back to {OLDER[:7]}")
    subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, timeout=60, check=True)
    return folder / "src"


@dataclass
class Installation:
    """One data folder, and the programs of two versions that work on it."""

    folder: Path
    database_url: str
    sources: dict[str, Path]
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def environment(self, version: str) -> dict[str, str]:
        more = {"PAVIOR_DATABASE_URL": self.database_url} if self.database_url else {}
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "PYTHONPATH": str(self.sources[version]),
            "PAVIOR_HOME": str(self.folder / "data"),
            "PAVIOR_KEYS": str(self.folder / "keys"),
            "PAVIOR_REQUESTS_PER_MINUTE": "0",
            **more,
        }

    def ask(self, version: str, *arguments: str, by: str = "") -> Any:
        command = [sys.executable, "-m", "pavior", *arguments, "--json", *(("--as", by) if by else ())]
        finished = subprocess.run(
            command,
            env=self.environment(version),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        assert finished.returncode == 0, finished
        return json.loads(finished.stdout)

    def start(self, version: str, *command: str) -> subprocess.Popen[str]:
        """A program that stays."""
        process = subprocess.Popen(
            [sys.executable, *command],
            env=self.environment(version) | {"PAVIOR_WORKER": f"{version}-{len(self.started)}"},
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def serve(self, version: str) -> str:
        """The address of a server that answers."""
        process = self.start(version, "-m", "pavior", "server", "--port", "0")
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if found := re.search(r"http://[\d.]+:\d+", line):
                return found[0]
        raise AssertionError(said)

    def end(self) -> None:
        for process in self.started:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            with process:
                process.wait()

    def tables(self) -> str | None:
        """The version of the tables; asked without opening the installation, which would migrate it."""
        settings = read_settings(self.environment("newer"), user_home=self.folder)
        database = open_database(settings.database_url)
        try:
            with database.snapshot() as transaction:
                return find_version(transaction)
        finally:
            database.close()


# SQLite's takes as long and shows less, for there the older server and the newer worker share a file alone.
@pytest.fixture(
    params=[
        pytest.param("sqlite", marks=THOROUGH),
        pytest.param("postgresql", marks=pytest.mark.postgresql),
    ]
)
def installation(request: pytest.FixtureRequest, older: Path, tmp_path: Path) -> Iterator[Installation]:
    sources = {"older": older, "newer": ROOT / "src"}
    with Sandbox() as sandbox:
        (tmp_path / "data").mkdir(mode=0o700)
        (tmp_path / "data" / SANDBOX_FILE).write_text(sandbox.endpoint_url, encoding="utf-8")
        if request.param == "sqlite":
            made = Installation(tmp_path, "", sources)
            try:
                yield made
            finally:
                made.end()
            return
        with postgresql() as server:
            made = Installation(tmp_path, server.make(), sources)
            try:
                yield made
            finally:
                made.end()


@contextmanager
def people_at(address: str, token: str) -> Iterator[Counter[int]]:
    """Four who ask all the time; counts the answers by status, 0 for none."""
    answers: Counter[int] = Counter()
    leaving = threading.Event()

    def ask() -> None:
        with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=30) as client:
            while not leaving.is_set():
                for path in ("/healthz", "/api/v1/services", "/api/v1/changes", "/api/v1/environments/orders/dev"):
                    try:
                        answers[client.get(path).status_code] += 1
                    except httpx.HTTPError:
                        answers[0] += 1
                time.sleep(0.05)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        leaving.set()
        for thread in threads:
            thread.join()


def test_what_an_older_pavior_began_a_newer_one_ends_while_the_older_one_is_still_asked(
    installation: Installation,
) -> None:
    old = installation
    old.ask("older", "team", "create", "payments", "--title", "Payments")
    old.ask("older", "user", "invite", "dana", "--role", "developer", "--team", "payments")
    reading = ("service:read", "change:read", "environment:read", "run:read")
    rights = [word for permission in reading for word in ("--permission", permission)]
    token = old.ask("older", "token", "create", "watch", *rights, "--days", "1")["secret"]
    address = old.serve("older")
    dying = old.start("older", str(SCRIPT), "kill begun aws_s3_bucket.files")
    wishes = ("--set", "name=orders", "--set", "team=payments", "--set", "data_class=internal")
    old.ask(
        "older",
        "service",
        "create",
        "python-service",
        *wishes,
        "--set",
        f"region={DEFAULT_REGION}",
        "--no-wait",
        by="dana",
    )
    assert dying.wait(PATIENCE_SECONDS) == -signal.SIGKILL
    assert old.tables() == OLDER_TABLES

    with people_at(address, token) as answers:
        worker = old.start("newer", str(SCRIPT), "live")
        assert worker.stdout is not None
        assert worker.stdout.readline() == "working\n"
        assert old.tables() == list_versions()[-1]
        with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=30) as client:
            wait_until(lambda: client.get("/api/v1/runs/apply-C-1-1").json().get("state") == "succeeded")
            told_by_older = client.get("/api/v1/changes/C-1").json()["change"]["status"]

    assert told_by_older == "verified"
    assert set(answers) == {200}
    assert answers[200] > 100
    worker.terminate()
    assert worker.wait(30) == 0
    settings = read_settings(old.environment("newer"), user_home=old.folder)
    with open_installation(settings) as opened:
        clients = AwsClients(opened.platform.cloud.target("orders/dev"))
        kms = clients.client("kms")
        keys = [kms.describe_key(KeyId=item["KeyId"])["KeyMetadata"] for item in kms.list_keys()["Keys"]]
    assert [item["KeyState"] for item in keys if "orders" in item["Description"]] == ["Enabled"]
    newer = old.serve("newer")
    found = httpx.get(f"{newer}/api/v1/environments/orders/dev", headers={"Authorization": f"Bearer {token}"})
    assert found.json()["environment"]["status"] == "deployed"
    old.ask("newer", "audit", "verify")


def test_an_older_pavior_that_starts_after_the_upgrade_says_that_it_is_too_old(installation: Installation) -> None:
    installation.ask("newer", "team", "create", "payments", "--title", "Payments")

    server = installation.start("older", "-m", "pavior", "server", "--port", "0")
    said, _ = server.communicate(timeout=30)

    assert server.returncode == 5
    assert said.startswith("storage-newer: ")
