"""Choices that a control leaves to an organisation: typed, bounded, part of its version, and named in its answers."""

from typing import Any

import pytest

from pavior.content.choosing import choose
from pavior.content.configuration import ChosenValue
from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Outcome, Phase
from pavior.policy.decision import controls_digest
from pavior.policy.evaluation import evaluate
from pavior.policy.model import Control, RuleResult
from pavior.policy.parameters import Parameter, Parameters, ParameterType, origin_text, value_text
from pavior.policy.rules import failed, passed
from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Skipped
from pavior.testing.builders import a_control

DAYS = Parameter("days", ParameterType.INTEGER, "Days that logs are kept.", minimum=1, maximum=3650, value=365)
REGIONS = Parameter("regions", ParameterType.TEXTS, "Regions that are allowed.")
GRAPH = ResourceGraph(
    GraphFormat.TERRAFORM_SOURCE,
    (Resource("aws_cloudwatch_log_group.a", "aws_cloudwatch_log_group", {"retention_in_days": 90}),),
)


def _rule(logs: Any, parameters: Parameters) -> RuleResult:
    least = parameters.integer("days")
    return passed() if logs.retention_days.value >= least else failed(f"Logs must be kept for {least} days.")


def _control(*parameters: Parameter, **fields: Any) -> Control:
    return a_control(**{"id": "log-retention", "view": "LogGroup", "parameters": parameters, "rule": _rule, **fields})


def _chosen(value: object, name: str = "days", control: str = "log-retention") -> ChosenValue:
    return ChosenValue(control, name, value, "pavior.yaml:7")


def test_a_rule_gets_the_default_as_its_second_argument() -> None:
    verdict = evaluate(GRAPH, (_control(DAYS),), Phase.CODE).verdicts[0]

    assert (verdict.outcome, verdict.message) == (Outcome.FAILED, "Logs must be kept for 365 days.")


def test_a_chosen_value_counts_and_the_verdict_says_where_it_comes_from() -> None:
    looser = choose((_control(DAYS),), [_chosen(90)])
    stricter = choose((_control(DAYS),), [_chosen(91)])

    assert evaluate(GRAPH, looser, Phase.CODE).verdicts[0].outcome is Outcome.PASSED
    assert evaluate(GRAPH, stricter, Phase.CODE).verdicts[0].message == (
        "Logs must be kept for 91 days. days is 91 by pavior.yaml:7."
    )


def test_a_control_whose_parameter_has_no_value_is_not_asked_and_named() -> None:
    evaluation = evaluate(GRAPH, (_control(REGIONS),), Phase.CODE)

    assert evaluation.verdicts == ()
    assert evaluation.coverage.not_asked == (
        Skipped("log-retention", "nobody has set its parameter regions: Regions that are allowed"),
    )
    # Nothing that was not asked counts as looked at.
    assert evaluation.coverage.uncovered_types == {"aws_cloudwatch_log_group": 1}


def test_a_control_that_is_about_nothing_here_is_not_missed() -> None:
    empty = ResourceGraph(GraphFormat.TERRAFORM_SOURCE, ())

    assert evaluate(empty, (_control(REGIONS),), Phase.CODE).coverage.not_asked == ()


def test_a_rule_that_asks_for_what_is_not_declared_is_errored() -> None:
    def mistaken(_: Any, parameters: Parameters) -> RuleResult:
        return passed(str(parameters.integer("weeks")))

    def confused(_: Any, parameters: Parameters) -> RuleResult:
        return passed(parameters.text("days"))

    for rule, told in ((mistaken, "KeyError"), (confused, "TypeError")):
        verdict = evaluate(GRAPH, (_control(DAYS, rule=rule),), Phase.CODE).verdicts[0]
        assert (verdict.outcome, verdict.message) == (Outcome.ERRORED, f"The rule ended with {told}.")


def test_the_version_names_the_values_and_not_where_they_were_chosen() -> None:
    plain = _control(DAYS)
    as_default = choose((plain,), [_chosen(365)])[0]
    ninety = choose((plain,), [_chosen(90)])[0]
    ninety_again = choose((plain,), [ChosenValue("log-retention", "days", 90, "other.yaml:1")])[0]
    eighty = choose((plain,), [_chosen(80)])[0]

    assert as_default.version == plain.version
    assert ninety.version == ninety_again.version
    assert len({plain.version, ninety.version, eighty.version}) == 3
    assert controls_digest((ninety,)) != controls_digest((plain,))


def test_of_two_choices_the_later_one_counts() -> None:
    control = choose((_control(DAYS),), [_chosen(90), ChosenValue("log-retention", "days", 30, "operator.yaml:2")])[0]

    assert (control.parameters[0].value, control.parameters[0].origin) == (30, "operator.yaml:2")


@pytest.mark.parametrize(
    ("chosen", "summary", "fix"),
    [
        (
            _chosen(0),
            "pavior.yaml:7: days of log-retention must be an integer from 1 to 3650.",
            "Correct the value; pavior control show log-retention says what it means.",
        ),
        (
            _chosen(1, "day"),
            "pavior.yaml:7: log-retention has no parameter day; its parameters are days.",
            "Did you mean days? See them with: pavior control show log-retention.",
        ),
        (
            _chosen(1, control="log-retentio"),
            "pavior.yaml:7: there is no control log-retentio.",
            "Did you mean log-retention? List them with: pavior control list.",
        ),
    ],
)
def test_what_cannot_be_chosen_is_refused_with_its_line_and_the_fix(
    chosen: ChosenValue, summary: str, fix: str
) -> None:
    with pytest.raises(InvalidError) as raised:
        choose((_control(DAYS),), [chosen])

    assert raised.value.code == "configuration-invalid"
    assert (raised.value.summary, raised.value.fix) == (summary, fix)


def test_each_type_is_given_as_it_was_declared() -> None:
    given = Parameters({"a": 1, "b": True, "c": "x", "d": ("x", "y"), "e": (1, 2)})

    assert (given.integer("a"), given.boolean("b"), given.text("c")) == (1, True, "x")
    assert (given.texts("d"), given.integers("e")) == (("x", "y"), (1, 2))
    for ask in (given.integer, given.texts, given.integers, given.text):
        with pytest.raises(TypeError, match="is not of type"):
            ask("b")
    with pytest.raises(TypeError, match="is not of type"):
        given.texts("e")
    with pytest.raises(TypeError, match="is not of type"):
        given.integers("d")
    with pytest.raises(TypeError, match="is not of type"):
        given.boolean("a")


def test_people_read_values_and_where_they_come_from() -> None:
    assert [value_text(item) for item in (None, True, False, 7, "x", ("a", "b"))] == [
        "not set",
        "true",
        "false",
        "7",
        "x",
        "a, b",
    ]
    assert origin_text(DAYS) == "the control's default"
    assert origin_text(REGIONS) == "nobody has chosen one, so the control is not asked"
