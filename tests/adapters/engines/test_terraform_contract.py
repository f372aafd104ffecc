"""The real Terraform keeps the promises of the engine port, in the sandbox cloud."""

import os
from pathlib import Path

import pytest
from tests.adapters.engines.conftest import FINGERPRINT_KEY, SandboxWorld

from pavior.adapters.clouds.sandbox import Sandbox
from pavior.adapters.engines.terraform import Program, TerraformEngine, find_program
from pavior.testing.engine_contract import EngineContract
from pavior.testing.engine_trial import EngineWorld

# The others take half an hour on two cores. These go through every call of the port, drift, cancelling and secrets.
ALWAYS = {
    "test_an_apply_makes_exactly_what_was_planned",
    "test_tampering_is_seen_property_by_property_and_taken_back",
    "test_a_cancelled_apply_stops_between_two_resources_and_can_go_on",
    "test_a_secret_leaves_the_engine_in_clear_nowhere",
}
pytestmark = [pytest.mark.terraform, pytest.mark.slow, pytest.mark.timeout(3600)]


class TerraformWorld(SandboxWorld):
    """The same cloud, looked into in the same way, with another engine."""

    def __init__(self, sandbox: Sandbox, program: Program, folder: Path) -> None:
        super().__init__(sandbox)
        self.program = program
        self.folder = folder

    def new_engine(self) -> TerraformEngine:  # type: ignore[override]
        return TerraformEngine(self.program, FINGERPRINT_KEY, self.folder)


class TestTerraform(EngineContract):
    @pytest.fixture(autouse=True)
    def _thorough_only_when_asked(self, request: pytest.FixtureRequest) -> None:
        if request.node.originalname not in ALWAYS and not os.environ.get("PAVIOR_THOROUGH"):
            pytest.skip("the whole contract takes half an hour; to add it: make engines")

    @pytest.fixture
    def world(self, sandbox: Sandbox, terraform_mirror: Path, tmp_path: Path) -> EngineWorld:
        program = find_program("terraform", mirror=terraform_mirror)
        assert program is not None
        return TerraformWorld(sandbox, program, tmp_path / "runs")
