"""The life of a stack in the sandbox cloud. Never proof of a secure default: it passes over many properties.

No key is in it: one that was made through CloudFormation cannot be described there (moto 5.2.5).
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pavior.adapters.engines.cloudformation import CloudFormationEngine
from pavior.adapters.engines.cloudformation.state import read_state
from pavior.adapters.readers.terraform_plan import read_plan
from pavior.environments.ports import EngineEvent, EnginePlan, Stack
from pavior.kernel.errors import ConflictError, InvalidError, UnavailableError
from pavior.resources.drift import compare
from pavior.resources.model import Sensitive
from pavior.testing.engine_trial import CANARY, Crash, MemoryJournal, actions

KEY = b"k" * 32
TEMPLATE = """
Parameters:
  Name: {Type: String}
  Capacity: {Type: Number, Default: 5}
  Token: {Type: String, NoEcho: true}
Resources:
  files:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: !Sub "${Name}-files"
      Tags: [{Key: owner, Value: payments}, {Key: token, Value: !Ref Token}]
  data:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Sub "${Name}-service"
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Action: "sts:AssumeRole", Principal: {Service: ecs-tasks.amazonaws.com}}]
  logs:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: !Sub "${Name}/service", RetentionInDays: 365}
  records:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub "${Name}-records"
      BillingMode: PROVISIONED
      ProvisionedThroughput: {ReadCapacityUnits: !Ref Capacity, WriteCapacityUnits: !Ref Capacity}
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
Outputs:
  Bucket: {Value: !Ref files}
  Secret: {Value: !Sub "x-${Token}"}
"""
ALL = {"aws_s3_bucket.files", "aws_iam_role.data", "aws_cloudwatch_log_group.logs", "aws_dynamodb_table.records"}


@dataclass
class Life:
    """One stack of one test."""

    world: Any
    folder: Path
    name: str
    state: bytes | None = None
    events: list[EngineEvent] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)

    def write(self, text: str = TEMPLATE) -> None:
        self.folder.mkdir(exist_ok=True)
        (self.folder / "template.yaml").write_text(text, encoding="utf-8")

    def engine(self) -> CloudFormationEngine:
        return CloudFormationEngine(KEY, make_clients=self.world.make_clients, pause=lambda _: None)

    def stack(self, *, is_destroy: bool = False) -> Stack:
        variables = {"name": self.name, "environment": "dev", **self.variables}
        return Stack(self.folder, f"{self.name}/dev", variables, {"token": CANARY}, is_destroy)

    def plan(self, *, is_destroy: bool = False, **more: Any) -> EnginePlan:
        target = more.get("target") or self.world.target()
        stack = self.stack(is_destroy=is_destroy)
        return self.engine().plan(stack, state=self.state, target=target, report=self.events.append)

    def apply(self, plan: EnginePlan, journal: MemoryJournal | None = None, *, is_destroy: bool = False) -> None:
        self.state = (
            self.engine()
            .apply(
                self.stack(is_destroy=is_destroy),
                plan,
                state=self.state,
                target=self.world.target(),
                journal=journal or MemoryJournal(),
                report=self.events.append,
                is_cancelled=lambda: False,
            )
            .state
        )

    def there(self) -> dict[str, int]:
        return {kind: count for kind, count in self.world.count_things(self.name).items() if count}

    def stacks(self) -> list[str]:
        found = self.world.clients.client("cloudformation").describe_stacks()["Stacks"]
        return [item["StackStatus"] for item in found if self.name in item["StackName"]]


@pytest.fixture
def life(world: Any, tmp_path: Path, request: pytest.FixtureRequest) -> Life:
    made = Life(world, tmp_path / "infra", f"cfn{abs(hash(request.node.name)) % 10**8}")
    made.write()
    return made


def test_a_plan_leaves_nothing_in_the_cloud_and_is_the_same_twice(life: Life) -> None:
    first, second = life.plan(), life.plan()

    assert actions(first) == dict.fromkeys(ALL, "create")
    assert first.plan_json == second.plan_json
    assert life.there() == {}
    assert life.stacks() == []


def test_a_stack_is_made_left_alone_and_changed(life: Life) -> None:
    life.apply(life.plan())
    assert life.there() == {"bucket": 1, "log-group": 1, "role": 1, "table": 1}
    assert life.engine().outputs(life.state or b"") == {"Bucket": f"{life.name}-files"}
    assert actions(life.plan()) == {}

    life.variables["capacity"] = "20"
    life.write(TEMPLATE.replace("RetentionInDays: 365", "RetentionInDays: 400"))
    changed = life.plan()
    assert actions(changed) == {"aws_cloudwatch_log_group.logs": "update", "aws_dynamodb_table.records": "update"}
    life.apply(changed)
    assert actions(life.plan()) == {}


def test_a_change_that_leaves_the_template_as_it_is_goes_through(life: Life) -> None:
    name = "{LogGroupName: !Ref Name}"
    life.write(
        f"Parameters: {{Name: {{Type: String}}}}\n"
        f"Resources: {{logs: {{Type: 'AWS::Logs::LogGroup', Properties: {name}}}}}\n"
    )
    life.apply(life.plan())

    again = life.plan()
    assert actions(again) == {}
    life.apply(again)
    assert life.there() == {"log-group": 1}


def test_a_stack_is_destroyed_with_all_that_it_made(life: Life) -> None:
    """One that was not updated before: of one that was, the sandbox cloud leaves things behind."""
    life.apply(life.plan())

    gone = life.plan(is_destroy=True)
    assert actions(gone) == dict.fromkeys(ALL, "delete")
    life.apply(gone, is_destroy=True)
    assert life.there() == {}
    assert life.stacks() == []


def test_a_new_name_is_a_new_resource_though_the_sandbox_does_not_say_so(life: Life) -> None:
    life.apply(life.plan())
    life.write(TEMPLATE.replace("-files", "-papers"))

    assert actions(life.plan()) == {"aws_s3_bucket.files": "replace"}


def test_a_secret_is_nowhere_in_clear(life: Life) -> None:
    plan = life.plan()
    life.apply(plan)
    state = life.state or b""

    assert CANARY.encode() in state
    assert CANARY not in plan.plan_json.decode()
    assert CANARY not in plan.saved_plan.decode()
    assert CANARY not in repr(life.events)
    assert CANARY not in repr(life.engine().read_state(state))
    assert CANARY not in repr(life.engine().outputs(state))
    live = life.engine().observe(state=state, target=life.world.target(), report=life.events.append)
    assert CANARY not in repr(live)


@pytest.mark.parametrize("is_saved_first", [False, True])
@pytest.mark.parametrize("crash_at", [1, 2])
def test_a_crash_at_any_save_doubles_nothing_and_loses_nothing(
    life: Life, crash_at: int, *, is_saved_first: bool
) -> None:
    plan, journal = life.plan(), MemoryJournal(crash_at, is_saved_first)
    with pytest.raises(Crash):
        life.apply(plan, journal)
    journal.crash_at = 0

    life.apply(plan, journal)

    assert life.there() == {"bucket": 1, "log-group": 1, "role": 1, "table": 1}
    assert life.stacks() == ["CREATE_COMPLETE"]
    assert actions(life.plan()) == {}


def test_tampering_is_seen_property_by_property(life: Life) -> None:
    life.apply(life.plan())
    state, target = life.state or b"", life.world.target()
    quiet = compare(life.engine().read_state(state), life.engine().observe(state=state, target=target, report=print))
    life.world.edit_bucket_tag(f"{life.name}-files", "owner", "somebody-else")

    drifts = compare(life.engine().read_state(state), life.engine().observe(state=state, target=target, report=print))

    assert quiet == ()
    assert [(item.address, [part.path for part in item.properties]) for item in drifts] == [
        ("aws_s3_bucket.files", ["tags.owner"])
    ]


def test_other_source_another_plan_and_another_stack_are_refused(life: Life) -> None:
    plan = life.plan()
    life.write(TEMPLATE.replace("365", "400"))
    with pytest.raises(ConflictError) as caught:
        life.apply(plan)
    assert caught.value.code == "plan-stale"
    life.write()
    shown = EnginePlan(plan.plan_json.replace(b"payments", b"platform"), plan.saved_plan)
    with pytest.raises(ConflictError) as caught:
        life.apply(shown)
    assert caught.value.code == "plan-stale"
    assert life.there() == {}


def test_what_is_missing_hostile_or_silent_is_told(life: Life) -> None:
    silent = life.world.unreachable_target()
    with pytest.raises(UnavailableError) as unreachable:
        life.plan(target=silent)
    assert unreachable.value.code == "cloud-unreachable"
    life.write(TEMPLATE.replace("Parameters:", "Parameters:\n  Budget: {Type: Number}"))
    with pytest.raises(InvalidError) as missing:
        life.plan(target=silent)
    assert (missing.value.code, "Budget" in missing.value.summary) == ("variable-missing", True)
    life.write(TEMPLATE.replace("AWS::Logs::LogGroup", "Custom::Log"))
    with pytest.raises(InvalidError) as refused:
        life.plan(target=silent)
    assert refused.value.code == "stack-refused"


def test_a_plan_can_be_read_as_one_of_terraforms(life: Life) -> None:
    life.write(TEMPLATE.replace("Outputs:", "  work: {Type: AWS::SQS::Queue, Properties: {QueueName: work}}\nOutputs:"))

    reading = read_plan(life.plan().plan_json)

    assert {change.address for change in reading.changes} == {*ALL, "AWS::SQS::Queue.work"}
    bucket, role = reading.graph.find("aws_s3_bucket.files"), reading.graph.find("aws_iam_role.data")
    assert bucket is not None
    assert role is not None
    assert bucket.values["bucket"] == f"{life.name}-files"
    assert isinstance(bucket.values["tags"], dict)
    assert isinstance(bucket.values["tags"]["token"], Sensitive)
    assert role.values["name"] == f"{life.name}-service"


QUEUE = "  work: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub '${Name}-work'}}\nOutputs:"


@pytest.mark.parametrize("crash_at", [1, 2])
def test_what_an_apply_that_was_given_up_left_is_known_to_the_next_plan(life: Life, crash_at: int) -> None:
    journal = MemoryJournal(crash_at)
    with pytest.raises(Crash):
        life.apply(life.plan(), journal)
    life.state = journal.content

    # At the first save nothing was executed yet, at the second all was.
    assert set(actions(life.plan()).values()) == ({"create"} if crash_at == 1 else set())
    life.apply(life.plan())

    assert life.there() == {"bucket": 1, "log-group": 1, "role": 1, "table": 1}
    assert life.stacks() == ["CREATE_COMPLETE"]
    assert actions(life.plan()) == {}


def test_what_was_executed_before_a_crash_is_known_though_nobody_noted_its_end(life: Life) -> None:
    journal = MemoryJournal(2, is_saved_first=False)
    with pytest.raises(Crash):
        life.apply(life.plan(), journal)
    life.state = journal.content

    assert actions(life.plan()) == {}


def test_a_stack_that_somebody_deleted_is_planned_anew(life: Life) -> None:
    life.apply(life.plan())
    cloud = life.world.clients.client("cloudformation")
    for item in cloud.describe_stacks()["Stacks"]:
        if life.name in item["StackName"]:
            cloud.delete_stack(StackName=item["StackName"])

    assert actions(life.plan()) == dict.fromkeys(ALL, "create")
    assert actions(life.plan(is_destroy=True)) == {}


def test_a_stack_of_somebody_else_is_left_alone(life: Life) -> None:
    life.apply(life.plan())
    cloud = life.world.clients.client("cloudformation")
    name = next(item["StackName"] for item in cloud.describe_stacks()["Stacks"] if life.name in item["StackName"])
    cloud.delete_stack(StackName=name)
    bucket = json.dumps({"Resources": {"own": {"Type": "AWS::S3::Bucket"}}})
    cloud.create_stack(StackName=name, TemplateBody=bucket)

    with pytest.raises(ConflictError) as caught:
        life.plan()

    assert caught.value.code == "resource-exists"
    assert life.stacks() == ["CREATE_COMPLETE"]
    cloud.delete_stack(StackName=name)


def test_an_output_that_hangs_on_a_secret_is_hidden_whatever_else_is_in_it(life: Life) -> None:
    mixed = TEMPLATE + '  Mixed: {Value: !Sub "${files.Arn}-${Token}"}\n  Read: {Value: "{{resolve:ssm:/x}}"}\n'
    life.write(mixed)
    life.apply(life.plan())

    assert set(life.engine().outputs(life.state or b"")) == {"Bucket"}
    assert read_state(life.state or b"").secret_outputs == ("Secret", "Mixed", "Read")


def test_a_value_under_a_name_such_as_password_is_in_no_plan(life: Life) -> None:
    literal = "  db: {Type: AWS::RDS::DBInstance, Properties: {MasterUserPassword: in-the-source-7}}\nOutputs:"
    life.write(TEMPLATE.replace("Outputs:", literal))

    plan = life.plan()

    assert "in-the-source-7" not in plan.plan_json.decode()
    assert "MasterUserPassword" in plan.plan_json.decode()


def test_what_is_gone_is_missing_also_beside_what_is_not_read(life: Life) -> None:
    life.write(TEMPLATE.replace("Outputs:", QUEUE))
    life.apply(life.plan())
    life.world.remove_table(f"{life.name}-records")

    live = life.engine().observe(state=life.state or b"", target=life.world.target(), report=life.events.append)

    assert [item.subject for item in live.skipped] == ["AWS::SQS::Queue.work"]
    drifts = compare(life.engine().read_state(life.state or b""), live)
    assert [(item.address, item.kind) for item in drifts] == [("aws_dynamodb_table.records", "missing")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (TEMPLATE.replace(", NoEcho: true", ""), "stack-invalid"),
        (
            TEMPLATE.replace("Parameters:", "Conditions: {Is: !Equals [!Ref Where, x]}\nParameters:")
            .replace("  Name:", '  Where: {Type: "AWS::SSM::Parameter::Value<String>", Default: /x}\n  Name:')
            .replace("    Type: AWS::S3::Bucket", "    Condition: Is\n    Type: AWS::S3::Bucket"),
            "stack-unsupported",
        ),
    ],
    ids=["secret-in-the-open", "only-aws-knows-what-is-there"],
)
def test_what_could_not_be_told_honestly_is_refused(life: Life, text: str, code: str) -> None:
    life.write(text)

    with pytest.raises(InvalidError) as caught:
        life.plan()

    assert caught.value.code == code
    assert life.stacks() == []


def test_terraform_source_beside_a_template_is_refused(life: Life) -> None:
    (life.folder / "more.tf").write_text("", encoding="utf-8")

    with pytest.raises(InvalidError) as caught:
        life.plan()

    assert (caught.value.code, "more.tf" in caught.value.summary) == ("stack-invalid", True)
