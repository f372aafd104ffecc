"""Keys."""

from pavior.resources.defaults.row import PROVIDER, Default

ROWS = (
    Default("aws_kms_key", "is_enabled", value=True, source=f"{PROVIDER}/kms_key#is_enabled"),
    Default("aws_kms_key", "enable_key_rotation", value=False, source=f"{PROVIDER}/kms_key#enable_key_rotation"),
    Default(
        "aws_kms_key",
        "rotation_period_in_days",
        value=365,
        source="https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
    ),
    Default(
        "aws_kms_key",
        "customer_master_key_spec",
        value="SYMMETRIC_DEFAULT",
        source=f"{PROVIDER}/kms_key#customer_master_key_spec",
    ),
)
