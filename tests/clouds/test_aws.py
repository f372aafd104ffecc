"""Rights in AWS, taken for one environment, one purpose and one hour; against the sandbox, which checks no token."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from pavior.adapters.clouds.aws import AwsClients, AwsCloud
from pavior.adapters.clouds.roles_file import RoleEntry, RolesFile, read_roles_file
from pavior.adapters.clouds.sandbox import Sandbox
from pavior.environments.ports import Purpose
from pavior.kernel.errors import InvalidError, UnavailableError

PLAN_ROLE = "arn:aws:iam::111111111111:role/{stage}/plan-{service}"
APPLY_ROLE = "arn:aws:iam::111111111111:role/{stage}/apply-{service}"
ROLES = RolesFile(
    (
        RoleEntry("*/prod", "arn:aws:iam::222222222222:role/plan", "arn:aws:iam::222222222222:role/apply"),
        RoleEntry("orders/*", PLAN_ROLE, APPLY_ROLE),
    )
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture(autouse=True)
def _no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As on a machine where nobody uses AWS tools."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))


class Tokens:
    """Notes for what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Purpose, str]] = []

    def __call__(self, environment: str, purpose: Purpose, *, audience: str) -> str:
        self.asked.append((environment, purpose, audience))
        return "token-of-pavior"


def _whose(target: Any) -> str:
    return str(AwsClients(target).client("sts").get_caller_identity()["Arn"])


def test_to_plan_and_to_apply_are_two_roles_with_keys_of_their_own_for_an_hour(sandbox: Sandbox) -> None:
    tokens = Tokens()
    cloud = AwsCloud(region="eu-west-1", roles=ROLES, give_token=tokens, endpoint_url=sandbox.endpoint_url)

    plan, apply = cloud.target("orders/dev"), cloud.target("orders/dev", Purpose.APPLY)

    assert tokens.asked == [
        ("orders/dev", Purpose.PLAN, "sts.amazonaws.com"),
        ("orders/dev", Purpose.APPLY, "sts.amazonaws.com"),
    ]
    assert _whose(plan) == "arn:aws:sts::111111111111:assumed-role/plan-orders/pavior-plan-orders-dev"
    assert _whose(apply) == "arn:aws:sts::111111111111:assumed-role/apply-orders/pavior-apply-orders-dev"
    assert plan.instance == apply.instance == "aws:111111111111:eu-west-1"
    assert len({plan.access_key_id, apply.access_key_id, ""}) == 3
    for secret in (plan.secret_access_key, plan.session_token):
        assert secret
        assert secret not in repr(plan)


def test_production_may_lie_in_another_account(sandbox: Sandbox) -> None:
    cloud = AwsCloud(region="eu-west-1", roles=ROLES, give_token=Tokens(), endpoint_url=sandbox.endpoint_url)

    assert cloud.target("orders/prod").instance == "aws:222222222222:eu-west-1"


def test_an_environment_that_no_entry_names_gets_nothing(sandbox: Sandbox) -> None:
    cloud = AwsCloud(region="eu-west-1", roles=ROLES, give_token=Tokens(), endpoint_url=sandbox.endpoint_url)

    with pytest.raises(UnavailableError, match="cloud-role-missing"):
        cloud.target("ledger/dev")


def test_a_role_is_taken_by_the_credentials_of_the_machine_where_the_file_says_so(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud = AwsCloud(region="eu-west-1", roles=ROLES, endpoint_url=sandbox.endpoint_url)
    with pytest.raises(UnavailableError, match="cloud-credentials-missing"):
        cloud.target("orders/dev")

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "machine")
    with pytest.raises(UnavailableError, match="cloud-credentials-missing"):
        cloud.target("orders/dev")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "machine")
    assert "plan-orders" in _whose(cloud.target("orders/dev"))


def test_without_roles_an_engine_gets_the_credentials_of_the_machine(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud = AwsCloud(region="eu-west-1", endpoint_url=sandbox.endpoint_url)
    with pytest.raises(UnavailableError, match="cloud-credentials-missing"):
        cloud.target("orders/dev")

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "machine-key")
    with pytest.raises(UnavailableError, match="cloud-credentials-missing"):
        cloud.target("orders/dev")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "machine-secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "machine-token")
    target = cloud.target("orders/dev")

    assert (target.access_key_id, target.secret_access_key) == ("machine-key", "machine-secret")
    assert (target.session_token, target.instance) == ("machine-token", "aws:123456789012:eu-west-1")


def test_a_cloud_that_answers_no_is_there_and_one_that_does_not_answer_is_not(sandbox: Sandbox) -> None:
    AwsCloud(region="eu-west-1", endpoint_url=sandbox.endpoint_url).ping()
    nowhere = AwsCloud(region="eu-west-1", roles=ROLES, give_token=Tokens(), endpoint_url="http://127.0.0.1:1")

    with pytest.raises(UnavailableError, match="cloud-unreachable"):
        nowhere.ping()
    with pytest.raises(UnavailableError, match="cloud-unreachable"):
        nowhere.target("orders/dev")


DENIED = b"""<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
<Code>AccessDenied</Code><Message>Not authorized: secret detail</Message></Error></ErrorResponse>"""


def test_a_role_that_aws_does_not_give_is_told_with_its_reason() -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(403)
            self.send_header("Content-Length", str(len(DENIED)))
            self.end_headers()
            self.wfile.write(DENIED)

        def log_message(self, *_: object) -> None:
            """Silence."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        cloud = AwsCloud(region="eu-west-1", roles=ROLES, give_token=Tokens(), endpoint_url=address)
        with pytest.raises(UnavailableError, match="cloud-role-refused") as caught:
            cloud.target("orders/dev")
        cloud.ping()
        server.shutdown()
        thread.join(10)

    assert "AccessDenied" in caught.value.summary
    assert "secret detail" not in caught.value.summary


SMALLEST = """
[[roles]]
environments = "*/*"
plan = "arn:aws:iam::111111111111:role/pavior-plan"
apply = "arn:aws:iam::111111111111:role/pavior-apply"
"""


def test_a_small_file_is_enough(tmp_path: Path) -> None:
    path = tmp_path / "roles.toml"
    path.write_text(SMALLEST, encoding="utf-8")

    found = read_roles_file(path)

    assert (found.identity, found.session_minutes) == ("token", 60)
    assert found.find("orders/dev", Purpose.APPLY) == "arn:aws:iam::111111111111:role/pavior-apply"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("pavior-apply", "pavior-plan", "one role to plan and to apply"),
        ("111111111111:role/pavior-apply", "1:role/x", "is no role"),
        ("pavior-apply", "pavior-{team}", "is no role"),
        ("\n[[roles]]", 'identity = "keys"\n[[roles]]', "identity"),
        ("\n[[roles]]", "session_minutes = 5\n[[roles]]", "15 to 720"),
        ("\n[[roles]]", 'secret = "x"\n[[roles]]', "secret"),
        (SMALLEST, "roles = []", "no `[[roles]]`"),
        (SMALLEST, "[[", ""),
        (SMALLEST, SMALLEST + "#" * 1_000_000, "longer than"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "roles.toml"
    path.write_text(SMALLEST.replace(old, new), encoding="utf-8")

    with pytest.raises(InvalidError, match="roles-file-invalid") as caught:
        read_roles_file(path)

    assert said in caught.value.summary
    with pytest.raises(InvalidError, match="roles-file-invalid"):
        read_roles_file(tmp_path / "none")
