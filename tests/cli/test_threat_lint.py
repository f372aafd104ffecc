"""Threat models from the command line: checked, and brought to the second version."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.tools import tools_with

from pavior.cli.root import invoke
from pavior.content import load_controls
from pavior.testing.builders import a_control

MODEL = """\
version: 2
service: orders
scope: Orders.
assets:
  - {id: orders, title: Orders, data_class: internal}
elements:
  - {id: table, title: Table, kind: data-store, assets: [orders], inferred: true}
  - {id: service, title: Service, kind: process}
flows:
  - {id: written, from: service, to: table}
threats:
  - {id: read, title: It is read, category: spoofing, severity: low, places: [table], controls: [doors-closed]}
"""
FIRST = """\
version: 1
service: orders
scope: Orders.
assets: []
threats:
  - {id: read, title: It is read, category: spoofing, severity: low, state: mitigated, controls: [doors-closed]}
"""
CATALOG = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: ledger}
spec: {type: service, lifecycle: production, owner: "group:default/finance"}
"""


@pytest.fixture
def run(
    launcher: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Runs a command in a folder of its own; gives exit status, standard output and standard error."""
    monkeypatch.chdir(tmp_path)
    controls = (*load_controls(), a_control(id="doors-closed", formerly=("gates-closed",)))
    launcher.tools = tools_with(load_controls=lambda: controls)

    def call(*arguments: str) -> tuple[int, str, str]:
        status = invoke(["threat", *arguments], launcher)
        said = capsys.readouterr()
        return status, said.out, said.err

    return call


def write(path: str, text: str) -> Path:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_a_good_model_is_told_with_its_counts_and_its_digest(run: Any) -> None:
    write("threatmodel.yaml", MODEL)

    status, out, _ = run("lint")
    _, document, _ = run("lint", "threatmodel.yaml", "--json")

    assert status == 0
    assert "the threat model of orders. Elements 2, flows 1, threats 1, still inferred 1." in out
    (found,) = json.loads(document)
    assert found["digest"] in out
    assert (found["problems"], found["warnings"], found["sign_off"]) == ([], [], "none")
    assert (found["elements"], found["flows"], found["threats"], found["inferred"]) == (2, 1, 1, 1)


def test_every_model_of_a_repository_is_checked_and_one_with_problems_is_a_no(run: Any) -> None:
    write("services/orders/threatmodel.yaml", MODEL)
    write("services/ledger/threatmodel.yaml", MODEL.replace("places: [table]", "places: [moon]"))
    for ignored in (".terraform/a", "node_modules/a"):
        write(f"{ignored}/threatmodel.yaml", "- nothing")

    status, out, _ = run("lint")

    assert status == 1
    assert "services/ledger/threatmodel.yaml: not a threat model that can be used." in out
    assert "line 12: threats read: there is no element or flow moon." in out
    assert "services/orders/threatmodel.yaml: the threat model of orders." in out
    assert out.count("threatmodel.yaml:") == 2


def test_the_model_of_another_service_than_the_catalog_says_is_refused(run: Any) -> None:
    write("threatmodel.yaml", MODEL)
    write("catalog-info.yaml", CATALOG)

    status, out, _ = run("lint")

    assert status == 1
    assert "line 2: service: this is the model of orders, and not of ledger." in out


def test_a_control_that_was_renamed_is_a_warning(run: Any) -> None:
    write("threatmodel.yaml", MODEL.replace("doors-closed", "gates-closed"))

    status, out, _ = run("lint")

    assert status == 0
    assert "the control gates-closed is called doors-closed now" in out


@pytest.mark.parametrize(("digest", "told"), [("", "of this model"), ("0f" * 32, "of another model")])
def test_whether_the_note_of_a_sign_off_is_of_this_model_is_told(run: Any, digest: str, told: str) -> None:
    write("threatmodel.yaml", MODEL)
    (found,) = json.loads(run("lint", "--json")[1])
    note = f"sign_off: {{digest: {digest or found['digest']}, by: sam, at: 2026-11-24T12:00:00Z}}\n"
    write("threatmodel.yaml", MODEL + note)

    _, out, _ = run("lint")

    assert f"sign-off in the file  {told}" in out


def test_where_there_is_none_it_says_what_to_do(run: Any) -> None:
    status, _, err = run("lint", "nowhere")
    assert run("lint")[0] == 4

    assert status == 4
    assert err.startswith("threat-model-missing: There is no threat model to read at nowhere: No such file")
    assert "pavior threat draft" in err


def test_what_is_written_for_a_terminal_does_not_reach_it(run: Any) -> None:
    write("threatmodel.yaml", MODEL + '"\\e[31mred": 1\n')

    for arguments in (("lint",), ("lint", "--json")):
        status, out, _ = run(*arguments)
        assert status == 1
        assert "\x1b" not in out


def test_a_model_of_the_first_version_is_read_and_the_command_for_it_is_told(run: Any) -> None:
    write("threatmodel.yaml", FIRST)

    status, out, _ = run("lint")

    assert status == 0
    assert "state mitigated is not kept" in out
    assert "pavior threat upgrade threatmodel.yaml --write" in out


def test_an_upgrade_is_written_only_when_asked_and_once(run: Any) -> None:
    file = write("threatmodel.yaml", FIRST)

    told = run("upgrade")
    before = file.read_text("utf-8")
    done = run("upgrade", "--write")
    again = run("upgrade", "--write")

    assert (told[0], before) == (0, FIRST)
    assert "would be upgraded" in told[1]
    assert done[0] == 0
    assert "version: 2\n" in file.read_text("utf-8")
    assert "state" not in file.read_text("utf-8")
    assert "there is nothing to upgrade" in again[1]
    assert run("lint")[0] == 0


def test_a_model_with_problems_is_not_upgraded(run: Any) -> None:
    file = write("threatmodel.yaml", FIRST.replace("severity: low", "severity: huge"))

    status, out, _ = run("upgrade", "--write")

    assert status == 1
    assert "left as it is, because of its problems" in out
    assert file.read_text("utf-8").startswith("version: 1\n")


def test_a_file_that_cannot_be_edited_is_left_and_does_not_hide_the_others(run: Any) -> None:
    strange = write("a/threatmodel.yaml", FIRST.replace("title: It is read", "title: &name It is read"))
    plain = write("b/threatmodel.yaml", FIRST)

    status, out, _ = run("upgrade", "--write")

    assert status == 1
    assert "line 6 has an anchor, an alias or a tag" in out
    assert strange.read_text("utf-8").startswith("version: 1\n")
    assert plain.read_text("utf-8").startswith("version: 2\n")


def test_of_a_file_without_end_no_more_is_read_than_a_model_may_have(run: Any) -> None:
    status, out, _ = run("lint", "/dev/zero")

    assert status == 1
    assert "The file has more than 8388608 bytes." in out
