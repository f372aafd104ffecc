"""The pure parts of the embedded engine: what is the same, what is planned, in which order, and what is kept."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pavior.adapters.engines.embedded.ordering import Step, Work, order_addresses, order_steps
from pavior.adapters.engines.embedded.saved_plan import SavedChange, SavedPlan, read_saved_plan, write_saved_plan
from pavior.adapters.engines.embedded.schema import (
    TAGS,
    Attribute,
    Kind,
    changed,
    computed,
    fits,
    misfits,
    propose,
    same,
)
from pavior.adapters.engines.embedded.state import (
    Output,
    Progress,
    State,
    StateResource,
    read_state,
    write_state,
)
from pavior.adapters.engines.masking import Mask, find_sensitive, fingerprint, scrub, unknown_marks
from pavior.adapters.engines.values import UNKNOWN, Values, has_unknown, policy_key, settled
from pavior.kernel.errors import InvalidError
from pavior.resources.model import Action
from pavior.storage.sealing import Sealer

KEY = b"k" * 32
scalars = st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5)
trees = st.recursive(
    scalars | st.just(UNKNOWN),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
known_trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("kind", "left", "right"),
    [
        (Kind.STRING, None, ""),
        (Kind.BOOLEAN, None, False),
        (Kind.MAP, None, {}),
        (Kind.SET, ["a", "b"], ["b", "a"]),
        (Kind.POLICY, '{"Statement":{"Action":["s3:*"]}}', '{ "Statement": [{"Action": "s3:*"}] }'),
        (Kind.POLICY, '{"Statement":[{"Action":["a","b"]}]}', '{"Statement":[{"Action":["b","a"]}]}'),
    ],
)
def test_values_that_mean_the_same_are_the_same(kind: Kind, left: object, right: object) -> None:
    assert same(Attribute(kind), left, right)
    assert same(Attribute(kind), right, left)


@pytest.mark.parametrize(
    ("kind", "left", "right"),
    [
        (Kind.STRING, "a", "A"),
        (Kind.BOOLEAN, True, False),
        (Kind.LIST, ["a", "b"], ["b", "a"]),
        (Kind.STRING, UNKNOWN, UNKNOWN),
        (Kind.POLICY, '{"Statement":[{"Effect":"Allow"}]}', '{"Statement":[{"Effect":"Deny"}]}'),
        (Kind.POLICY, '{"Statement":[{"Principal":"*"}]}', '{"Statement":[{"Principal":{"AWS":"*"}}]}'),
    ],
)
def test_values_that_differ_are_not_the_same(kind: Kind, left: object, right: object) -> None:
    assert not same(Attribute(kind), left, right)


@given(trees)
def test_whatever_is_planned_as_unknown_may_become_anything(value: object) -> None:
    assert fits(Attribute(), UNKNOWN, value)


@given(known_trees)
def test_a_known_value_fits_itself_and_no_other_text(value: object) -> None:
    assert fits(Attribute(), value, value)
    assert not fits(Attribute(), value, "another text that no tree holds")


def test_a_planned_block_may_gain_only_what_was_unknown() -> None:
    block = {"enabled": Attribute(Kind.BOOLEAN), "key": Attribute(is_computed=True)}
    attribute = Attribute(Kind.BLOCK_LIST, block=block)
    planned = [{"enabled": True, "key": UNKNOWN}]

    assert fits(attribute, planned, [{"enabled": True, "key": "arn:of:a:key"}])
    assert not fits(attribute, planned, [{"enabled": False, "key": "arn:of:a:key"}])
    assert not fits(attribute, planned, [])


SCHEMA = {
    "name": Attribute(is_required=True, forces_new=True),
    "size": Attribute(Kind.NUMBER, default=5),
    "arn": computed(),
    "arn_of_name": computed(derived_from=("name",)),
    "old_way": Attribute(is_settable=False, is_computed=True, is_copy=True),
    **TAGS,
}


def test_a_new_thing_has_what_is_set_the_defaults_and_what_is_not_known_yet() -> None:
    proposed = propose(SCHEMA, {"name": "a", "tags": {"count": 3}}, None)

    assert proposed == {
        "name": "a",
        "size": 5,
        "arn": UNKNOWN,
        "arn_of_name": UNKNOWN,
        "old_way": UNKNOWN,
        "tags": {"count": "3"},
        "tags_all": UNKNOWN,
    }


def test_what_is_there_stays_unless_the_source_differs() -> None:
    live = {"name": "a", "size": 5, "arn": "arn:a", "arn_of_name": "arn:a", "tags": None, "tags_all": {}}

    assert changed(SCHEMA, live, propose(SCHEMA, {"name": "a"}, live)) == []
    larger = propose(SCHEMA, {"name": "a", "size": "7"}, live)
    assert (larger["size"], changed(SCHEMA, live, larger)) == (7, ["size"])
    renamed = propose(SCHEMA, {"name": "b"}, live)
    assert (renamed["arn"], renamed["arn_of_name"]) == ("arn:a", UNKNOWN)


def test_what_a_plan_does_not_decide_may_change() -> None:
    planned = {"name": "a", "size": 5, "arn": UNKNOWN, "tags": None, "tags_all": {}}

    assert misfits(SCHEMA, planned, {"name": "a", "size": 5, "arn": "arn:a", "arn_of_name": "x"}) == []
    assert misfits(SCHEMA, planned, {"name": "a", "size": 6, "arn": "arn:a"}) == ["size"]


@given(trees, known_trees)
def test_nothing_is_unknown_once_it_is_settled_by_what_is_known(wanted: object, live: object) -> None:
    assert not has_unknown(settled(wanted, live))


@given(known_trees, known_trees)
def test_what_is_known_is_not_changed_by_settling(wanted: object, live: object) -> None:
    assert settled(wanted, live) == wanted


@given(st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=3, unique=True), st.randoms())
def test_the_order_of_actions_does_not_matter(actions: list[str], random: object) -> None:
    shuffled = sorted(actions, key=lambda _: random.random())  # type: ignore[attr-defined]
    documents = [json.dumps({"Statement": [{"Action": item}]}) for item in (actions, shuffled)]

    assert policy_key(documents[0]) == policy_key(documents[1])


# Address number n may lean on numbers below it: no circles.
graphs = st.integers(1, 7).flatmap(
    lambda size: st.tuples(
        *(
            st.tuples(
                st.sampled_from([Action.CREATE, Action.UPDATE, Action.REPLACE, Action.DELETE]),
                st.lists(st.integers(0, max(number - 1, 0)), max_size=3, unique=True) if number else st.just([]),
                st.lists(st.integers(0, max(number - 1, 0)), max_size=3, unique=True) if number else st.just([]),
            )
            for number in range(size)
        )
    )
)


@given(graphs)
def test_every_step_comes_after_those_that_it_must_wait_for(
    graph: tuple[tuple[Action, list[int], list[int]], ...],
) -> None:
    work = [
        Work(
            str(number),
            action,
            needs=tuple(map(str, needs)) if action is not Action.DELETE else (),
            needed=tuple(map(str, needed)) if action is not Action.CREATE else (),
        )
        for number, (action, needs, needed) in enumerate(graph)
    ]

    steps = order_steps(work)

    place = {step: index for index, step in enumerate(steps)}
    assert len(place) == len(steps) == sum(2 if item.action is Action.REPLACE else 1 for item in work)
    for item in work:
        made, gone = place.get(Step(item.address, is_delete=False)), place.get(Step(item.address, is_delete=True))
        if item.action is Action.REPLACE:
            assert made is not None
            assert gone is not None
            assert gone < made
        for other in item.needs:
            there = place.get(Step(other, is_delete=False))
            assert made is None or there is None or there < made
        for other in item.needed:
            after = place.get(Step(other, is_delete=True))
            assert gone is None or after is None or gone < after


def test_a_thing_goes_only_after_what_leaned_on_it_has_let_go() -> None:
    work = [
        Work("key", Action.DELETE),
        Work("new_key", Action.CREATE),
        Work("table", Action.UPDATE, needs=("new_key",), needed=("key",)),
    ]

    assert order_steps(work) == (
        Step("new_key", is_delete=False),
        Step("table", is_delete=False),
        Step("key", is_delete=True),
    )


def test_letting_go_comes_first_even_when_it_waits_for_a_replacement() -> None:
    work = [
        Work("key", Action.DELETE),
        Work("role", Action.REPLACE),
        Work("table", Action.UPDATE, needs=("role",), needed=("key",)),
    ]

    assert order_steps(work) == (
        Step("role", is_delete=True),
        Step("role", is_delete=False),
        Step("table", is_delete=False),
        Step("key", is_delete=True),
    )


def test_letting_go_gives_way_when_it_would_close_a_circle() -> None:
    work = [
        Work("key", Action.DELETE, needed=("role",)),
        Work("role", Action.REPLACE),
        Work("table", Action.UPDATE, needs=("role",), needed=("key",)),
    ]

    assert order_steps(work) == (
        Step("key", is_delete=True),
        Step("role", is_delete=True),
        Step("role", is_delete=False),
        Step("table", is_delete=False),
    )


def test_a_circle_of_dependencies_is_named_and_nothing_beside_it() -> None:
    with pytest.raises(InvalidError, match=r"stack-invalid.*: b, c\."):
        order_addresses({"a": [], "b": ["c", "a"], "c": ["b"], "d": ["c"]})


def test_a_value_that_depends_on_a_secret_is_found() -> None:
    clear = {"plain": "x", "tags": {"a": "x", "b": "secret"}, "list": ["p", "secret"]}
    tainted = {"plain": "x", "tags": {"a": "x", "b": UNKNOWN}, "list": ["p", UNKNOWN]}

    assert find_sensitive(clear, tainted) == (("tags", "b"), ("list", 1))


def test_when_even_the_shape_depends_on_a_secret_all_of_it_is_hidden() -> None:
    clear = {"tags": {"secret": "x", "other": "y"}}

    assert find_sensitive(clear, {"tags": UNKNOWN}) == (("tags", "secret"), ("tags", "other"))
    assert Mask(KEY, frozenset({"secret"})).as_json(clear, ())["tags"].startswith("(sensitive ")


def test_a_fingerprint_is_the_one_that_the_sealer_gives() -> None:
    sealer = Sealer(KEY)

    for value in ("text", 7, True, None, ["a"], {"b": 1, "a": "ä"}):
        assert fingerprint(value, sealer.fingerprint_key) == sealer.fingerprint(value)


@given(st.dictionaries(st.text(max_size=4), known_trees, max_size=4), st.text("xyz", min_size=4, max_size=6))
def test_no_secret_is_left_wherever_it_stands(values: Values, secret: str) -> None:
    mask = Mask(KEY, frozenset({secret}))
    gap = replace(UNKNOWN, pieces=(secret, ""))
    planted = {**values, "a": f"before {secret} after", "b": [{secret: 1}], "c": {"d": [secret]}, "e": gap}

    assert secret not in json.dumps(mask.as_json(planted, ()))
    assert secret not in repr(mask.as_graph(planted, ()))


def test_marks_have_the_shape_of_terraforms() -> None:
    values = {"known": 1, "unknown": UNKNOWN, "tags": {"a": "b"}, "blocks": [{"x": UNKNOWN, "y": 1}], "ids": ["p"]}

    assert unknown_marks(values) == {"unknown": True, "tags": {}, "blocks": [{"x": True}], "ids": [False]}
    assert Mask(KEY).marks(values, [("tags", "a")]) == {"tags": {"a": True}, "blocks": [{}], "ids": [False]}
    assert Mask(KEY).as_json(values, ()) == {"known": 1, "tags": {"a": "b"}, "blocks": [{"y": 1}], "ids": ["p"]}


def test_what_the_cloud_says_is_told_without_secrets_the_longest_first() -> None:
    assert scrub("no role abc and abcdef", ["abc", "abcdef", ""]) == "no role *** and ***"


def _state() -> State:
    resource = StateResource(
        "aws_kms_key.k",
        "aws_kms_key",
        "k",
        "id-1",
        {"tags": {"a": "secret"}, "list": [1, None, True]},
        operation="op",
        sensitive=(("tags", "a"), ("list", 0)),
        dependencies=("aws_kms_key.other",),
        references={"policy": ("aws_kms_key.other",)},
    )
    return State(
        "orders/dev",
        "instance",
        "eu-west-1",
        {resource.address: resource},
        {"out": Output({"a": 1}, is_sensitive=True)},
        Progress("plan", ("aws_kms_key.k",), ()),
        ("secret",),
    )


def test_a_state_comes_back_as_it_was() -> None:
    assert read_state(write_state(_state())) == _state()
    assert "secret" not in repr(_state())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b'"text"',
        b"\xff",
        b'{"format":"terraform","version":4}',
        write_state(_state()).replace(b'"version": 1', b'"version": 2'),
        write_state(_state())[:-5],
    ],
)
def test_a_state_that_cannot_be_read_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidError, match="state-unreadable"):
        read_state(content)


@given(st.dictionaries(st.text(max_size=5), trees, max_size=4))
def test_a_saved_plan_comes_back_as_it_was(values: Values) -> None:
    plan = SavedPlan(
        environment="orders/dev",
        instance="instance",
        region="eu-west-1",
        plan="a" * 64,
        source="b" * 64,
        nonce="c" * 32,
        is_destroy=False,
        changes={
            "aws_kms_key.k": SavedChange(Action.CREATE, before=None, after=values),
            "aws_kms_key.l": SavedChange(Action.DELETE, before=values, after=None),
        },
    )

    assert read_saved_plan(write_saved_plan(plan)) == plan


@pytest.mark.parametrize("content", [b"", b"{}", b"null", b'{"format":"pavior-embedded-plan","version":2}'])
def test_a_saved_plan_that_cannot_be_read_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidError, match="saved-plan-unreadable"):
        read_saved_plan(content)
