"""Databases."""

from pavior.resources.defaults.row import AWS, PROVIDER, Default

ROWS = (
    Default(
        "aws_dynamodb_table",
        "server_side_encryption.enabled",
        value=False,
        source=f"{PROVIDER}/dynamodb_table#server_side_encryption",
    ),
    Default(
        "aws_dynamodb_table",
        "point_in_time_recovery.enabled",
        value=False,
        source=f"{AWS}/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html",
    ),
    Default(
        "aws_dynamodb_table",
        "point_in_time_recovery.recovery_period_in_days",
        value=35,
        source=f"{PROVIDER}/dynamodb_table#recovery_period_in_days",
    ),
)
