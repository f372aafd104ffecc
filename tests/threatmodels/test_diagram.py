"""The picture of a threat model: everything has its place, and no text of a model is more than text."""

import re
from dataclasses import replace
from importlib.resources import files
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.threatmodels.diagrams import a_shop, a_threat

from pavior.kernel.errors import UnavailableError
from pavior.threatmodels import drawing
from pavior.threatmodels import layout as layouts
from pavior.threatmodels.condensing import OVERVIEW, Size, condense
from pavior.threatmodels.diffing import with_removed
from pavior.threatmodels.drawing import Shown, describe, draw
from pavior.threatmodels.layout import Box, Layout, lay_out
from pavior.threatmodels.mermaid import to_mermaid
from pavior.threatmodels.model import Boundary, Element, ElementKind, Flow, ThreatModel, ThreatState
from pavior.threatmodels.wording import cut, plain, width_of, wrap

_SVG = "{http://www.w3.org/2000/svg}"
_NO_MODEL = ThreatModel("shop", "Nothing yet.")
HOSTILE = (
    "<script>alert(1)</script>",
    '" onload="alert(1)',
    "]]>&lt;&amp;",
    "\x1b[31mred\x1b[0m",
    "\u202edesrever\u2066",
    "x" * 10_000,
    "end",
    'click n0 "javascript:alert(1)"',
    "`code` [a](b) #quot; | -->",
    "one\ntwo\r\n  three\u2028four",
    "",
)


def _lay_out(model: ThreatModel) -> Layout:
    found = lay_out(model)
    assert found is not None
    return found


def _label_boxes(found: Layout) -> list[Box]:
    return [arrow.label_box for arrow in found.arrows if arrow.label_box is not None]


def test_no_two_of_sixty_elements_overlap_and_everything_lies_within_the_picture() -> None:
    model = a_shop(18)
    found = _lay_out(model)
    whole = Box(0, 0, found.width, found.height)

    assert len(found.elements) == 60
    assert not [pair for pair in combinations(found.elements.values(), 2) if pair[0].touches(pair[1])]
    assert all(whole.holds(box) for box in [*found.elements.values(), *found.boundaries.values()])
    assert all(whole.holds(Box(x, y, 0, 0)) for arrow in found.arrows for x, y in arrow.points)


def test_no_label_lies_upon_another_one_or_upon_an_element() -> None:
    found = _lay_out(a_shop(18))
    labels = _label_boxes(found)

    assert len(labels) > 50
    assert all(Box(0, 0, found.width, found.height).holds(box) for box in labels)
    assert not [pair for pair in combinations(labels, 2) if pair[0].touches(pair[1])]
    assert not [box for box in labels if any(box.touches(element) for element in found.elements.values())]


def test_an_element_lies_in_its_boundary_and_in_no_other() -> None:
    model = a_shop(3)
    found = _lay_out(model)
    around = {item.id: item.within for item in model.boundaries}

    for element in model.elements:
        within, at = set(), element.boundary
        while at:
            within.add(at)
            at = around[at]
        for boundary, box in found.boundaries.items():
            assert box.holds(found.elements[element.id]) == (boundary in within), (element.id, boundary)


def test_an_arrow_goes_from_the_edge_of_its_source_to_the_edge_of_its_target() -> None:
    found = _lay_out(a_shop(3))

    for arrow in found.arrows:
        source, target = found.elements[arrow.source], found.elements[arrow.target]
        (x, y), (to_x, to_y) = arrow.points[0], arrow.points[-1]
        assert x in (pytest.approx(source.x), pytest.approx(source.x + source.width))
        assert source.y <= y <= source.y + source.height
        assert to_x in (pytest.approx(target.x), pytest.approx(target.x + target.width))
        assert target.y <= to_y <= target.y + target.height


def test_flows_from_one_element_to_the_same_other_are_one_arrow() -> None:
    model = replace(
        _NO_MODEL,
        elements=(Element("a", "A", ElementKind.PROCESS), Element("b", "B", ElementKind.DATA_STORE)),
        flows=(Flow("reads", "a", "b", "reads"), Flow("writes", "a", "b", "writes"), Flow("itself", "a", "a", "calls")),
    )

    assert [(arrow.flows, arrow.label) for arrow in _lay_out(model).arrows] == [
        (("reads", "writes"), "reads, writes"),
        (("itself",), "calls"),
    ]


def test_the_same_model_is_drawn_the_same() -> None:
    first = draw(a_shop(3))
    layouts.lay_out.cache_clear()

    assert draw(a_shop(3)) == first


def test_what_takes_too_long_to_place_is_drawn_by_boundaries(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def lay_out_small_ones(model: ThreatModel) -> Layout | None:
        tried.append(len(model.elements))
        return _lay_out(model) if len(model.elements) < 10 else None

    monkeypatch.setattr(drawing, "lay_out", lay_out_small_ones)
    drawn = draw(a_shop(18))

    assert tried == [60, 6]
    assert "60 elements are too many for one picture: drawn by boundaries." in drawn
    assert "Subnets of data, process, 18 elements" in drawn


def test_time_is_bounded_and_what_took_too_long_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    layouts.lay_out.cache_clear()
    monkeypatch.setattr(layouts, "_LONGEST_SECONDS", 0.02)

    assert lay_out(a_shop(30)) is None
    monkeypatch.undo()
    assert lay_out(a_shop(30)) is None
    layouts.lay_out.cache_clear()


def test_what_cannot_be_placed_at_all_says_what_else_to_look_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "lay_out", lambda _: None)

    with pytest.raises(UnavailableError, match="layout-too-long"):
        draw(a_shop(1))


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:20])
def test_a_hostile_text_is_only_text_in_the_picture(text: str) -> None:
    model = replace(
        _NO_MODEL,
        boundaries=(Boundary("outer", text),),
        elements=(
            Element("a", text, ElementKind.PROCESS, technology=text, boundary="outer", is_public=True),
            Element("b", text, ElementKind.DATA_STORE),
        ),
        flows=(Flow("flow", "a", "b", text, text),),
        threats=(replace(a_threat("threat", places=("a", "flow")), title=text),),
    )

    drawn = draw(model, Shown(links={"a": "#a"}), is_standalone=False)

    tree = ET.fromstring(drawn)  # noqa: S314 - our own
    assert {item.tag.removeprefix(_SVG) for item in tree.iter()} <= {
        "svg", "title", "desc", "g", "a", "rect", "path", "circle", "text", "tspan",
    }  # fmt: skip
    assert not [name for item in tree.iter() for name in item.attrib if name.startswith("on") or name == "style"]
    assert {item.get("href") for item in tree.iter(f"{_SVG}a")} == {"#a"}
    assert len(drawn) < 20_000
    assert not re.search("[\x00-\x08\x0b-\x1f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", drawn)


def test_only_a_picture_that_stands_alone_brings_a_style_and_it_has_no_variables() -> None:
    alone, within = draw(a_shop(1)), draw(a_shop(1), is_standalone=False)

    assert "<style>" in alone
    assert "var(" not in alone
    assert "<style" not in within


def test_a_badge_tells_how_many_threats_and_how_the_worst_of_them_stands() -> None:
    model = replace(
        _NO_MODEL,
        elements=(Element("a", "Till", ElementKind.PROCESS), Element("b", "Safe", ElementKind.DATA_STORE)),
        threats=(a_threat("one", places=("a",)), a_threat("two", places=("a",)), a_threat("three", places=("b",))),
    )

    drawn = draw(model, Shown(states={"one": ThreatState.MITIGATED, "two": ThreatState.OPEN}))

    assert "Till, process, 2 threats, the worst open" in drawn
    # Nobody knows of it, so it is no kind of mitigated.
    assert "Safe, data store, 1 threat, the worst not evaluated" in drawn


def test_what_changed_and_what_is_inferred_is_said_in_words_too() -> None:
    drawn = draw(a_shop(2), Shown(marks={"queue-1": "added"}))

    assert "Queue of service 1, data store, aws_sqs_queue, inferred, added" in drawn
    assert '<tspan class="dfd-word">added</tspan>' in drawn


def test_the_picture_is_told_in_words() -> None:
    assert describe(a_shop(1)) == "9 elements in 6 boundaries, 8 flows. Public: Load balancer, Pictures."


def test_an_empty_model_is_an_empty_picture() -> None:
    assert ET.fromstring(draw(_NO_MODEL)).tag == f"{_SVG}svg"  # noqa: S314 - our own


def test_a_model_that_is_too_large_is_drawn_by_boundaries_which_say_how_many() -> None:
    model = a_shop(100)
    condensed = condense(model)

    assert {(item.id, item.technology) for item in condensed.elements} == {
        ("-outside", "2 elements"),
        ("public-subnets", "1 element"),
        ("private-subnets", "100 elements"),
        ("data-subnets", "100 elements"),
        ("account", "102 elements"),
        ("payments", "1 element"),
    }
    assert Flow("private-subnets--data-subnets", "private-subnets", "data-subnets", "100 flows") in condensed.flows
    assert {threat.id: threat.places for threat in condensed.threats}["read-database"] == ("data-subnets",)
    assert "306 elements are too many for one picture" in draw(model)


def test_a_boundary_that_is_called_outside_is_not_what_lies_outside_of_all() -> None:
    model = replace(
        _NO_MODEL,
        boundaries=(Boundary("outside", "Outside of the office"),),
        elements=(
            Element("laptop", "Laptop", ElementKind.PROCESS, boundary="outside"),
            *(Element(f"e{number}", "One", ElementKind.PROCESS) for number in range(3)),
        ),
    )

    assert {(item.title, item.technology) for item in condense(model, Size(elements=3, flows=2)).elements} == {
        ("Outside of the office", "1 element"),
        ("Everything else", "3 elements"),
    }


def test_a_model_is_condensed_to_what_is_asked_for() -> None:
    condensed = condense(a_shop(3), Size(elements=3, flows=2))

    # Three outermost places are one too many: the smallest, the payment provider, is counted to what lies nowhere.
    assert {(item.id, item.technology) for item in condensed.elements} == {
        ("account", "12 elements"),
        ("-outside", "3 elements"),
    }
    assert len(condensed.flows) == 2


@pytest.mark.parametrize("nesting", [1, 5_000])
def test_ten_thousand_elements_in_as_many_boundaries_are_still_a_small_picture(nesting: int) -> None:
    count = 10_000
    model = replace(
        _NO_MODEL,
        boundaries=tuple(
            Boundary(f"b{number}", "One", within=f"b{number - 1}" if number % nesting else "")
            for number in range(count)
        ),
        elements=tuple(Element(f"e{n}", "One", ElementKind.PROCESS, boundary=f"b{n}") for n in range(count)),
        flows=tuple(Flow(f"f{n}", f"e{n}", f"e{(n * 7) % count}") for n in range(count)),
    )
    condensed = condense(model)

    assert len(condensed.elements) <= OVERVIEW.elements
    assert len(condensed.flows) <= OVERVIEW.flows
    assert sum(int(item.technology.split()[0]) for item in condensed.elements) == count
    assert len(to_mermaid(model).splitlines()) < 700


def test_what_begins_as_a_list_of_markdown_does_is_still_a_title() -> None:
    model = replace(
        _NO_MODEL,
        elements=tuple(
            Element(f"e{number}", title, ElementKind.PROCESS)
            for number, title in enumerate(("1. Web", "- Web", "v1.2 a - b", "12.5 l"))
        ),
    )

    assert [line.strip() for line in to_mermaid(model).splitlines()[1:]] == [
        'n0(["1#46; Web"])',
        'n1(["#45; Web"])',
        'n2(["v1.2 a - b"])',
        'n3(["12.5 l"])',
    ]


# The part of Mermaid's grammar that is used: https://mermaid.js.org/syntax/flowchart.html
_TEXT = r'"(?:[^\W]|[ .,_…-]|#\d+;|<br/>)+"'
_MERMAID = re.compile(
    rf"flowchart LR|\s*subgraph b\d+\[{_TEXT}\]|\s*end|\s*n\d+(?:\[{_TEXT}\]|\(\[{_TEXT}\]\)|\[\({_TEXT}\)\])"
    rf"|\s*n\d+ (?:-->|-\.->)(?:\|{_TEXT}\|)? n\d+|\s*classDef [a-z]+ [a-z0-9#:,. -]+|\s*class n\d+(?:,n\d+)* [a-z]+"
)


def _parse(text: str) -> None:
    depth = 0
    for line in text.removesuffix("\n").split("\n"):
        assert _MERMAID.fullmatch(line), line
        depth += line.strip().startswith("subgraph") - (line.strip() == "end")
        assert depth >= 0
    assert depth == 0


def test_mermaid_has_shapes_boundaries_and_arrows() -> None:
    text = to_mermaid(a_shop(1), {"queue-0": "added"})

    _parse(text)
    assert 'n0["Customer with a browser"]' in text
    assert 'n2(["Load balancer<br/>public, aws_lb"])' in text
    assert '    subgraph b1["Network of the shop"]' in text
    assert 'n6 -.->|"sends"| n8' in text
    assert "class n8 added" in text


_TEXTS = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=60))


@settings(max_examples=150, deadline=None)
@given(_TEXTS, _TEXTS, _TEXTS, st.booleans())
def test_mermaid_of_any_text_is_of_its_grammar(title: str, technology: str, label: str, is_inferred: bool) -> None:  # noqa: FBT001
    _parse(
        to_mermaid(
            replace(
                _NO_MODEL,
                boundaries=(Boundary("outer", title), Boundary("inner", label, within="outer")),
                elements=tuple(
                    Element(kind.value, title, kind, technology, boundary="inner", inferred=is_inferred)
                    for kind in ElementKind
                ),
                flows=(Flow("flow", "process", "data-store", label, title, inferred=is_inferred),),
            )
        )
    )


@given(st.text(), st.floats(20, 400))
def test_a_text_is_cut_to_its_width(text: str, width: float) -> None:
    assert width_of(cut(plain(text), width, 11), 11) <= width


@given(st.text(), st.integers(1, 3))
def test_a_text_is_wrapped_into_so_many_lines_of_its_width(text: str, lines: int) -> None:
    wrapped = wrap(plain(text), 140, 13, lines=lines)

    assert 1 <= len(wrapped) <= lines
    assert all(width_of(line, 13) <= 140 for line in wrapped)


# --- two models in one picture ---


def test_what_only_the_earlier_model_had_is_drawn_beside_the_later_one() -> None:
    kept = Element("kept", "Kept", ElementKind.PROCESS, boundary="inner")
    gone = Element("gone", "Gone", ElementKind.DATA_STORE, boundary="old")
    before = replace(
        _NO_MODEL,
        boundaries=(Boundary("inner", "Inner", within="old"), Boundary("old", "Old")),
        elements=(replace(kept, title="Called otherwise"), gone),
        flows=(Flow("flow", "kept", "gone"),),
        threats=(a_threat("forgotten", places=("gone",)),),
    )
    after = replace(_NO_MODEL, boundaries=(Boundary("inner", "Inner"),), elements=(kept,))

    both = with_removed(before, after)

    assert both.boundaries == (Boundary("inner", "Inner"), Boundary("old", "Old"))
    assert both.elements == (kept, gone)
    assert both.flows == before.flows
    assert both.threats == ()
    assert "Gone, data store, removed" in draw(both, Shown(marks={"gone": "removed"}))


def test_without_an_earlier_model_there_is_only_the_later_one() -> None:
    assert with_removed(None, _NO_MODEL) == _NO_MODEL


def test_the_layout_is_vendored_with_its_licence_and_version_beside_it() -> None:
    folder = files("pavior.threatmodels") / "elkjs"

    assert "elkjs 0.12.1" in (folder / "VERSION").read_text(encoding="utf-8")
    assert "Eclipse Public License - v 2.0" in (folder / "LICENSE.md").read_text(encoding="utf-8")
