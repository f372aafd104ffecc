"""The units that operators copy: systemd understands every line, and they call what there is."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from pavior.cli.commands import pavior
from pavior.kernel.errors import InvalidError
from pavior.settings import read_settings

_UNITS = ("pavior-server.service", "pavior-worker@.service")


def _text(root: Path, name: str) -> str:
    return (root / "deploy" / "systemd" / name).read_text(encoding="utf-8")


def _verify(folder: Path, name: str, text: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed")
    # The program has to be there for systemd to have no complaint; any that is will do.
    unit = folder / name.replace("@", "@one")
    unit.write_text(text.replace("/opt/pavior/bin/pavior", sys.executable), encoding="utf-8")
    command = [program, "verify", "--man=no", "--recursive-errors=no", str(unit)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("name", _UNITS)
def test_systemd_has_no_complaint_about_a_unit(name: str, root: Path, tmp_path: Path) -> None:
    result = _verify(tmp_path, name, _text(root, name))

    assert (result.returncode, result.stdout + result.stderr) == (0, "")


def test_systemd_complains_about_a_line_that_it_does_not_know(root: Path, tmp_path: Path) -> None:
    text = _text(root, _UNITS[0]).replace("ProtectHome=", "ProtectHouse=")

    assert "ProtectHouse" in _verify(tmp_path, _UNITS[0], text).stderr


@pytest.mark.parametrize("name", _UNITS)
def test_a_unit_calls_a_command_that_there_is(name: str, root: Path) -> None:
    found = re.search(r"^ExecStart=/opt/pavior/bin/pavior (\w+)$", _text(root, name), flags=re.MULTILINE)

    assert found is not None
    assert found[1] in pavior.list_commands(click.Context(pavior))


@pytest.mark.parametrize("name", _UNITS)
def test_a_wrong_setting_is_not_tried_again_and_again(name: str, root: Path) -> None:
    with pytest.raises(InvalidError) as caught:
        read_settings({"PAVIOR_PORT": "http"}, user_home=root)

    assert f"\nRestartPreventExitStatus={caught.value.exit_status}\n" in _text(root, name)


def test_terraform_is_not_killed_with_its_worker(root: Path) -> None:
    # Any other mode ends the whole group of processes, in the middle of what Terraform does.
    assert "\nKillMode=process\n" in _text(root, _UNITS[1])
    # It would be taken away with the worker.
    assert "\nPrivateTmp" not in _text(root, _UNITS[1])


def test_only_the_worker_may_make_namespaces(root: Path) -> None:
    assert "RestrictNamespaces=yes" in _text(root, _UNITS[0])
    assert "RestrictNamespaces" not in _text(root, _UNITS[1])
