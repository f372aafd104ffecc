"""Templates of CloudFormation: read, evaluated, and said in Terraform's words."""

from typing import Any

import pytest

from pavior.adapters.cloudformation.evaluating import SECRET, Evaluator
from pavior.adapters.cloudformation.template import Template, read_template
from pavior.adapters.cloudformation.translating import Translated, translate
from pavior.adapters.engines.cloudformation.proposal import Side, actions_of
from pavior.adapters.engines.values import UNKNOWN
from pavior.kernel.errors import InvalidError
from pavior.resources.model import Action

PSEUDO = {"AWS::Region": "eu-west-1", "AWS::AccountId": "123456789012", "AWS::Partition": "aws"}
BUCKET = "Resources: {files: {Type: AWS::S3::Bucket}}\n"


def read(text: str) -> Template:
    return read_template("infra/template.yaml", text.encode())


def value_of(node: str, head: str = "", **given: Any) -> Any:
    template = read(f"{head}\n{BUCKET}\nOutputs: {{it: {{Value: {node}}}}}\n")
    return Evaluator(template, given, PSEUDO).output("it")


def translated(text: str, **given: Any) -> dict[str, Translated]:
    return {item.address: item for item in translate(Evaluator(read(text), given, PSEUDO))}


@pytest.mark.parametrize(
    ("node", "wanted"),
    [
        ('!Sub "${AWS::Region}-x"', "eu-west-1-x"),
        ('!Sub "${!Literal}"', "${Literal}"),
        ('!Sub ["${a}-${AWS::AccountId}", {a: b}]', "b-123456789012"),
        ('!Join ["-", [a, 1, true]]', "a-1-true"),
        ('!Select [1, !Split [",", "a,b,c"]]', "b"),
        ("!Base64 abc", "YWJj"),
        ("!GetAtt files.Arn", UNKNOWN),
        ("!Ref files", UNKNOWN),
        ('!Sub "${files}/x"', UNKNOWN),
        ('!Join ["", [!GetAtt files.Arn, "/*"]]', UNKNOWN),
        ("!ImportValue somewhere", UNKNOWN),
        ('"{{resolve:secretsmanager:db:SecretString:password}}"', SECRET),
        ('!Sub "${files.Arn} {{resolve:ssm-secure:x}}"', UNKNOWN),
        ('!Join ["-", [!GetAtt files.Arn, "{{resolve:ssm-secure:x}}"]]', SECRET),
        ("2012-10-17", "2012-10-17"),
    ],
)
def test_a_function_gives_what_its_documentation_says_or_is_unknown(node: str, wanted: Any) -> None:
    assert value_of(node) == wanted


def test_a_parameter_has_its_value_its_default_or_is_unknown() -> None:
    head = "Parameters: {n: {Type: Number, Default: 5}, l: {Type: CommaDelimitedList}, s: {Type: String}}"

    assert value_of("!Ref n", head) == 5
    assert value_of("!Ref n", head, n="20") == 20
    assert value_of("!Ref l", head, l="a, b") == ["a", "b"]
    assert value_of("!Ref s", head) == UNKNOWN


def test_conditions_decide_and_what_they_do_not_know_stays_in() -> None:
    text = """
Parameters: {stage: {Type: String}, other: {Type: "AWS::SSM::Parameter::Value<String>", Default: /x}}
Conditions:
  IsProd: !Equals [!Ref stage, prod]
  IsDev: !Not [!Condition IsProd]
  MayBe: !Equals [!Ref other, x]
  Circle: !And [!Condition Circle, !Condition IsProd]
Resources:
  a: {Type: AWS::S3::Bucket, Condition: IsProd}
  b: {Type: AWS::S3::Bucket, Condition: IsDev}
  c: {Type: AWS::S3::Bucket, Condition: MayBe}
  d: {Type: AWS::S3::Bucket, Condition: Circle}
"""

    assert set(translated(text, stage="dev")) == {"aws_s3_bucket.b", "aws_s3_bucket.c"}
    assert set(translated(text, stage="prod")) == {"aws_s3_bucket.a", "aws_s3_bucket.c", "aws_s3_bucket.d"}


@pytest.mark.parametrize(
    "text",
    [
        "Transform: AWS::Serverless-2016-10-31\n" + BUCKET,
        "Resources: {a: {Type: AWS::S3::Bucket, Properties: {Fn::Transform: {Name: AWS::Include}}}}",
        "Hooks: {h: {Type: AWS::CodeDeploy::BlueGreen}}\n" + BUCKET,
        BUCKET + "'Fn::ForEach::Topics': [Name, [a, b], {'T${Name}': {Type: AWS::SNS::Topic}}]\n",
        "Resources: {a: {Type: AWS::ServiceCatalog::CloudFormationProvisionedProduct}}",
        "Resources: {a: {Type: Custom::Thing}}",
        "Resources: {a: {Type: Datadog::Monitors::Monitor}}",
        "Resources: {a: {Type: AWS::Acme::Bucket::MODULE}}",
        "Resources: {a: {Type: AWS::CloudFormation::LambdaHook}}",
        BUCKET + 'Outputs: {it: {Value: {"Fn::Transform": {Name: AWS::Include}}}}',
        "Resources: {a: {Type: AWS::CloudFormation::CustomResource}}",
        "Resources: {a: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: https://example.com/t}}}",
    ],
)
def test_what_lets_somebody_else_decide_is_refused(text: str) -> None:
    with pytest.raises(InvalidError) as caught:
        read(text)

    assert caught.value.code == "stack-refused"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "no mapping"),
        ("Resources: {}", "no Resources"),
        ("Resources: {a: {Type: AWS::S3::Bucket}, a: {Type: AWS::KMS::Key}}", "twice"),
        ('{"Resources": {"a": {"Type": "A::B::C"}, "a": {"Type": "A::B::D"}}}', "twice"),
        ("Resources: {a: {Properties: {}}}", "no Type"),
        ("Resources: {a: {Type: X, Properties: []}}", "Properties of a"),
        ("a: &x [1]\nb: *x\n" + BUCKET, "aliases"),
        ("Resources: [", "line 1"),
        ("Resources: {'a.b': {Type: X}}", "no name"),
        ("[" * 5000, "no template"),
        (BUCKET + "Metadata: " + "[" * 70 + "]" * 70, "nested too deeply"),
    ],
)
def test_what_is_no_template_is_told_where_and_why(text: str, word: str) -> None:
    with pytest.raises(InvalidError) as caught:
        read(text)

    assert caught.value.code == "stack-invalid"
    assert word in caught.value.summary


def test_a_bucket_becomes_a_bucket_and_its_satellites() -> None:
    found = translated("""
Resources:
  key: {Type: AWS::KMS::Key, Properties: {EnableKeyRotation: true}}
  files:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: orders-files
      Tags: [{Key: owner, Value: payments}]
      PublicAccessBlockConfiguration: {BlockPublicAcls: true, BlockPublicPolicy: true}
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault: {SSEAlgorithm: "aws:kms", KMSMasterKeyID: !GetAtt key.Arn}
      VersioningConfiguration: {Status: Enabled}
      LoggingConfiguration: {DestinationBucketName: acme-records, LogFilePrefix: files/}
""")

    assert found["aws_s3_bucket_logging.files"].values == {"bucket": "orders-files", "target_bucket": "acme-records"}
    assert found["aws_kms_key.key"].values == {"enable_key_rotation": True}
    assert found["aws_s3_bucket.files"].values["tags"] == {"owner": "payments"}
    assert found["aws_s3_bucket_public_access_block.files"].values == {
        "bucket": "orders-files",
        "block_public_acls": True,
        "block_public_policy": True,
        "ignore_public_acls": False,
        "restrict_public_buckets": False,
    }
    encryption = found["aws_s3_bucket_server_side_encryption_configuration.files"]
    assert encryption.values["rule"][0]["apply_server_side_encryption_by_default"] == [
        {"sse_algorithm": "aws:kms", "kms_master_key_id": UNKNOWN}
    ]
    assert encryption.references == {"bucket": ("aws_s3_bucket.files",), "rule": ("aws_kms_key.key",)}
    assert found["aws_s3_bucket_versioning.files"].values["versioning_configuration"] == [{"status": "Enabled"}]


def test_a_type_that_is_not_known_keeps_its_own_name() -> None:
    found = translated("Resources: {work: {Type: AWS::SQS::Queue, Properties: {QueueName: work}}}")

    assert found["AWS::SQS::Queue.work"].values == {"QueueName": "work"}


def test_a_chain_of_conditions_without_end_is_told_and_no_crash() -> None:
    chain = "\n".join(f"  C{n}: !Not [!Condition C{n + 1}]" for n in range(900))
    text = f"Conditions:\n{chain}\n  C900: !Equals [a, a]\nResources: {{a: {{Type: AWS::S3::Bucket, Condition: C0}}}}\n"

    with pytest.raises(InvalidError) as caught:
        translated(text)

    assert caught.value.code == "stack-invalid"


def test_a_bucket_without_a_name_has_the_one_that_aws_chose() -> None:
    template = read("Resources: {files: {Type: AWS::S3::Bucket, Properties: {AccessControl: PublicRead}}}")

    before = list(translate(Evaluator(template, {}, PSEUDO)))
    after = list(translate(Evaluator(template, {}, PSEUDO, names={"files": "chosen"})))

    assert [item.values["bucket"] for item in before] == [UNKNOWN, UNKNOWN]
    assert [(item.type, item.values["bucket"]) for item in after] == [
        ("aws_s3_bucket", "chosen"),
        ("aws_s3_bucket_acl", "chosen"),
    ]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({}, {"kept": Action.NO_OP, "edited": Action.UPDATE, "new": Action.CREATE, "gone": Action.DELETE}),
        # AWS makes anew what somebody deleted, replaces what it may have to, and takes drift back.
        ({"kept": ("Add", "")}, {"kept": Action.CREATE}),
        ({"kept": ("Modify", "False")}, {"kept": Action.UPDATE}),
        ({"edited": ("Modify", "True")}, {"edited": Action.REPLACE}),
        ({"edited": ("Modify", "Conditional")}, {"edited": Action.REPLACE}),
        ({"kept": ("SyncWithActual", "")}, {"kept": Action.NO_OP}),
        ({"unheard": ("Remove", "")}, {"unheard": Action.DELETE}),
    ],
)
def test_what_aws_says_and_what_we_see_count_both(said: dict[str, tuple[str, str]], wanted: dict[str, Action]) -> None:
    before = "{Resources: {kept: {Type: AWS::KMS::Key}, gone: {Type: AWS::KMS::Key}, edited: {Type: AWS::KMS::Key}}}"
    after = before.replace("gone", "new").replace(
        "edited: {Type: AWS::KMS::Key}", "edited: {Type: AWS::KMS::Key, Properties: {EnableKeyRotation: true}}"
    )

    actions = actions_of(_side("# before\n" + before), _side("# after\n" + after), said)

    assert {name: actions[name] for name in wanted} == wanted


def _side(text: str) -> Side:
    return Side(read(text), {}, frozenset(), PSEUDO, "infra/template.yaml")
