"""The real Terraform keeps the promises of the engine port, in the sandbox cloud."""

from pathlib import Path

import pytest
from tests.adapters.engines.conftest import FINGERPRINT_KEY, SandboxWorld

from pavior.adapters.clouds.sandbox import Sandbox
from pavior.adapters.engines.terraform import Program, TerraformEngine, find_program
from pavior.testing.engine_contract import EngineContract
from pavior.testing.engine_trial import EngineWorld

pytestmark = [pytest.mark.terraform, pytest.mark.slow, pytest.mark.timeout(1800)]


class TerraformWorld(SandboxWorld):
    """The same cloud, looked into in the same way, with another engine."""

    def __init__(self, sandbox: Sandbox, program: Program, folder: Path) -> None:
        super().__init__(sandbox)
        self.program = program
        self.folder = folder

    def new_engine(self) -> TerraformEngine:  # type: ignore[override]
        return TerraformEngine(self.program, FINGERPRINT_KEY, self.folder)


class TestTerraform(EngineContract):
    @pytest.fixture
    def world(self, sandbox: Sandbox, terraform_mirror: Path, tmp_path: Path) -> EngineWorld:
        program = find_program("terraform", mirror=terraform_mirror)
        assert program is not None
        return TerraformWorld(sandbox, program, tmp_path / "runs")
