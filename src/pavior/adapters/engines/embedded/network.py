"""aws_security_group, with its rules inline."""

from types import MappingProxyType
from typing import Any

from botocore.exceptions import ClientError

from pavior.adapters.engines.embedded.calls import is_missing
from pavior.adapters.engines.embedded.resource_type import OPERATION_TAG, Api, tag_changes, tag_values
from pavior.adapters.engines.embedded.schema import TAGS, Attribute, Kind, Schema, absent, computed
from pavior.adapters.engines.values import Json, Values

_ALL = "-1"
_RULES = Attribute(
    Kind.BLOCK_SET,
    is_computed=True,
    block=MappingProxyType(
        {
            "cidr_blocks": Attribute(Kind.SET),
            "description": Attribute(default=""),
            "from_port": Attribute(Kind.NUMBER, is_required=True),
            "ipv6_cidr_blocks": Attribute(Kind.SET),
            "prefix_list_ids": Attribute(Kind.SET),
            "protocol": Attribute(is_required=True),
            "security_groups": Attribute(Kind.SET),
            "self": Attribute(Kind.BOOLEAN, default=False),
            "to_port": Attribute(Kind.NUMBER, is_required=True),
        }
    ),
)

# Where AWS puts each sort of peer, and the key of the peer there.
_PEERS = {
    "cidr_blocks": ("IpRanges", "CidrIp"),
    "ipv6_cidr_blocks": ("Ipv6Ranges", "CidrIpv6"),
    "prefix_list_ids": ("PrefixListIds", "PrefixListId"),
    "security_groups": ("UserIdGroupPairs", "GroupId"),
}
_DIRECTIONS = {"ingress": "IpPermissions", "egress": "IpPermissionsEgress"}

# protocol, from port, to port, sort of peer, peer, description: AWS's own unit of a rule.
_Atom = tuple[str, int, int, str, str, str]


class SecurityGroup:
    """A security group. AWS chooses its id, so an interrupted try is found by its operation tag."""

    name = "aws_security_group"
    schema_version = 1
    schema: Schema = MappingProxyType(
        {
            "arn": computed(),
            "description": Attribute(default="Managed by Terraform", forces_new=True),
            "egress": _RULES,
            "id": computed(),
            "ingress": _RULES,
            "name": Attribute(is_required=True, forces_new=True),
            "name_prefix": computed(),
            "owner_id": computed(),
            "revoke_rules_on_delete": Attribute(Kind.BOOLEAN, is_settable=False, default=False, is_local=True),
            **TAGS,
            "timeouts": absent(),
            "vpc_id": Attribute(is_computed=True, forces_new=True),
        }
    )

    def find_made(self, api: Api, desired: Values) -> str | None:
        """The group with this operation's tag, without the rule that AWS adds."""
        del desired
        if not api.is_resumed:
            return None
        ec2 = api.clients.client("ec2")
        filters = [{"Name": f"tag:{OPERATION_TAG}", "Values": [api.operation]}]
        found = ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
        if not found:
            return None
        self._revoke(ec2, found[0]["GroupId"], "egress", _atoms_of(found[0], "egress") & {_open_to_all()})
        return str(found[0]["GroupId"])

    def make(self, api: Api, desired: Values) -> str:
        """Create it, tagged in the same call, and without the allow-all rule that AWS adds, as the provider does."""
        ec2 = api.clients.client("ec2")
        vpc = desired["vpc_id"] if isinstance(desired["vpc_id"], str) else self._default_vpc(ec2)
        tags = [{"Key": name, "Value": value} for name, value in sorted(api.own_tags.items())]
        identity: str = ec2.create_security_group(
            GroupName=desired["name"],
            Description=desired["description"],
            TagSpecifications=[{"ResourceType": "security-group", "Tags": tags}],
            **({"VpcId": vpc} if vpc else {}),
        )["GroupId"]
        found = self._find(ec2, identity)
        if found is not None:
            self._revoke(ec2, identity, "egress", _atoms_of(found, "egress") & {_open_to_all()})
        return identity

    def read(self, api: Api, identity: str, known: Values) -> Values | None:
        """The group with every rule it has, whoever made it."""
        found = self._find(api.clients.client("ec2"), identity)
        if found is None:
            return None
        tags = {tag["Key"]: tag["Value"] for tag in found.get("Tags", [])}
        return {
            "arn": f"arn:aws:ec2:{api.region}:{found['OwnerId']}:security-group/{identity}",
            "description": found["Description"],
            "egress": _rules_of(found, "egress", known),
            "id": identity,
            "ingress": _rules_of(found, "ingress", known),
            "name": found["GroupName"],
            "name_prefix": "",
            "owner_id": found["OwnerId"],
            **tag_values(tags, known),
            "vpc_id": found.get("VpcId", ""),
        }

    def converge(self, api: Api, identity: str, live: Values, desired: Values) -> None:
        """Rules that are too many go before those that lack come: AWS refuses two that differ in description only."""
        ec2 = api.clients.client("ec2")
        for direction in _DIRECTIONS:
            have, want = _atoms(live[direction], identity), _atoms(desired[direction], identity)
            self._revoke(ec2, identity, direction, have - want)
            if want - have:
                authorize = getattr(ec2, f"authorize_security_group_{direction}")
                authorize(GroupId=identity, IpPermissions=[_permission(atom) for atom in sorted(want - have)])
        added, removed = tag_changes(live, desired)
        if added:
            ec2.create_tags(Resources=[identity], Tags=[{"Key": k, "Value": v} for k, v in sorted(added.items())])
        if removed:
            ec2.delete_tags(Resources=[identity], Tags=[{"Key": name} for name in removed])

    def delete(self, api: Api, identity: str, known: Values) -> None:
        """Delete it."""
        del known
        try:
            api.clients.client("ec2").delete_security_group(GroupId=identity)
        except ClientError as error:
            if not is_missing(error):
                raise

    def _find(self, ec2: Any, identity: str) -> Json:
        try:
            return ec2.describe_security_groups(GroupIds=[identity])["SecurityGroups"][0]
        except ClientError as error:
            if is_missing(error):
                return None
            raise

    def _revoke(self, ec2: Any, identity: str, direction: str, atoms: set[_Atom]) -> None:
        if atoms:
            revoke = getattr(ec2, f"revoke_security_group_{direction}")
            revoke(GroupId=identity, IpPermissions=[_permission(atom) for atom in sorted(atoms)])

    def _default_vpc(self, ec2: Any) -> str:
        found = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
        return str(found[0]["VpcId"]) if found else ""


def _open_to_all() -> _Atom:
    return (_ALL, 0, 0, "cidr_blocks", "0.0.0.0/0", "")


def _atoms(rules: list[Values] | None, identity: str) -> set[_Atom]:
    atoms: set[_Atom] = set()
    for rule in rules or []:
        protocol = "-1" if rule["protocol"] in ("all", _ALL) else rule["protocol"]
        ports = (0, 0) if protocol == _ALL else (int(rule["from_port"]), int(rule["to_port"]))
        for sort in _PEERS:
            for peer in rule.get(sort) or []:
                atoms.add((protocol, *ports, sort, peer, rule.get("description") or ""))
        if rule.get("self"):
            atoms.add((protocol, *ports, "security_groups", identity, rule.get("description") or ""))
    return atoms


def _atoms_of(found: Json, direction: str) -> set[_Atom]:
    return {
        (
            permission["IpProtocol"],
            0 if permission["IpProtocol"] == _ALL else permission.get("FromPort", 0),
            0 if permission["IpProtocol"] == _ALL else permission.get("ToPort", 0),
            sort,
            peer[key],
            peer.get("Description", ""),
        )
        for permission in found.get(_DIRECTIONS[direction], [])
        for sort, (place, key) in _PEERS.items()
        for peer in permission.get(place, [])
    }


def _rules_of(found: Json, direction: str, known: Values) -> list[Values]:
    """AWS's rules, grouped as the source does where they mean the same, else one for each ports and description."""
    identity, atoms = found["GroupId"], _atoms_of(found, direction)
    written = known.get(direction)
    if isinstance(written, list) and _atoms(written, identity) == atoms:
        return written
    rules: dict[tuple[str, int, int, str], Values] = {}
    for protocol, first, last, sort, peer, description in sorted(atoms):
        rule = rules.setdefault(
            (protocol, first, last, description),
            {
                **{name: [] for name in _PEERS},
                "description": description,
                "from_port": first,
                "protocol": protocol,
                "self": False,
                "to_port": last,
            },
        )
        if sort == "security_groups" and peer == identity:
            rule["self"] = True
        else:
            rule[sort].append(peer)
    return list(rules.values())


def _permission(atom: _Atom) -> Json:
    protocol, first, last, sort, peer, description = atom
    place, key = _PEERS[sort]
    ports = {} if protocol == _ALL else {"FromPort": first, "ToPort": last}
    return {
        "IpProtocol": protocol,
        **ports,
        place: [{key: peer, **({"Description": description} if description else {})}],
    }
