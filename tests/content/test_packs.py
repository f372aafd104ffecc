"""Packs: controls of one's own. What a repository brings along is not run without being asked for."""

import shutil
import subprocess
from pathlib import Path

import pytest

from pavior.adapters.pack_fetching import fetch_pack
from pavior.content.configuration import ChosenValue, Configuration, PackSource
from pavior.content.git_objects import object_id, tree_id
from pavior.content.own_controls import gather
from pavior.content.packs import find_pack, folder_of, load_pack
from pavior.kernel.errors import InvalidError, MissingError, PaviorError, UnavailableError
from pavior.kernel.verdicts import Outcome
from pavior.policy.model import Control
from pavior.testing.builders import a_control

DESCRIPTION = """
id = "{id}"
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
RULE = "from pavior.policy.rules import passed\n\n\ndef rule(view, parameters):\n    return passed('closed')\n"
BUILTIN = (a_control(id="log-retention"),)
GIT_VARIABLES = {
    "PATH": "/usr/bin:/bin:/usr/local/bin",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_AUTHOR_NAME": "Mara",
    "GIT_AUTHOR_EMAIL": "mara@example.org",
    "GIT_COMMITTER_NAME": "Mara",
    "GIT_COMMITTER_EMAIL": "mara@example.org",
}


def _write_control(pack: Path, control_id: str, rule: str = RULE) -> Path:
    folder = pack / control_id.replace("-", "_")
    folder.mkdir(parents=True)
    (folder / "control.toml").write_text(DESCRIPTION.format(id=control_id), encoding="utf-8")
    (folder / "rule.py").write_text(rule, encoding="utf-8")
    (folder / "lesson.md").write_text("# Why doors\n", encoding="utf-8")
    return folder


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "acme"
    _write_control(folder, "acme-doors-closed")
    (folder / "pack.toml").write_text('name = "acme"\nversion = "1.2.0"\n', encoding="utf-8")
    return folder


def _named(*sources: PackSource, file: Path, parameters: tuple[ChosenValue, ...] = ()) -> Configuration:
    return Configuration(file=file, packs=sources, parameters=parameters)


def _folder_source(pack: Path) -> PackSource:
    return PackSource(pack, "", "", "pavior.yaml:3")


def _ids(controls: tuple[Control, ...]) -> list[str]:
    return [control.id for control in controls]


def test_a_pack_is_read_with_its_controls(pack: Path) -> None:
    found = load_pack(pack, is_run=True)

    assert (found.name, found.version, _ids(found.controls)) == ("acme", "1.2.0", ["acme-doors-closed"])
    control = found.controls[0]
    # Nobody else has a name for what is one's own.
    assert (control.mappings, control.equivalents) == ({}, {})
    assert control.rule(None, None).outcome is Outcome.PASSED


def test_reading_a_pack_runs_and_writes_nothing_in_it(pack: Path, tmp_path: Path) -> None:
    witness = tmp_path / "witness"
    rule = pack / "acme_doors_closed" / "rule.py"
    rule.write_text(f"open({str(witness)!r}, 'w').close()\n{RULE}", encoding="utf-8")

    found = load_pack(pack, is_run=False)

    assert _ids(found.controls) == ["acme-doors-closed"]
    assert not witness.exists()
    with pytest.raises(InvalidError, match="not to be run"):
        found.controls[0].rule(None, None)
    load_pack(pack, is_run=True)
    assert witness.exists()
    assert not list(pack.rglob("__pycache__"))


def test_what_was_compiled_beside_a_rule_is_not_believed(pack: Path) -> None:
    folder = pack / "acme_doors_closed"
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "rule.cpython-311.pyc").write_bytes(b"\0" * 16)

    assert load_pack(pack, is_run=True).controls[0].rule(None, None).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("toml", "why"),
    [
        ('name = "acme"\n', "exactly a name and a version"),
        ('name = "acme"\nversion = "1"\nowner = "me"\n', "exactly a name and a version"),
        ('name = "Acme"\nversion = "1"\n', "lower-case words"),
        ('name = "acme"\nversion = 1\n', "version must be a text"),
        ('name = "corp"\nversion = "1"\n', "acme-doors-closed must begin with the name of the pack: corp-"),
        ("name = ", "it is not TOML"),
    ],
)
def test_a_pack_that_is_none_is_refused(toml: str, why: str, pack: Path) -> None:
    (pack / "pack.toml").write_text(toml, encoding="utf-8")

    with pytest.raises(InvalidError, match=why) as raised:
        load_pack(pack, is_run=False)

    assert raised.value.code == "pack-invalid"


def test_a_pack_without_a_control_or_without_its_file_is_refused(pack: Path) -> None:
    shutil.rmtree(pack / "acme_doors_closed")
    with pytest.raises(InvalidError, match="it holds no control"):
        load_pack(pack, is_run=False)

    (pack / "pack.toml").unlink()
    with pytest.raises(InvalidError, match="there is no such file"):
        load_pack(pack, is_run=False)


def test_the_operators_packs_are_run(pack: Path, tmp_path: Path) -> None:
    found = gather(BUILTIN, _named(_folder_source(pack), file=tmp_path / "controls.yaml"))

    assert _ids(found.controls) == ["acme-doors-closed", "log-retention"]
    assert (found.not_asked, [(pack.name, pack.version) for pack in found.packs]) == ((), [("acme", "1.2.0")])


def test_a_repositorys_own_pack_is_not_run_and_each_control_is_named(pack: Path, tmp_path: Path) -> None:
    found = gather(BUILTIN, repository=_named(_folder_source(pack), file=tmp_path / "pavior.yaml"))

    assert _ids(found.controls) == ["log-retention"]
    assert [(item.subject, "--trust-packs" in item.why) for item in found.not_asked] == [("acme-doors-closed", True)]


def test_it_is_run_when_it_is_trusted_or_when_the_operator_names_it(pack: Path, tmp_path: Path) -> None:
    named = _named(_folder_source(pack), file=tmp_path / "pavior.yaml")

    trusted = gather(BUILTIN, repository=named, is_trusted=True)
    operated = gather(BUILTIN, _named(_folder_source(pack), file=tmp_path / "controls.yaml"), named)

    for found in (trusted, operated):
        assert _ids(found.controls) == ["acme-doors-closed", "log-retention"]
        assert found.not_asked == ()


def test_values_of_packs_are_judged_even_where_they_are_not_run(pack: Path, tmp_path: Path) -> None:
    def named(name: str) -> Configuration:
        value = ChosenValue("acme-doors-closed", name, 3, "pavior.yaml:9")
        return _named(_folder_source(pack), file=tmp_path / "pavior.yaml", parameters=(value,))

    trusted = gather(BUILTIN, repository=named("days"), is_trusted=True).controls[0]
    assert (trusted.parameters[0].value, trusted.parameters[0].origin) == (3, "pavior.yaml:9")
    with pytest.raises(InvalidError, match=r"pavior\.yaml:9: acme-doors-closed has no parameter weeks"):
        gather(BUILTIN, repository=named("weeks"))


def test_the_operators_values_win(pack: Path, tmp_path: Path) -> None:
    def named(value: int, origin: str) -> Configuration:
        chosen = ChosenValue("acme-doors-closed", "days", value, origin)
        return _named(_folder_source(pack), file=tmp_path / "file.yaml", parameters=(chosen,))

    found = gather(BUILTIN, named(30, "controls.yaml:2"), named(1, "pavior.yaml:2")).controls[0]

    assert (found.parameters[0].value, found.parameters[0].origin) == (30, "controls.yaml:2")


def test_an_id_of_pavior_or_a_name_of_another_pack_is_refused(pack: Path, tmp_path: Path) -> None:
    file = tmp_path / "pavior.yaml"
    with pytest.raises(InvalidError, match="acme-doors-closed is a control of Pavior already"):
        gather((a_control(id="acme-doors-closed"),), repository=_named(_folder_source(pack), file=file))
    other = tmp_path / "other"
    shutil.copytree(pack, other)
    with pytest.raises(InvalidError, match="is called acme as well"):
        gather(BUILTIN, repository=_named(_folder_source(pack), _folder_source(other), file=file))


def test_a_pack_that_is_not_there_stops_whoever_would_run_it(tmp_path: Path) -> None:
    missing = _named(_folder_source(tmp_path / "gone"), file=tmp_path / "pavior.yaml")

    with pytest.raises(MissingError, match="there is no folder") as raised:
        gather(BUILTIN, missing)
    assert raised.value.code == "pack-missing"
    with pytest.raises(MissingError):
        gather(BUILTIN, repository=missing, is_trusted=True)
    found = gather(BUILTIN, repository=missing)
    assert [item.why.startswith("it is not here") for item in found.not_asked] == [True]


def _git(folder: Path, *arguments: str) -> str:
    finished = subprocess.run(
        ["git", *arguments], cwd=folder, env=GIT_VARIABLES, check=True, capture_output=True, text=True, timeout=60
    )
    return finished.stdout.strip()


def _commit(folder: Path) -> str:
    _git(folder, "add", "-A")
    _git(folder, "commit", "-q", "-m", "A pack")
    return _git(folder, "rev-parse", "HEAD")


@pytest.fixture
def source(pack: Path) -> PackSource:
    """The pack at one commit of a repository, with a program and a folder that sorts oddly."""
    _git(pack, "init", "-q")
    (pack / ".config").mkdir()
    (pack / ".config" / "a.txt").write_text("x\n", encoding="utf-8")
    (pack / ".config.sh").write_text("#!/bin/sh\n", encoding="utf-8")
    (pack / ".config.sh").chmod(0o755)
    return PackSource(None, str(pack), _commit(pack), "pavior.yaml:3")


def test_a_tree_has_the_id_that_git_gives_it(pack: Path, source: PackSource, tmp_path: Path) -> None:
    copied = tmp_path / "copied"
    shutil.copytree(pack, copied, ignore=shutil.ignore_patterns(".git"))

    assert tree_id(copied) == _git(pack, "rev-parse", "HEAD^{tree}")
    assert source.commit == _git(pack, "rev-parse", "HEAD")
    # The empty blob, as every repository of Git has it.
    assert object_id("blob", b"") == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"


def test_a_fetched_pack_is_that_commit_and_nothing_else(pack: Path, source: PackSource, tmp_path: Path) -> None:
    base = tmp_path / "repository"
    base.mkdir()
    with pytest.raises(MissingError, match="has not been fetched") as raised:
        find_pack(source, base)
    assert "pavior control fetch" in raised.value.fix
    _write_control(pack, "acme-later")
    _commit(pack)

    assert fetch_pack(source, base, {}) is True
    assert fetch_pack(source, base, {}) is False

    found = load_pack(find_pack(source, base), is_run=True)
    assert _ids(found.controls) == ["acme-doors-closed"]
    assert find_pack(source, base) == base / ".pavior" / "packs" / source.commit / "content"
    assert [path.name for path in (base / ".pavior" / "packs").iterdir()] == [source.commit]


@pytest.mark.parametrize("what", ["changed", "added", "compiled", "removed", "program", "linked", "commit"])
def test_a_fetched_pack_that_was_altered_is_not_read(what: str, source: PackSource, tmp_path: Path) -> None:
    fetch_pack(source, tmp_path, {})
    content = folder_of(source, tmp_path)
    folder = content / "acme_doors_closed"
    match what:
        case "changed":
            (folder / "rule.py").write_text(RULE + "#\n", encoding="utf-8")
        case "added":
            (content / "more.py").write_text("", encoding="utf-8")
        case "compiled":
            (folder / "__pycache__").mkdir()
        case "removed":
            (folder / "lesson.md").unlink()
        case "program":
            (folder / "rule.py").chmod(0o755)
        case "linked":
            (content / "link").symlink_to("/etc/hostname")
        case _:
            (content.parent / "commit").write_text(f"tree {tree_id(content)}\n\nA pack\n", encoding="utf-8")

    with pytest.raises(InvalidError) as raised:
        find_pack(source, tmp_path)

    assert raised.value.code == "pack-altered"
    assert "pavior control fetch" in raised.value.fix


def test_a_commit_that_is_not_there_leaves_nothing_behind(source: PackSource, tmp_path: Path) -> None:
    wrong = PackSource(None, source.repository, "0" * 39 + "1", "pavior.yaml:3")

    with pytest.raises(UnavailableError) as raised:
        fetch_pack(wrong, tmp_path, {})

    assert raised.value.code == "pack-unreachable"
    assert list((tmp_path / ".pavior" / "packs").iterdir()) == []


def test_a_proposal_does_not_say_where_we_write(source: PackSource, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / ".pavior").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(InvalidError, match="is a link"):
        fetch_pack(source, tmp_path / "base", {})

    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_pattern_of_a_proposal_cannot_stall_a_check(pack: Path, tmp_path: Path) -> None:
    file = pack / "acme_doors_closed" / "control.toml"
    # Trying it takes longer than anybody lives.
    stalling = f"[parameters.days]\ntype = 'text'\ndefault = '{'a' * 60}!'\npattern = '(a+)+'\n"
    text = file.read_text(encoding="utf-8").partition("[parameters.days]")[0]
    file.write_text(f"{text}{stalling}description = 'Days.'\n", encoding="utf-8")

    found = gather(BUILTIN, repository=_named(_folder_source(pack), file=tmp_path / "pavior.yaml"))

    assert [item.subject for item in found.not_asked] == ["acme-doors-closed"]
    assert not found.proposed[0].controls[0].parameters[0].pattern


def test_a_pack_with_a_link_is_refused(pack: Path, source: PackSource, tmp_path: Path) -> None:
    (pack / "link").symlink_to("/etc/hostname")
    linked = PackSource(None, source.repository, _commit(pack), "pavior.yaml:3")

    with pytest.raises(PaviorError, match="is a link or another repository"):
        fetch_pack(linked, tmp_path, {})
