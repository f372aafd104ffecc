"""The locks name everything once, with hashes, and no place to get it from."""

import ast
import os
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

LOCKS = ("run.txt", "dev.txt", "build.txt")
_PIN = re.compile(r"^(?P<name>[a-z0-9.-]+)==(?P<version>[^ ;\\]+)(?P<marker> ; [^\\]+)?(?P<more> \\)?$")


def _pins(path: Path) -> dict[str, str]:
    """Name to version and marker; a name that stands twice keeps all its lines."""
    pins: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if match := _PIN.match(line):
            pins[match["name"]] = pins.get(match["name"], "") + f"{match['version']}{match['marker'] or ''};"
    return pins


def _entries(path: Path) -> list[str]:
    text = re.sub(r"^ *#.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [entry for entry in text.replace("\\\n", " ").splitlines() if entry.strip()]


@pytest.mark.parametrize("name", LOCKS)
def test_every_entry_of_a_lock_is_pinned_and_hashed(name: str, root: Path) -> None:
    entries = _entries(root / "requirements" / name)

    assert len(entries) > 3
    for entry in entries:
        assert re.match(r"^[a-z0-9.-]+==", entry), entry
        assert "--hash=sha256:" in entry, entry


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_no_address(name: str, root: Path) -> None:
    text = (root / "requirements" / name).read_text(encoding="utf-8")

    assert "://" not in text
    assert "--index" not in text
    assert "--extra-index" not in text
    assert "--find-links" not in text


def test_what_runs_in_production_is_what_was_tested(root: Path) -> None:
    run, dev = _pins(root / "requirements" / "run.txt"), _pins(root / "requirements" / "dev.txt")

    assert len(run) > 30
    assert {name: dev.get(name) for name in run} == run


def test_the_build_tools_agree_with_the_development_lock(root: Path) -> None:
    build, dev = _pins(root / "requirements" / "build.txt"), _pins(root / "requirements" / "dev.txt")

    assert "hatchling" in build
    assert all(dev[name] == pin for name, pin in build.items() if name in dev)


@pytest.mark.parametrize(("lock", "group"), [("run.txt", None), ("dev.txt", "dev")])
def test_a_lock_satisfies_the_project(lock: str, group: str | None, root: Path) -> None:
    document = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = document["dependency-groups"][group] if group else document["project"]["dependencies"]
    pins = _pins(root / "requirements" / lock)

    assert wanted
    for text in wanted:
        requirement = Requirement(text)
        version = pins[requirement.name.lower()].split(";")[0].strip()
        assert requirement.specifier.contains(version), text


def test_no_tracked_text_names_a_package_registry(root: Path) -> None:
    registries = ("pypi" + ".org", "files.python" + "hosted.org", "registry.npm" + "js.org")
    suffixes = {".py", ".toml", ".txt", ".md", ".sh", ".in", ".cfg", ".yaml", ".yml", ""}
    skipped = {".git", ".venv", ".venv-lock", "__pycache__", ".mypy_cache", ".ruff_cache", ".pavior", ".hypothesis"}
    for folder, names, files in os.walk(root):
        names[:] = [name for name in names if name not in skipped]
        for file in files:
            path = Path(folder) / file
            if path.suffix in suffixes and path.is_file() and path.stat().st_size < 1_000_000:
                text = path.read_text(encoding="utf-8", errors="replace")
                assert not [name for name in registries if name in text], path


# What is needed without an `import` in the source, each with its reason.
_NOT_IMPORTED = {
    "flask": "moto's server is made of it",
    "flask-cors": "moto's server is made of it",
    "boto3": "moto mocks through it",
    "python-multipart": "FastAPI and Starlette read forms with it",
}


# Loaded where somebody asks for traces or a PDF, with an error that names the extra; several packages share one name.
_OPTIONAL = {"opentelemetry", "typst"}


def _imported_distributions(root: Path) -> set[str]:
    modules: set[str] = set()
    for path in (root / "src" / "pavior").rglob("*.py"):
        if "template" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module.partition(".")[0])
    known = packages_distributions()
    foreign = modules - set(sys.stdlib_module_names) - {"pavior"} - _OPTIONAL
    return {known[module][0].lower().replace("_", "-") for module in foreign}


def test_what_the_source_imports_is_what_the_project_asks_for(root: Path) -> None:
    document = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    asked = {Requirement(item).name.lower() for item in document["project"]["dependencies"]}

    # pydantic-core is part of pydantic, which names the one version that it works with.
    assert asked == (_imported_distributions(root) | set(_NOT_IMPORTED)) - {"pydantic-core"}
