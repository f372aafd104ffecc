import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.drift import PropertyDrift, compare
from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Sensitive, Skipped, Unknown, Value

LATER = Unknown(UnknownReason.KNOWN_AFTER_APPLY)
UNREAD = Unknown(UnknownReason.NOT_EVALUATED)
SECRET, OTHER_SECRET, HIDDEN = Sensitive("f1"), Sensitive("f2"), Sensitive()
BUCKET, ACCESS_BLOCK = "aws_s3_bucket.files", "aws_s3_bucket_public_access_block.files"


def declared(*resources: Resource) -> ResourceGraph:
    return ResourceGraph(GraphFormat.STATE, resources)


def observed(*resources: Resource, skipped: tuple[Skipped, ...] = (), complete: bool = True) -> ResourceGraph:
    return ResourceGraph(GraphFormat.LIVE, resources, skipped, complete)


def a_bucket(**values: Value) -> Resource:
    return Resource(BUCKET, "aws_s3_bucket", {"id": "b", "bucket": "b", "tags": {"service": "orders"}, **values})


def an_access_block() -> Resource:
    return Resource(ACCESS_BLOCK, "aws_s3_bucket_public_access_block", {"bucket": "b", "block_public_acls": True})


def drift_of(expected: Value, actual: Value, *, name: str = "x") -> tuple[PropertyDrift, ...]:
    """What `compare` says of one attribute."""
    found = compare(declared(Resource("a.b", "a", {name: expected})), observed(Resource("a.b", "a", {name: actual})))
    return found[0].properties if found else ()


def test_what_the_demo_does_behind_our_back_is_two_resources_and_one_property() -> None:
    tags: Value = {"service": "orders", "owner": "payments"}
    edited: Value = {"service": "something-else", "owner": "payments"}
    applied = declared(a_bucket(tags=tags, tags_all=tags), an_access_block())

    found = compare(applied, observed(a_bucket(tags=edited, tags_all=edited)))

    assert [(item.address, item.type, item.kind) for item in found] == [
        (BUCKET, "aws_s3_bucket", "changed"),
        (ACCESS_BLOCK, "aws_s3_bucket_public_access_block", "missing"),
    ]
    assert found[0].properties == (PropertyDrift("tags.service", "orders", "something-else"),)
    assert found[1].properties == ()


def test_a_default_tag_of_the_provider_has_no_other_place_to_be_told() -> None:
    assert drift_of({"cost": "1"}, {"cost": "2"}, name="tags_all") == (PropertyDrift("tags_all.cost", "1", "2"),)


@pytest.mark.parametrize(
    ("expected", "actual", "drifts"),
    [
        ("a", "b", [("x", "a", "b")]),
        (True, False, [("x", True, False)]),
        (True, None, [("x", True, None)]),
        (None, "a", [("x", None, "a")]),
        (30, 7, [("x", 30, 7)]),
        ({"a": "1", "b": "2"}, {"a": "1"}, [("x.b", "2", None)]),
        ({"a": "1"}, {"a": "1", "b": "2"}, [("x.b", None, "2")]),
        (None, {"b": "2"}, [("x.b", None, "2")]),
        (["10.0.0.0/8"], ["0.0.0.0/0"], [("x", ["10.0.0.0/8"], ["0.0.0.0/0"])]),
        (["a", "a"], ["a"], [("x", ["a", "a"], ["a"])]),
        ([{"on": True, "s": "k"}], [{"on": True, "s": "l"}], [("x.0.s", "k", "l")]),
        ([{"p": 1}, {"p": 2}], [{"p": 2}, {"p": 3}], [("x.0.p", 1, 3)]),
        ([{"p": 1}], [{"p": 22}, {"p": 1}], [("x.0", None, {"p": 22})]),
        ([{"p": 1}, {"p": 2}], [{"p": 1}], [("x.1", {"p": 2}, None)]),
        ([{"p": 1}, {"p": 2}], [{"p": 3}, {"p": 4}], [("x", [{"p": 1}, {"p": 2}], [{"p": 3}, {"p": 4}])]),
        ([{"r": [{"a": "x"}]}], [{"r": [{"a": "y"}]}], [("x.0.r.0.a", "x", "y")]),
        ("a", {"b": "c"}, [("x", "a", {"b": "c"})]),
        (["a"], "a", [("x", ["a"], "a")]),
    ],
)
def test_what_differs_is_told_property_by_property(
    expected: Value, actual: Value, drifts: list[tuple[str, Value, Value]]
) -> None:
    assert drift_of(expected, actual) == tuple(PropertyDrift(*item) for item in drifts)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (None, ""),
        (None, []),
        (None, {}),
        (None, False),
        (None, 0),
        ({}, {"a": None}),
        (["a", "b"], ["b", "a"]),
        ([{"p": 1}, {"p": 2, "d": None}], [{"p": 2, "d": ""}, {"p": 1}]),
        (365, "365"),
        (True, "true"),
        (LATER, "anything"),
        ("anything", UNREAD),
        (UNREAD, None),
        (["a", LATER], ["b", "a"]),
        ([{"name": "a", "arn": LATER}], [{"name": "a", "arn": "arn:1"}]),
        ({"a": LATER}, {"a": "b"}),
        (SECRET, Sensitive("f1")),
        (SECRET, HIDDEN),
        (HIDDEN, None),
        ('{"a": 1, "b": [2]}', '{ "b":[2], "a":1 }'),
    ],
)
def test_noise_is_no_drift(expected: Value, actual: Value) -> None:
    assert drift_of(expected, actual) == ()
    assert drift_of(actual, expected) == ()


@pytest.mark.parametrize("name", ["layers", "command", "ordered_cache_behavior"])
def test_where_order_means_something_a_new_order_is_drift(name: str) -> None:
    assert drift_of(["a", "b"], ["b", "a"], name=name) == (PropertyDrift(name, ["a", "b"], ["b", "a"]),)
    assert drift_of(["a", "b"], ["a", "b"], name=name) == ()


def test_a_policy_is_compared_by_what_it_means_and_told_whole() -> None:
    applied: Value = json.dumps({"Statement": [{"Action": ["b", "a"], "Effect": "Allow"}], "Version": "2012-10-17"})
    same: Value = '{"Version":"2012-10-17",\n "Statement":{"Effect":"Allow","Action":["a","b"]}}'
    opened: Value = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*"}}'

    assert drift_of(applied, same, name="policy") == ()
    assert drift_of(applied, opened, name="policy") == (PropertyDrift("policy", applied, opened),)


def test_a_policy_that_was_joined_from_source_is_compared_with_the_text_of_the_cloud() -> None:
    tree: Value = {"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": LATER}]}

    assert drift_of(tree, '{"Statement":[{"Effect":"Allow","Action":["s3:*"],"Resource":"arn:1"}]}') == ()
    assert len(drift_of(tree, '{"Statement":[{"Effect":"Allow","Action":["*"],"Resource":"arn:1"}]}')) == 1


def test_a_hidden_value_is_compared_by_fingerprint_and_never_shown() -> None:
    assert drift_of(SECRET, OTHER_SECRET) == (PropertyDrift("x", SECRET, OTHER_SECRET),)
    assert drift_of(SECRET, None) == (PropertyDrift("x", SECRET, None),)
    # Nobody can say whether they are the same, and the clear one may be the secret.
    assert drift_of(SECRET, "clear") == ()


def test_what_one_side_hides_inside_the_other_does_not_show() -> None:
    (drift,) = drift_of({"Statement": [{"Action": SECRET, "Effect": "Deny"}]}, '{"Statement":[{"Action":"clear"}]}')

    assert "clear" not in repr(drift)


def test_an_attribute_that_was_never_declared_cannot_drift() -> None:
    old, new = Resource("a.b", "a", {"x": 1}), Resource("a.b", "a", {"x": 1, "since_the_upgrade": 9})

    assert compare(declared(old), observed(new)) == ()
    assert compare(declared(new), observed(old))[0].properties == (PropertyDrift("since_the_upgrade", 9, None),)


def test_what_no_cloud_holds_is_not_looked_for() -> None:
    assert drift_of({"create": "5m"}, None, name="timeouts") == ()


def test_a_resource_that_nobody_could_look_at_is_not_called_missing() -> None:
    queue = Resource("aws_sqs_queue.q", "aws_sqs_queue", {})

    assert [item.kind for item in compare(declared(queue), observed())] == ["missing"]
    assert compare(declared(queue), observed(complete=False)) == ()
    assert compare(declared(queue), observed(skipped=(Skipped("aws_sqs_queue.q", "not read"),))) == ()
    assert compare(declared(queue), observed(skipped=(Skipped("aws_sqs_queue", "not read"),))) == ()


def test_data_sources_and_what_nobody_declared_are_not_compared() -> None:
    data = Resource("data.a.b", "a", {"x": 1}, mode="data")

    assert compare(declared(data), observed(Resource("a.c", "a", {}))) == ()


# --- what only repeats other resources


def test_a_bucket_does_not_repeat_the_drift_of_what_configures_it() -> None:
    versioning = Resource("aws_s3_bucket_versioning.v", "aws_s3_bucket_versioning", {"bucket": "b"})
    before, after = a_bucket(versioning=[], policy=None), a_bucket(versioning=[{"enabled": True}], policy='{"a":1}')

    (alone,) = compare(declared(before), observed(after))
    (beside,) = compare(declared(before, versioning), observed(after, versioning))

    assert [item.path for item in alone.properties] == ["versioning.0", "policy"]
    assert [item.path for item in beside.properties] == ["policy"]


def test_a_role_does_not_repeat_our_policies_and_tells_those_of_others() -> None:
    ours = Resource("aws_iam_role_policy.p", "aws_iam_role_policy", {"role": "r", "name": "own", "policy": "{}"})
    arn = "arn:aws:iam::aws:policy/ReadOnly"
    attached = Resource(
        "aws_iam_role_policy_attachment.a", "aws_iam_role_policy_attachment", {"role": "r", "policy_arn": arn}
    )

    def a_role(inline: list[Value], arns: list[Value]) -> Resource:
        values: dict[str, Value] = {"id": "r", "name": "r", "inline_policy": inline, "managed_policy_arns": arns}
        return Resource("aws_iam_role.r", "aws_iam_role", values)

    own: Value = {"name": "own", "policy": "{}"}
    evil: Value = {"name": "evil", "policy": '{"Statement":[]}'}
    applied = declared(a_role([], []), ours, attached)

    assert compare(applied, observed(a_role([own], [arn]), ours, attached)) == ()
    (drift,) = compare(applied, observed(a_role([own, evil], [arn, "arn:evil"]), ours, attached))
    assert drift.properties == (
        PropertyDrift("inline_policy.0", None, evil),
        PropertyDrift("managed_policy_arns", [], ["arn:evil"]),
    )


def test_how_often_a_policy_is_attached_is_not_its_own_business() -> None:
    def a_policy(count: int) -> Resource:
        return Resource("aws_iam_policy.p", "aws_iam_policy", {"name": "p", "attachment_count": count})

    assert compare(declared(a_policy(0)), observed(a_policy(3))) == ()


# --- open-ended input

SCALARS: st.SearchStrategy[Value] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.text(max_size=3),
    st.sampled_from([LATER, UNREAD, SECRET, OTHER_SECRET, HIDDEN, '{"Statement":[]}', "[1,2]"]),
)
NAMES = st.sampled_from(["a", "b", "layers", "Statement", "Action", "tags"])
TREES: st.SearchStrategy[Value] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=12
)
TYPES = st.sampled_from(["aws_s3_bucket", "aws_iam_role", "aws_iam_policy", "aws_sqs_queue"])
VALUES: st.SearchStrategy[dict[str, Value]] = st.dictionaries(
    st.sampled_from(["id", "bucket", "policy", "inline_policy", "tags"]), TREES
)


def _graph_of(items: list[tuple[str, dict[str, Value]]]) -> ResourceGraph:
    return declared(*(Resource(f"{kind}.n{index}", kind, values) for index, (kind, values) in enumerate(items)))


GRAPHS = st.lists(st.tuples(TYPES, VALUES), max_size=3).map(_graph_of)
# What is as good as nothing.
NOTHING: list[Value] = [None, "", [], {}]
NOT_KNOWN: list[Value] = [LATER, UNREAD, HIDDEN]


@given(GRAPHS)
def test_nothing_drifts_from_itself(graph: ResourceGraph) -> None:
    assert compare(graph, graph) == ()


def _disturbed(value: Value, dice: random.Random, name: str = "") -> Value:
    """The same in another spelling: what cloud and provider do to values all the time."""
    if dice.random() < 0.1:
        return dice.choice(NOT_KNOWN)
    if value in NOTHING:
        return dice.choice(NOTHING)
    if isinstance(value, dict):
        items = [(key, _disturbed(item, dice, key)) for key, item in value.items()]
        dice.shuffle(items)
        return dict(items)
    if isinstance(value, list):
        elements = [_disturbed(item, dice) for item in value]
        if name != "layers":
            dice.shuffle(elements)
        return elements
    if isinstance(value, str) and value.startswith('{"'):
        return json.dumps(json.loads(value), indent=dice.choice([None, 2, 7]))
    return value


# Without the words of access policies and without null in lists: there the laws are others, and stand above.
PLAIN = st.recursive(
    st.one_of(
        st.booleans(), st.integers(-3, 3), st.text("ab{", max_size=3), st.just('{"k": [1, {"z": null, "y": ""}]}')
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["a", "b", "layers"]), PLAIN, max_size=3), st.randoms(use_true_random=False))
def test_another_spelling_of_the_same_is_no_drift(values: dict[str, Value], dice: random.Random) -> None:
    applied = Resource("a.b", "a", values)
    spelled = {name: _disturbed(value, dice, name) for name, value in values.items()}

    assert compare(declared(applied), observed(structs.replace(applied, values=spelled))) == ()
    assert compare(declared(structs.replace(applied, values=spelled)), observed(applied)) == ()


@given(GRAPHS, GRAPHS)
def test_any_two_graphs_can_be_compared_and_no_drift_is_empty(one: ResourceGraph, other: ResourceGraph) -> None:
    for drift in compare(one, other):
        assert (drift.kind == "changed") == bool(drift.properties)
        paths = [item.path for item in drift.properties]
        assert all(item.expected != item.actual or item.expected is not item.actual for item in drift.properties)
        assert len(paths) >= len(set(paths))
