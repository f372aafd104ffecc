"""The repository's own papers: what they point to exists."""

import re
from pathlib import Path

import pytest

_LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#]+)")
_INDEXED = ("guides", "reference", "tutorials")


def _pages(root: Path) -> list[Path]:
    return sorted([*root.glob("*.md"), *root.glob("docs/**/*.md")])


def test_every_link_between_documents_leads_somewhere(root: Path) -> None:
    pages = _pages(root)
    broken = [
        f"{page.relative_to(root)}: {target}"
        for page in pages
        for target in _LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]

    assert len(pages) > 5
    assert broken == []


def test_every_guide_and_every_page_of_reference_is_in_the_index(root: Path) -> None:
    docs = root / "docs"
    pages = {path.relative_to(docs).as_posix() for folder in _INDEXED for path in docs.glob(f"{folder}/*.md")}

    assert {page.split("/")[0] for page in pages} == set(_INDEXED)
    assert pages - set(_LINK.findall((docs / "README.md").read_text(encoding="utf-8"))) == set()


def test_every_decision_is_in_the_index(root: Path) -> None:
    folder = root / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    records = {path.name for path in folder.glob("[0-9]*.md")}

    assert records
    assert set(re.findall(r"\]\((\d{4}-[a-z0-9-]+\.md)\)", index)) == records
    numbers = sorted(name[:4] for name in records)
    assert numbers == [f"{number:04}" for number in range(1, len(records) + 1)]


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "LICENSE"])
def test_the_repository_has_its_papers(name: str, root: Path) -> None:
    assert (root / name).stat().st_size > 200


def test_every_make_target_has_a_line_of_help(root: Path) -> None:
    text = (root / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", text, flags=re.MULTILINE)
    explained = set(re.findall(r"^([a-z-]+):.*## \S", text, flags=re.MULTILINE))

    assert phony is not None
    assert set(phony[1].split()) == explained
    assert {"up", "demo", "test", "lint", "types", "golden", "bench", "docs", "help"} <= explained


def test_every_rule_that_is_not_checked_says_why(root: Path) -> None:
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    block = text.split("\nignore = [\n", 1)[1].split("\n]", 1)[0]

    assert len(block.splitlines()) > 5
    assert [line for line in block.splitlines() if not re.match(r'^    "[A-Z]+\d+",\s+# \S.+', line)] == []


def test_each_bad_input_has_a_code_and_a_test_that_shows_it(root: Path) -> None:
    page = (root / "docs" / "reference" / "bad-input.md").read_text(encoding="utf-8")
    codes = {line.split()[0] for line in (root / "tests/golden/errors.txt").read_text(encoding="utf-8").splitlines()}
    rows = re.findall(r"^\| [^|]+ \| `([a-z-]+)` \| \[(\S+)\]\(\S+\): `(\w+)` \|$", page, flags=re.MULTILINE)
    wrong = [
        row
        for row in rows
        if row[0] not in codes or f"\ndef {row[2]}(" not in (root / row[1]).read_text(encoding="utf-8")
    ]

    assert len(rows) == page.count("\n| ") - 1 >= 18
    assert wrong == []
