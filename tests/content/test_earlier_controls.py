"""Controls as they were: had again only at exactly their version, from what is proven."""

import subprocess
from pathlib import Path

import pytest

from pavior.adapters.pack_fetching import fetch_pack
from pavior.content.choosing import choose
from pavior.content.configuration import ChosenValue, PackSource
from pavior.content.earlier_controls import EarlierControls
from pavior.content.packs import FETCHED_FOLDER, load_pack
from pavior.policy.model import Control
from pavior.testing.builders import a_control, a_parameter

ID = "acme-doors-closed"
DESCRIPTION = f"""
id = "{ID}"
title = "Doors are closed"
view = "LogGroup"
severity = "high"
default_level = "warn"
risk = "Somebody walks in."

[[remediations]]
language = "terraform"
text = "door = closed"

[parameters.days]
type = "integer"
default = 7
description = "Days."
"""
RULE = "from pavior.policy.rules import passed\n\n\ndef rule(view, parameters):\n    return passed('{said}')\n"
GIT_VARIABLES = {
    "PATH": "/usr/bin:/bin:/usr/local/bin",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_AUTHOR_NAME": "Mara",
    "GIT_AUTHOR_EMAIL": "mara@example.org",
    "GIT_COMMITTER_NAME": "Mara",
    "GIT_COMMITTER_EMAIL": "mara@example.org",
}


def _git(folder: Path, *arguments: str) -> str:
    finished = subprocess.run(
        ["git", *arguments], cwd=folder, env=GIT_VARIABLES, check=True, capture_output=True, text=True, timeout=60
    )
    return finished.stdout.strip()


@pytest.fixture
def commits(tmp_path: Path) -> tuple[str, ...]:
    """Two commits of a pack, both fetched beside the operator's file; in the second its rule says something else."""
    pack, base = tmp_path / "acme", tmp_path / "server"
    folder = pack / ID.replace("-", "_")
    folder.mkdir(parents=True)
    base.mkdir()
    (pack / "pack.toml").write_text('name = "acme"\nversion = "1"\n', encoding="utf-8")
    (folder / "control.toml").write_text(DESCRIPTION, encoding="utf-8")
    (folder / "lesson.md").write_text("# Why doors\n", encoding="utf-8")
    _git(pack, "init", "-q")
    found = []
    for said in ("closed", "shut"):
        (folder / "rule.py").write_text(RULE.format(said=said), encoding="utf-8")
        _git(pack, "add", "-A")
        _git(pack, "commit", "-q", "-m", said)
        commit = _git(pack, "rev-parse", "HEAD")
        fetch_pack(PackSource(None, str(pack), commit, "controls.yaml:3"), base, {})
        found.append(commit)
    return tuple(found)


def _control(base: Path, commit: str) -> Control:
    (control,) = load_pack(base / FETCHED_FOLDER / commit / "content", is_run=True).controls
    return control


def _said(control: Control | None) -> str:
    assert control is not None
    return str(control.rule(None, None).message)


def test_a_version_of_a_commit_that_was_fetched_once_is_had_with_its_rule(
    commits: tuple[str, ...], tmp_path: Path
) -> None:
    base = tmp_path / "server"
    first, second = (_control(base, commit) for commit in commits)
    earlier = EarlierControls((second,), base / FETCHED_FOLDER)

    assert first.version != second.version
    assert _said(earlier.find(ID, first.version, {})) == "closed"
    assert _said(earlier.find(ID, second.version, {})) == "shut"


def test_a_version_that_nobody_keeps_is_none(commits: tuple[str, ...], tmp_path: Path) -> None:
    base = tmp_path / "server"
    earlier = EarlierControls((_control(base, commits[1]),), base / FETCHED_FOLDER)

    assert earlier.find(ID, "f0" * 32, {}) is None
    assert earlier.find("acme-windows", "f0" * 32, {}) is None
    assert EarlierControls(()).find(ID, "f0" * 32, {}) is None


def test_a_commit_that_was_altered_is_not_run(commits: tuple[str, ...], tmp_path: Path) -> None:
    base = tmp_path / "server"
    version = _control(base, commits[0]).version
    place = base / FETCHED_FOLDER / commits[0] / "content"
    (place / "another.py").write_text("", encoding="utf-8")

    assert EarlierControls((), base / FETCHED_FOLDER).find(ID, version, {}) is None


def test_a_folder_that_is_no_commit_is_not_run(commits: tuple[str, ...], tmp_path: Path) -> None:
    fetched = tmp_path / "server" / FETCHED_FOLDER
    version = _control(tmp_path / "server", commits[0]).version
    (fetched / commits[0]).rename(fetched / "newest")

    assert EarlierControls((), fetched).find(ID, version, {}) is None


def test_an_id_that_leads_out_of_the_proven_files_finds_nothing(commits: tuple[str, ...], tmp_path: Path) -> None:
    fetched = tmp_path / "server" / FETCHED_FOLDER
    version = _control(tmp_path / "server", commits[1]).version
    earlier = EarlierControls((), fetched)
    (tmp_path / "server" / FETCHED_FOLDER / "elsewhere").symlink_to(tmp_path / "acme")

    assert earlier.find(f"../../elsewhere/{ID}", version, {}) is None


def test_values_that_were_chosen_then_are_put_back() -> None:
    declared = a_control(id="log-retention", parameters=(a_parameter(value=365, origin=""),))
    (then,) = choose((declared,), (ChosenValue("log-retention", "retention_days", 90, "controls.yaml:3"),))
    earlier = EarlierControls((declared,))

    found = earlier.find("log-retention", then.version, {"retention_days": 90})

    assert found is not None
    assert [(item.name, item.value) for item in found.parameters] == [("retention_days", 90)]
    assert earlier.find("log-retention", then.version, {"retention_days": 91}) is None
    # No value of this control any more: what is asked for cannot be put back.
    assert earlier.find("log-retention", then.version, {"days": 90}) is None
