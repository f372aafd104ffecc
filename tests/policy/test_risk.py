"""What a Change touches, how that weighs and how many must approve, as docs/reference/change-risk.md has it."""

from typing import Any

import pytest

from pavior.kernel.verdicts import Outcome, Severity
from pavior.policy.model import Coverage, Effect, Level, Ruling
from pavior.policy.risk import Touched, assess, find_touched
from pavior.policy.risk_model import Risk, RiskFactor, Weighed
from pavior.resources.model import (
    Action,
    GraphFormat,
    PlanReading,
    Resource,
    ResourceChange,
    ResourceGraph,
    Unknown,
)
from pavior.testing.builders import a_verdict

PASSED = Ruling(a_verdict(outcome=Outcome.PASSED, message=""), Level.BLOCK, Effect.PASS)
WAIVED = Ruling(a_verdict(), Level.BLOCK, Effect.WAIVED, "W-1")


def weighed(touched: Touched = Touched(), *rulings: Ruling, **fields: Any) -> Risk:  # noqa: B008 - frozen
    given = {"environment": "orders/dev", "is_production": False, "is_destroy": False, "data_class": "internal"}
    return assess(touched, rulings or (PASSED,), Coverage({}, {}), **{**given, **fields})


def a_reading(*resources: Resource, changed: Action = Action.CREATE, of: tuple[str, ...] | None = None) -> PlanReading:
    touched = [item for item in resources if of is None or item.address in of]
    changes = tuple(ResourceChange(item.address, item.type, changed, None, item.values) for item in touched)
    graph = ResourceGraph(GraphFormat.TERRAFORM_PLAN, resources)
    return PlanReading(graph, changes, ResourceGraph(GraphFormat.STATE, ()), "1.2", "1.11.4")


def a_group(*networks: Any) -> Resource:
    rule: dict[str, Any] = {"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": list(networks)}
    return Resource("aws_security_group.web", "aws_security_group", {"ingress": [rule]})


def test_what_touches_nothing_is_no_risk_and_asks_nobody() -> None:
    assert weighed() == Risk(Severity.INFO, 0, ())
    assert weighed().approvals == 0


# By hand from the table of weights.
@pytest.mark.parametrize(
    ("touched", "fields", "score", "level", "approvals"),
    [
        (Touched(permissions=("a.b",)), {}, 1, Severity.LOW, 0),
        (Touched(exposed=("a.b",)), {}, 2, Severity.LOW, 0),
        (Touched(exposed=("a.b",)), {"data_class": "confidential"}, 3, Severity.MEDIUM, 1),
        (Touched(exposed=("a.b",), permissions=("a.b",)), {}, 3, Severity.MEDIUM, 1),
        (Touched(), {"is_production": True}, 3, Severity.MEDIUM, 1),
        (Touched(), {"is_production": True, "data_class": "restricted"}, 5, Severity.MEDIUM, 1),
        (Touched(deletes=("a.b",)), {"is_production": True}, 6, Severity.HIGH, 1),
        (Touched(deletes=("a.b",), deletes_data=("a.b",)), {}, 6, Severity.HIGH, 1),
        (Touched(deletes=("a.b",), deletes_data=("a.b",)), {"is_production": True}, 9, Severity.CRITICAL, 2),
        (Touched(deletes=("a.b",), deletes_data=("a.b",)), {"is_destroy": True}, 7, Severity.HIGH, 1),
    ],
)
def test_weights_add_up_to_a_level_and_to_how_many_must_approve(
    touched: Touched, fields: dict[str, Any], score: int, level: Severity, approvals: int
) -> None:
    risk = weighed(touched, **fields)

    assert (risk.score, risk.level, risk.approvals) == (score, level, approvals)


def test_each_factor_says_what_it_is_about_the_heaviest_first() -> None:
    touched = Touched(deletes=("a.b", "c.d"), deletes_data=("c.d",), exposed=("e.f",), permissions=("g.h",))

    risk = weighed(touched, WAIVED, environment="orders/prod", is_production=True, data_class="restricted")

    assert [(item.factor, item.weight, item.told) for item in risk.factors] == [
        (RiskFactor.PRODUCTION, 3, "orders/prod is production, where another person approves every Change."),
        (RiskFactor.DELETES, 3, "It deletes or replaces a.b and 1 more, which another person must want too."),
        (RiskFactor.DELETES_DATA, 3, "What c.d keeps would be gone with it."),
        (RiskFactor.DATA_CLASS, 2, "Its data is restricted."),
        (RiskFactor.EXPOSURE, 2, "Everybody reaches, or may reach, e.f."),
        (RiskFactor.PERMISSIONS, 1, "It changes who may do what: g.h."),
        (RiskFactor.WAIVED, 1, "Only a waiver lets it through: object-storage-no-public-access."),
    ]


@pytest.mark.parametrize("data_class", ["", "secret!"])
def test_data_of_which_nobody_said_what_it_is_weighs_as_confidential_data(data_class: str) -> None:
    assert weighed(data_class=data_class).factors == (
        Weighed(RiskFactor.DATA_CLASS, 1, "Nobody said which data it holds."),
    )


def test_what_keeps_data_is_told_from_what_does_not() -> None:
    bucket = Resource("aws_s3_bucket.a", "aws_s3_bucket", {})
    rule = Resource("aws_cloudwatch_event_rule.b", "aws_cloudwatch_event_rule", {})

    touched = find_touched(a_reading(bucket, rule, changed=Action.REPLACE))

    assert touched.deletes == ("aws_s3_bucket.a", "aws_cloudwatch_event_rule.b")
    assert touched.deletes_data == ("aws_s3_bucket.a",)
    assert find_touched(a_reading(bucket, changed=Action.UPDATE)).deletes == ()


def test_a_role_policy_changes_who_may_do_what() -> None:
    policy = Resource("aws_iam_role_policy.a", "aws_iam_role_policy", {"policy": "{}"})

    assert find_touched(a_reading(policy)).permissions == ("aws_iam_role_policy.a",)


@pytest.mark.parametrize(
    ("networks", "is_open"),
    [(("10.0.0.0/8",), False), (("10.0.0.0/8", "0.0.0.0/0"), True), (("::/0",), True), ((Unknown(),), True)],
)
def test_a_network_rule_for_everybody_or_for_nobody_knows_whom_is_exposure(
    networks: tuple[Any, ...],
    is_open: bool,  # noqa: FBT001 - of the table
) -> None:
    assert find_touched(a_reading(a_group(*networks))).exposed == (("aws_security_group.web",) if is_open else ())


def test_what_is_open_already_and_is_not_changed_is_no_exposure_of_this_change() -> None:
    other = Resource("aws_s3_bucket.a", "aws_s3_bucket", {})

    assert find_touched(a_reading(a_group("0.0.0.0/0"), other, of=("aws_s3_bucket.a",))).exposed == ()


def test_a_rule_of_its_own_that_opens_a_group_is_exposure_of_the_group() -> None:
    group = Resource("aws_security_group.web", "aws_security_group", {"id": "sg-1"})
    rule = Resource(
        "aws_vpc_security_group_ingress_rule.all",
        "aws_vpc_security_group_ingress_rule",
        {"security_group_id": "sg-1", "cidr_ipv4": "0.0.0.0/0", "ip_protocol": "tcp", "from_port": 22, "to_port": 22},
    )

    reading = a_reading(group, rule, of=("aws_vpc_security_group_ingress_rule.all",))

    assert find_touched(reading).exposed == ("aws_security_group.web",)


def test_what_cannot_be_read_may_be_open() -> None:
    broken = Resource("aws_security_group.web", "aws_security_group", {"ingress": [{"cidr_blocks": 7}]})

    assert find_touched(a_reading(broken)).exposed == ("aws_security_group.web",)
