"""Controls are asked about a graph, and every answer is one of four."""

from collections.abc import Callable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from pavior.content import load_controls
from pavior.kernel.verdicts import Outcome, Phase, Position, Severity, UnknownReason
from pavior.policy.evaluation import evaluate, find_position
from pavior.policy.model import Control, Evaluation, Level, RuleResult
from pavior.policy.rules import failed, passed, require, unknown, worst
from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Sensitive, Skipped, Unknown, Value
from pavior.resources.views.facts import Fact
from pavior.resources.views.keys import KeyRotation
from pavior.resources.views.object_store import ObjectStore

CONTROLS = load_controls()
LATER = Unknown(UnknownReason.KNOWN_AFTER_APPLY)
NEVER = Unknown(UnknownReason.NOT_EVALUATED, "var.switch has no value")


def a_control(rule: Callable[..., RuleResult], *, view: str = "KeyRotation", control_id: str = "keys-turn") -> Control:
    return Control(
        id=control_id,
        title="Keys turn",
        view=view,
        risk="They get stuck.",
        severity=Severity.LOW,
        default_level=Level.WARN,
        levels={},
        remediations=(),
        lesson="",
        mappings={},
        equivalents={},
        version="1",
        rule=rule,
    )


def a_graph(*resources: Resource, complete: bool = True, skipped: tuple[Skipped, ...] = ()) -> ResourceGraph:
    return ResourceGraph(GraphFormat.TERRAFORM_PLAN, resources, skipped, complete)


def a_key(name: str = "data", **values: Value) -> Resource:
    return Resource(f"aws_kms_key.{name}", "aws_kms_key", values, position=Position("main.tf", 1, 9))


def rotates(key: KeyRotation) -> RuleResult:
    return require(key.rotates, what="whether it turns", otherwise="It does not turn.")


def outcomes(evaluation: Evaluation) -> list[tuple[str, str, Outcome]]:
    return [(verdict.control, verdict.subject, verdict.outcome) for verdict in evaluation.verdicts]


@pytest.mark.parametrize(
    ("value", "result"),
    [
        (True, passed()),
        (False, failed("It does not turn.", Fact(False, "enable_key_rotation"))),
        (LATER, unknown("whether it turns", LATER, Fact(LATER, "enable_key_rotation"))),
    ],
)
def test_a_message_is_made_only_where_something_fails(*, value: bool | Unknown, result: RuleResult) -> None:
    made: list[str] = []

    def message() -> str:
        made.append("It does not turn.")
        return made[-1]

    told = require(Fact(value, "enable_key_rotation"), what="whether it turns", otherwise=message)

    assert told == result
    assert len(made) == (value is False)


def test_an_empty_graph_has_no_verdicts() -> None:
    evaluation = evaluate(a_graph(), CONTROLS, Phase.PLAN)

    assert evaluation.verdicts == ()
    assert evaluation.coverage.evaluated_types == {}
    assert evaluation.coverage.uncovered_types == {}


def test_each_control_gives_one_verdict_for_each_thing_in_order() -> None:
    graph = a_graph(a_key("b", enable_key_rotation=True), a_key("a", enable_key_rotation=False))
    controls = (a_control(rotates, control_id="second"), a_control(lambda _: passed(), control_id="first"))

    evaluation = evaluate(graph, controls, Phase.LIVE)

    assert outcomes(evaluation) == [
        ("second", "aws_kms_key.b", Outcome.PASSED),
        ("second", "aws_kms_key.a", Outcome.FAILED),
        ("first", "aws_kms_key.b", Outcome.PASSED),
        ("first", "aws_kms_key.a", Outcome.PASSED),
    ]
    assert {verdict.phase for verdict in evaluation.verdicts} == {Phase.LIVE}


def test_a_rule_that_raises_is_errored_and_its_words_are_not_repeated() -> None:
    def crashes(key: KeyRotation) -> RuleResult:
        raise ValueError(f"secret of {key.resource.address}")

    verdict = evaluate(a_graph(a_key()), (a_control(crashes),), Phase.PLAN).verdicts[0]

    assert verdict.outcome is Outcome.ERRORED
    assert verdict.message == "The rule ended with ValueError."
    assert verdict.position == Position("main.tf", 1, 9)
    assert verdict.reason is None


def test_a_rule_that_crashes_on_one_thing_still_answers_for_the_next() -> None:
    def crashes_on_a(key: KeyRotation) -> RuleResult:
        return passed() if key.resource.name == "b" else failed(str(1 // 0))

    evaluation = evaluate(a_graph(a_key("a"), a_key("b")), (a_control(crashes_on_a),), Phase.PLAN)

    assert [verdict.outcome for verdict in evaluation.verdicts] == [Outcome.ERRORED, Outcome.PASSED]


@pytest.mark.parametrize("answer", [True, None, "passed", Outcome.PASSED])
def test_a_rule_that_gives_no_result_is_errored(answer: object) -> None:
    verdict = evaluate(a_graph(a_key()), (a_control(lambda _: answer),), Phase.PLAN).verdicts[0]  # type: ignore[arg-type,return-value] # what a careless author writes

    assert verdict.outcome is Outcome.ERRORED
    assert type(answer).__name__ in verdict.message


@pytest.mark.parametrize(
    ("phase", "value", "reason"),
    [
        (Phase.PLAN, LATER, UnknownReason.KNOWN_AFTER_APPLY),
        (Phase.PLAN, NEVER, UnknownReason.NOT_EVALUATED),
        (Phase.CODE, LATER, UnknownReason.NOT_EVALUATED),
        (Phase.CODE, NEVER, UnknownReason.NOT_EVALUATED),
        (Phase.LIVE, LATER, UnknownReason.NOT_EVALUATED),
    ],
)
def test_only_a_plan_waits_for_the_apply(phase: Phase, value: Unknown, reason: UnknownReason) -> None:
    # What no expression sets would have the default of the provider; see docs/decisions/0017.
    key = structs.replace(a_key(enable_key_rotation=value), references={"enable_key_rotation": ("aws_kms_key.other",)})

    verdict = evaluate(a_graph(key), (a_control(rotates),), phase).verdicts[0]

    assert (verdict.outcome, verdict.reason) == (Outcome.UNKNOWN, reason)
    assert verdict.message.startswith("It is not known whether it turns: ")


def test_unknown_without_a_reason_was_not_evaluated() -> None:
    rule = a_control(lambda _: RuleResult(Outcome.UNKNOWN))

    assert evaluate(a_graph(a_key()), (rule,), Phase.PLAN).verdicts[0].reason is UnknownReason.NOT_EVALUATED


def test_a_hidden_value_is_not_a_pass() -> None:
    verdict = evaluate(a_graph(a_key(enable_key_rotation=Sensitive("f"))), (a_control(rotates),), Phase.PLAN).verdicts[
        0
    ]

    assert (verdict.outcome, verdict.reason) == (Outcome.UNKNOWN, UnknownReason.NOT_EVALUATED)
    assert "hidden" in verdict.message


def a_bucket_with_block(**switches: Value) -> ResourceGraph:
    line = Position("main.tf", 7, 7, 3)
    bucket = Resource("aws_s3_bucket.files", "aws_s3_bucket", {"bucket": "files"}, position=Position("main.tf", 1, 3))
    block = Resource(
        "aws_s3_bucket_public_access_block.files",
        "aws_s3_bucket_public_access_block",
        {"bucket": LATER, **switches},
        position=Position("main.tf", 5, 9),
        references={"bucket": ("aws_s3_bucket.files",)},
        attribute_positions={"block_public_acls": line},
    )
    return a_graph(bucket, block)


def refuses_acls(store: ObjectStore) -> RuleResult:
    return require(store.blocks_public_acls, what="that", otherwise="Open.")


def test_a_satellite_that_decides_gives_the_position_and_the_bucket_is_the_subject() -> None:
    control = a_control(refuses_acls, view="ObjectStore")

    verdict = evaluate(a_bucket_with_block(block_public_acls=False), (control,), Phase.PLAN).verdicts[0]

    assert (verdict.subject, verdict.outcome) == ("aws_s3_bucket.files", Outcome.FAILED)
    assert (verdict.attribute, verdict.position) == ("block_public_acls", Position("main.tf", 7, 7, 3))


def test_an_attribute_without_a_line_points_to_the_resource_that_lacks_it() -> None:
    control = a_control(lambda store: failed("Open.", store.ignores_public_acls), view="ObjectStore")

    verdict = evaluate(a_bucket_with_block(), (control,), Phase.PLAN).verdicts[0]

    assert verdict.position == Position("main.tf", 5, 9)


def test_an_absent_satellite_points_to_the_bucket() -> None:
    graph = a_bucket_with_block()
    without = structs.replace(graph, resources=graph.resources[:1])

    verdict = evaluate(without, (a_control(refuses_acls, view="ObjectStore"),), Phase.PLAN).verdicts[0]

    assert (verdict.outcome, verdict.attribute) == (Outcome.FAILED, "")
    assert verdict.position == Position("main.tf", 1, 3)


@pytest.mark.parametrize(
    ("attribute", "line"),
    [("rule.0.status", 4), ("rule.0.other", 3), ("rule", 3), ("rule.0.status.deep", 4), ("elsewhere", 1), ("", 1)],
)
@pytest.mark.parametrize("form", ["{}.0.status", "{}[0].status", "{}.status"])
def test_the_narrowest_known_place_is_shown(attribute: str, line: int, form: str) -> None:
    resource = Resource(
        "a.b",
        "a",
        {},
        position=Position("main.tf", 1, 9),
        attribute_positions={"rule": Position("main.tf", 3, 5), form.format("rule"): Position("main.tf", 4, 4)},
    )

    found = find_position(resource, attribute)

    assert found is not None
    assert found.line == line


def test_coverage_counts_what_nobody_looked_at() -> None:
    queue = Resource("aws_sqs_queue.jobs", "aws_sqs_queue", {})
    other = Resource("aws_sqs_queue.other", "aws_sqs_queue", {})
    data = Resource("data.aws_caller_identity.me", "aws_caller_identity", {}, mode="data")
    graph = a_graph(*a_bucket_with_block().resources, queue, data, other, a_key(), skipped=(Skipped("b.tf", "why"),))
    control = a_control(refuses_acls, view="ObjectStore")

    coverage = evaluate(graph, (control,), Phase.PLAN).coverage

    assert coverage.evaluated_types == {"aws_s3_bucket": 1, "aws_s3_bucket_public_access_block": 1}
    assert coverage.uncovered_types == {"aws_kms_key": 1, "aws_sqs_queue": 2}
    assert coverage.skipped == (Skipped("b.tf", "why"),)


def test_the_worst_result_decides() -> None:
    good, bad = passed(), failed("bad")
    later, never = unknown("it", LATER), unknown("it", NEVER)

    assert worst(good, later, never, bad) is bad
    assert worst(good, later, never) is never
    assert worst(good, later) is later
    assert worst(good, good) is good
    assert worst().outcome is Outcome.UNKNOWN


def test_require_keeps_the_place_of_the_fact() -> None:
    fact = Fact(value=False, attribute="x.y", decided_by="a.b")

    assert require(fact, what="it", otherwise="No.") == RuleResult(Outcome.FAILED, "No.", "x.y", decided_by="a.b")
    assert require(structs.replace(fact, value=True), what="it", otherwise="No.").outcome is Outcome.PASSED


LEAVES: st.SearchStrategy[Value] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=8),
    st.sampled_from(
        [LATER, NEVER, Sensitive("f"), Sensitive(), "*", "s3:*", "Allow", "Deny", "0.0.0.0/0", "true", "{"]
    ),
)
NAMES = st.sampled_from(
    [
        "Statement",
        "Action",
        "NotAction",
        "Effect",
        "Resource",
        "Principal",
        "Condition",
        "0",
        "enabled",
        "rule",
        "status",
        "name",
        "policy",
        "protocol",
        "from_port",
        "to_port",
        "cidr_blocks",
        "apply_server_side_encryption_by_default",
        "sse_algorithm",
    ]
)
VALUES: st.SearchStrategy[Value] = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=12
)
ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "aws_s3_bucket": ("bucket", "id", "versioning", "policy", "server_side_encryption_configuration", "tags"),
    "aws_s3_bucket_public_access_block": ("bucket", "block_public_acls", "restrict_public_buckets"),
    "aws_s3_bucket_server_side_encryption_configuration": ("bucket", "rule"),
    "aws_s3_bucket_versioning": ("bucket", "versioning_configuration"),
    "aws_s3_bucket_policy": ("bucket", "policy"),
    "aws_dynamodb_table": ("server_side_encryption", "point_in_time_recovery"),
    "aws_kms_key": ("enable_key_rotation", "customer_master_key_spec"),
    "aws_cloudwatch_log_group": ("retention_in_days",),
    "aws_iam_role": ("assume_role_policy", "inline_policy", "managed_policy_arns", "name"),
    "aws_iam_role_policy": ("policy", "role", "name"),
    "aws_iam_role_policy_attachment": ("policy_arn",),
    "aws_security_group": ("ingress", "id"),
    "aws_security_group_rule": ("security_group_id", "type", "protocol", "from_port", "to_port", "cidr_blocks"),
}


@st.composite
def graphs(draw: st.DrawFn) -> ResourceGraph:
    types = draw(st.lists(st.sampled_from(sorted(ATTRIBUTES)), min_size=1, max_size=6))
    resources = [
        Resource(f"{kind}.r{number}", kind, {name: draw(VALUES) for name in ATTRIBUTES[kind]})
        for number, kind in enumerate(types)
    ]
    return a_graph(*resources, complete=draw(st.booleans()))


@settings(max_examples=150, deadline=None)
@given(graphs())
def test_whatever_stands_in_a_graph_no_control_crashes(graph: ResourceGraph) -> None:
    evaluation = evaluate(graph, CONTROLS, Phase.PLAN)

    assert [verdict for verdict in evaluation.verdicts if verdict.outcome is Outcome.ERRORED] == []
    for verdict in evaluation.verdicts:
        assert (verdict.reason is not None) is (verdict.outcome is Outcome.UNKNOWN)
