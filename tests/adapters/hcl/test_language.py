"""The language as Terraform itself evaluates it: every value of a recorded plan, against the same source."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pavior.adapters.hcl.functions import SUPPORTED_FUNCTIONS
from pavior.adapters.hcl.module import Module, Secret, read_module
from pavior.resources.model import Unknown

VARIABLES = {"text": "given", "given_list": "[3, 1, 2]"}
# Terraform 1.12 and we know that `false && x` is false; 1.11 did not.
NEWER_THAN_THE_RECORDING = {"condition"}


@pytest.fixture(scope="module")
def folder() -> Path:
    return Path(__file__).parents[2] / "recordings" / "terraform-1.11.4" / "language"


@pytest.fixture(scope="module")
def plan(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / "plan.json").read_text("utf-8"))
    return document


@pytest.fixture(scope="module")
def module(folder: Path) -> Module:
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "plan.json"
    }
    return read_module(files, VARIABLES, frozenset())


def _planned(plan: dict[str, Any]) -> dict[str, dict[str, Any]]:
    def walk(module: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield from module.get("resources", [])
        for child in module.get("child_modules", []):
            yield from walk(child)

    return {item["address"]: item["values"] for item in walk(plan["planned_values"]["root_module"])}


def _clear(value: Any) -> Any:
    if isinstance(value, Secret):
        return value.value
    if isinstance(value, dict):
        return {name: _clear(item) for name, item in value.items()}
    return [_clear(item) for item in value] if isinstance(value, list) else value


def _exact(value: Any) -> str:
    """Tells 1 from true and from 1.0."""
    return json.dumps(value, sort_keys=True)


def test_every_output_has_the_value_that_terraform_gives_it(module: Module, plan: dict[str, Any]) -> None:
    outputs = plan["planned_values"]["outputs"]
    known = _planned(plan)
    assert len(outputs) > 80
    assert outputs.keys() == module.outputs.keys()

    for name, output in outputs.items():
        assert _exact(_clear(module.output(name, known.get))) == _exact(output["value"]), name


def test_there_are_the_resources_that_terraform_plans(module: Module, plan: dict[str, Any]) -> None:
    assert {resource.address for resource in module.resources} == set(_planned(plan))
    assert module.complete


def test_every_resource_has_the_values_that_terraform_plans(module: Module, plan: dict[str, Any]) -> None:
    known = _planned(plan)
    for resource in module.resources:
        values = _clear(module.values(resource, known.get))
        expected = known[resource.address]["input"]
        if isinstance(expected, dict):
            for name, value in values["input"].items():
                if name not in NEWER_THAN_THE_RECORDING:
                    _compare(value, expected.get(name), f"{resource.address} {name}")
        else:
            assert values["input"] == expected, resource.address


def _compare(value: Any, expected: Any, where: str) -> None:
    """What Terraform does not know it leaves out, or writes as null in a list."""
    if isinstance(value, dict):
        for name, item in value.items():
            _compare(item, expected.get(name), where)
    elif isinstance(value, list):
        for item, wanted in zip(value, expected, strict=True):
            _compare(item, wanted, where)
    else:
        assert (None if isinstance(value, Unknown) else value) == expected, where


def test_what_terraform_hides_is_secret_here(module: Module, plan: dict[str, Any]) -> None:
    secret = next(item for item in module.resources if item.address == "terraform_data.secret")
    hidden = next(
        item["sensitive_values"]
        for item in plan["planned_values"]["root_module"]["resources"]
        if item["address"] == "terraform_data.secret"
    )

    values = module.values(secret, lambda _: None)["input"]

    assert hidden["input"] == {"greeting": True, "password": True}
    assert {name for name, value in values.items() if isinstance(value, Secret)} == {"greeting", "password"}
    assert isinstance(module.output("sensitive", lambda _: None), Secret)


def test_every_supported_function_is_compared_with_terraform(folder: Path) -> None:
    source = "".join(path.read_text("utf-8") for path in folder.parent.glob("*/*.tf"))

    assert len(SUPPORTED_FUNCTIONS) > 60
    assert [name for name in SUPPORTED_FUNCTIONS if f"{name}(" not in source] == []
