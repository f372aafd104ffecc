"""The reference page says what the code does."""

import re
from pathlib import Path

from pavior.adapters.hcl.bodies import STEPS_PER_BLOCK
from pavior.adapters.hcl.budget import (
    LEAST_STEPS,
    MAXIMUM_EVALUATION_DEPTH,
    MAXIMUM_VALUE_DEPTH,
    MAXIMUM_VALUE_SIZE,
    STEPS_PER_BYTE,
)
from pavior.adapters.hcl.functions import SUPPORTED_FUNCTIONS
from pavior.adapters.hcl.reading import MAXIMUM_CALL_DEPTH, MAXIMUM_MODULES, STEPS_PER_INSTANCE
from pavior.adapters.hcl.scanning import MAXIMUM_DEPTH, MAXIMUM_TEXT_LINES
from pavior.adapters.hcl.session import MAXIMUM_INSTANCES
from pavior.adapters.hcl.syntax import MAXIMUM_FILE_BYTES


def _page(root: Path) -> str:
    return (root / "docs" / "reference" / "terraform-source.md").read_text("utf-8")


def test_the_page_lists_exactly_the_supported_functions(root: Path) -> None:
    listed = _page(root).split("Functions:\n\n")[1].split("\n\n")[0]

    assert tuple(re.findall(r"`(\w+)`", listed)) == SUPPORTED_FUNCTIONS


def test_the_page_gives_the_limits_of_the_code(root: Path) -> None:
    table = _page(root).split("## Limits")[1]
    limits = dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|$", table, flags=re.MULTILINE))

    assert limits == {
        "size of a file": f"{MAXIMUM_FILE_BYTES // 1024**2} MiB",
        "nesting of blocks and expressions": f"{MAXIMUM_DEPTH} levels",
        "nesting of a value": f"{MAXIMUM_VALUE_DEPTH} levels",
        "names that refer to names": f"{MAXIMUM_EVALUATION_DEPTH} levels",
        "parts of one value; 16 characters of text count as one more": f"{MAXIMUM_VALUE_SIZE:,}",
        "instances of one `count` or `for_each`": f"{MAXIMUM_INSTANCES:,}",
        "called modules; levels of calls": f"{MAXIMUM_MODULES:,}; {MAXIMUM_CALL_DEPTH}",
        "lines of one text within the source": f"{MAXIMUM_TEXT_LINES:,}",
        "steps that one resource counts for": f"{STEPS_PER_INSTANCE}",
        "steps that one block counts for that `dynamic` writes out": f"{STEPS_PER_BLOCK}",
        "steps of evaluation": f"{LEAST_STEPS:,}, and {STEPS_PER_BYTE} for each byte of source",
    }
