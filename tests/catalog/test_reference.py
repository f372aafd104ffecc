"""The pages about files that people write say what the code does."""

import re
from pathlib import Path

import pytest

from pavior.catalog import documents, service
from pavior.catalog.relations import INVERSES, KINDS
from pavior.goldenpaths import safety, template_language
from pavior.observability.objectives import check_objectives
from pavior.threatmodels.reading import check_threat_model
from pavior.workflows import repository_folders


@pytest.fixture
def reference(root: Path) -> Path:
    return root / "docs" / "reference"


def test_every_problem_of_a_catalog_file_is_explained(root: Path, reference: Path) -> None:
    source = root / "src" / "pavior"
    files = [*source.glob("catalog/*.py"), source / "workflows" / "adopt_repository.py"]
    raised = {
        code for file in files for code in re.findall(r'"((?:yaml|catalog)-[a-z0-9-]+)"', file.read_text("utf-8"))
    }
    raised -= {"catalog-info"}

    explained = set(re.findall(r"^\| `([a-z0-9-]+)` \|", (reference / "catalog.md").read_text("utf-8"), re.MULTILINE))

    assert len(raised) > 15
    assert explained == raised


def test_every_kind_relation_and_limit_of_the_catalog_is_told(reference: Path) -> None:
    text = (reference / "catalog.md").read_text("utf-8")

    for name, kind in KINDS.items():
        row = next(line for line in text.splitlines() if line.startswith(f"| {name} |"))
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert cells[1] == f"`{kind.group}/…`"
        assert cells[2] == ", ".join(kind.required)
        assert set(filter(None, cells[3].split(", "))) == set(kind.fields)
    assert all(name in text for name in INVERSES)
    assert documents.MAXIMUM_BYTES == 1024 * 1024
    for limit in (
        documents.MAXIMUM_DEPTH,
        documents.MAXIMUM_NODES,
        documents.MAXIMUM_DOCUMENTS,
        service.MAXIMUM_CATALOG_FILES,
    ):
        assert f"| {limit:,}" in text


def test_what_a_template_may_use_is_told(reference: Path) -> None:
    text = (reference / "golden-path.md").read_text("utf-8")
    paragraph = text.split("the filters ")[1].split(":")[0]

    assert set(re.findall(r"`([a-z_]+)`", paragraph)) == template_language.FILTERS
    assert (template_language.MAXIMUM_FILTERS_IN_A_ROW, template_language.MAXIMUM_WORD_CHARACTERS) == (3, 40)
    assert f"{safety.MAXIMUM_FILES} files, {safety.MAXIMUM_BYTES // 1024**2} MiB altogether" in text
    assert f"{template_language.MAXIMUM_TEMPLATE_BYTES // 1024} KiB" in text


def test_the_limits_of_adoption_are_told(root: Path) -> None:
    text = " ".join((root / "docs" / "guides" / "adopt.md").read_text("utf-8").split())

    assert f"{repository_folders.MAXIMUM_ENTRIES:,} files and folders" in text
    assert f"{repository_folders.MAXIMUM_TERRAFORM_FILES:,} Terraform files" in text
    assert f"{repository_folders.MAXIMUM_TERRAFORM_BYTES // 1024**2} MiB" in text
    assert f"more than {repository_folders.MAXIMUM_REPOSITORIES}:" in text


def test_the_examples_of_the_pages_are_valid(reference: Path) -> None:
    def example(name: str) -> bytes:
        return (reference / name).read_text("utf-8").split("```yaml\n")[1].split("```")[0].encode()

    controls = frozenset({"database-encrypted-with-own-key"})
    assert check_threat_model(example("threat-model.md"), control_ids=controls).problems == ()
    assert check_objectives(example("objectives.md")).problems == ()
