"""Every control is tried on its own cases: those that pass, those that fail, and those that nobody can tell.

`pavior control test` runs the same code.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from pavior.adapters.readers.kubernetes import read_manifests
from pavior.adapters.readers.terraform_source import read_source
from pavior.content import load_controls
from pavior.content.cases import EXPECTED, CaseReaders, Trial, find_cases, try_control
from pavior.content.loading import CONTROLS_FOLDER
from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Outcome, UnknownReason
from pavior.policy.model import Control, RuleResult
from pavior.policy.parameters import Parameter, Parameters, ParameterType
from pavior.policy.rules import failed, passed, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.log_group import LogGroup
from pavior.testing.builders import a_control

READERS = CaseReaders(read_source, read_manifests)
CONTROLS = load_controls()


def _folder(control: Control) -> Path:
    return CONTROLS_FOLDER / control.id.replace("-", "_")


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.id)
def test_every_case_gives_what_its_folder_says(control: Control) -> None:
    trial = try_control(_folder(control), control, READERS)

    assert trial.lacks == ()
    assert [(item.file, item.problems) for item in trial.results if item.problems] == []
    assert {item.expected for item in trial.results} == set(EXPECTED.values())
    assert all(item.verdicts for item in trial.results)


def test_there_are_many_cases() -> None:
    assert sum(len(list(find_cases(_folder(control)))) for control in CONTROLS) > 3 * len(CONTROLS)


def _log_rule(logs: LogGroup) -> RuleResult:
    days = logs.retention_days
    if isinstance(days.value, Unknown):
        return unknown("how long logs are kept", days.value, days)
    return passed() if days.value else failed("Logs are kept for ever.", days)


LESSON = "# Logs end\n\n" + "Somebody explains it. " * 10
LOGS = a_control(id="logs-end", view="LogGroup", rule=_log_rule, lesson=LESSON)
LOG_GROUP = 'resource "aws_cloudwatch_log_group" "a" {{\n  retention_in_days = {}\n}}\n'
GOOD = {
    "passes/year.tf": LOG_GROUP.format(365),
    "fails/ever.tf": LOG_GROUP.format(0),
    "unknown/variable.tf": 'variable "days" {}\n' + LOG_GROUP.format("var.days"),
}


@pytest.fixture
def tried(tmp_path: Path) -> Callable[..., Trial]:
    """Tries `control` on cases by name and text."""

    def try_on(cases: dict[str, str], control: Control = LOGS) -> Trial:
        for name, text in cases.items():
            file = tmp_path / "cases" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return try_control(tmp_path, control, READERS)

    return try_on


def _problems(trial: Trial, file: str) -> tuple[str, ...]:
    return next(item.problems for item in trial.results if item.file == f"cases/{file}")


def test_a_folder_with_cases_of_every_kind_is_good(tried: Callable[..., Trial]) -> None:
    trial = tried(GOOD)

    assert trial.is_good
    assert [(item.file, item.expected) for item in trial.results] == [
        ("cases/passes/year.tf", Outcome.PASSED),
        ("cases/fails/ever.tf", Outcome.FAILED),
        ("cases/unknown/variable.tf", Outcome.UNKNOWN),
    ]


@pytest.mark.parametrize("kind", EXPECTED)
def test_a_kind_without_a_case_lacks(kind: str, tried: Callable[..., Trial]) -> None:
    trial = tried({name: text for name, text in GOOD.items() if not name.startswith(kind)})

    assert not trial.is_good
    assert trial.lacks == (f"There is no case that is {EXPECTED[kind].value}: write one into cases/{kind}/.",)


def test_a_control_that_teaches_nothing_lacks(tried: Callable[..., Trial]) -> None:
    untaught = a_control(id="logs-end", view="LogGroup", rule=_log_rule, lesson="# Logs end\n\nBecause.\n")

    trial = tried(GOOD, untaught)

    assert not trial.is_good
    assert [lack.partition(":")[0] for lack in trial.lacks] == ["Its lesson is not written"]


def test_one_wrong_verdict_among_right_ones_is_told_with_what_the_rule_says(tried: Callable[..., Trial]) -> None:
    two = LOG_GROUP.format(365) + LOG_GROUP.replace('"a"', '"b"').format(0)

    trial = tried({**GOOD, "passes/year.tf": two})

    assert not trial.is_good
    assert _problems(trial, "passes/year.tf") == (
        "aws_cloudwatch_log_group.b is failed, not passed: Logs are kept for ever.",
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("# Nothing yet.\n", "the control looks at nothing in it: LogGroup means none of its 0 resources"),
        ('resource "aws_s3_bucket" "a" {}\n', "the control looks at nothing in it: LogGroup means none of its 1 resou"),
        ("resource {", "It cannot be read: "),
    ],
)
def test_a_case_that_shows_nothing_is_wrong(text: str, why: str, tried: Callable[..., Trial]) -> None:
    trial = tried({**GOOD, "fails/ever.tf": text})

    assert not trial.is_good
    assert len(_problems(trial, "fails/ever.tf")) == 1
    assert _problems(trial, "fails/ever.tf")[0].startswith(why)


def test_a_graph_that_is_none_is_wrong(tried: Callable[..., Trial]) -> None:
    trial = tried({**GOOD, "fails/graph.json": "[7]"})

    assert _problems(trial, "fails/graph.json")[0].startswith("It cannot be read: ")


def test_a_rule_that_does_not_say_why_is_wrong(tried: Callable[..., Trial]) -> None:
    silent = a_control(id="logs-end", view="LogGroup", rule=lambda logs: failed("", logs.retention_days))

    trial = tried({"fails/ever.tf": LOG_GROUP.format(0)}, silent)

    assert _problems(trial, "fails/ever.tf") == ("aws_cloudwatch_log_group.a is failed, and the rule does not say why",)


def test_a_rule_that_waits_for_an_apply_where_there_is_none_is_not_overlooked(tried: Callable[..., Trial]) -> None:
    trial = tried(GOOD)
    reasons = {verdict.reason for item in trial.results for verdict in item.verdicts}

    assert reasons == {None, UnknownReason.NOT_EVALUATED}


def test_a_file_that_is_no_case_is_named(tried: Callable[..., Trial]) -> None:
    trial = tried({**GOOD, "fails/notes.txt": "", "failing/ever.tf": LOG_GROUP.format(0)})

    assert [item.split(" ")[0] for item in trial.lacks] == ["cases/failing/ever.tf", "cases/fails/notes.txt"]


def _enough(logs: LogGroup, parameters: Parameters) -> RuleResult:
    days = logs.retention_days
    assert not isinstance(days.value, Unknown)
    least = parameters.integer("days")
    return passed() if days.value >= least else failed(f"They are kept for less than {least} days.", days)


CHOSEN = a_control(
    id="logs-end",
    view="LogGroup",
    rule=_enough,
    lesson=LESSON,
    parameters=(Parameter("days", ParameterType.INTEGER, "Days.", minimum=1, value=365),),
)


def test_cases_may_choose_values_for_all_and_for_one(tried: Callable[..., Trial]) -> None:
    trial = tried(
        {
            "parameters.toml": 'days = 30\n["fails/sixty.tf"]\ndays = 61\n',
            "passes/sixty.tf": LOG_GROUP.format(60),
            "fails/sixty.tf": LOG_GROUP.format(60),
        },
        CHOSEN,
    )

    assert [item.problems for item in trial.results] == [(), ()]
    assert trial.results[1].verdicts[0].message == (
        "They are kept for less than 61 days. days is 61 by cases/parameters.toml."
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [("days = 0\n", "days must be an integer"), ("weeks = 1\n", "has no parameter weeks"), ("days =", "not TOML")],
)
def test_values_that_cannot_be_are_refused(text: str, why: str, tried: Callable[..., Trial]) -> None:
    with pytest.raises(InvalidError, match=why):
        tried({"parameters.toml": text, "fails/sixty.tf": LOG_GROUP.format(60)}, CHOSEN)
