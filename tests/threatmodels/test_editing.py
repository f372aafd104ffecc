from dataclasses import replace

import pytest
import yaml
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pavior.kernel.errors import InvalidError
from pavior.threatmodels.editing import edit_model
from pavior.threatmodels.model import SECTIONS, Asset, Assumption, DataClass, Element, ElementKind, Item, ThreatModel
from pavior.threatmodels.writing import render_model

from .models import MODEL, TEXT, models

QUEUE = Element("queue", "The queue", ElementKind.DATA_STORE)
QUEUE_TEXT = "  - id: queue\n    title: The queue\n    kind: data-store\n"
BUCKET, CUSTOMERS = MODEL.elements[1], MODEL.elements[0]


def edited(text: str, *added: Item, without: tuple[Item, ...] = ()) -> str:
    return edit_model(text.encode(), added=added, removed=without).decode()


def section(name: str, text: str = TEXT) -> str:
    """Text of a section with the empty line after it."""
    begin = text.index(f"\n{name}:\n") + 1
    following = text.find("\n\n", begin)
    return text[begin : following + 2]


def test_nothing_to_do_leaves_the_file_as_it_is() -> None:
    assert edited(TEXT) == TEXT


def test_what_is_added_stands_at_the_end_of_its_section() -> None:
    assert edited(TEXT, QUEUE) == TEXT.replace("    public: false\n", "    public: false\n" + QUEUE_TEXT)


def test_what_is_added_under_an_id_that_is_there_takes_its_place() -> None:
    other = replace(CUSTOMERS, boundary="", title="Everybody")

    assert edited(TEXT, other) == TEXT.replace(
        "    title: Customers\n    kind: external-entity\n    boundary: internet\n",
        "    title: Everybody\n    kind: external-entity\n",
    )


def test_threats_keep_an_empty_line_between_them() -> None:
    first, second = MODEL.threats
    third = replace(second, id="third", accepted=None)
    written = "\n  - id: third\n    title: The key is deleted\n    category: denial-of-service\n    severity: low\n"
    end = "      until: 2027-01-31\n"

    assert edited(TEXT, third) == TEXT.replace(end, end + written)
    assert edited(TEXT, without=(first,)) == TEXT.replace(section("threats").removeprefix("threats:\n"), "")
    assert edited(edited(TEXT, third), without=(third,)) == TEXT


def test_a_section_from_which_all_is_taken_is_empty_and_can_be_filled_again() -> None:
    text = TEXT.replace("elements:\n", "elements:  # what there is\n")

    empty = edited(text, without=MODEL.elements)

    assert "elements: []  # what there is\n\nflows:\n" in empty
    assert "elements:  # what there is\n" + QUEUE_TEXT + "\nflows:\n" in edited(empty, QUEUE)


def test_a_section_that_was_not_there_comes_where_people_look_for_it() -> None:
    text = TEXT.replace(section("elements"), "")

    assert edited(text, QUEUE) == text.replace(
        "    inferred: true\n\nflows", f"    inferred: true\n\nelements:\n{QUEUE_TEXT}\nflows"
    )


COMMENTED = b"""\
# On top.
version: 2
service: orders   # ours
scope: >-
  Orders,
  and more.
assets: []
# What there is.
elements:

# The first.
- id: one
  title: |-
    One

  # Within.
  kind: process

# The second.
- {id: two, title: Two, kind: process}  # short
-   id: three
    title: "Three"
    kind: process
    # The last of it.
threats: [ ]  # none yet
# The end."""


def test_comments_and_odd_layout_stay() -> None:
    one, two, three = (Element(name, name.title(), ElementKind.PROCESS) for name in ("one", "two", "three"))
    first = b"- id: one\n  title: |-\n    One\n\n  # Within.\n  kind: process\n\n"
    third = b'-   id: three\n    title: "Three"\n    kind: process\n    # The last of it.\n'
    new = b"- id: queue\n  title: The queue\n  kind: data-store\n"

    assert edit_model(COMMENTED, removed=[two]) == COMMENTED.replace(
        b"- {id: two, title: Two, kind: process}  # short\n", b""
    )
    assert edit_model(COMMENTED, removed=[one]) == COMMENTED.replace(first, b"\n")
    assert edit_model(COMMENTED, removed=[three], added=[QUEUE]) == COMMENTED.replace(third, new)
    assert edit_model(COMMENTED, added=[Assumption("a", "A.")]) == COMMENTED.replace(
        b"    # The last of it.\n", b"    # The last of it.\n\nassumptions:\n  - id: a\n    text: A.\n"
    )


def test_line_breaks_a_byte_order_mark_and_a_missing_end_are_kept() -> None:
    text = "\ufeff" + TEXT.replace("\n", "\r\n").removesuffix("\r\n")
    dismissal = replace(MODEL.dismissed[0], id="other")
    short = text.partition("\r\n\r\nsign_off")[0]

    longer = edited(short, dismissal)

    assert longer == short + "\r\n  - id: other\r\n    reason: There is no queue."
    assert edited(longer, without=(dismissal,)) == short


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("title: Customers", "title: &name Customers", "line 21 has an anchor, an alias or a tag"),
        ("title: Customers", "title: !!str Customers", "line 21 has an anchor, an alias or a tag"),
        ("elements:\n  - id: customers\n", "elements:\n  -\n    id: customers\n", "line 21 does not begin with a dash"),
        ("scope: The", "scope: [The", "it is not one document that can be read"),
    ],
)
def test_what_cannot_be_edited_safely_is_refused(old: str, new: str, why: str) -> None:
    assert TEXT.count(old) == 1
    with pytest.raises(InvalidError) as caught:
        edited(TEXT.replace(old, new), QUEUE, without=(CUSTOMERS,))

    assert caught.value.code == "threat-model-not-editable"
    assert why in caught.value.summary


def test_an_edit_that_would_change_anything_else_is_refused() -> None:
    # The empty lines belong to this text, and would not once something else stood before them.
    description = "description: |+\n      Also when a proxy stands between.\n\n\n"
    text = TEXT.partition("  - id: key-lost")[0].replace("    description: Also when a proxy stands between.\n", "")

    with pytest.raises(InvalidError) as caught:
        edited(f"{text.rstrip()}\n    {description}", MODEL.threats[1])

    assert "it would hold something else than what was asked for" in caught.value.summary


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{version: 2, service: a, scope: A., assets: [], threats: []}", "do not stand at the beginnings of lines"),
        ("  version: 2\n  assets: []\n", "do not stand at the beginnings of lines"),
        ("version: 2\nelements: [{id: a, title: A, kind: process}]\n", "elements stands in brackets"),
        ("version: 2\nelements: [\n]\n", "line 2 has brackets over several lines"),
    ],
)
def test_flow_style_with_something_in_it_is_refused(text: str, why: str) -> None:
    with pytest.raises(InvalidError) as caught:
        edited(text, QUEUE)

    assert why in caught.value.summary


def test_the_file_of_another_section_in_brackets_can_be_edited() -> None:
    text = "version: 2\nelements: [{id: a, title: A, kind: process}]\nassets: []"

    assert edited(text, Asset("a", "A", DataClass.PUBLIC)) == (
        "version: 2\nelements: [{id: a, title: A, kind: process}]\n"
        "assets:\n  - id: a\n    title: A\n    data_class: public"
    )


def with_comments(text: str) -> str:
    """Above each item, and behind a name."""
    return text.replace("\n  - id", "\n  # Said of what follows.\n  - id").replace(
        "\nassets:", "\n\n# Mind!\nassets:", 1
    )


def named(model: ThreatModel, prefix: str) -> list[Item]:
    """Its items, under ids that no other model has."""
    return [replace(item, id=f"{prefix}-{item.id}") for name in SECTIONS for item in getattr(model, name)]


def ids(text: str) -> dict[str, list[str]]:
    content = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - makes nothing but texts
    return {name: [item["id"] for item in content.get(name, [])] for name in SECTIONS}


def lines_of(part: str, whole: str) -> bool:
    """Whether all lines of `part` are lines of `whole`, in this order; brackets that hold nothing may come and go."""
    rest = iter(whole.replace(": []", ":").splitlines(keepends=True))
    return all(line in rest for line in part.replace(": []", ":").splitlines(keepends=True))


@given(models(), models())
@settings(deadline=None, max_examples=40, phases=(Phase.explicit, Phase.reuse, Phase.generate))
def test_adding_leaves_every_line_and_taking_it_away_gives_the_same_bytes(
    model: ThreatModel, more: ThreatModel
) -> None:
    text, added = with_comments(render_model(model)), named(more, "new")

    longer = edited(text, *added)

    assert lines_of(text, longer)
    before, after = ids(text), ids(longer)
    assert after == {
        name: before[name] + [item.id for item in added if isinstance(item, kind)] for name, kind in SECTIONS.items()
    }
    again = edited(longer, without=tuple(added))
    begun = [name for name in SECTIONS if f"\n{name}:" in longer and f"\n{name}:" not in text]
    # What was begun stays, and is empty.
    assert begun or again == text
    assert ids(again) == before


@given(models(), st.data())
@settings(deadline=None, max_examples=40, phases=(Phase.explicit, Phase.reuse, Phase.generate))
def test_taking_away_leaves_every_other_line(model: ThreatModel, data: st.DataObject) -> None:
    items = named(model, "a")
    empty = "version: 2\nservice: orders\nscope: Orders.\nassets: []\nthreats: []\n"
    text = with_comments(edited(empty, *items))
    removed = tuple(item for item in items if data.draw(st.booleans()))

    shorter = edited(text, without=removed)

    gone = {id(item) for item in removed}
    assert lines_of(shorter, text)
    assert shorter.count("# Said") == text.count("# Said")
    assert ids(shorter) == {
        name: [item.id for item in items if isinstance(item, kind) and id(item) not in gone]
        for name, kind in SECTIONS.items()
    }
