"""Object storage."""

from pavior.resources.defaults.row import AWS, PROVIDER, Default

ROWS = (
    # New buckets get all four switches from AWS since 2023-04, but a block that was taken away leaves none, and no
    # source tells which it is. So an absent block means what AWS answers without one: nothing is blocked.
    Default(
        "aws_s3_bucket",
        "public_access_block",
        value=False,
        source=f"{AWS}/AmazonS3/latest/API/API_GetPublicAccessBlock.html",
    ),
    Default(
        "aws_s3_bucket_public_access_block",
        "block_public_acls",
        value=False,
        source=f"{PROVIDER}/s3_bucket_public_access_block#block_public_acls",
    ),
    Default(
        "aws_s3_bucket_public_access_block",
        "block_public_policy",
        value=False,
        source=f"{PROVIDER}/s3_bucket_public_access_block#block_public_policy",
    ),
    Default(
        "aws_s3_bucket_public_access_block",
        "ignore_public_acls",
        value=False,
        source=f"{PROVIDER}/s3_bucket_public_access_block#ignore_public_acls",
    ),
    Default(
        "aws_s3_bucket_public_access_block",
        "restrict_public_buckets",
        value=False,
        source=f"{PROVIDER}/s3_bucket_public_access_block#restrict_public_buckets",
    ),
    Default(
        "aws_s3_bucket",
        "server_side_encryption",
        value="AES256",
        source=f"{AWS}/AmazonS3/latest/userguide/default-encryption-faq.html",
        since="2023-01",
    ),
    Default(
        "aws_s3_bucket",
        "versioning",
        value="Disabled",
        source=f"{AWS}/AmazonS3/latest/userguide/Versioning.html",
    ),
)
