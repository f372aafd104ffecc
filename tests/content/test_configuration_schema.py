"""`pavior.yaml`: the parser and the published schema take the same files, and refuse the same."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pavior.adapters.readers.configuration_file import read_configuration
from pavior.content import load_controls
from pavior.content.choosing import choose
from pavior.content.configuration import FOLDER_PACK_KEYS, GIT_PACK_KEYS, KEYS
from pavior.content.configuration_schema import configuration_schema
from pavior.kernel.errors import InvalidError
from pavior.policy.parameters import Parameter, ParameterType
from pavior.testing.builders import a_control

YAML = pytest.importorskip("yaml")
COMMIT = "0123456789abcdef0123456789abcdef01234567"
EVERY_TYPE = a_control(
    id="doors-closed",
    parameters=(
        Parameter("days", ParameterType.INTEGER, "Days.", minimum=1, maximum=10, value=5),
        Parameter("strict", ParameterType.BOOLEAN, "Whether.", value=True),
        Parameter("colour", ParameterType.TEXT, "Which.", choices=("red", "green"), value="red"),
        Parameter("note", ParameterType.TEXT, "Any text.", value="none"),
        Parameter("tags", ParameterType.TEXTS, "Keys.", pattern="[a-z]+", value=("owner",)),
        Parameter("ports", ParameterType.INTEGERS, "Ports.", minimum=0, maximum=65535, value=(22, 3389)),
    ),
)
SCHEMA = configuration_schema((EVERY_TYPE, a_control()))

GOOD = {
    "nothing chosen": "version: 1",
    "everything chosen": f"""
version: 1
environment: orders/prod
require_known: true
require_coverage: true
exclude: ["examples/**", "*.test.yaml", "a b/c"]
parameters:
  doors-closed: {{days: 10, strict: false, colour: green, note: "a note", tags: [owner, team], ports: [0, 65535]}}
packs:
  - path: policy/acme
  - repository: https://git.example.org/policies.git
    commit: {COMMIT}
  - {{repository: "git@git.example.org:team/policies.git", commit: "{COMMIT}"}}
  - {{repository: /srv/git/policies.git, commit: "{COMMIT}"}}
""",
    "least of a number": "{version: 1, parameters: {doors-closed: {days: 1}}}",
    "no packs": "{version: 1, packs: [], exclude: []}",
}
BAD = {
    "a list": "- version: 1",
    "no version": "environment: prod",
    "another version": "version: 2",
    "version as a yes": "version: true",
    "version as a text": 'version: "1"',
    "an unknown key": "{version: 1, colour: red}",
    "a stage that is a number": "{version: 1, environment: 7}",
    "a stage with capitals": "{version: 1, environment: PROD}",
    "an empty stage": '{version: 1, environment: ""}',
    "a stage that is nothing": "{version: 1, environment: null}",
    "a yes as a text": '{version: 1, require_known: "true"}',
    "a yes as a number": "{version: 1, require_known: 1}",
    "coverage as a number": "{version: 1, require_coverage: 1}",
    "exclude as a text": '{version: 1, exclude: "examples/**"}',
    "exclude of numbers": "{version: 1, exclude: [1]}",
    "exclude of nothing": '{version: 1, exclude: [""]}',
    "exclude of everything absolute": '{version: 1, exclude: ["/etc"]}',
    "exclude above": '{version: 1, exclude: ["../other"]}',
    "exclude above later": '{version: 1, exclude: ["a/../../other"]}',
    "exclude turned round": '{version: 1, exclude: ["!a"]}',
    "parameters as a list": "{version: 1, parameters: [doors-closed]}",
    "values as a number": "{version: 1, parameters: {doors-closed: 7}}",
    "no values": "{version: 1, parameters: {doors-closed: {}}}",
    "an unknown parameter": "{version: 1, parameters: {doors-closed: {weeks: 1}}}",
    "below the least": "{version: 1, parameters: {doors-closed: {days: 0}}}",
    "above the most": "{version: 1, parameters: {doors-closed: {days: 11}}}",
    "a number as a text": '{version: 1, parameters: {doors-closed: {days: "7"}}}',
    "a number as a yes": "{version: 1, parameters: {doors-closed: {days: true}}}",
    "half a number": "{version: 1, parameters: {doors-closed: {days: 1.5}}}",
    "no number": "{version: 1, parameters: {doors-closed: {days: null}}}",
    "a yes that is a number": "{version: 1, parameters: {doors-closed: {strict: 1}}}",
    "no such choice": "{version: 1, parameters: {doors-closed: {colour: blue}}}",
    "a blank text": '{version: 1, parameters: {doors-closed: {note: " "}}}',
    "a text that is too long": f"{{version: 1, parameters: {{doors-closed: {{note: {'x' * 201}}}}}}}",
    "one text for a list": "{version: 1, parameters: {doors-closed: {tags: owner}}}",
    "an empty list": "{version: 1, parameters: {doors-closed: {tags: []}}}",
    "one text twice": "{version: 1, parameters: {doors-closed: {tags: [owner, owner]}}}",
    "a text of another form": "{version: 1, parameters: {doors-closed: {tags: [Owner]}}}",
    "a text that only begins well": '{version: 1, parameters: {doors-closed: {tags: ["owner-1"]}}}',
    "a port that is none": "{version: 1, parameters: {doors-closed: {ports: [65536]}}}",
    "a port as a text": '{version: 1, parameters: {doors-closed: {ports: ["22"]}}}',
    "packs as a mapping": "{version: 1, packs: {path: acme}}",
    "a pack of nothing": "{version: 1, packs: [{}]}",
    "a pack as a text": "{version: 1, packs: [acme]}",
    "a pack with more": "{version: 1, packs: [{path: acme, name: acme}]}",
    "a pack of both": f"{{version: 1, packs: [{{path: acme, commit: '{COMMIT}'}}]}}",
    "a pack without a commit": "{version: 1, packs: [{repository: 'https://git.example.org/a'}]}",
    "a branch": "{version: 1, packs: [{repository: 'https://git.example.org/a', commit: main}]}",
    "a short commit": "{version: 1, packs: [{repository: 'https://git.example.org/a', commit: abcdef0}]}",
    "a commit in capitals": f"{{version: 1, packs: [{{repository: 'https://e.org/a', commit: {COMMIT.upper()}}}]}}",
    "a program for a repository": f"{{version: 1, packs: [{{repository: 'ext::sh -c id', commit: '{COMMIT}'}}]}}",
    "an option for a repository": f"{{version: 1, packs: [{{repository: '--upload-pack=id', commit: '{COMMIT}'}}]}}",
    "plain http": f"{{version: 1, packs: [{{repository: 'http://e.org/a', commit: '{COMMIT}'}}]}}",
    "an empty path": '{version: 1, packs: [{path: " "}]}',
}


def _parsed(text: str, folder: Path) -> None:
    file = folder / "pavior.yaml"
    file.write_text(text, encoding="utf-8")
    choose((EVERY_TYPE, a_control()), read_configuration(file).parameters)


def _errors(text: str) -> list[Any]:
    return list(Draft202012Validator(SCHEMA).iter_errors(YAML.safe_load(text)))


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", GOOD)
def test_both_take_what_is_right(name: str, tmp_path: Path) -> None:
    assert _errors(GOOD[name]) == []
    _parsed(GOOD[name], tmp_path)


@pytest.mark.parametrize("name", BAD)
def test_both_refuse_what_is_wrong(name: str, tmp_path: Path) -> None:
    assert _errors(BAD[name])
    with pytest.raises(InvalidError) as raised:
        _parsed(BAD[name], tmp_path)

    assert raised.value.code == "configuration-invalid"
    assert raised.value.summary.startswith("pavior.yaml:1: ")
    assert raised.value.fix


@pytest.mark.generated
def test_the_published_schema_is_fresh(reference_page: Callable[[str, str], None]) -> None:
    published = configuration_schema(load_controls())

    Draft202012Validator.check_schema(published)
    reference_page("pavior.schema.json", json.dumps(published, indent=2, ensure_ascii=False) + "\n")


def test_both_know_the_same_keys() -> None:
    packs = [set(item["properties"]) for item in SCHEMA["properties"]["packs"]["items"]["oneOf"]]

    assert set(SCHEMA["properties"]) == set(KEYS)
    assert packs == [set(FOLDER_PACK_KEYS), set(GIT_PACK_KEYS)]


def test_the_schema_names_every_parameter_with_its_default() -> None:
    shown = SCHEMA["properties"]["parameters"]["properties"]

    assert set(shown) == {"doors-closed"}
    assert {name: item["default"] for name, item in shown["doors-closed"]["properties"].items()} == {
        "days": 5,
        "strict": True,
        "colour": "red",
        "note": "none",
        "tags": ["owner"],
        "ports": [22, 3389],
    }
