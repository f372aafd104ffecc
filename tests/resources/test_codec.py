import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Position, UnknownReason
from pavior.resources.codec import (
    FORMAT_VERSION,
    decode_graph,
    decode_plan_reading,
    decode_value,
    encode_graph,
    encode_plan_reading,
    encode_value,
)
from pavior.resources.model import (
    Action,
    GraphFormat,
    PlanReading,
    Resource,
    ResourceChange,
    ResourceGraph,
    Sensitive,
    Skipped,
    Unknown,
    Value,
)

WORDS = st.text(max_size=8)
# Keys that collide with our own marks are the interesting ones.
KEYS = st.one_of(WORDS, st.sampled_from(["$unknown", "$sensitive", "$mapping", "detail", "version"]))
LEAVES: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    WORDS,
    st.builds(
        Unknown, reason=st.sampled_from(UnknownReason), detail=WORDS, pieces=st.lists(WORDS, max_size=3).map(tuple)
    ),
    st.builds(Sensitive, fingerprint=WORDS),
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=12,
)
MAPPINGS = st.dictionaries(KEYS, VALUES, max_size=3)
POSITIONS = st.builds(Position, path=WORDS, line=st.integers(1, 99), end_line=st.integers(1, 99))
RESOURCES = st.builds(
    Resource,
    address=WORDS,
    type=WORDS,
    values=MAPPINGS,
    position=st.none() | POSITIONS,
    references=st.dictionaries(WORDS, st.tuples(WORDS), max_size=2),
    attribute_positions=st.dictionaries(WORDS, POSITIONS, max_size=2),
)
GRAPHS = st.builds(
    ResourceGraph,
    format=st.sampled_from(GraphFormat),
    resources=st.lists(RESOURCES, max_size=2).map(tuple),
    skipped=st.lists(st.builds(Skipped, subject=WORDS, why=WORDS), max_size=2).map(tuple),
    complete=st.booleans(),
)
CHANGES = st.builds(
    ResourceChange,
    address=WORDS,
    type=WORDS,
    action=st.sampled_from(Action),
    before=st.none() | MAPPINGS,
    after=st.none() | MAPPINGS,
    position=st.none() | POSITIONS,
)


def through_json(document: object) -> Any:
    return json.loads(json.dumps(document, allow_nan=False))


@given(VALUES)
def test_any_value_comes_back_as_it_was(value: Value) -> None:
    found = decode_value(through_json(encode_value(value)))

    assert found == value
    # 1 == True == 1.0 in Python, and none of them may turn into another.
    assert repr(found) == repr(value)


@settings(max_examples=50)
@given(GRAPHS)
def test_any_graph_comes_back_as_it_was(graph: ResourceGraph) -> None:
    assert decode_graph(through_json(encode_graph(graph))) == graph


@settings(max_examples=50)
@given(st.builds(PlanReading, GRAPHS, st.lists(CHANGES, max_size=2).map(tuple), GRAPHS, WORDS, WORDS))
def test_any_plan_reading_comes_back_as_it_was(reading: PlanReading) -> None:
    assert decode_plan_reading(through_json(encode_plan_reading(reading))) == reading


def test_a_stored_mapping_that_looks_like_a_mark_stays_a_mapping() -> None:
    value: Value = {"$sensitive": "abc"}

    assert encode_value(value) == {"$mapping": {"$sensitive": "abc"}}
    assert decode_value({"$mapping": {"$sensitive": "abc"}}) == {"$sensitive": "abc"}


def test_a_hidden_value_is_stored_as_its_fingerprint_only() -> None:
    assert encode_value(Sensitive("5f3a")) == {"$sensitive": "5f3a"}


@pytest.mark.parametrize("version", [None, "1", FORMAT_VERSION + 1])
def test_a_document_of_another_version_is_refused(version: object) -> None:
    document = {**encode_graph(ResourceGraph(GraphFormat.STATE, ())), "version": version}

    with pytest.raises(InvalidError) as caught:
        decode_graph(document)

    assert caught.value.code == "stored-graph-version"


@pytest.mark.parametrize(
    "damage",
    [
        {"format": "clay"},
        {"complete": "yes"},
        {"resources": [{"address": "a"}]},
        {"resources": "none"},
        {"skipped": [["one"]]},
    ],
)
def test_a_damaged_document_is_refused_by_name(damage: dict[str, object]) -> None:
    document = {**encode_graph(ResourceGraph(GraphFormat.STATE, ())), **damage}

    with pytest.raises(InvalidError) as caught:
        decode_graph(document)

    assert caught.value.code == "stored-graph-malformed"
