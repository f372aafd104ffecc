"""A service whose infrastructure is a template of CloudFormation: gate, apply, drift, in the sandbox cloud."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.journeys.conftest import Road, open_road

from pavior.environments.model import Change, ChangeStatus
from pavior.kernel.errors import ConflictError
from pavior.kernel.verdicts import Outcome

_GUIDES = Path(__file__).parents[2] / "docs" / "guides"
_FILE_OF_GUIDE = re.compile(
    r"^`((?:goldenpath|parameters|template/)[^`]*)`\n\n```\w*\n(.*?)^```$", re.DOTALL | re.MULTILINE
)

LOGS = """
  service:
    Type: AWS::Logs::LogGroup
    Properties:
      LogGroupName: !Sub "billing-${Environment}"
      RetentionInDays: 365
      Tags: [{Key: owner, Value: payments}, {Key: data-class, Value: internal}]
"""
OPEN_TABLE = """
  records:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      Tags: [{Key: owner, Value: payments}, {Key: data-class, Value: internal}]
"""


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Road]:
    """An installation with the golden path of the guide, and a service made from it."""
    folder = tmp_path_factory.mktemp("templates")
    guide = (_GUIDES / "add-a-golden-path.md").read_text(encoding="utf-8")
    files = dict(_FILE_OF_GUIDE.findall(guide))
    for name, content in files.items():
        file = folder / "golden-paths" / "audit_log" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    assert "goldenpath.toml" in files
    with open_road(folder, PAVIOR_GOLDEN_PATHS=str(folder / "golden-paths")) as opened:
        for name in ("billing", "ledger"):
            run = opened.stage.application.creation.create_service(
                opened.stage.cast.developer, "audit-log", {"name": name, "team": "payments"}
            )
            opened.stage.wait_for_run(run.id)
            opened.stage.wait_for_change(opened.stage.newest_change(f"{name}/dev").id)
        yield opened


@pytest.fixture(scope="module")
def clone(templates: Road, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return templates.clone("billing", tmp_path_factory.mktemp("billing") / "clone")


def _days_kept(road: Road, name: str) -> int | None:
    groups = road.stage.cloud.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    days: int | None = groups[0].get("retentionInDays")
    return days


def _proposed(road: Road, clone: Path, branch: str, more: str) -> Change:
    """The service's template with more resources, as a proposal."""
    template = clone / "infra" / "template.yaml"
    made = subprocess.run(
        ["git", "-C", clone, "show", "origin/main:infra/template.yaml"], check=True, capture_output=True, timeout=60
    )
    template.write_text(made.stdout.decode() + more, encoding="utf-8")
    road.push(clone, branch)
    opened = road.stage.application.changes.open_change(road.stage.cast.developer, "billing/dev", branch=branch)
    return road.stage.wait_for_change(opened.id)


def test_the_golden_path_of_the_guide_is_previewed_and_nothing_is_made(templates: Road) -> None:
    application, developer = templates.stage.application, templates.stage.cast.developer

    preview = application.creation.preview_service(developer, "audit-log", {"name": "archive", "team": "payments"})

    assert sorted(preview.files) == ["README.md", "catalog-info.yaml", "infra/template.yaml"]
    assert [(item.address, item.action.value) for item in preview.changes] == [
        ("aws_cloudwatch_log_group.events", "create")
    ]
    assert not preview.denials


def test_a_service_from_the_golden_path_of_the_guide_is_deployed_by_its_engine(templates: Road) -> None:
    application, developer = templates.stage.application, templates.stage.cast.developer

    view = application.pages.get_environment(developer, "billing/dev")

    assert (view.environment.engine, view.changes[-1].status) == ("cloudformation", ChangeStatus.VERIFIED)
    assert _days_kept(templates, "/billing/dev") == 365


def test_what_a_stack_did_not_do_is_told_and_is_not_verified(templates: Road) -> None:
    # The sandbox cannot change a log group by CloudFormation: it says that it did, and has lost it.
    application, cast = templates.stage.application, templates.stage.cast

    opened = application.changes.resize(cast.developer, "ledger", "dev", {"days": 731})
    ended = templates.stage.wait_for_change(opened.id)

    plan = application.pages.get_change(cast.developer, opened.id).plan
    assert plan is not None
    assert [(item.address, item.action.value) for item in plan.reading.changes] == [
        ("aws_cloudwatch_log_group.events", "update")
    ]
    assert ended.status is ChangeStatus.APPLIED_UNVERIFIED
    assert ended.status_detail.endswith(" aws_cloudwatch_log_group.events is not as applied.")


def test_the_same_control_stops_a_template_as_it_stops_terraform(templates: Road, clone: Path) -> None:
    ended = _proposed(templates, clone, "open-table", OPEN_TABLE)

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
