"""Manifests are checked, alone and beside Terraform."""

from tests.cli.checking.pretend import BAD, GOOD, Check


def test_terraform_and_manifests_of_a_folder_are_checked_together(check: Check) -> None:
    status, out, _ = check({"infra/main.tf": GOOD, "deploy/app.yaml": BAD})

    assert status == 1
    assert "where: aws_cloudwatch_log_group.bad at deploy/app.yaml:1" in out
    assert "1 failed, 0 errored, 0 unknown, 1 passed" in out


def test_a_folder_of_manifests_needs_no_terraform(check: Check) -> None:
    assert check({"deploy/app.yml": GOOD})[0] == 0
    assert check({"deploy/other.yaml": BAD}, at="deploy")[0] == 1


def test_a_manifest_that_cannot_be_read_is_told_and_hides_nothing_else(check: Check) -> None:
    files = {"deploy/app.yaml": BAD, "deploy/chart.yaml": "broken"}

    status, out, _ = check(files, at="deploy")

    assert status == 1
    assert "passed over  deploy/chart.yaml: line 1: it is no YAML" in out
    assert "where: aws_cloudwatch_log_group.bad at deploy/app.yaml:1" in out


def test_what_a_manifest_that_cannot_be_read_holds_is_not_known(check: Check) -> None:
    files = {"app.yaml": GOOD, "chart.yaml": "broken"}

    assert check(files)[0] == 0
    assert "Not everything is known" in check(files)[1]
    assert check(files, "--require-known")[0] == 3


def test_yaml_of_others_alone_is_nothing_to_check(check: Check) -> None:
    status, _, err = check({"docker-compose.yaml": "foreign"})

    assert (status, err.split(":")[0]) == (2, "nothing-to-check")
    assert check({}, at="docker-compose.yaml")[0] == 2


def test_one_manifest_can_be_checked(check: Check) -> None:
    status, out, _ = check({"deploy/app.yaml": GOOD, "deploy/other.yaml": BAD}, at="deploy/app.yaml")

    assert status == 0
    assert "checked      deploy/app.yaml (code)" in out
    assert "passed over  deploy: only app.yaml of this folder was asked for" in out


def test_one_manifest_that_cannot_be_read_is_an_error(check: Check) -> None:
    status, _, err = check({"app.yaml": "broken"}, at="app.yaml")

    assert status == 3
    assert err.startswith(
        "manifest-unreadable: app.yaml cannot be read as a Kubernetes manifest: line 1: it is no YAML."
    )


def test_json_that_says_that_it_is_a_manifest_is_no_plan(check: Check) -> None:
    status, out, _ = check({"app.json": 'aws_cloudwatch_log_group "apiVersion""kind" bad\n'}, at="app.json")

    assert status == 1
    assert "app.json (code)" in out
