"""A service whose infrastructure is a template of CloudFormation: gate, apply, drift, in the sandbox cloud."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.journeys.conftest import Road, open_road

from pavior.environments.model import Change, ChangeStatus
from pavior.kernel.errors import ConflictError
from pavior.kernel.verdicts import Outcome

pytestmark = pytest.mark.slow

LOGS = """
Parameters:
  Environment: {Type: String}
Resources:
  service:
    Type: AWS::Logs::LogGroup
    Properties:
      LogGroupName: !Sub "billing-${Environment}"
      RetentionInDays: 365
      Tags: [{Key: owner, Value: payments}, {Key: data-class, Value: internal}]
Outputs:
  Logs: {Value: !Ref service}
"""
OPEN_TABLE = """
  records:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      Tags: [{Key: owner, Value: payments}, {Key: data-class, Value: internal}]
Outputs:"""


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Road]:
    with open_road(tmp_path_factory.mktemp("templates"), PAVIOR_ENGINE="cloudformation") as opened:
        yield opened


@pytest.fixture(scope="module")
def clone(templates: Road, tmp_path_factory: pytest.TempPathFactory) -> Path:
    templates.create_service("billing")
    folder = templates.clone("billing", tmp_path_factory.mktemp("billing") / "clone")
    for file in (folder / "infra").glob("*.tf"):
        file.unlink()
    return folder


def _proposed(road: Road, clone: Path, branch: str, template: str) -> Change:
    (clone / "infra" / "template.yaml").write_text(template, encoding="utf-8")
    road.push(clone, branch)
    opened = road.stage.application.changes.open_change(road.stage.cast.developer, "billing/dev", branch=branch)
    return road.stage.wait_for_change(opened.id)


@pytest.mark.usefixtures("clone")
def test_the_first_change_says_that_the_golden_path_brings_no_template(templates: Road) -> None:
    first = templates.stage.application.pages.get_environment(templates.stage.cast.developer, "billing/dev").changes[-1]

    assert first.status is ChangeStatus.FAILED
    assert first.status_detail.startswith("stack-invalid: infra/ has no templates")


def test_the_same_control_stops_a_template_as_it_stops_terraform(templates: Road, clone: Path) -> None:
    ended = _proposed(templates, clone, "open-table", LOGS.replace("\nOutputs:", OPEN_TABLE))

    plan = templates.stage.application.pages.get_change(templates.stage.cast.developer, ended.id).plan
    assert ended.status is ChangeStatus.BLOCKED
    assert plan is not None
    failed = {
        (item.verdict.control, item.verdict.subject)
        for item in plan.decision.rulings
        if item.verdict.outcome is Outcome.FAILED
    }
    assert ("database-point-in-time-recovery", "aws_dynamodb_table.records") in failed


def test_a_template_is_applied_and_its_drift_is_seen(templates: Road, clone: Path) -> None:
    ended = _proposed(templates, clone, "logs", LOGS)
    assert ended.status is ChangeStatus.VERIFIED, ended.status_detail

    application, cast = templates.stage.application, templates.stage.cast
    logs = templates.stage.cloud.client("logs")
    group = logs.describe_log_groups(logGroupNamePrefix="billing-dev")["logGroups"]
    assert [item["retentionInDays"] for item in group] == [365]
    logs.put_retention_policy(logGroupName="billing-dev", retentionInDays=7)
    templates.stage.wait_for_run(application.drift.check_drift(cast.platform, "billing/dev").id)

    drifts = application.pages.get_environment(cast.developer, "billing/dev").drifts
    assert [(item.address, [part.path for part in item.properties]) for item in drifts] == [
        ("aws_cloudwatch_log_group.service", ["retention_in_days"])
    ]

    with pytest.raises(ConflictError) as caught:
        application.changes.adopt_drift(cast.platform, "billing/dev", ())
    assert caught.value.code == "drift-not-adoptable"
