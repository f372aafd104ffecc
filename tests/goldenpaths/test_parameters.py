from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from pavior.goldenpaths.model import GoldenPath
from pavior.goldenpaths.parameters import change_parameters, complete_parameters, day_two_schema
from pavior.goldenpaths.service import GoldenPaths
from pavior.kernel.errors import InvalidError, MissingError

ROAD = GoldenPath(
    name="road",
    version="1.0.0",
    title="A road",
    description="Leads somewhere.",
    owner="platform",
    parameters_schema={
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": False,
        "required": ["name", "team"],
        "properties": {
            "name": {"type": "string", "pattern": "^[a-z]+$", "description": "Small letters.", "minLength": 2},
            "team": {"type": "string"},
            "size": {"enum": ["small", "large"], "default": "small"},
            "days": {"type": "integer", "minimum": 1, "maximum": 30},
            "price": {"type": "string", "pattern": "^[$][0-9]+\\$$"},
        },
    },
    day_two_parameters=("size",),
    environments=(("dev", False),),
    engine="",
    folder=Path("/nowhere"),
)
GIVEN = {"name": "orders", "team": "payments"}


def problems(**parameters: object) -> list[tuple[str, str]]:
    with pytest.raises(InvalidError) as caught:
        complete_parameters(ROAD, parameters)
    assert caught.value.code == "parameters-invalid"
    listed = caught.value.context["problems"]
    assert isinstance(listed, list)
    return [(problem["pointer"], problem["message"]) for problem in listed]


def test_what_was_not_given_has_its_default_in_the_order_of_the_schema() -> None:
    complete = complete_parameters(ROAD, {"team": "payments", "days": 3, "name": "orders"})

    assert list(complete.items()) == [("name", "orders"), ("team", "payments"), ("size", "small"), ("days", 3)]


def test_every_problem_has_its_place_and_what_would_be_right() -> None:
    assert problems(name="Orders!", size="huge", days=31, colour="red") == [
        ("/colour", "is not known; there are name, team, size, days, price"),
        ("/days", "must be at most 30"),
        ("/name", "has the wrong form: Small letters"),
        ("/size", "must be one of small, large"),
        ("/team", "is needed"),
    ]


def test_a_pattern_ends_at_the_end_of_the_text() -> None:
    assert problems(**{**GIVEN, "name": "orders\n"}) == [("/name", "has the wrong form: Small letters")]
    assert complete_parameters(ROAD, {**GIVEN, "price": "$12$"})["price"] == "$12$"
    assert problems(**GIVEN, price="$12$\n")[0][0] == "/price"
    assert problems(**GIVEN, price="$12")[0][0] == "/price"


@pytest.mark.parametrize(
    ("days", "message"),
    [
        (0, "must be at least 1"),
        ("3", "must be of type integer"),
        (2.5, "must be of type integer"),
        (None, "must be of type integer"),
    ],
)
def test_numbers_are_checked(days: object, message: str) -> None:
    assert problems(**GIVEN, days=days) == [("/days", message)]


def test_a_pointer_is_written_as_rfc_6901_says() -> None:
    assert problems(**GIVEN, **{"a/b~c": 1})[0][0] == "/a~1b~0c"


def test_only_day_two_parameters_can_be_set_again() -> None:
    assert change_parameters(ROAD, GIVEN, {"size": "large"}) == {**GIVEN, "size": "large"}

    with pytest.raises(InvalidError) as caught:
        change_parameters(ROAD, GIVEN, {"team": "other", "size": "large"})
    assert caught.value.context["problems"] == [{"pointer": "/team", "message": "cannot be changed later"}]
    with pytest.raises(InvalidError, match="parameters-invalid"):
        change_parameters(ROAD, GIVEN, {"size": "huge"})


def test_the_form_of_the_second_day_holds_only_what_can_be_set_again() -> None:
    schema = day_two_schema(ROAD)

    assert schema is not None
    assert schema["properties"] == {"size": {"enum": ["small", "large"], "default": "small"}}
    assert day_two_schema(replace(ROAD, day_two_parameters=())) is None


@dataclass
class FakeRenderer:
    """Writes down what it was given."""

    seen: list[Mapping[str, object]] = field(default_factory=list)

    def render(self, template: Path, context: Mapping[str, object]) -> Mapping[str, bytes]:
        self.seen.append(context)
        return {"same": b"x", str(context["size"]): b"y"}


def test_a_template_gets_the_answers_as_they_are_and_for_markdown(tmp_path: Path) -> None:
    (tmp_path / "template").mkdir()
    renderer = FakeRenderer()
    roads = GoldenPaths((replace(ROAD, folder=tmp_path),), renderer)

    tree = roads.render("road", {**GIVEN, "team": "a_b"})

    assert renderer.seen[0] == {
        "name": "orders",
        "team": "a_b",
        "size": "small",
        "parameters": {"name": "orders", "team": "a_b", "size": "small"},
        "markdown": {"name": "orders", "team": "a\\_b", "size": "small"},
        "golden_path": "road",
        "golden_path_version": "1.0.0",
    }
    assert (tree.golden_path, tree.version) == ("road", "1.0.0")


def test_rendering_again_gives_new_changed_and_removed_files(tmp_path: Path) -> None:
    (tmp_path / "template").mkdir()
    roads = GoldenPaths((replace(ROAD, folder=tmp_path),), FakeRenderer())

    _, differing = roads.rerender("road", GIVEN, {"size": "large"})

    assert differing == {"large": b"y", "small": None}


def test_a_golden_path_that_is_not_there_is_missing() -> None:
    roads = GoldenPaths((ROAD,), FakeRenderer())

    assert roads.list() == (ROAD,)
    assert roads.get("road") is ROAD
    with pytest.raises(MissingError, match="golden-path-missing"):
        roads.render("gone", GIVEN)
