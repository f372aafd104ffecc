"""Plans are checked, alone and with their source."""

from tests.cli.checking.pretend import BAD, GOOD, Check


def test_in_a_plan_what_was_not_evaluated_stops_and_what_comes_later_does_not(check: Check) -> None:
    status, out, _ = check({"plan.json": '{"aws_cloudwatch_log_group.a": "later"}'}, at="plan.json")
    assert status == 0
    assert "checked    plan.json (plan)" in out
    assert "the rest is asked again after the apply." in out
    assert "0 failed, 0 errored, 1 unknown, 0 passed" in out

    assert check({"plan.json": '{"aws_cloudwatch_log_group.a": "unread"}'}, at="plan.json")[0] == 3
    assert check({"plan.json": '{"aws_cloudwatch_log_group.a": "bad"}'}, at="plan.json")[0] == 1


def test_the_source_of_a_plan_gives_it_lines(check: Check) -> None:
    files = {"plan.json": '{"aws_cloudwatch_log_group.bad": "bad"}', "infra/main.tf": GOOD + BAD}

    status, out, _ = check(files, "--source", "infra", at="plan.json")

    assert status == 1
    assert "where: aws_cloudwatch_log_group.bad at infra/main.tf:2" in out


def test_a_source_with_several_stacks_must_be_named_more_precisely(check: Check) -> None:
    files = {"plan.json": "{}", "x/a/main.tf": GOOD, "x/b/main.tf": GOOD}

    status, _, err = check(files, "--source", "x", at="plan.json")

    assert status == 2
    assert err.startswith("check-source-ambiguous: x holds 2 stacks, and a plan is made of one.")
    assert "x/a" in err
    assert check({}, "--source", "x/a", at="plan.json")[0] == 0


def test_a_source_without_a_plan_means_nothing(check: Check) -> None:
    status, _, err = check({"main.tf": GOOD}, "--source", ".")

    assert status == 2
    assert err.startswith("check-source-without-plan: ")


def test_what_is_no_plan_is_an_error(check: Check) -> None:
    status, _, err = check({"plan.json": "no json"}, at="plan.json")

    assert (status, err.split(":")[0]) == (2, "plan-malformed")
