"""`pavior check` of each file of other projects' sets: an answer, an error of ours, or told as not looked at."""

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from pavior.cli.checking.looking import check_path
from pavior.cli.checking.people import told_to_people
from pavior.cli.checking.report import CheckReport
from pavior.cli.checking.request import CheckRequest
from pavior.cli.launcher import CheckTools
from pavior.kernel.errors import InvalidError
from pavior.launching.later import LaterLauncher

_ENDINGS = (".json", ".yaml", ".yml", ".tf")


@pytest.fixture
def unpacked(peers: Path, tmp_path: Path) -> Path:
    with tarfile.open(next(peers.rglob("g8_parser_robustness.tar.gz"))) as packed:
        # Python before 3.11.4 knows no filters.
        careful: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        packed.extractall(tmp_path, **careful)  # noqa: S202 - the peers' own archive
    return tmp_path / "g8_parser_robustness"


def _ask(path: Path, tools: CheckTools) -> CheckReport | InvalidError:
    try:
        return check_path(CheckRequest(path), tools)
    except InvalidError as error:
        return error


@pytest.mark.peers
@pytest.mark.slow
def test_every_file_has_an_answer(unpacked: Path) -> None:
    rows = [json.loads(line) for line in (unpacked / "manifest.jsonl").read_text("utf-8").splitlines()]
    broken = {row["input_path"] for row in rows if "error" in row["expected"]}
    tools = LaterLauncher({}, Path("/nonexistent")).check_tools()
    controls = tools.load_controls()
    tools = structs.replace(tools, load_controls=lambda: controls)
    answers: dict[str, str] = {}

    for path in sorted(path for path in unpacked.rglob("*") if path.name.endswith(_ENDINGS)):
        answer = _ask(path, tools)
        name = path.relative_to(unpacked).as_posix()
        if isinstance(answer, InvalidError):
            answers[name] = answer.code
            assert answer.fix, name
        elif answer.verdicts:
            answers[name] = "verdicts"
        elif answer.coverage.not_looked_at:
            answers[name] = "not looked at"
            assert answer.lacks_coverage, name
        else:
            # Read, and nothing in it that a control asks about: said so.
            answers[name] = "nothing asked"
            told = told_to_people(answer, lambda lines, _: lines)
            assert "No control looked at anything here" in str(told[-1]) or answer.is_denied, name

    assert len(answers) > 380
    assert not [name for name in broken if answers.get(name) == "verdicts"]
    by_framework = {row["input_path"]: row["framework"] for row in rows}
    of_cloudformation = {answers[name] for name, kind in by_framework.items() if kind == "cloudformation"}
    assert of_cloudformation == {"not looked at"}
