import json
import os
from pathlib import Path

import pytest

from pavior.goldenpaths.loading import load_golden_path, load_golden_paths
from pavior.kernel.errors import InvalidError

DESCRIPTION = """\
name = "road"
version = "1.2.3"
title = "A road"
description = "Leads somewhere."
owner = "platform"
day_two_parameters = ["size"]

[[environments]]
name = "dev"

[[environments]]
name = "prod"
is_production = true
"""
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "team"],
    "properties": {"name": {"type": "string"}, "team": {"type": "string"}, "size": {"enum": ["small", "large"]}},
}


def a_road(folder: Path, description: str = DESCRIPTION, schema: object = SCHEMA) -> Path:
    (folder / "template").mkdir(parents=True)
    (folder / "goldenpath.toml").write_text(description, "utf-8")
    (folder / "parameters.json").write_text(schema if isinstance(schema, str) else json.dumps(schema), "utf-8")
    return folder


def refused(folder: Path) -> InvalidError:
    with pytest.raises(InvalidError) as caught:
        load_golden_path(folder)
    assert caught.value.code == "golden-path-invalid"
    return caught.value


def test_a_golden_path_is_read_whole(tmp_path: Path) -> None:
    road = load_golden_path(a_road(tmp_path / "road"))

    assert (road.name, road.version, road.title) == ("road", "1.2.3", "A road")
    assert (road.description, road.owner) == ("Leads somewhere.", "platform")
    assert road.day_two_parameters == ("size",)
    assert road.environments == (("dev", False), ("prod", True))
    assert road.parameters_schema == SCHEMA
    assert road.engine == ""
    assert road.folder == (tmp_path / "road").resolve()


def test_all_golden_paths_of_several_folders_are_found_by_name(tmp_path: Path) -> None:
    a_road(tmp_path / "a" / "second", DESCRIPTION.replace('"road"', '"zebra"'))
    a_road(tmp_path / "b" / "first")
    (tmp_path / "b" / "no-road").mkdir()

    found = load_golden_paths([tmp_path / "b", tmp_path / "a"], ())

    assert [road.name for road in found] == ["road", "zebra"]


def test_two_with_one_name_are_refused(tmp_path: Path) -> None:
    a_road(tmp_path / "first")
    a_road(tmp_path / "second")

    with pytest.raises(InvalidError, match="the name road is taken by"):
        load_golden_paths([tmp_path], ())


def test_a_folder_without_any_is_not_taken_for_one_that_has_them(tmp_path: Path) -> None:
    a_road(tmp_path)

    for folder in (tmp_path, tmp_path / "gone"):
        with pytest.raises(InvalidError, match=r"no folder with a goldenpath\.toml directly"):
            load_golden_paths([folder], ())


@pytest.mark.parametrize("name", ["goldenpath.toml", "parameters.json"])
def test_a_folder_in_the_place_of_a_file_and_a_file_without_end_are_told(name: str, tmp_path: Path) -> None:
    folder = a_road(tmp_path / "road")
    (folder / name).unlink()
    (folder / name).mkdir()
    assert "cannot be read" in refused(folder).summary

    (folder / name).rmdir()
    (folder / name).write_bytes(b" " * 300_000)
    assert "more than 262144 bytes" in refused(folder).summary


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    road = a_road(tmp_path / "road")
    (road / "goldenpath.toml").unlink()
    os.mkfifo(road / "goldenpath.toml")

    assert "it is a pipe" in refused(road).summary


def test_nothing_leads_out_of_a_schema_or_round_in_it(tmp_path: Path) -> None:
    for number, leads_to in enumerate(["#/properties/team", "http://127.0.0.1:1/x", "file:///etc/passwd"]):
        properties = {**SCHEMA["properties"], "team": {"$ref": leads_to}}  # type: ignore[dict-item] # it is one
        folder = a_road(tmp_path / str(number), schema={**SCHEMA, "properties": properties})

        assert "without $ref" in refused(folder).summary


def test_one_that_wants_an_engine_gets_it_or_is_refused(tmp_path: Path) -> None:
    a_road(tmp_path / "road", DESCRIPTION.replace("day_two", 'engine = "pulumi"\nday_two'))

    assert [road.engine for road in load_golden_paths([tmp_path], {"embedded", "pulumi"})] == ["pulumi"]
    with pytest.raises(InvalidError, match="no engine 'pulumi' on this machine, only embedded, terraform"):
        load_golden_paths([tmp_path], {"terraform", "embedded"})


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('day_two_parameters = ["size"]', 'day_two_parameters = [["size"]]', "which cannot be set again"),
        ('owner = "platform"', 'owner = "platform"\nengine = 7', "engine must be a text that is not empty"),
        ('name = "road"', 'name = "A Road"', "name must be lower-case words with hyphens"),
        ('name = "road"', 'name = "road\\n"', "name must be lower-case words with hyphens"),
        ('name = "road"', "", "name must be a text that is not empty"),
        ('version = "1.2.3"', 'version = "1.2"', "version must be three numbers"),
        ('version = "1.2.3"', 'version = "1.2.03"', "version must be three numbers"),
        ('title = "A road"', 'title = "  "', "title must be a text that is not empty"),
        ('owner = "platform"', "owner = 3", "owner must be a text that is not empty"),
        ('owner = "platform"', 'owner = "platform"\ncolour = "red"', "unknown fields: colour"),
        ('["size"]', '"size"', "day_two_parameters must be a list"),
        ('["size"]', '["colour"]', "day_two_parameters names 'colour', which cannot be set again"),
        ('["size"]', '["name"]', "day_two_parameters names 'name', which cannot be set again"),
        ('name = "dev"', 'name = "Dev 1"', "each environment needs a name"),
        ('name = "dev"', 'name = "prod"', "the environment prod stands there twice"),
        ('name = "dev"', 'name = "dev"\nis_production = true', ""),
        ('name = "prod"\nis_production = true', 'name = "prod"\nis_production = "yes"', "may say is_production"),
        ('title = "A road"', "title = ", "it is not TOML"),
    ],
)
def test_a_wrong_description_names_its_file(tmp_path: Path, old: str, new: str, why: str) -> None:
    assert DESCRIPTION.count(old) == 1
    folder = a_road(tmp_path / "road", DESCRIPTION.replace(old, new))

    if not why:
        assert load_golden_path(folder).environments == (("dev", True), ("prod", True))
        return
    error = refused(folder)
    assert str(folder / "goldenpath.toml") in error.summary
    assert why in error.summary


def test_production_comes_last(tmp_path: Path) -> None:
    folder = a_road(tmp_path / "road", DESCRIPTION + '\n[[environments]]\nname = "test"\n')

    assert "the environment test comes after production and is none" in refused(folder).summary


def test_no_environment_is_refused(tmp_path: Path) -> None:
    folder = a_road(tmp_path / "road", DESCRIPTION.partition("[[")[0])

    assert "at least one stage" in refused(folder).summary


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ("{", "it is not JSON"),
        ("[]", "it must hold an object"),
        ("[" * 100_000, "it is not JSON"),
        ({**SCHEMA, "type": "thing"}, "it is not JSON Schema 2020-12"),
        ({**SCHEMA, "additionalProperties": True}, "additionalProperties must be false"),
        ({**SCHEMA, "properties": {"name": {}}}, "it must describe the properties name and team"),
        (
            {**SCHEMA, "properties": {"name": True, "team": {}, "size": {}}},
            "each property must be described by an object",
        ),
    ],
)
def test_a_wrong_schema_names_its_file(tmp_path: Path, schema: object, why: str) -> None:
    folder = a_road(tmp_path / "road", schema=schema)

    error = refused(folder)

    assert str(folder / "parameters.json") in error.summary
    assert why in error.summary


@pytest.mark.parametrize("name", ["goldenpath.toml", "parameters.json"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    folder = a_road(tmp_path / "road")
    (folder / name).unlink()

    assert f"{folder / name} is not valid: there is no such file" in refused(folder).summary


def test_a_missing_template_is_named(tmp_path: Path) -> None:
    folder = a_road(tmp_path / "road")
    (folder / "template").rmdir()

    assert "there is no such folder" in refused(folder).summary


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    folder = a_road(tmp_path / "road")
    (folder / "goldenpath.toml").write_bytes(b"\xff")

    assert "it is not TOML" in refused(folder).summary
