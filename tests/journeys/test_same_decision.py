"""The same infrastructure, planned by the real Terraform and by the embedded engine, gets the same Decision."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pavior.adapters.clouds.sandbox import Sandbox, SandboxCloud
from pavior.adapters.engines.embedded import EmbeddedEngine
from pavior.adapters.readers.terraform_plan import read_plan
from pavior.adapters.readers.terraform_source import read_source
from pavior.content import load_controls
from pavior.environments.ports import Stack
from pavior.kernel.verdicts import Outcome, Phase
from pavior.policy.decision import decide
from pavior.policy.evaluation import evaluate
from pavior.policy.model import Decision, DecisionOutcome, Effect, Level
from pavior.policy.risk import Touched
from pavior.resources.join import join

# Terraform 1.11.4 with provider hashicorp/aws 5.100.0; the README there says how.
RECORDINGS = Path(__file__).parents[1] / "recordings" / "terraform-1.11.4"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def cloud() -> Iterator[SandboxCloud]:
    with Sandbox() as sandbox:
        yield SandboxCloud(lambda: sandbox.endpoint_url)


def _decided(name: str, plan: bytes, environment: str) -> Decision:
    folder = RECORDINGS / name
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.tf"))}
    graph = join(read_plan(plan).graph, read_source(files, {"environment": "dev"}, frozenset()))
    controls = load_controls()
    return decide(
        evaluate(graph, controls, Phase.PLAN),
        environment=environment,
        is_production=environment.endswith("prod"),
        controls=controls,
        waivers=(),
        plan_digest="",
        now=NOW,
        touched=Touched(),
        is_destroy=False,
        data_class="internal",
    )


def _embedded_plan(name: str, cloud: SandboxCloud) -> bytes:
    engine = EmbeddedEngine(b"k" * 32)
    stack = Stack(RECORDINGS / name / "infra", "orders/dev", {"environment": "dev"})
    return engine.plan(stack, state=None, target=cloud.target("orders/dev"), report=lambda _: None).plan_json


# With the levels of production, every control of the golden path blocks.
@pytest.mark.parametrize("environment", ["orders/dev", "orders/prod"])
@pytest.mark.parametrize("name", ["python-service", "python-service-opened"])
def test_terraform_and_the_embedded_engine_get_the_same_decision(
    name: str, environment: str, cloud: SandboxCloud
) -> None:
    real = _decided(name, (RECORDINGS / name / "plan.json").read_bytes(), environment)
    embedded = _decided(name, _embedded_plan(name, cloud), environment)

    assert real == embedded
    assert len(real.rulings) == 33


def test_the_golden_path_has_nothing_unknown_and_the_opened_one_is_blocked_by_two_controls() -> None:
    good = _decided("python-service", (RECORDINGS / "python-service" / "plan.json").read_bytes(), "orders/prod")
    opened = _decided(
        "python-service-opened", (RECORDINGS / "python-service-opened" / "plan.json").read_bytes(), "orders/dev"
    )

    assert {ruling.verdict.outcome for ruling in good.rulings if ruling.level is not Level.OBSERVE} == {Outcome.PASSED}
    assert good.outcome is DecisionOutcome.NEEDS_APPROVAL
    assert opened.outcome is DecisionOutcome.BLOCKED
    assert {(ruling.verdict.control, str(ruling.verdict.position)) for ruling in opened.with_effect(Effect.BLOCK)} == {
        ("object-storage-encrypted-with-own-key", "infra/main.tf:28"),
        ("object-storage-no-public-access", "infra/main.tf:35"),
    }
