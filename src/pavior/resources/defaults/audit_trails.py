"""Records of who did what."""

from pavior.resources.defaults.row import PROVIDER, Default

ROWS = (
    Default("aws_cloudtrail", "enable_logging", value=True, source=f"{PROVIDER}/cloudtrail#enable_logging"),
    Default(
        "aws_cloudtrail",
        "is_multi_region_trail",
        value=False,
        source=f"{PROVIDER}/cloudtrail#is_multi_region_trail",
    ),
    Default(
        "aws_cloudtrail",
        "enable_log_file_validation",
        value=False,
        source=f"{PROVIDER}/cloudtrail#enable_log_file_validation",
    ),
)
