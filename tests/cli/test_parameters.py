"""Parameters of a golden path from the command line."""

import click
import pytest
from click.testing import CliRunner

from pavior.cli.parameters import fill_parameters, read_assignments
from pavior.kernel.errors import InvalidError

SCHEMA = {
    "type": "object",
    "required": ["name", "replicas"],
    "properties": {
        "name": {"type": "string", "description": "What it is called."},
        "replicas": {"type": "integer", "default": 2},
        "is_public": {"type": "boolean", "default": False},
        "size": {"type": "string", "enum": ["small", "large"], "default": "small"},
        "note": {"type": "string"},
    },
}


def test_values_take_the_type_of_the_schema() -> None:
    values = fill_parameters(
        SCHEMA, read_assignments(("name=123", "replicas=3", "is_public=true")), is_interactive=False
    )

    assert values == {"name": "123", "replicas": 3, "is_public": True}


def test_a_value_may_hold_an_equals_sign_and_the_last_one_wins() -> None:
    assert read_assignments(("a=b=c", "d=1", "d=2")) == {"a": "b=c", "d": "2"}


@pytest.mark.parametrize("text", ["name", "=value", ""])
def test_a_pair_without_name_or_sign_is_refused(text: str) -> None:
    with pytest.raises(InvalidError) as caught:
        read_assignments((text,))

    assert caught.value.code == "assignment-malformed"


def test_a_value_of_the_wrong_type_is_refused_with_an_example() -> None:
    with pytest.raises(InvalidError, match="replicas takes a value of type integer") as caught:
        fill_parameters(SCHEMA, {"name": "orders", "replicas": "many"}, is_interactive=False)

    assert "--set replicas=3" in caught.value.fix


def test_a_name_that_the_schema_does_not_know_goes_on_as_text() -> None:
    given = {"name": "orders", "replicas": "2", "siez": "small"}

    assert fill_parameters(SCHEMA, given, is_interactive=False) == {"name": "orders", "replicas": 2, "siez": "small"}


def test_what_must_be_given_is_named_with_what_to_type() -> None:
    schema = {
        "required": ["name", "team", "size"],
        "properties": {"name": {"type": "string"}, "team": {}, "size": {"enum": ["small", "large"]}},
    }

    with pytest.raises(InvalidError) as caught:
        fill_parameters(schema, {"name": "orders"}, is_interactive=False)

    assert caught.value.code == "parameters-missing"
    assert caught.value.summary == "Nothing was given for team, size."
    assert caught.value.fix == "Add --set team=... --set size=small|large."


def test_a_person_is_asked_for_what_is_missing() -> None:
    found: dict[str, object] = {}

    @click.command()
    def ask() -> None:
        found.update(fill_parameters(SCHEMA, {"name": "orders"}, is_interactive=True))

    result = CliRunner().invoke(ask, input="\ntrue\nhuge\nlarge\n\n")

    assert result.exit_code == 0, result.output
    assert found == {"name": "orders", "replicas": 2, "is_public": True, "size": "large"}
    assert "What it is called." not in result.output
