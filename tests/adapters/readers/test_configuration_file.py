"""`pavior.yaml` is found where it counts, read safely, and what is wrong in it is named with its line."""

from pathlib import Path

import pytest

from pavior.adapters.readers.configuration_file import MAXIMUM_BYTES, find_configuration, read_configuration
from pavior.content.configuration import ChosenValue, ExcludedGlob, PackSource
from pavior.kernel.errors import InvalidError

HOME = Path("/home/mara")
COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "outside" / "repository"
    (folder / ".git").mkdir(parents=True)
    (folder / "infra" / "dev").mkdir(parents=True)
    (tmp_path / "outside" / "pavior.yaml").write_text("version: 1\n", encoding="utf-8")
    return folder


def _file(folder: Path, text: str | bytes = "version: 1\n") -> Path:
    file = folder / "pavior.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_it_is_found_upward_from_a_folder_or_a_file(repository: Path) -> None:
    file = _file(repository)
    stack = repository / "infra" / "dev" / "main.tf"
    stack.write_text("", encoding="utf-8")

    assert find_configuration(repository / "infra" / "dev", user_home=HOME) == file
    assert find_configuration(stack, user_home=HOME) == file


def test_the_nearest_one_counts(repository: Path) -> None:
    _file(repository)
    nearer = _file(repository / "infra")

    assert find_configuration(repository / "infra" / "dev", user_home=HOME) == nearer


def test_the_search_ends_at_the_root_of_the_repository(repository: Path) -> None:
    assert find_configuration(repository / "infra", user_home=HOME) is None


def test_a_worktree_is_a_repository_too(repository: Path) -> None:
    (repository / ".git").rmdir()
    (repository / ".git").write_text("gitdir: /somewhere\n", encoding="utf-8")

    assert find_configuration(repository / "infra", user_home=HOME) is None


def test_without_a_repository_the_search_ends_below_the_home_folder(tmp_path: Path) -> None:
    home = tmp_path / "mara"
    (home / "work" / "infra").mkdir(parents=True)
    _file(home)

    assert find_configuration(home / "work" / "infra", user_home=home) is None
    file = _file(home / "work")
    assert find_configuration(home / "work" / "infra", user_home=home) == file


def test_outside_of_both_only_the_folder_itself_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "infra").mkdir()
    file = _file(tmp_path)

    assert find_configuration(tmp_path / "infra", user_home=HOME) is None
    assert find_configuration(tmp_path, user_home=HOME) == file


def test_everything_is_read_with_its_place(tmp_path: Path) -> None:
    file = _file(
        tmp_path,
        f"""\
version: 1
environment: prod
require_known: false
require_coverage: true
exclude:
  - examples/**
parameters:
  log-retention:
    retention_days: 90
packs:
  - path: policy/acme
  - repository: https://git.example.org/policies.git
    commit: "{COMMIT}"
""",
    )

    found = read_configuration(file)

    assert (found.file, found.environment, found.is_known_required) == (file, "prod", False)
    assert found.is_coverage_required is True
    assert found.excluded == (ExcludedGlob("examples/**", "pavior.yaml:6"),)
    assert found.parameters == (ChosenValue("log-retention", "retention_days", 90, "pavior.yaml:9"),)
    assert found.packs == (
        PackSource(tmp_path / "policy" / "acme", "", "", "pavior.yaml:11"),
        PackSource(None, "https://git.example.org/policies.git", COMMIT, "pavior.yaml:12"),
    )


_BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefg", "bcdefgh", strict=True)
)
REFUSED: dict[str, tuple[str | bytes, str]] = {
    "a bomb": (_BOMB, "more than 150000 values"),
    "a key twice": ("version: 1\nversion: 1\n", "pavior.yaml:2: the key 'version' stands there twice"),
    "UTF-16": ("version: 1\n".encode("utf-16"), "UTF-16"),
    "no UTF-8": (b"version: \xff\n", "not UTF-8"),
    "a NUL": (b"version: 1\x00\n", "NUL"),
    "too large": (b"#" * (MAXIMUM_BYTES + 1), f"more than the {MAXIMUM_BYTES} bytes"),
    "too deep": ("[" * 200, "nested deeper than 100"),
    "no YAML": ("version: [1\n", "it is no YAML"),
    "an object": ("version: !!python/object/apply:os.system [id]\n", "version must be 1"),
    "a tag in a value": ("version: 1\nparameters:\n  a:\n    b: !env X\n", "pavior.yaml:4: b has a tag"),
    "nothing": ("", "it is empty"),
    "two documents": ("version: 1\n---\nversion: 1\n", "more than one document"),
    "an unknown key": ("version: 1\n\ncolour: red\n", "pavior.yaml:3: there is no key 'colour'"),
    "a wrong type": ("version: 1\nrequire_known: maybe\n", "pavior.yaml:2: require_known must be true or false"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_wrong_is_refused_with_its_line(name: str, tmp_path: Path) -> None:
    text, why = REFUSED[name]

    with pytest.raises(InvalidError) as raised:
        read_configuration(_file(tmp_path, text))

    assert raised.value.code == "configuration-invalid"
    assert raised.value.summary.startswith("pavior.yaml:")
    assert why in raised.value.summary


def test_a_file_of_an_operator_says_nothing_about_one_repository(tmp_path: Path) -> None:
    file = _file(tmp_path, "version: 1\nenvironment: prod\n")

    with pytest.raises(InvalidError, match=r"environment belongs to the pavior\.yaml of a repository") as raised:
        read_configuration(file, name="/etc/pavior/controls.yaml", is_of_operator=True)

    assert raised.value.summary.startswith("/etc/pavior/controls.yaml:2: ")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidError) as raised:
        read_configuration(tmp_path / "pavior.yaml")

    assert raised.value.code == "configuration-unreadable"


def test_what_a_golden_path_keeps_under_that_name_is_no_configuration(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "pavior.yaml").write_text("# How it was made.\ngolden_path: python-service\nversion: 1.2.0\n", "utf-8")

    assert find_configuration(tmp_path / "infra", user_home=tmp_path.parent) is None


def test_a_file_of_that_name_with_more_in_it_is_told_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    file = tmp_path / "pavior.yaml"
    file.write_text("golden_path: python-service\nversion: 1\nexclude:\n  - infra/\n", "utf-8")

    found = find_configuration(tmp_path, user_home=tmp_path.parent)

    assert found == file
    with pytest.raises(InvalidError, match="there is no key 'golden_path'"):
        read_configuration(file)
