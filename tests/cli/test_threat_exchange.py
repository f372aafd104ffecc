"""`pavior threat export` and `import`, as somebody types them."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.tools import tools_with
from tests.threatmodels.models import TEXT

from pavior.cli.root import invoke
from pavior.content import load_controls

FOREIGN: dict[str, Any] = {
    "otmVersion": "0.2.0",
    "project": {"id": "shop", "name": "shop", "description": "The shop."},
    "trustZones": [{"id": "inside", "name": "Inside", "risk": {"trustRating": 90}}],
    "components": [
        {
            "id": f"c{number}",
            "name": f"Part {number}",
            "type": "web-service",
            "tags": ["x"],
            "parent": {"trustZone": "inside"},
        }
        for number in range(3)
    ],
    "dataflows": [{"id": "calls", "name": "Calls", "source": "c0", "destination": "c1"}],
    "threats": [],
}


@pytest.fixture
def exchange(launcher: Any) -> Any:
    """A launcher that knows the controls."""
    launcher.tools = tools_with(load_controls=load_controls)
    return launcher


def write(path: Path, document: dict[str, Any]) -> Path:
    path.write_text(json.dumps(document), "utf-8")
    return path


def test_a_model_goes_out_and_comes_back_as_the_same_file(
    exchange: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "threatmodel.yaml").write_text(TEXT, "utf-8")
    otm, back = tmp_path / "orders.otm", tmp_path / "back.yaml"

    assert invoke(["threat", "export", str(tmp_path), "--format", "otm", "--output", str(otm)], exchange) == 0
    assert invoke(["threat", "import", str(otm), "--output", str(back)], exchange) == 0

    assert back.read_text("utf-8") == TEXT.replace("12:00:00Z", "12:00:00.000000Z")
    assert "Read of orders: 2 elements, 1 flow, 2 threats." in capsys.readouterr().out


def test_without_a_file_it_is_printed_as_it_is(
    exchange: Any, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    (tmp_path / "threatmodel.yaml").write_text(TEXT, "utf-8")

    assert invoke(["threat", "export", str(tmp_path), "--format", "json"], exchange) == 0

    assert json.loads(capsysbinary.readouterr().out)["service"] == "orders"


def test_a_foreign_model_is_written_and_what_is_the_same_of_many_is_told_once(
    exchange: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    into = tmp_path / "new.yaml"

    assert invoke(["threat", "import", str(write(tmp_path / "m.json", FOREIGN)), "--output", str(into)], exchange) == 0

    out = capsys.readouterr().out
    assert "/components/0/tags and 2 like it  There is no place for it." in out
    assert into.read_text("utf-8").startswith("version: 2\nservice: shop\nscope: The shop.\n")


def test_half_a_model_is_written_only_when_that_is_wanted(
    exchange: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flow = {"id": "x", "name": "X", "source": "c0", "destination": "gone"}
    source = str(write(tmp_path / "m.json", FOREIGN | {"dataflows": [*FOREIGN["dataflows"], flow]}))
    into = tmp_path / "new.yaml"

    assert invoke(["threat", "import", source, "--output", str(into)], exchange) == 1
    assert not into.exists()
    out = capsys.readouterr().out
    assert "/dataflows/1/destination  There is no component gone." in out
    assert "--partial" in out

    assert invoke(["threat", "import", source, "--output", str(into), "--partial", "--json"], exchange) == 1
    assert "calls" in into.read_text("utf-8")
    told = json.loads(capsys.readouterr().out)
    assert told["not_taken"] == [{"pointer": "/dataflows/1/destination", "why": "There is no component gone."}]


def test_a_file_that_is_there_is_not_written_over(exchange: Any, tmp_path: Path) -> None:
    into = tmp_path / "new.yaml"
    into.write_text("mine", "utf-8")

    assert invoke(["threat", "import", str(write(tmp_path / "m.json", FOREIGN)), "--output", str(into)], exchange) != 0

    assert into.read_text("utf-8") == "mine"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"{", "line 1"),
        (b"[]", "no one mapping"),
        (b"otmVersion: 9\nproject: {id: a, name: a}\n", "/otmVersion"),
        (
            b"a0: &a0 [x, x]\n" + b"".join(b"a%d: &a%d [*a%d, *a%d]\n" % (n, n, n - 1, n - 1) for n in range(1, 30)),
            "values",
        ),
        (b"[" * 100, "nested deeper"),
        (b"!!python/object/apply:os.system [ls]\n", "tag"),
    ],
)
def test_what_is_no_open_threat_model_is_refused_with_its_place(
    body: bytes, told: str, exchange: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "m.yaml"
    source.write_bytes(body)

    assert invoke(["threat", "import", str(source)], exchange) == 2

    err = capsys.readouterr().err
    assert err.startswith("otm-unreadable: ")
    assert told in err


def test_hostile_text_of_a_foreign_model_steers_no_terminal(
    exchange: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hostile = "\x1b]0;owned\x07<b>\u202ex"
    flow = {"id": hostile, "name": hostile, "source": hostile, "destination": hostile}
    component = {"id": "c9", "name": hostile, "type": hostile, hostile: 1, "parent": {"trustZone": "inside"}}
    source = write(tmp_path / "m.json", FOREIGN | {"components": [component], "dataflows": [flow]})
    into = tmp_path / "new.yaml"

    assert invoke(["threat", "import", str(source), "--output", str(into), "--partial"], exchange) == 1

    out = capsys.readouterr().out
    assert "/dataflows/0/source" in out
    for text in (out, into.read_text("utf-8")):
        assert not {"\x1b", "\x07", "\u202e"} & set(text)
