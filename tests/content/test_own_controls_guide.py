"""What the guide about controls of one's own shows is what happens."""

import re
import tomllib
from pathlib import Path

import pytest

from pavior.adapters.readers.configuration_file import read_configuration
from pavior.adapters.readers.kubernetes import read_manifests
from pavior.adapters.readers.terraform_source import read_source
from pavior.content import load_controls
from pavior.content.cases import CaseReaders, try_control
from pavior.content.configuration import KEYS
from pavior.content.own_controls import gather
from pavior.content.packs import load_pack
from pavior.kernel.verdicts import Outcome, Phase
from pavior.policy.evaluation import evaluate

_FENCE = re.compile(r"^```(yaml|toml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(root: Path) -> Path:
    return root / "docs" / "guides" / "own-controls"


@pytest.fixture
def guide(root: Path) -> str:
    return (root / "docs" / "guides" / "own-controls.md").read_text(encoding="utf-8")


def test_the_pack_of_the_guide_is_good(folder: Path) -> None:
    pack = load_pack(folder / "acme", is_run=True)
    (control,) = pack.controls

    assert (pack.name, control.id) == ("acme", "acme-log-groups-named")
    assert try_control(
        folder / "acme" / "acme_log_groups_named", control, CaseReaders(read_source, read_manifests)
    ).is_good


def test_the_file_of_the_guide_says_everything_that_can_be_said(folder: Path, guide: str) -> None:
    found = read_configuration(folder / "pavior.yaml")
    text = (folder / "pavior.yaml").read_text(encoding="utf-8")

    assert all(f"\n{key}:" in text for key in KEYS)
    assert set(re.findall(r"^\| `([a-z_]+)` \| [a-z]", guide, re.MULTILINE)) >= set(KEYS)
    assert (found.environment, found.is_known_required, len(found.excluded)) == ("dev", False, 2)


def test_the_verdicts_of_the_guide_are_those_that_it_tells(folder: Path, guide: str) -> None:
    own = gather(load_controls(), repository=read_configuration(folder / "pavior.yaml"), is_trusted=True)
    graph = read_source({"main.tf": (folder / "main.tf").read_bytes()}, {}, frozenset())

    verdicts = {item.control: item for item in evaluate(graph, own.controls, Phase.CODE).verdicts}

    told = verdicts["log-retention"].message
    assert told == (
        "Logs are kept for 365 days, and must be for at least 400. retention_days is 400 by pavior.yaml:21."
    )
    assert told in " ".join(guide.split())
    assert verdicts["acme-log-groups-named"].outcome is Outcome.PASSED
    assert verdicts["resources-tagged-with-owner-and-data-class"].outcome is Outcome.PASSED


def test_what_the_guide_shows_can_be_read(guide: str, folder: Path, tmp_path: Path) -> None:
    blocks = _FENCE.findall(guide)
    control = tomllib.loads((folder / "acme/acme_log_groups_named/control.toml").read_text(encoding="utf-8"))
    shown = [tomllib.loads(text) for language, text in blocks if language == "toml"]
    written = [text for language, text in blocks if language == "yaml"]

    assert shown == [
        {"parameters": control["parameters"]},
        tomllib.loads((folder / "acme/pack.toml").read_text(encoding="utf-8")),
    ]
    assert len(written) == 2
    for text in written:
        file = tmp_path / "pavior.yaml"
        file.write_text(text if text.startswith("version") else f"version: 1\n{text}", encoding="utf-8")
        read_configuration(file)
