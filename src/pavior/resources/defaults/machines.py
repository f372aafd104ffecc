"""Machines and their disks."""

from pavior.resources.defaults.row import AWS, PROVIDER, Default

_WITH_METADATA = {
    "aws_instance": "instance",
    "aws_spot_instance_request": "spot_instance_request",
    "aws_launch_template": "launch_template",
    "aws_launch_configuration": "launch_configuration",
}
_OF_MACHINES = ("aws_instance", "aws_spot_instance_request", "aws_launch_configuration")
# Encryption that is on for a whole region is the account's, and no resource says it.
_ENCRYPTION = f"{AWS}/ebs/latest/userguide/encryption-by-default.html"

ROWS = (
    *(
        Default(
            type_,
            "metadata_options.http_tokens",
            value="optional",
            source=f"{PROVIDER}/{page}#http_tokens",
        )
        for type_, page in _WITH_METADATA.items()
    ),
    *(
        Default(
            type_,
            "metadata_options.http_endpoint",
            value="enabled",
            source=f"{PROVIDER}/{page}#http_endpoint",
        )
        for type_, page in _WITH_METADATA.items()
    ),
    *(
        Default(type_, f"{block}.encrypted", value=False, source=_ENCRYPTION)
        for type_ in _OF_MACHINES
        for block in ("root_block_device", "ebs_block_device")
    ),
    Default("aws_launch_template", "block_device_mappings.ebs.encrypted", value=False, source=_ENCRYPTION),
    Default("aws_ebs_volume", "encrypted", value=False, source=_ENCRYPTION),
    Default(
        "aws_ebs_encryption_by_default",
        "enabled",
        value=True,
        source=f"{PROVIDER}/ebs_encryption_by_default#enabled",
    ),
)
