"""Networks."""

from pavior.resources.defaults.row import AWS, PROVIDER, Default

ROWS = (
    Default("aws_vpc", "flow_log", value=False, source=f"{AWS}/vpc/latest/userguide/flow-logs.html"),
    # Its first rules let its members reach each other, and all of them go everywhere.
    Default(
        "aws_vpc",
        "default_security_group.closed",
        value=False,
        source=f"{AWS}/vpc/latest/userguide/default-security-group.html",
    ),
    Default(
        "aws_subnet",
        "map_public_ip_on_launch",
        value=False,
        source=f"{PROVIDER}/subnet#map_public_ip_on_launch",
    ),
    Default("aws_network_acl_rule", "egress", value=False, source=f"{PROVIDER}/network_acl_rule#egress"),
)
