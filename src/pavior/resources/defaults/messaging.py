"""Queues, topics and streams."""

from pavior.resources.defaults.row import AWS, PROVIDER, Default

ROWS = (
    Default(
        "aws_sqs_queue",
        "sqs_managed_sse_enabled",
        value=True,
        source=f"{AWS}/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html",
        since="2022-10",
    ),
    Default(
        "aws_kinesis_stream",
        "encryption_type",
        value="NONE",
        source=f"{PROVIDER}/kinesis_stream#encryption_type",
    ),
    Default(
        "aws_kinesis_firehose_delivery_stream",
        "server_side_encryption.enabled",
        value=False,
        source=f"{PROVIDER}/kinesis_firehose_delivery_stream#server_side_encryption",
    ),
    Default(
        "aws_kinesis_firehose_delivery_stream",
        "server_side_encryption.key_type",
        value="AWS_OWNED_CMK",
        source=f"{PROVIDER}/kinesis_firehose_delivery_stream#server_side_encryption",
    ),
)
