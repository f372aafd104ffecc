"""The stacks of the verdict matrix, and what the real Terraform said about each of them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KINDS = ("passes", "fails")
FOLDER = Path(__file__).parents[1] / "recordings" / "verdicts"


@dataclass(frozen=True, slots=True)
class Stack:
    """One small stack, planned as a module of a root module that holds many.

    Args:
        control: Folder of the control, such as `key_rotation`.
        kind: What its source gives, `passes` or `fails`.
        body: Its Terraform source.
    """

    control: str
    kind: str
    body: bytes

    @property
    def module(self) -> str:
        """Name of the module that it was planned as."""
        return f"{self.control}-{self.kind}"

    @property
    def files(self) -> Mapping[str, bytes]:
        """All of the source: a root module that calls this one."""
        call = f'module "{self.module}" {{\n  source = "./{self.module}"\n}}\n'
        return {"main.tf": call.encode(), f"{self.module}/main.tf": self.body}

    @property
    def recording(self) -> Path:
        """Where its recording is kept."""
        return FOLDER / self.control / f"{self.kind}.json"


def list_stacks() -> Iterator[Stack]:
    """All stacks, by control."""
    for path in sorted(FOLDER.glob("*/*.tf")):
        yield Stack(path.parent.name, path.stem, path.read_bytes())


def cut_plan(plan: Mapping[str, Any], module: str) -> dict[str, Any]:
    """What a plan says about one of its modules; nothing within is changed."""
    calls = plan["configuration"]["root_module"]["module_calls"]
    cut = {
        "format_version": plan["format_version"],
        "terraform_version": plan["terraform_version"],
        "planned_values": cut_values(plan["planned_values"], module),
        "resource_changes": [
            item for item in plan.get("resource_changes", []) if item.get("module_address") == f"module.{module}"
        ],
        "configuration": {"root_module": {"module_calls": {module: calls[module]}}},
        "complete": plan.get("complete", True),
    }
    prior = plan.get("prior_state")
    if prior is not None and "values" in prior:
        cut["prior_state"] = {**prior, "values": cut_values(prior["values"], module)}
    return cut


def cut_state(state: Mapping[str, Any], module: str) -> dict[str, Any]:
    """What a state says about one of its modules."""
    return {**state, "values": cut_values(state.get("values", {}), module)}


def cut_values(values: Mapping[str, Any], module: str) -> dict[str, Any]:
    """The values of one module, at their place in the root module."""
    modules = values.get("root_module", {}).get("child_modules", [])
    return {"root_module": {"child_modules": [item for item in modules if item["address"] == f"module.{module}"]}}


def read_recording(stack: Stack) -> Mapping[str, Any]:
    """What was recorded of a stack; `{}` when nothing was."""
    if not stack.recording.is_file():
        return {}
    found: Mapping[str, Any] = json.loads(stack.recording.read_text(encoding="utf-8"))
    return found
