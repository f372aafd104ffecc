"""Tools of a check for tests: each says which it needs, and using any other fails the test."""

from typing import Any

import pytest

from pavior.cli.launcher import CheckTools
from pavior.content.configuration import Configuration


def tools_with(**given: Any) -> CheckTools:
    """These tools, by the names of their fields. Where nothing else is said nobody chose anything in writing."""
    tools: dict[str, Any] = {name: _unused(name) for name in CheckTools.__struct_fields__}
    tools |= {"read_configuration": lambda _: Configuration(), "read_operator": Configuration}
    return CheckTools(**(tools | given))


def _unused(name: str) -> Any:
    def fail(*_: object) -> Any:
        pytest.fail(f"this test gave no {name}")

    return fail
