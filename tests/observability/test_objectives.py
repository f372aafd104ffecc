import pytest
from jsonschema import Draft202012Validator

from pavior.observability.model import DEFAULT_ALERTS, BurnRateAlert, IndicatorSource, Notify
from pavior.observability.objectives import check_objectives, objectives_schema

FILE = """\
version: 1
service: orders
objectives:
  - id: availability
    title: Requests are answered
    indicator:
      source: cloudwatch-logs
      log_group: /services/orders/prod
      good: '{ $.status < 500 }'
      total: '{ $.status = * }'
    target_ratio: 0.995
    window_days: 28
  - id: speed
    title: Requests are answered in time
    indicator: {source: prometheus, good: 'a', total: 'b'}
    target_ratio: 0.95
    window_days: 7
    alerts:
      - notify: page
        burn_rate: 20
        long_window_minutes: 60
        short_window_minutes: 5
"""


def changed(old: str, new: str) -> list[str]:
    assert FILE.count(old) == 1
    return list(check_objectives(FILE.replace(old, new).encode()).problems)


def test_valid_objectives_are_read_whole() -> None:
    reading = check_objectives(FILE.encode())

    assert reading.problems == ()
    assert reading.objectives is not None
    availability, speed = reading.objectives.objectives
    assert (reading.objectives.service, availability.id, availability.line) == ("orders", "availability", 4)
    assert availability.indicator.source is IndicatorSource.CLOUDWATCH_LOGS
    assert availability.indicator.log_group == "/services/orders/prod"
    assert (availability.target_ratio, availability.window_days) == (0.995, 28)
    assert speed.alerts == (BurnRateAlert(Notify.PAGE, 20.0, 60, 5),)


def test_without_alerts_there_are_those_of_the_workbook() -> None:
    # The Site Reliability Workbook, chapter 5: burn rates over long and short windows, in hours.
    workbook = [(14.4, 1, 5 / 60), (6, 6, 0.5), (3, 24, 2), (1, 72, 6)]
    reading = check_objectives(FILE.encode())

    assert reading.objectives is not None
    alerts = reading.objectives.objectives[0].alerts
    assert alerts == DEFAULT_ALERTS
    assert [(a.burn_rate, a.long_window_minutes / 60, a.short_window_minutes / 60) for a in alerts] == workbook


def test_default_alerts_that_could_never_fire_are_left_out() -> None:
    # With a target of 90 % the budget burns at most 10 times as fast as allowed; one day is shorter than three.
    text = FILE.replace("0.995", "0.9").replace("window_days: 28", "window_days: 1")

    reading = check_objectives(text.encode())

    assert reading.objectives is not None
    assert [alert.burn_rate for alert in reading.objectives.objectives[0].alerts] == [6, 3]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("target_ratio: 0.995", "target_ratio: 1", "line 11: objectives/0/target_ratio must be less than 1."),
        ("target_ratio: 0.995", "target_ratio: 0", "line 11: objectives/0/target_ratio must be more than 0."),
        ("target_ratio: 0.995", "target_ratio: 99.5%", "line 11: objectives/0/target_ratio must be of type number."),
        ("window_days: 28", "window_days: 0", "line 12: objectives/0/window_days must be at least 1."),
        ("      log_group: /services/orders/prod\n", "", "line 7: objectives/0/indicator/log_group is needed."),
        (
            "source: cloudwatch-logs",
            "source: guess",
            "line 7: objectives/0/indicator/source must be one of cloudwatch-logs, prometheus.",
        ),
        ("id: speed", "id: availability", "line 13: the id availability stands there twice."),
        (
            "good: 'a'",
            "good: ' b '",
            "line 15: objective speed: good and total are the same, so it is always met.",
        ),
        (
            "burn_rate: 20",
            "burn_rate: 20.1",
            "line 19: objective speed burns at most 20 times as fast as allowed, so an alert at 20.1 never fires.",
        ),
        ("burn_rate: 20", "burn_rate: 0.9", "line 20: objectives/1/alerts/0/burn_rate must be at least 1."),
        (
            "short_window_minutes: 5",
            "short_window_minutes: 60",
            "line 19: objective speed has an alert whose short window is not shorter than its long one.",
        ),
        (
            "long_window_minutes: 60",
            "long_window_minutes: 10081",
            "line 19: objective speed has an alert that looks further back than the 7 days of its window.",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(old: str, new: str, expected: str) -> None:
    assert changed(old, new) == [expected]


def test_a_window_as_long_as_the_objective_is_allowed() -> None:
    assert changed("long_window_minutes: 60", "long_window_minutes: 10080") == []


def test_with_problems_there_are_no_objectives() -> None:
    reading = check_objectives(FILE.replace("0.995", "2").encode())

    assert reading.objectives is None
    assert reading.content is not None


def test_a_file_that_is_not_yaml_is_told() -> None:
    assert check_objectives(b"a: [").problems[0].startswith("line 1: This is not YAML")


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(objectives_schema())

    assert objectives_schema()["additionalProperties"] is False
