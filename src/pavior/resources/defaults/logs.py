"""Logs."""

from pavior.resources.defaults.row import AWS, Default

ROWS = (
    # 0 is the provider's word for never.
    Default(
        "aws_cloudwatch_log_group",
        "retention_in_days",
        value=0,
        source=f"{AWS}/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
    ),
)
