"""aws_iam_role, aws_iam_policy, aws_iam_role_policy and aws_iam_role_policy_attachment."""

import json
from types import MappingProxyType
from typing import Any

from botocore.exceptions import ClientError

from pavior.adapters.engines.embedded.calls import is_missing
from pavior.adapters.engines.embedded.resource_type import OPERATION_TAG, Api, tag_changes, tag_values
from pavior.adapters.engines.embedded.schema import TAGS, Attribute, Kind, Schema, changed, computed
from pavior.adapters.engines.values import Json, Values, normal_json

# IAM keeps at most five versions of a policy; docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html.
_MAXIMUM_POLICY_VERSIONS = 5


class Role:
    """aws_iam_role; its id is its name."""

    name = "aws_iam_role"
    schema_version = 0
    schema: Schema = MappingProxyType(
        {
            "arn": computed(),
            "assume_role_policy": Attribute(Kind.POLICY, is_required=True),
            "create_date": computed(),
            "description": Attribute(),
            "force_detach_policies": Attribute(Kind.BOOLEAN, is_settable=False, default=False, is_local=True),
            "id": computed(),
            "inline_policy": Attribute(
                Kind.BLOCK_SET,
                is_settable=False,
                is_computed=True,
                follows_others=True,
                block=MappingProxyType({"name": computed(), "policy": Attribute(Kind.POLICY)}),
            ),
            "managed_policy_arns": Attribute(Kind.SET, is_settable=False, is_computed=True, follows_others=True),
            "max_session_duration": Attribute(Kind.NUMBER, default=3600),
            "name": Attribute(is_required=True, forces_new=True),
            "name_prefix": computed(),
            "path": Attribute(default="/", forces_new=True),
            "permissions_boundary": Attribute(),
            **TAGS,
            "unique_id": computed(),
        }
    )

    def find_made(self, api: Api, desired: Values) -> str | None:
        """The role, if it carries this operation's tag."""
        iam = api.clients.client("iam")
        found = self._find(iam, desired["name"])
        return str(desired["name"]) if found and _tags(found).get(OPERATION_TAG) == api.operation else None

    def make(self, api: Api, desired: Values) -> str:
        """Create it, bounded and tagged in the same call."""
        boundary = desired.get("permissions_boundary")
        api.clients.client("iam").create_role(
            RoleName=desired["name"],
            Path=desired["path"],
            AssumeRolePolicyDocument=desired["assume_role_policy"],
            MaxSessionDuration=desired["max_session_duration"],
            Tags=_tag_list(api.own_tags),
            **({"PermissionsBoundary": boundary} if boundary else {}),
        )
        return str(desired["name"])

    def read(self, api: Api, identity: str, known: Values) -> Values | None:
        """The role, with whatever policies it has, whoever gave them."""
        iam = api.clients.client("iam")
        found = self._find(iam, identity)
        if found is None:
            return None
        attached = [
            policy["PolicyArn"]
            for page in iam.get_paginator("list_attached_role_policies").paginate(RoleName=identity)
            for policy in page["AttachedPolicies"]
        ]
        inline = [
            name
            for page in iam.get_paginator("list_role_policies").paginate(RoleName=identity)
            for name in page["PolicyNames"]
        ]
        return {
            "arn": found["Arn"],
            "assume_role_policy": _document(found["AssumeRolePolicyDocument"]),
            "create_date": found["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
            "description": found.get("Description", ""),
            "id": identity,
            "inline_policy": [
                {
                    "name": name,
                    "policy": _document(iam.get_role_policy(RoleName=identity, PolicyName=name)["PolicyDocument"]),
                }
                for name in sorted(inline)
            ],
            "managed_policy_arns": sorted(attached),
            "max_session_duration": found.get("MaxSessionDuration", 3600),
            "name": identity,
            "name_prefix": "",
            "path": found["Path"],
            "permissions_boundary": found.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", ""),
            **tag_values(_tags(found), known),
            "unique_id": found["RoleId"],
        }

    def converge(self, api: Api, identity: str, live: Values, desired: Values) -> None:
        """Trust, description, session length, boundary and tags."""
        iam = api.clients.client("iam")
        names = set(changed(self.schema, live, desired))
        if "assume_role_policy" in names:
            iam.update_assume_role_policy(RoleName=identity, PolicyDocument=desired["assume_role_policy"])
        if names & {"description", "max_session_duration"}:
            iam.update_role(
                RoleName=identity,
                Description=desired["description"] or "",
                MaxSessionDuration=desired["max_session_duration"],
            )
        if "permissions_boundary" in names:
            if desired["permissions_boundary"]:
                iam.put_role_permissions_boundary(
                    RoleName=identity, PermissionsBoundary=desired["permissions_boundary"]
                )
            else:
                iam.delete_role_permissions_boundary(RoleName=identity)
        added, removed = tag_changes(live, desired)
        if added:
            iam.tag_role(RoleName=identity, Tags=_tag_list(added))
        if removed:
            iam.untag_role(RoleName=identity, TagKeys=removed)

    def delete(self, api: Api, identity: str, known: Values) -> None:
        """Delete it. One that still has foreign policies stays, and AWS says so."""
        del known
        _ignoring_missing(api.clients.client("iam").delete_role, RoleName=identity)

    def _find(self, iam: Any, name: str) -> Json:
        return _or_none(iam.get_role, "Role", RoleName=name)


class Policy:
    """aws_iam_policy; its id is its ARN."""

    name = "aws_iam_policy"
    schema_version = 0
    schema: Schema = MappingProxyType(
        {
            "arn": computed(),
            "attachment_count": Attribute(Kind.NUMBER, is_settable=False, is_computed=True, follows_others=True),
            "description": Attribute(forces_new=True),
            "id": computed(),
            "name": Attribute(is_required=True, forces_new=True),
            "name_prefix": computed(),
            "path": Attribute(default="/", forces_new=True),
            "policy": Attribute(Kind.POLICY, is_required=True),
            "policy_id": computed(),
            **TAGS,
        }
    )

    def find_made(self, api: Api, desired: Values) -> str | None:
        """The policy, if it carries this operation's tag."""
        arn = f"arn:aws:iam::{api.account}:policy{desired['path']}{desired['name']}"
        found = _or_none(api.clients.client("iam").get_policy, "Policy", PolicyArn=arn)
        return arn if found and _tags(found).get(OPERATION_TAG) == api.operation else None

    def make(self, api: Api, desired: Values) -> str:
        """Create it, tagged in the same call."""
        created = api.clients.client("iam").create_policy(
            PolicyName=desired["name"],
            Path=desired["path"],
            PolicyDocument=desired["policy"],
            Description=desired["description"] or "",
            Tags=_tag_list(api.own_tags),
        )
        return str(created["Policy"]["Arn"])

    def read(self, api: Api, identity: str, known: Values) -> Values | None:
        """The policy with its default version."""
        iam = api.clients.client("iam")
        found = _or_none(iam.get_policy, "Policy", PolicyArn=identity)
        if found is None:
            return None
        version = iam.get_policy_version(PolicyArn=identity, VersionId=found["DefaultVersionId"])
        return {
            "arn": identity,
            "attachment_count": found["AttachmentCount"],
            "description": found.get("Description", ""),
            "id": identity,
            "name": found["PolicyName"],
            "name_prefix": "",
            "path": found["Path"],
            "policy": _document(version["PolicyVersion"]["Document"]),
            "policy_id": found["PolicyId"],
            **tag_values(_tags(found), known),
        }

    def converge(self, api: Api, identity: str, live: Values, desired: Values) -> None:
        """A new default version, and tags."""
        iam = api.clients.client("iam")
        if "policy" in changed(self.schema, live, desired):
            versions = iam.list_policy_versions(PolicyArn=identity)["Versions"]
            if len(versions) >= _MAXIMUM_POLICY_VERSIONS:
                oldest = min((v for v in versions if not v["IsDefaultVersion"]), key=lambda v: str(v["CreateDate"]))
                iam.delete_policy_version(PolicyArn=identity, VersionId=oldest["VersionId"])
            iam.create_policy_version(PolicyArn=identity, PolicyDocument=desired["policy"], SetAsDefault=True)
        added, removed = tag_changes(live, desired)
        if added:
            iam.tag_policy(PolicyArn=identity, Tags=_tag_list(added))
        if removed:
            iam.untag_policy(PolicyArn=identity, TagKeys=removed)

    def delete(self, api: Api, identity: str, known: Values) -> None:
        """Delete it with its versions. One that is still attached elsewhere stays, and AWS says so."""
        del known
        iam = api.clients.client("iam")
        if _or_none(iam.get_policy, "Policy", PolicyArn=identity) is None:
            return
        for version in iam.list_policy_versions(PolicyArn=identity)["Versions"]:
            if not version["IsDefaultVersion"]:
                iam.delete_policy_version(PolicyArn=identity, VersionId=version["VersionId"])
        _ignoring_missing(iam.delete_policy, PolicyArn=identity)


class RolePolicy:
    """aws_iam_role_policy; its id is `role:name`. It has no tags, and putting it again is the same."""

    name = "aws_iam_role_policy"
    schema_version = 0
    schema: Schema = MappingProxyType(
        {
            "id": computed(),
            "name": Attribute(is_required=True, forces_new=True),
            "name_prefix": computed(),
            "policy": Attribute(Kind.POLICY, is_required=True),
            "role": Attribute(is_required=True, forces_new=True),
        }
    )

    def find_made(self, api: Api, desired: Values) -> str | None:
        """Nothing to find."""
        del api, desired
        return None

    def make(self, api: Api, desired: Values) -> str:
        """Put it."""
        self._put(api, desired)
        return f"{desired['role']}:{desired['name']}"

    def read(self, api: Api, identity: str, known: Values) -> Values | None:
        """Its document."""
        del known
        role, name = identity.split(":", 1)
        found = _or_none(api.clients.client("iam").get_role_policy, "PolicyDocument", RoleName=role, PolicyName=name)
        if found is None:
            return None
        return {"id": identity, "name": name, "name_prefix": "", "policy": _document(found), "role": role}

    def converge(self, api: Api, identity: str, live: Values, desired: Values) -> None:
        """Put it when it differs."""
        del identity
        if changed(self.schema, live, desired):
            self._put(api, desired)

    def delete(self, api: Api, identity: str, known: Values) -> None:
        """Delete it."""
        del known
        role, name = identity.split(":", 1)
        _ignoring_missing(api.clients.client("iam").delete_role_policy, RoleName=role, PolicyName=name)

    def _put(self, api: Api, desired: Values) -> None:
        api.clients.client("iam").put_role_policy(
            RoleName=desired["role"], PolicyName=desired["name"], PolicyDocument=desired["policy"]
        )


class RolePolicyAttachment:
    """aws_iam_role_policy_attachment; its id is `role/policy_arn`. Attaching again is the same."""

    name = "aws_iam_role_policy_attachment"
    schema_version = 0
    schema: Schema = MappingProxyType(
        {
            "id": computed(),
            "policy_arn": Attribute(is_required=True, forces_new=True),
            "role": Attribute(is_required=True, forces_new=True),
        }
    )

    def find_made(self, api: Api, desired: Values) -> str | None:
        """Nothing to find."""
        del api, desired
        return None

    def make(self, api: Api, desired: Values) -> str:
        """Attach."""
        role, arn = desired["role"], desired["policy_arn"]
        api.clients.client("iam").attach_role_policy(RoleName=role, PolicyArn=arn)
        return f"{role}/{arn}"

    def read(self, api: Api, identity: str, known: Values) -> Values | None:
        """Whether it is attached."""
        del known
        role, arn = identity.split("/", 1)
        iam = api.clients.client("iam")
        try:
            attached = [
                policy["PolicyArn"]
                for page in iam.get_paginator("list_attached_role_policies").paginate(RoleName=role)
                for policy in page["AttachedPolicies"]
            ]
        except ClientError as error:
            if is_missing(error):
                return None
            raise
        return {"id": identity, "policy_arn": arn, "role": role} if arn in attached else None

    def converge(self, api: Api, identity: str, live: Values, desired: Values) -> None:
        """Nothing can differ: each attribute forces a new one."""

    def delete(self, api: Api, identity: str, known: Values) -> None:
        """Detach."""
        del known
        role, arn = identity.split("/", 1)
        _ignoring_missing(api.clients.client("iam").detach_role_policy, RoleName=role, PolicyArn=arn)


def _tags(found: Json) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in found.get("Tags", [])}


def _tag_list(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": name, "Value": value} for name, value in sorted(tags.items())]


def _document(found: Json) -> str:
    # botocore decodes policy documents for some calls only.
    return normal_json(found if isinstance(found, str) else json.dumps(found))


def _or_none(method: Any, key: str, **arguments: str) -> Json:
    try:
        return method(**arguments)[key]
    except ClientError as error:
        if is_missing(error):
            return None
        raise


def _ignoring_missing(method: Any, **arguments: str) -> None:
    try:
        method(**arguments)
    except ClientError as error:
        if not is_missing(error):
            raise
