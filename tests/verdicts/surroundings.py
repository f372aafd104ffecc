"""What the stacks of the verdict matrix take to be in the cloud already: buckets, roles and functions of others."""

import io
import json
import zipfile

import boto3

from pavior.adapters.clouds.sandbox import DEFAULT_REGION, SANDBOX_ACCESS_KEY_ID, SANDBOX_SECRET_ACCESS_KEY

_BUCKETS = ("artifacts", "audit", "builds", "flow-logs-of-ours", "programs")
_ROLES = ("builds", "orders", "reporter")
_FUNCTIONS = ("notes", "orders")
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": ["codebuild.amazonaws.com", "lambda.amazonaws.com"]},
        }
    ],
}
_READING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}],
}


def furnish(endpoint_url: str) -> None:
    """Make in an empty sandbox what the stacks name and do not make."""
    session = boto3.Session(SANDBOX_ACCESS_KEY_ID, SANDBOX_SECRET_ACCESS_KEY, region_name=DEFAULT_REGION)
    storage = session.client("s3", endpoint_url=endpoint_url)
    for name in _BUCKETS:
        storage.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": DEFAULT_REGION})
    storage.put_object(Bucket="programs", Key="orders.zip", Body=_program())
    access = session.client("iam", endpoint_url=endpoint_url)
    roles = [access.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(_TRUST)) for name in _ROLES]
    access.create_group(GroupName="analysts")
    access.create_policy(PolicyName="reports", PolicyDocument=json.dumps(_READING))
    for name in _FUNCTIONS:
        session.client("lambda", endpoint_url=endpoint_url).create_function(
            FunctionName=name,
            Runtime="python3.13",
            Handler="orders.run",
            Role=roles[0]["Role"]["Arn"],
            Code={"S3Bucket": "programs", "S3Key": "orders.zip"},
        )


def _program() -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("orders.py", "def run(event, context):\n    return event\n")
    return body.getvalue()
