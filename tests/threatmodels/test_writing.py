from dataclasses import replace
from typing import Any

from hypothesis import given, settings

from pavior.threatmodels.model import SECTIONS, Asset, DataClass, ThreatModel
from pavior.threatmodels.reading import check_threat_model
from pavior.threatmodels.writing import render_model

from .models import CONTROLS, MODEL, TEXT, models


def without_lines(model: ThreatModel) -> ThreatModel:
    """The same, as if nobody had read it from a file."""
    fields: dict[str, Any] = {name: tuple(replace(item, line=0) for item in getattr(model, name)) for name in SECTIONS}
    return replace(model, **fields)


def read(text: str) -> ThreatModel:
    reading = check_threat_model(text.encode(), control_ids=CONTROLS)
    assert reading.problems == (), text
    assert reading.model is not None
    return without_lines(reading.model)


def test_a_model_is_written_as_people_write_it() -> None:
    assert render_model(MODEL) == TEXT.replace("12:00:00Z", "12:00:00.000000Z")


@given(models())
@settings(deadline=None, max_examples=60)
def test_a_model_that_was_written_is_read_as_it_was(model: ThreatModel) -> None:
    text = render_model(model)

    assert read(text) == model
    assert render_model(read(text)) == text


def test_a_long_sentence_is_wrapped_and_a_description_keeps_its_lines() -> None:
    threat = replace(MODEL.threats[1], title="word " * 30 + "end", description="First.\n\n  - second")

    text = render_model(replace(MODEL, threats=(threat,)))

    assert f"    title: >-\n      {'word ' * 20}word\n      {'word ' * 9}end\n" in text
    assert "    description: |-\n      First.\n\n        - second\n" in text


def test_a_long_sentence_with_two_spaces_is_not_wrapped() -> None:
    threat = replace(MODEL.threats[1], title="a  b " * 40 + "end")

    assert f"    title: {threat.title}\n" in render_model(replace(MODEL, threats=(threat,)))


def test_what_would_be_read_as_something_else_stands_in_quotes() -> None:
    titles = ("yes", "null", "1e3", "0x1f", "a: b", "a #b", "- a", "* a", "a\u00a0b", "\U0001f469")
    model = replace(
        MODEL, threats=(), assets=tuple(Asset(f"a{n}", text, DataClass.PUBLIC) for n, text in enumerate(titles))
    )

    lines = [line.partition("title: ")[2] for line in render_model(model).splitlines() if "title: " in line]

    assert lines[: len(titles)] == [
        '"yes"', '"null"', '"1e3"', '"0x1f"', '"a: b"', '"a #b"', '"- a"', '"* a"', '"a\\U000000a0b"', '"\U0001f469"',
    ]  # fmt: skip
