"""File systems, images of containers, and logs of builds."""

from pavior.resources.defaults.row import AWS, PROVIDER, Default

ROWS = (
    Default("aws_efs_file_system", "encrypted", value=False, source=f"{PROVIDER}/efs_file_system#encrypted"),
    Default(
        "aws_efs_access_point",
        "root_directory.path",
        value="/",
        source=f"{AWS}/efs/latest/ug/efs-access-points.html",
    ),
    Default(
        "aws_ecr_repository",
        "encryption_configuration.encryption_type",
        value="AES256",
        source=f"{PROVIDER}/ecr_repository#encryption_configuration",
    ),
    Default(
        "aws_ecr_repository",
        "image_tag_mutability",
        value="MUTABLE",
        source=f"{PROVIDER}/ecr_repository#image_tag_mutability",
    ),
    Default(
        "aws_ecr_repository",
        "image_scanning_configuration.scan_on_push",
        value=False,
        source=f"{AWS}/AmazonECR/latest/APIReference/API_ImageScanningConfiguration.html",
    ),
    Default(
        "aws_codebuild_project",
        "logs_config.s3_logs.status",
        value="DISABLED",
        source=f"{PROVIDER}/codebuild_project#s3_logs",
    ),
    Default(
        "aws_codebuild_project",
        "logs_config.s3_logs.encryption_disabled",
        value=False,
        source=f"{PROVIDER}/codebuild_project#s3_logs",
    ),
)
