"""The engines `terraform` and `opentofu`: the programs themselves, kept apart from everything that is ours."""

from pavior.adapters.engines.terraform.engine import TerraformEngine
from pavior.adapters.engines.terraform.isolation import credential_folders
from pavior.adapters.engines.terraform.program import Program, find_program

__all__ = ["Program", "TerraformEngine", "credential_folders", "find_program"]
