"""A plan that is applied elsewhere, asked about from another machine."""

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pavior.adapters.readers.terraform_plan import read_plan
from pavior.adapters.readers.terraform_source import read_source
from pavior.content import load_controls
from pavior.identity.model import Permission
from pavior.kernel.bulkhead import Bulkhead
from pavior.kernel.errors import UnavailableError
from pavior.policy.attesting import prove
from pavior.policy.model import DecisionOutcome
from pavior.workflows.gate_plan import PlanGate

if TYPE_CHECKING:
    from tests.api.conftest import Site

GATE = "/environments/orders/dev/gate"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))


@pytest.fixture
def recorded(root: Path) -> Path:
    return root / "tests" / "recordings" / "terraform-1.11.4"


@pytest.fixture
def gate(shared_site: "Site") -> PlanGate:
    """With the readers and controls of a real installation; the site's own are short."""
    platform = replace(
        shared_site.application.gate.platform, read_plan=read_plan, read_source=read_source, controls=load_controls()
    )
    return PlanGate(platform, KEY)


def test_the_proof_holds_for_that_plan_and_for_no_other(shared_site: "Site", gate: PlanGate, recorded: Path) -> None:
    folder = recorded / "python-service"
    plan = (folder / "plan.json").read_bytes()
    source = {file.name: file.read_text(encoding="utf-8") for file in (folder / "infra").glob("*.tf")}

    answer = shared_site.client(gate=gate).post(GATE, json={"plan": plan.decode(), "source": source})

    document = answer.json()
    assert (answer.status_code, document["decision"]["outcome"]) == (200, "allowed")
    envelope, now = document["envelope"].encode(), shared_site.clock.now()
    assert prove(envelope, plan=plan, key=KEY.public_key(), now=now).objections == ()
    assert prove(envelope, plan=plan + b" ", key=KEY.public_key(), now=now).objections == (
        "It was made for another plan.",
    )


def test_a_plan_that_is_blocked_says_so_and_its_proof_does_too(
    shared_site: "Site", gate: PlanGate, recorded: Path
) -> None:
    plan = (recorded / "python-service-opened" / "plan.json").read_bytes()

    document = shared_site.client(gate=gate).post(GATE, json={"plan": plan.decode()}).json()

    assert document["decision"]["outcome"] == "blocked"
    proven = prove(document["envelope"].encode(), plan=plan, key=KEY.public_key(), now=shared_site.clock.now())
    assert proven.outcome is DecisionOutcome.BLOCKED
    assert proven.objections


def test_a_plan_is_larger_than_other_requests_and_has_an_end(shared_site: "Site", gate: PlanGate) -> None:
    nothing: dict[str, object] = {"planned_values": {"root_module": {}}, "resource_changes": []}
    plan = {"format_version": "1.2", "terraform_version": "1.11.4", **nothing, "x": "y" * 3 * 1024 * 1024}
    client = shared_site.client(gate=gate)

    taken = client.post(GATE, json={"plan": json.dumps(plan)})
    refused = client.post(GATE, json={"plan": "x" * 16 * 1024 * 1024})

    assert taken.status_code == 200, taken.text
    assert (refused.status_code, refused.json()["code"]) == (413, "request-too-large")


def test_what_is_no_plan_is_told_without_repeating_it(shared_site: "Site", gate: PlanGate) -> None:
    answer = shared_site.client(gate=gate).post(GATE, json={"plan": '{"password": "hunter2"'})

    assert (answer.status_code, answer.json()["code"]) == (422, "plan-unreadable")
    assert "hunter2" not in answer.text


def test_a_token_without_the_permission_learns_nothing(shared_site: "Site") -> None:
    reader = shared_site.client(shared_site.token(Permission.ENVIRONMENT_READ))
    stranger = shared_site.client(shared_site.token(Permission.ENVIRONMENT_GATE, team="billing"))
    plan = {"plan": '{"format_version": "1.2"}'}

    assert reader.post(GATE, json=plan).status_code == 403
    assert stranger.post(GATE, json=plan).json()["code"] in ("permission-denied", "environment-missing")
    assert shared_site.client().post("/environments/orders/none/gate", json=plan).status_code == 404


def test_few_plans_are_judged_at_once_and_others_are_told(shared_site: "Site", gate: PlanGate) -> None:
    gate = replace(gate, places=Bulkhead(2, wait_seconds=0.01))
    client = shared_site.client(gate=gate)
    full = UnavailableError("gate-busy", "Nobody else comes in.", fix="Wait.")

    with gate.places.enter(full=full), gate.places.enter(full=full):
        refused = client.post(GATE, json={"plan": "{}"})

    assert (refused.status_code, refused.json()["code"]) == (503, "gate-busy")
    assert client.post(GATE, json={"plan": "{}"}).json()["code"] == "plan-unreadable"


def test_only_the_gate_takes_what_is_long(shared_site: "Site", gate: PlanGate) -> None:
    long = b" " * (2 * 1024 * 1024)

    assert shared_site.client(gate=gate).post("/x/gate", content=long).status_code == 413
