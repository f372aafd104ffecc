"""What a control declares about its parameters is checked when it is loaded, its defaults too."""

import tomllib

import pytest

from pavior.content.parameter_declarations import read_parameters
from pavior.policy.parameters import Parameter, ParameterType

RIGHT = """
[retention_days]
type = "integer"
default = 365
minimum = 1
maximum = 3653
description = "Days. "

[ports]
type = "integers"
default = [22, 3389]
minimum = 0
description = "Ports."

[is_strict]
type = "boolean"
default = false
description = "Whether."

[colour]
type = "text"
default = "red"
choices = ["red", "green"]
description = "Which."

[regions]
type = "texts"
pattern = "[a-z0-9-]+"
description = "Regions."
"""


def test_each_type_is_read_with_its_limits_and_its_default() -> None:
    assert read_parameters(tomllib.loads(RIGHT)) == (
        Parameter("retention_days", ParameterType.INTEGER, "Days.", 1, 3653, value=365),
        Parameter("ports", ParameterType.INTEGERS, "Ports.", 0, value=(22, 3389)),
        Parameter("is_strict", ParameterType.BOOLEAN, "Whether.", value=False),
        Parameter("colour", ParameterType.TEXT, "Which.", choices=("red", "green"), value="red"),
        Parameter("regions", ParameterType.TEXTS, "Regions.", pattern="[a-z0-9-]+"),
    )


def test_a_control_need_not_declare_any() -> None:
    assert read_parameters(None) == ()


WRONG: dict[str, tuple[str, str]] = {
    "no table": ("a = 1", "parameters.a must be a table"),
    "a name with capitals": ("[Days]\ntype = 'integer'\ndescription = 'x'", "lower-case words with underscores"),
    "no type": ("[a]\ndescription = 'x'", "parameters.a.type must be one of integer, boolean, text, texts, integers"),
    "another type": ("[a]\ntype = 'float'\ndescription = 'x'", "type must be one of"),
    "no description": ("[a]\ntype = 'text'", "description must be a text"),
    "a blank description": ("[a]\ntype = 'text'\ndescription = ' '", "description must be a text"),
    "bounds of a text": (
        "[a]\ntype = 'text'\nminimum = 1\ndescription = 'x'",
        "is of type text, and cannot have minimum",
    ),
    "choices of a number": ("[a]\ntype = 'integer'\nchoices = ['1']\ndescription = 'x'", "cannot have choices"),
    "limits of a yes": ("[a]\ntype = 'boolean'\npattern = 'x'\ndescription = 'x'", "cannot have pattern"),
    "an unknown field": ("[a]\ntype = 'text'\nunit = 'days'\ndescription = 'x'", "cannot have unit"),
    "a bound that is a text": ("[a]\ntype = 'integer'\nminimum = '1'\ndescription = 'x'", "minimum must be an integer"),
    "bounds that cross": (
        "[a]\ntype = 'integer'\nminimum = 2\nmaximum = 1\ndescription = 'x'",
        "minimum is more than its maximum",
    ),
    "no choice": ("[a]\ntype = 'text'\nchoices = []\ndescription = 'x'", "choices must be a list of texts"),
    "both limits": (
        "[a]\ntype = 'text'\nchoices = ['a']\npattern = 'a'\ndescription = 'x'",
        "both choices and a pattern",
    ),
    "no expression": ("[a]\ntype = 'text'\npattern = '('\ndescription = 'x'", "pattern is no regular expression"),
    "a default out of bounds": (
        "[a]\ntype = 'integer'\ndefault = 0\nminimum = 1\ndescription = 'x'",
        "parameters.a.default must be an integer of at least 1",
    ),
    "a default of another type": (
        "[a]\ntype = 'integer'\ndefault = true\ndescription = 'x'",
        "default must be an integer",
    ),
    "an empty list": ("[a]\ntype = 'texts'\ndefault = []\ndescription = 'x'", "not an empty one, of texts"),
    "an item twice": ("[a]\ntype = 'integers'\ndefault = [1, 1]\ndescription = 'x'", "each once"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_named(name: str) -> None:
    text, why = WRONG[name]

    with pytest.raises(ValueError, match=r"parameters") as raised:
        read_parameters(tomllib.loads(text))

    assert why in str(raised.value)


@pytest.mark.parametrize("found", [[], {}, "days", 3])
def test_no_table_at_all_is_refused(found: object) -> None:
    with pytest.raises(ValueError, match="parameters must be a table that is not empty"):
        read_parameters(found)
