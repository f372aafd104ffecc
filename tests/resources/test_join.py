import json

from hypothesis import given
from hypothesis import strategies as st

from pavior.kernel.verdicts import Position, UnknownReason
from pavior.resources.join import join
from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Sensitive, Skipped, Unknown, Value

LATER = Unknown(UnknownReason.KNOWN_AFTER_APPLY)
NOT_EVALUATED = Unknown(UnknownReason.NOT_EVALUATED, "file() is not evaluated")
POLICY: Value = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": LATER}],
}


def planned(*resources: Resource, skipped: tuple[Skipped, ...] = ()) -> ResourceGraph:
    return ResourceGraph(GraphFormat.TERRAFORM_PLAN, resources, skipped)


def written(*resources: Resource, skipped: tuple[Skipped, ...] = (), complete: bool = True) -> ResourceGraph:
    return ResourceGraph(GraphFormat.TERRAFORM_SOURCE, resources, skipped, complete)


def a_policy(policy: Value, address: str = "aws_iam_policy.p") -> Resource:
    return Resource(address, "aws_iam_policy", {"name": "p", "policy": policy})


def policy_of(plan_value: Value, source_value: Value) -> Value:
    return join(planned(a_policy(plan_value)), written(a_policy(source_value))).resources[0].values["policy"]


def test_the_plan_gives_values_and_the_source_lines_and_references() -> None:
    place, line = Position("infra/main.tf", 3, 9), Position("infra/main.tf", 5, 5)
    plan = planned(
        Resource("aws_s3_bucket.b", "aws_s3_bucket", {"bucket": "x"}, references={"bucket": ("var.a",), "t": ("l.t",)})
    )
    source = written(
        Resource(
            "aws_s3_bucket.b",
            "aws_s3_bucket",
            {"bucket": "y"},
            position=place,
            references={"bucket": ("var.b", "var.a"), "key": ("aws_kms_key.k",)},
            attribute_positions={"bucket": line},
        )
    )

    (joined,) = join(plan, source).resources

    assert joined.values == {"bucket": "x"}
    assert joined.position == place
    assert joined.attribute_positions == {"bucket": line}
    assert joined.references == {"bucket": ("var.a", "var.b"), "t": ("l.t",), "key": ("aws_kms_key.k",)}


def test_a_document_that_the_plan_hides_behind_one_unknown_is_taken_from_the_source() -> None:
    assert policy_of(LATER, POLICY) == POLICY


def test_a_document_written_as_json_text_is_taken_as_well() -> None:
    text = json.dumps({"Statement": []})

    assert policy_of(LATER, text) == text


def test_what_the_plan_knows_or_hides_is_never_replaced() -> None:
    assert policy_of("{}", POLICY) == "{}"
    assert policy_of(None, POLICY) is None
    assert policy_of(Sensitive("a1"), POLICY) == Sensitive("a1")
    assert policy_of(Sensitive(), POLICY) == Sensitive()
    assert policy_of(NOT_EVALUATED, POLICY) == NOT_EVALUATED


def test_a_single_value_that_the_plan_does_not_know_stays_unknown() -> None:
    for value in ("known only by its source", "443", "", 443, True, None, NOT_EVALUATED, Sensitive("a1")):
        assert policy_of(LATER, value) == LATER


def test_a_leaf_that_the_source_could_not_evaluate_says_so() -> None:
    tree: Value = {"Statement": [{"Action": NOT_EVALUATED}]}

    assert policy_of(LATER, tree) == tree


def test_a_document_inside_a_block_is_taken_from_the_block_that_is_the_same() -> None:
    other: Value = {"Statement": [{"Action": "s3:*"}]}
    plan = a_role([{"name": "b", "policy": LATER}, {"name": "a", "policy": LATER}])
    source = a_role([{"name": "a", "policy": POLICY}, {"name": "b", "policy": other}])

    (joined,) = join(planned(plan), written(source)).resources

    assert joined.values["inline_policy"] == [{"name": "b", "policy": other}, {"name": "a", "policy": POLICY}]


def test_blocks_that_cannot_be_told_apart_are_taken_in_order_when_there_are_as_many() -> None:
    plan = a_role([{"name": LATER, "policy": LATER}, {"name": LATER, "policy": LATER}])
    source = a_role([{"name": "a", "policy": POLICY}, {"name": "b", "policy": {}}])

    (joined,) = join(planned(plan), written(source)).resources

    assert joined.values["inline_policy"] == [{"name": LATER, "policy": POLICY}, {"name": LATER, "policy": {}}]


def test_a_block_whose_partner_is_not_certain_keeps_what_the_plan_says() -> None:
    blocks: Value = [{"name": LATER, "policy": LATER}, {"name": LATER, "policy": LATER}]
    source = a_role([{"name": "a", "policy": POLICY}])

    (joined,) = join(planned(a_role(blocks)), written(source)).resources

    assert joined.values["inline_policy"] == blocks


def test_a_hidden_name_may_be_any_and_an_unlike_shape_is_another_block() -> None:
    hidden = a_role([{"name": Sensitive("f"), "policy": LATER}])
    shown = a_role([{"name": "a", "policy": POLICY}])
    nested = a_role([{"name": {"x": 1}, "policy": POLICY}, {"name": 3, "policy": {}}])
    plan = a_role([{"name": 3, "policy": LATER}])

    assert join(planned(hidden), written(shown)).resources[0].values["inline_policy"] == [
        {"name": Sensitive("f"), "policy": POLICY}
    ]
    assert join(planned(plan), written(nested)).resources[0].values["inline_policy"] == [{"name": 3, "policy": {}}]


def test_numbers_in_quotes_are_the_same_block() -> None:
    plan = Resource(
        "a.b", "a", {"rule": [{"port": 443, "on": True, "doc": LATER}, {"port": 80, "on": True, "doc": LATER}]}
    )
    source = Resource(
        "a.b", "a", {"rule": [{"port": "80", "doc": {"n": 80}}, {"port": "443", "on": "true", "doc": {"n": 443}}]}
    )

    (joined,) = join(planned(plan), written(source)).resources

    assert joined.values["rule"] == [
        {"port": 443, "on": True, "doc": {"n": 443}},
        {"port": 80, "on": True, "doc": {"n": 80}},
    ]


def test_an_instance_is_found_under_its_own_address_before_its_blocks() -> None:
    block = Resource("module.m.a.b", "a", {}, position=Position("m.tf", 1, 2))
    own = Resource('module.m["k"].a.b[0]', "a", {}, position=Position("m.tf", 7, 8))
    plan = planned(
        Resource('module.m["k"].a.b[0]', "a", {}),
        Resource('module.m["k"].a.b[1]', "a", {}),
        Resource('module.m["x]\\"y"].a.b["z.w"]', "a", {}),
    )

    lines = [item.position.line if item.position else 0 for item in join(plan, written(block, own)).resources]

    assert lines == [7, 1, 1]


def test_a_resource_in_the_source_alone_is_left_out_and_one_in_the_plan_alone_stays() -> None:
    only_planned = a_policy("{}", "aws_iam_policy.planned")

    joined = join(planned(only_planned), written(a_policy("{}", "aws_iam_policy.count_is_zero")))

    assert joined.resources == (only_planned,)


def test_what_either_side_passed_over_is_told_once() -> None:
    one, both, two = Skipped("a", "w"), Skipped("b", "w"), Skipped("c", "w")

    joined = join(planned(skipped=(one, both)), written(skipped=(both, two), complete=False))

    assert joined.skipped == (one, both, two)
    assert joined.format is GraphFormat.TERRAFORM_PLAN
    # The plan lists every resource there is; an unreadable file of the source only costs lines.
    assert joined.complete


def a_role(inline: Value) -> Resource:
    return Resource("aws_iam_role.r", "aws_iam_role", {"inline_policy": inline})


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=3), st.just(LATER), st.just(Sensitive("f"))
)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=8,
)


def _known(value: Value) -> Value:
    """The tree with everything unknown cut out, as what must be in any joined tree unchanged."""
    if isinstance(value, dict):
        return {name: _known(item) for name, item in value.items() if not isinstance(item, Unknown)}
    if isinstance(value, list):
        return [None if isinstance(item, Unknown) else _known(item) for item in value]
    return value


def _agrees(known: Value, joined: Value) -> bool:
    if isinstance(known, dict):
        return isinstance(joined, dict) and all(_agrees(item, joined[name]) for name, item in known.items())
    if isinstance(known, list):
        return (
            isinstance(joined, list)
            and len(known) == len(joined)
            and all(item is None or _agrees(item, other) for item, other in zip(known, joined, strict=True))
        )
    return type(known) is type(joined) and known == joined


@given(TREES, TREES)
def test_no_source_changes_what_a_plan_knows(plan_value: Value, source_value: Value) -> None:
    joined = policy_of(plan_value, source_value)

    if not isinstance(plan_value, Unknown):
        assert _agrees(_known(plan_value), joined)


@given(TREES)
def test_joining_with_itself_changes_nothing(value: Value) -> None:
    assert policy_of(value, value) == value


def test_what_a_value_waits_for_is_told_by_the_source() -> None:
    part = Unknown(UnknownReason.KNOWN_AFTER_APPLY, "part of a text: aws_s3_bucket.a.id")

    assert policy_of(LATER, part) == part
    assert policy_of(NOT_EVALUATED, part) == NOT_EVALUATED
