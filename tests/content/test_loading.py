"""Content that cannot be used is refused by name; nothing is loaded half."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pavior.content import load_controls
from pavior.content.loading import CONTROLS_FOLDER, load_control
from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Outcome, Severity
from pavior.policy.model import Fix, Level, Remediation

DESCRIPTION = """
id = "doors-closed"
title = "Doors are closed"
view = "ObjectStore"
severity = "high"
default_level = "warn"
risk = "Somebody walks in."

[levels]
prod = "block"

[[remediations]]
language = "terraform"
text = '''
door = "closed"
'''

[mappings]
nist-800-53 = ["PE-3"]

[equivalents]
checkov = ["CKV_DOOR_1", "CKV_DOOR_2"]
"""
RULE = "from pavior.policy.rules import passed\n\n\ndef rule(view):\n    return passed('closed')\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A control that is as it should be."""
    folder = tmp_path / "controls" / "doors_closed"
    folder.mkdir(parents=True)
    (folder / "control.toml").write_text(DESCRIPTION, encoding="utf-8")
    (folder / "rule.py").write_text(RULE, encoding="utf-8")
    (folder / "lesson.md").write_text("# Why doors\n", encoding="utf-8")
    return folder


def test_a_folder_becomes_a_control(folder: Path) -> None:
    control = load_control(folder)

    assert (control.id, control.title, control.view) == ("doors-closed", "Doors are closed", "ObjectStore")
    assert (control.severity, control.default_level) == (Severity.HIGH, Level.WARN)
    assert control.levels == {"prod": Level.BLOCK}
    assert control.risk == "Somebody walks in."
    assert control.remediations == (Remediation("terraform", 'door = "closed"'),)
    assert control.mappings == {"nist-800-53": ("PE-3",)}
    assert control.equivalents == {"checkov": ("CKV_DOOR_1", "CKV_DOOR_2")}
    assert control.lesson == "# Why doors\n"
    assert control.rule(None).outcome is Outcome.PASSED


@pytest.mark.parametrize("name", ["control.toml", "rule.py", "lesson.md"])
def test_the_version_changes_with_each_of_its_files(folder: Path, name: str) -> None:
    before = load_control(folder).version
    again = load_control(folder).version
    file = folder / name
    file.write_text(file.read_text(encoding="utf-8") + "\n# more\n", encoding="utf-8")

    assert again == before
    assert load_control(folder).version != before
    assert re.fullmatch(r"[0-9a-f]{64}", before)


def test_the_version_changes_when_text_moves_from_one_file_to_the_next(folder: Path) -> None:
    (folder / "lesson.md").write_text("# Why\n# Why doors\n", encoding="utf-8")
    before = load_control(folder).version
    (folder / "rule.py").write_text(RULE + "# Why\n", encoding="utf-8")
    (folder / "lesson.md").write_text("# Why doors\n", encoding="utf-8")

    assert load_control(folder).version != before


def test_its_cases_are_not_part_of_the_version(folder: Path) -> None:
    before = load_control(folder).version
    (folder / "cases" / "passes").mkdir(parents=True)
    (folder / "cases" / "passes" / "door.tf").write_text("# closed\n", encoding="utf-8")

    assert load_control(folder).version == before


def _replaced(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new)


FIX = """
[fix]
attribute = "versioning_is_on"
value = true
types = ["aws_s3_bucket"]

[mappings]"""


def test_a_fix_is_one_attribute_with_a_value_and_types(folder: Path) -> None:
    file = folder / "control.toml"
    assert load_control(folder).fix is None
    file.write_text(DESCRIPTION.replace("\n[mappings]", FIX), encoding="utf-8")

    assert load_control(folder).fix == Fix("versioning_is_on", True, ("aws_s3_bucket",))


def _with_fix(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace("\n[mappings]", FIX.replace(old, new))


WRONG: dict[str, tuple[str, Callable[[str], str], str]] = {
    "cut off": ("control.toml", lambda text: text[:40], "it is not TOML"),
    "unknown field": ("control.toml", lambda text: 'colour = "red"\n' + text, "unknown fields: colour"),
    "empty title": ("control.toml", _replaced("Doors are closed", " "), "title must be a text"),
    "risk missing": ("control.toml", _replaced('risk = "Somebody walks in."', ""), "risk must be a text"),
    "id of another folder": ("control.toml", _replaced("doors-closed", "doors-open"), "the folder is called"),
    "id with capitals": ("control.toml", _replaced("doors-closed", "Doors"), "lower-case words"),
    "id of a page": ("control.toml", _replaced("doors-closed", "coverage"), "not be coverage"),
    "id that is too long": ("control.toml", _replaced("doors-closed", "x" * 81), "at most 80 characters"),
    "no such view": ("control.toml", _replaced("ObjectStore", "Door"), "no view Door"),
    "no such severity": ("control.toml", _replaced('"high"', '"huge"'), "severity is huge"),
    "no such level": ("control.toml", _replaced('"block"', '"forbid"'), "levels.prod is forbid"),
    "no such default level": ("control.toml", _replaced('"warn"', '"shout"'), "default_level is shout"),
    "no mapping": ("control.toml", _replaced('nist-800-53 = ["PE-3"]', ""), "mappings must name"),
    "empty mapping": ("control.toml", _replaced('["PE-3"]', "[]"), "mappings.nist-800-53 must be a list"),
    "mapping of numbers": ("control.toml", _replaced('["PE-3"]', '["PE-3", 4]'), "mappings.nist-800-53 must be a list"),
    "no equivalent": (
        "control.toml",
        _replaced('checkov = ["CKV_DOOR_1", "CKV_DOOR_2"]', ""),
        "equivalents must name",
    ),
    "no such language": ("control.toml", _replaced('"terraform"', '"basic"'), "a remediation is in basic"),
    "remediation with more": (
        "control.toml",
        _replaced('language = "terraform"', 'language = "terraform"\nwhen = "now"'),
        "exactly a language and a text",
    ),
    "no remediation": (
        "control.toml",
        _replaced("[[remediations]]\nlanguage = \"terraform\"\ntext = '''\ndoor = \"closed\"\n'''", ""),
        "remediations must be a list",
    ),
    "fix of a nested attribute": (
        "control.toml",
        _with_fix("versioning_is_on", "versioning.enabled"),
        "must be one attribute of the resource's own block",
    ),
    "fix with a list": ("control.toml", _with_fix("= true", "= [true]"), "fix.value must be true, false"),
    "fix of a type that is not asked": (
        "control.toml",
        _with_fix("s3_bucket", "iam_user"),
        "not asked of: aws_iam_user",
    ),
    "fix without types": ("control.toml", _with_fix('types = ["aws_s3_bucket"]', ""), "exactly an attribute, a value"),
    "fix of no type": ("control.toml", _with_fix('["aws_s3_bucket"]', "[]"), "fix.types must be a list of texts"),
    "rule that does not parse": ("rule.py", lambda _: "def rule(:", "ended with SyntaxError"),
    "rule that does not import": ("rule.py", lambda _: "import no_such_module\n", "ended with ModuleNotFoundError"),
    "no rule": ("rule.py", lambda _: "rule = 3\n", "no function `rule`"),
    "lesson without a title": ("lesson.md", lambda _: "Doors.\n", "begins with its title"),
}


@pytest.mark.parametrize("name", WRONG)
def test_bad_content_is_refused_and_the_file_named(name: str, folder: Path) -> None:
    file, spoil, why = WRONG[name]
    text = (folder / file).read_text(encoding="utf-8")
    assert spoil(text) != text
    (folder / file).write_text(spoil(text), encoding="utf-8")

    with pytest.raises(InvalidError) as raised:
        load_controls(folder.parent)

    assert raised.value.code == "control-invalid"
    assert f"doors_closed/{file}" in raised.value.summary
    assert why in raised.value.summary


@pytest.mark.parametrize("name", ["control.toml", "rule.py", "lesson.md"])
def test_a_missing_file_is_named(name: str, folder: Path) -> None:
    (folder / name).unlink()

    with pytest.raises(InvalidError, match="there is no such file") as raised:
        load_controls(folder.parent)

    assert name in raised.value.summary


@pytest.mark.parametrize("name", ["control.toml", "lesson.md"])
def test_a_file_that_is_not_text_is_named(name: str, folder: Path) -> None:
    (folder / name).write_bytes(b"\xff\xfe\x00")

    with pytest.raises(InvalidError) as raised:
        load_controls(folder.parent)

    assert name in raised.value.summary


def test_a_message_of_a_rule_that_crashes_is_not_repeated(folder: Path) -> None:
    (folder / "rule.py").write_text("raise ValueError('hunter2')\n", encoding="utf-8")

    with pytest.raises(InvalidError) as raised:
        load_control(folder)

    assert "hunter2" not in raised.value.summary


def test_levels_may_be_left_out(folder: Path) -> None:
    file = folder / "control.toml"
    file.write_text(DESCRIPTION.replace('[levels]\nprod = "block"', ""), encoding="utf-8")

    assert load_control(folder).levels == {}


def test_no_control_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidError, match="it holds no control"):
        load_controls(tmp_path)


def test_one_bad_control_among_good_ones_stops_the_loading(tmp_path: Path) -> None:
    copied = tmp_path / "controls"
    shutil.copytree(CONTROLS_FOLDER, copied, ignore=shutil.ignore_patterns("__pycache__"))
    assert len(load_controls(copied)) == len(load_controls())
    (copied / "key_rotation" / "lesson.md").unlink()

    with pytest.raises(InvalidError, match="key_rotation"):
        load_controls(copied)
