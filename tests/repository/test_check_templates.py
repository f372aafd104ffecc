"""What people paste to have every change checked: it parses, and names commands, options and inputs that there are."""

import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from pavior import __version__
from pavior.cli.check import check
from pavior.cli.commands import pavior
from pavior.cli.fetching_levels import fetch_levels

# A command line in whatever stands around it, up to where the shell goes on with something else.
_COMMAND = re.compile(r"\bpavior check\b([^\n`|;>&]*)")


def _refuse_unknown(words: str) -> None:
    """Parse as the command line does: an option that there is not, or a format, is refused."""
    arguments = [word for word in shlex.split(words, comments=True) if not word.startswith("$PAVIOR_CHECK_OPTIONS")]
    check.make_context("check", arguments, parent=click.Context(pavior))


def _refuse_unknown_fetching(text: str) -> None:
    """The same for the command that brings the levels."""
    found = re.findall(r"\bpavior environment fetch-levels\b([^\n`|;>&]*)", text)
    assert found
    for words in found:
        arguments = shlex.split(words)
        fetch_levels.make_context("fetch-levels", arguments, parent=click.Context(pavior))


def _load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.fixture
def action(root: Path) -> dict[str, Any]:
    document: dict[str, Any] = _load(root / "action.yml")
    return document


@pytest.fixture
def guide(root: Path) -> str:
    return (root / "docs" / "guides" / "check-in-ci.md").read_text(encoding="utf-8")


def _blocks(guide: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", guide, flags=re.MULTILINE | re.DOTALL)


# --- pre-commit


def test_the_hook_runs_a_command_that_there_is_on_the_whole_folder(root: Path) -> None:
    (hook,) = _load(root / ".pre-commit-hooks.yaml")

    assert set(hook) == {"id", "name", "description", "entry", "language", "files", "pass_filenames"}
    assert (hook["id"], hook["language"], hook["pass_filenames"]) == ("pavior-check", "python", False)
    assert hook["entry"] == "pavior check"


@pytest.mark.parametrize(
    "name", ["a/main.tf", "x.tf.json", "prod.tfvars", "prod.auto.tfvars.json", "k/app.yaml", "b.yml"]
)
def test_the_hook_wakes_for_what_is_checked(root: Path, name: str) -> None:
    (hook,) = _load(root / ".pre-commit-hooks.yaml")

    assert re.search(hook["files"], name)


@pytest.mark.parametrize("name", ["README.md", "package.json", "tf", "main.tf.bak", "app/server.py"])
def test_the_hook_sleeps_for_the_rest(root: Path, name: str) -> None:
    (hook,) = _load(root / ".pre-commit-hooks.yaml")

    assert not re.search(hook["files"], name)


# --- GitHub


def test_the_action_uses_its_inputs_and_pins_what_it_uses(action: dict[str, Any]) -> None:
    text = yaml.safe_dump(action)
    steps = action["runs"]["steps"]

    assert action["runs"]["using"] == "composite"
    assert set(re.findall(r"inputs\.([a-z-]+)", text)) == set(action["inputs"])
    assert all(item["description"] and "default" in item for item in action["inputs"].values())
    assert action["inputs"]["version"]["default"] == __version__
    uses = [step["uses"] for step in steps if "uses" in step]
    assert uses
    assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", item) for item in uses)
    # An input inside a script would be read as code.
    assert [step["name"] for step in steps if "${{" in step.get("run", "")] == []


def test_the_outputs_of_the_action_are_written(action: dict[str, Any]) -> None:
    (step,) = (item for item in action["runs"]["steps"] if item.get("id") == "check")

    for output in re.findall(r"steps\.check\.outputs\.([a-z-]+)", yaml.safe_dump(action)):
        assert f'echo "{output}=' in step["run"]


_FAKE = """#!/bin/sh
printf '%s [%s]\\n' "$*" "${PAVIOR_TOKEN-}" >>"$RUNNER_TEMP/asked"
if [ "$1" = environment ]; then exit 0; fi
while [ $# -gt 0 ]; do
    if [ "$1" = --output ]; then printf '    "executionSuccessful": %s,\\n' "$WHOLE" >"$2"; fi
    shift
done
exit "$FAKE_STATUS"
"""


@pytest.mark.parametrize("levels", ["", "orders/prod"])
@pytest.mark.parametrize(("status", "whole"), [("0", "true"), ("1", "true"), ("3", "false")])
def test_the_script_asks_for_what_the_inputs_say_and_tells_how_it_ended(
    action: dict[str, Any], tmp_path: Path, status: str, whole: str, levels: str
) -> None:
    (step,) = (item for item in action["runs"]["steps"] if item.get("id") == "check")
    program = tmp_path / "pavior" / "bin" / "pavior"
    program.parent.mkdir(parents=True)
    program.write_text(_FAKE, encoding="utf-8")
    program.chmod(0o755)
    given = {
        "CHECK_PATH": "-infra dir",
        "ENVIRONMENT": "prod",
        "SOURCE": "",
        "REQUIRE_KNOWN": "true",
        "SARIF": str(tmp_path / "p.sarif"),
        "LEVELS_ENVIRONMENT": levels,
        "LEVELS_SERVER": "https://pavior.example.com",
        "LEVELS_KEY": "audit-public.pem",
        "PAVIOR_TOKEN": "pav_secret",
    }
    assert set(given) == set(step["env"])
    runner = {name: str(tmp_path / name.lower()) for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")}
    runner |= {"RUNNER_TEMP": str(tmp_path), "FAKE_STATUS": status, "WHOLE": whole, "PATH": os.environ["PATH"]}

    # As the runner starts bash.
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    subprocess.run(command, env={**given, **runner}, check=True, timeout=60)

    asked = (tmp_path / "asked").read_text(encoding="utf-8").splitlines()
    common = "check --environment prod --require-known --format"
    if levels:
        file, key = f"{tmp_path}/pavior-levels.json", "audit-public.pem"
        fetched = (
            f"environment fetch-levels --server https://pavior.example.com --key {key} --output {file} -- {levels}"
        )
        assert asked.pop(0) == f"{fetched} [pav_secret]"
        fetch_levels.make_context("fetch-levels", shlex.split(fetched)[2:], parent=click.Context(pavior))
        common = f"check --levels-from {file} --levels-key {key} --environment prod --require-known --format"
    # What is checked may bring programs along.
    assert {line.rpartition(" ")[2] for line in asked} == {"[]"}
    asked = [line.removesuffix(" []") for line in asked]
    assert asked == [
        f"{common} github -- -infra dir",
        f"{common} markdown --output {tmp_path}/github_step_summary -- -infra dir",
        f"{common} sarif --output {tmp_path}/p.sarif -- -infra dir",
    ]
    for line in asked:
        _refuse_unknown(line.removeprefix("check ").replace("-infra dir", "infra"))
    written = (tmp_path / "github_output").read_text(encoding="utf-8").splitlines()
    assert written == [f"status={status}", f"is-whole={whole}"]


# --- GitLab


def test_the_job_for_gitlab_reports_what_it_writes(root: Path) -> None:
    (job,) = _load(root / "deploy" / "gitlab" / "pavior-check.gitlab-ci.yml").values()
    install, levels, run = job["script"]

    assert job["variables"]["PAVIOR_CHECK_VERSION"] == __version__
    assert install.endswith('"pavior==$PAVIOR_CHECK_VERSION"')
    assert job["artifacts"]["when"] == "always"
    assert f"--output {job['artifacts']['reports']['codequality']} " in run
    assert set(re.findall(r"\$(\w+)", f"{install} {levels} {run}")) == set(job["variables"])
    _refuse_unknown(run.removeprefix("pavior check"))
    _refuse_unknown_fetching(levels)


# --- the guide, and what golden paths make


def test_every_command_of_the_guide_can_be_parsed(guide: str, root: Path) -> None:
    pages = [guide, (root / "docs" / "reference" / "check.md").read_text(encoding="utf-8")]
    found = [words for page in pages for words in _COMMAND.findall(page)]

    assert len(found) >= 5
    for words in found:
        # In prose a sentence goes on after the command.
        _refuse_unknown(words if words.lstrip().startswith(("-", "infra")) else "")
    for words in re.findall(r"`(--[a-z][^`]*)`", guide):
        _refuse_unknown(words)
    _refuse_unknown_fetching(guide)


def test_the_examples_of_the_guide_name_what_there_is(guide: str, root: Path, action: dict[str, Any]) -> None:
    documents = [yaml.safe_load(block) for block in _blocks(guide, "yaml")]
    hooks, workflow, steps, gitlab = documents

    (hook,) = hooks["repos"][0]["hooks"]
    assert hook["id"] == _load(root / ".pre-commit-hooks.yaml")[0]["id"]
    check.make_context("check", list(hook["args"]), parent=click.Context(pavior))
    assert hooks["repos"][0]["rev"] == f"v{__version__}"
    (job,) = workflow["jobs"].values()
    assert set(job["steps"][-1]["with"]) <= set(action["inputs"])
    assert job["steps"][-1]["uses"].endswith(f"@v{__version__}")
    assert workflow["permissions"]["security-events"] == "write"
    assert f"pavior=={__version__}" in steps[0]["run"]
    (template,) = _load(root / "deploy" / "gitlab" / "pavior-check.gitlab-ci.yml").items()
    assert set(gitlab["pavior-check"]["variables"]) <= set(template[1]["variables"])
    assert template[0] in gitlab


def test_the_pipeline_of_every_golden_path_checks_with_options_that_there_are(root: Path) -> None:
    folder = root / "src" / "pavior" / "content" / "goldenpaths"
    templates = sorted(path.parent for path in folder.glob("*/goldenpath.toml"))

    assert templates
    for template in templates:
        workflows = list((template / "template").glob(".github/workflows/*")) + list(
            (template / "template").glob(".gitlab-ci.yml*")
        )
        lines = [words for path in workflows for words in _COMMAND.findall(path.read_text(encoding="utf-8"))]
        assert lines, template
        for words in lines:
            assert "--format" in words
            _refuse_unknown(words)
