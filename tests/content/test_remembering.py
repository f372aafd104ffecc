"""What is recalled is what would be read; when anything changed, it is read."""

import shutil
import sys
from pathlib import Path

import pytest

from pavior.content import load_controls
from pavior.content.loading import CONTROLS_FOLDER
from pavior.content.remembering import recall_controls
from pavior.kernel.errors import InvalidError
from pavior.policy.model import Control

CHOSEN = ("object_storage_no_public_access", "key_rotation")


@pytest.fixture(autouse=True)
def _writing(monkeypatch: pytest.MonkeyPatch) -> None:
    # The environment may tell Python to write no bytecode, and then nothing is remembered either.
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two real controls in a folder of their own."""
    for name in CHOSEN:
        shutil.copytree(CONTROLS_FOLDER / name, tmp_path / name)
    return tmp_path


def _told(control: Control) -> dict[str, object]:
    return {name: getattr(control, name) for name in control.__struct_fields__ if name != "rule"}


def _memory(folder: Path) -> Path:
    (found,) = (folder / "__pycache__").glob("*.json")
    return found


def test_every_control_is_recalled_as_it_would_be_read() -> None:
    recall_controls()

    assert [_told(item) for item in recall_controls()] == [_told(item) for item in load_controls()]


def test_the_second_check_reads_the_memory(folder: Path) -> None:
    recall_controls(folder)
    memory = _memory(folder)
    memory.write_bytes(memory.read_bytes().replace(b'"severity":"medium"', b'"severity":"low"'))

    severities = {control.severity.value for control in recall_controls(folder)}

    assert "low" in severities
    assert "medium" not in severities


def test_a_recalled_rule_is_loaded_when_it_is_asked(folder: Path) -> None:
    recall_controls(folder)
    before = {control.id: control.rule for control in load_controls(folder)}
    recalled = recall_controls(folder)
    with pytest.raises(AttributeError) as told:
        before[recalled[0].id](None)

    with pytest.raises(AttributeError) as recalled_told:
        recalled[0].rule(None)

    assert str(recalled_told.value) == str(told.value)


@pytest.mark.parametrize("name", ["control.toml", "rule.py", "lesson.md"])
def test_a_changed_file_is_read_again(folder: Path, name: str) -> None:
    before = {control.id: control.version for control in recall_controls(folder)}
    file = folder / CHOSEN[0] / name
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")

    after = {control.id: control.version for control in recall_controls(folder)}

    assert after.keys() == before.keys()
    assert {name for name in after if after[name] != before[name]} == {CHOSEN[0].replace("_", "-")}


def test_a_new_folder_is_read(folder: Path) -> None:
    recall_controls(folder)
    shutil.copytree(CONTROLS_FOLDER / "log_retention", folder / "log_retention")

    assert {"log-retention"} <= {control.id for control in recall_controls(folder)}


@pytest.mark.parametrize("content", [b"", b"{}", b'{"seen": []}', b"\xff\xfe", b'{"seen": 3, "controls": 4}'])
def test_a_memory_that_cannot_be_read_is_none(folder: Path, content: bytes) -> None:
    recall_controls(folder)
    _memory(folder).write_bytes(content)

    assert len(recall_controls(folder)) == len(CHOSEN)


def test_where_nothing_can_be_written_the_files_are_read(folder: Path) -> None:
    # A file stands where the folder would be, which stops the administrator as well.
    (folder / "__pycache__").write_text("", encoding="utf-8")

    assert len(recall_controls(folder)) == len(CHOSEN)


def test_who_wants_no_bytecode_gets_no_memory_either(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    assert len(recall_controls(folder)) == len(CHOSEN)
    assert not list(folder.glob("__pycache__/*.json"))


def test_a_control_that_became_wrong_is_refused_though_it_was_remembered(folder: Path) -> None:
    recall_controls(folder)
    (folder / CHOSEN[0] / "lesson.md").unlink()

    with pytest.raises(InvalidError, match=r"lesson\.md"):
        recall_controls(folder)
