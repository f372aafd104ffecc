"""The layers hold, and each contract would notice if they did not."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

# Contract to (module, line that breaks it). A new contract needs a row here.
BREAKS = {
    "layers": ("kernel/pages.py", "from pavior.identity import model"),
    "domains": ("policy/model.py", "from pavior.policy import store"),
    "surfaces": ("web/__init__.py", "from pavior.findings import store"),
    "durable": ("runs/model.py", "import dbos"),
    "sql": ("policy/model.py", "import sqlalchemy"),
    "processes": ("runs/model.py", "import subprocess"),
}


def _lint(source: Path, *, contract: str = "") -> subprocess.CompletedProcess[str]:
    arguments = ["--contract", contract] if contract else []
    return subprocess.run(  # noqa: PLW1510 - the tests read the status
        [Path(sys.executable).parent / "lint-imports", "--no-cache", "--no-logo", *arguments],
        cwd=source,
        env={**os.environ, "PYTHONPATH": str(source / "src")},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture
def copied(root: Path, tmp_path: Path) -> Path:
    shutil.copy(root / "pyproject.toml", tmp_path)
    shutil.copytree(root / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def _contracts(root: Path) -> set[str]:
    document = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["id"] for contract in document["tool"]["importlinter"]["contracts"]}


def test_every_contract_is_shown_to_fail(root: Path) -> None:
    assert _contracts(root) == set(BREAKS)


def test_all_contracts_are_kept(copied: Path) -> None:
    result = _lint(copied)

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("contract", sorted(BREAKS))
def test_a_contract_notices_an_import_that_breaks_it(contract: str, copied: Path) -> None:
    module, line = BREAKS[contract]
    path = copied / "src" / "pavior" / module
    path.parent.mkdir(exist_ok=True)
    (path.parent / "store.py").touch()
    path.write_text(path.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")

    result = _lint(copied, contract=contract)

    assert result.returncode == 1
    assert "BROKEN" in result.stdout


def test_a_new_package_must_be_given_a_layer(copied: Path) -> None:
    folder = copied / "src" / "pavior" / "novelty"
    folder.mkdir()
    (folder / "__init__.py").touch()

    result = _lint(copied, contract="layers")

    assert result.returncode == 1
    assert "novelty" in result.stdout


def test_every_domain_is_checked_inside(root: Path) -> None:
    document = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = document["tool"]["importlinter"]["contracts"]
    checked = {
        name.removeprefix("pavior.") for item in contracts if item["id"] == "domains" for name in item["containers"]
    }
    domains = {path.parent.name for path in (root / "src" / "pavior").glob("*/model.py")} - {"reports"}

    assert domains
    assert domains <= checked


# What surfaces may see besides application, kernel, and models and errors of domains; each with its reason.
SEEN_BY_SURFACES = {
    "pavior": "the version",
    "pavior.content.configuration": "what somebody chose in writing, for types of the light bootstrap, pure",
    "pavior.policy.parameters": "what may be chosen about a control, pure",
    "pavior.policy.rendering": "the one renderer of denials, pure",
    "pavior.policy.attesting": "what a signed decision says, pure",
    "pavior.policy.level_documents": "what signed levels and waivers say, pure",
    "pavior.policy.levels": "levels and what changes them, pure",
    "pavior.policy.level_plans": "what a change of level would do to the fleet, for types, pure",
    "pavior.policy.compliance": "how requirements may stand, and what of, for types, pure",
    "pavior.policy.recomputed": "what came of making a Decision again, for types, pure",
    "pavior.policy.replaying": "who would be stopped, for types, pure",
    "pavior.policy.evidence_proof": "what a signed archive says, pure",
    "pavior.policy.evidence_archive": "how large a signed archive may be, pure",
    "pavior.policy.waivers": "the longest days of a waiver, shown where one is asked for, pure",
    "pavior.resources.codec": "values of resources as JSON, pure",
    "pavior.resources.fixing": "what a check asks to have written into source, for types, pure",
    "pavior.runs.following": "how a log is followed, which is the same for each surface, pure",
    "pavior.telemetry.measuring": "requests are counted where they arrive",
    "pavior.telemetry.meters": "requests are counted where they arrive",
    "pavior.identity.authorisation": "what the authoriser in the application is, for types",
    "pavior.environments.workload_identity": "where clouds find its documents, pure",
    "pavior.identity.rate_limits": "callers are counted where they arrive",
    "pavior.reports.threat_page": "a threat model as its page and its paper show it, pure as far as it is seen",
    "pavior.reports.threat_paper": "a threat model as PDF, which is the same for each surface, pure",
    "pavior.threatmodels.drawing": "a threat model as a picture, pure",
    "pavior.threatmodels.mermaid": "the same as text, pure",
    "pavior.reports.compliance_table": "a framework as CSV, which is the same for each surface, pure",
    "pavior.reports.compliance_view": "what is told of frameworks, for types, and over what to ask",
    "pavior.policy.path_replaying": "what is told of the replay of a golden path, for types",
    "pavior.reports.path_replay_view": "the same",
    "pavior.reports.replay_view": "what is told of a replay, for types",
    "pavior.reports.standing": "what is told of how controls stand, for types and the order of phases",
    "pavior.threatmodels.library_words": "what a threat of the library applies to, the same for each surface, pure",
    "pavior.threatmodels.ranking": "what the levels of a risk are called, pure",
    "pavior.reports.scopes": "what to ask the authoriser about, so that no button is shown in vain, pure",
}
# `pavior check` and what reads content work without an application: they bring their own light bootstrap.
WITHOUT_APPLICATION = (
    "cli/check.py",
    "cli/checking/",
    "cli/control.py",
    "cli/control_making.py",
    "cli/threat_diff.py",
    "cli/threat_drafting.py",
    "cli/threat_exchange.py",
    "cli/threat_files.py",
    "cli/threat_library.py",
    "cli/threat_ranking.py",
    "cli/threat_lint.py",
    "cli/threat_sources.py",
)


def _imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return {name for name in names if name == "pavior" or name.startswith("pavior.")}


@pytest.mark.parametrize("surface", ["api", "web", "cli"])
def test_a_surface_sees_the_application_and_models_alone(surface: str, root: Path) -> None:
    source = root / "src" / "pavior"
    paths = sorted((source / surface).rglob("*.py"))
    allowed = re.compile(rf"pavior\.(application|kernel(\.\w+)?|{surface}(\.\w+)*|\w+\.((\w+_)?model|errors))")
    wrong = {
        f"{path.relative_to(source)}: {name}"
        for path in paths
        if not path.relative_to(source).as_posix().startswith(WITHOUT_APPLICATION)
        for name in _imported(path)
        if name not in SEEN_BY_SURFACES and not allowed.fullmatch(name)
    }

    assert paths
    assert wrong == set()
