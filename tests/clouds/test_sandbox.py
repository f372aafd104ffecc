"""The sandbox cloud answers on loopback, says who it is, and never outlives us."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pavior.adapters.clouds.aws import AwsClients
from pavior.adapters.clouds.sandbox import Sandbox, SandboxCloud
from pavior.kernel.errors import ConflictError, UnavailableError


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


def test_a_target_holds_the_sandbox_identity_and_hides_its_keys(sandbox: Sandbox) -> None:
    target = SandboxCloud(lambda: sandbox.endpoint_url).target("orders/dev")

    assert target.instance == sandbox.instance
    assert target.endpoint_url == sandbox.endpoint_url
    assert target.secret_access_key not in repr(target)


def test_what_is_made_through_a_target_is_there(sandbox: Sandbox) -> None:
    s3 = AwsClients(SandboxCloud(lambda: sandbox.endpoint_url).target("orders/dev")).client("s3")

    s3.create_bucket(Bucket="made", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})

    assert "made" in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]


def test_clients_take_nothing_from_the_users_environment(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "config").write_text("[profile other]\nregion = us-west-2\nendpoint_url = http://127.0.0.1:1\n")
    for name, value in {
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_PROFILE": "no-such-profile",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "HTTP_PROXY": "http://127.0.0.1:1",
        "http_proxy": "http://127.0.0.1:1",
        "AWS_ACCESS_KEY_ID": "canary",
    }.items():
        monkeypatch.setenv(name, value)
    target = SandboxCloud(lambda: sandbox.endpoint_url).target("orders/dev")

    client = AwsClients(target).client("sts")

    assert client.get_caller_identity()["Account"] == "123456789012"
    assert client._get_credentials().access_key == target.access_key_id


def test_parallel_writes_are_all_kept(sandbox: Sandbox) -> None:
    iam = AwsClients(SandboxCloud(lambda: sandbox.endpoint_url).target("orders/dev")).client("iam")
    failures: list[Exception] = []

    def make(worker: int) -> None:
        try:
            for number in range(8):
                iam.create_user(UserName=f"user-{worker}-{number}")
                iam.list_users()
        except Exception as error:  # noqa: BLE001 - the test asserts that there was none
            failures.append(error)

    threads = [threading.Thread(target=make, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert len(iam.list_users()["Users"]) == 32


def test_a_restarted_sandbox_has_another_identity() -> None:
    with Sandbox() as first:
        before = first.instance
    with Sandbox() as second:
        assert second.instance != before


def test_a_port_in_use_is_named_with_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(ConflictError) as caught:
            Sandbox(port=port).start()

    assert caught.value.code == "port-in-use"
    assert str(port) in caught.value.fix


def test_a_sandbox_that_does_not_answer_is_unreachable() -> None:
    with Sandbox() as sandbox:
        cloud = SandboxCloud(lambda: sandbox.endpoint_url)

    with pytest.raises(UnavailableError) as caught:
        cloud.target("orders/dev")

    assert caught.value.code == "sandbox-unreachable"


@pytest.mark.parametrize(
    ("path", "host", "status"),
    [
        ("/moto-api/reset", "127.0.0.1", 404),
        ("/_pavior/instance", "rebound.example", 421),
        ("/_pavior/instance", "127.0.0.1", 200),
    ],
)
def test_only_our_own_paths_and_names_are_answered(sandbox: Sandbox, path: str, host: str, status: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(sandbox.endpoint_url).port, timeout=10)
    connection.request("POST" if "reset" in path else "GET", path, headers={"Host": host})

    assert connection.getresponse().status == status
    connection.close()


def test_the_sandbox_dies_with_a_parent_that_is_killed() -> None:
    code = (
        "import time\n"
        "from pavior.adapters.clouds.sandbox import Sandbox\n"
        "print(Sandbox().start().endpoint_url, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        endpoint_url = parent.stdout.readline().strip()
        os.kill(parent.pid, signal.SIGKILL)

    port = urlsplit(endpoint_url).port
    for _ in range(50):
        try:
            socket.create_connection(("127.0.0.1", port or 0), timeout=1).close()
        except ConnectionRefusedError:
            return
        except ConnectionResetError:
            pass  # Still listening when the connection was made, gone before it was taken: ask once more.
        time.sleep(0.1)
    pytest.fail("the sandbox still listens five seconds after its parent was killed")
