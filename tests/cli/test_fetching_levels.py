"""`pavior environment fetch-levels`: a good document replaces the one of before, and nothing else does."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.checking.documents import EXPIRED, HOUR, NOW, OTHER, a_signed_waiver, files, signed, tampered
from tests.cli.tools import tools_with

from pavior.cli.root import invoke
from pavior.kernel.clock import format_instant
from pavior.kernel.errors import UnavailableError

SERVER = "https://pavior.example.com"


@pytest.fixture
def fetch(launcher: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(levels: str, *options: str) -> tuple[int, str, str]:
        (tmp_path / "key.pem").write_text(files("")["key.pem"], encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        given = {(SERVER, "orders/prod"): levels.encode()}
        launcher.tools = tools_with(fetch_levels=lambda server, name: given[server, name])
        where = ("--server", SERVER, "--key", "key.pem", "--output", "levels.json")
        status = invoke(["environment", "fetch-levels", "orders/prod", *where, *options], launcher)
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def test_what_is_good_is_written_and_told_with_its_end(fetch: Any, tmp_path: Path) -> None:
    levels = signed(waivers=(a_signed_waiver(),))

    status, out, err = fetch(levels)

    assert (status, err) == (0, "")
    assert (tmp_path / "levels.json").read_text(encoding="utf-8") == levels
    assert f"valid until  {format_instant(NOW + 23 * HOUR)}" in out
    assert "waivers      1" in out
    assert "pavior check --levels-from levels.json --levels-key key.pem" in out


def test_programs_are_told_the_same(fetch: Any) -> None:
    document = json.loads(fetch(signed(), "--json")[1])

    assert (document["environment"], document["waivers"], document["controls"]) == ("orders/prod", 0, 1)
    assert document["valid_until"] == format_instant(NOW + 23 * HOUR)


@pytest.mark.parametrize(
    ("levels", "why"),
    [
        (signed(**EXPIRED), "valid until"),
        (signed(issued_at=NOW + HOUR), "has not come on this machine"),
        (signed(key=OTHER), "of another Pavior than the key"),
        (tampered(signed()), "were changed afterwards"),
        (signed()[:-40], "cannot be read"),
        (signed(environment="orders/dev"), "It is about orders/dev"),
    ],
)
def test_what_nobody_could_go_by_leaves_the_file_of_before_as_it_is(
    fetch: Any, tmp_path: Path, levels: str, why: str
) -> None:
    (tmp_path / "levels.json").write_text("of yesterday", encoding="utf-8")

    status, out, err = fetch(levels)

    assert (status, out) == (UnavailableError.exit_status, "")
    assert err.startswith("levels-unusable: ")
    assert why in err
    assert (tmp_path / "levels.json").read_text(encoding="utf-8") == "of yesterday"
