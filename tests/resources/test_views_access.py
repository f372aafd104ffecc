"""Roles and bindings as views: what is given to whom, and what of it is not known."""

import pytest
from tests.resources.manifests import a_manifest, is_unknown, views

from pavior.resources.model import Resource, Unknown, Value
from pavior.resources.views.access import AccessGrant, AccessRole, AccessRule


def a_rule(verbs: list[Value], resources: list[Value], groups: list[Value] | None = None, **rest: Value) -> Value:
    return {"verbs": verbs, "resources": resources, "apiGroups": [""] if groups is None else groups, **rest}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (AccessRule(("",), ("secrets",), ("get",)), True),
        (AccessRule(("*",), ("*",), ("*",)), True),
        (AccessRule(("",), ("secrets",), ("create",)), False),
        (AccessRule(("apps",), ("secrets",), ("get",)), False),
        (AccessRule(("",), ("pods", "secrets"), ("create", "list")), True),
        (AccessRule((), ("secrets",), ("get",)), False),
    ],
)
def test_a_permission_is_a_product_of_its_three_lists(rule: AccessRule, expected: object) -> None:
    assert rule.allows(("get", "list"), ("secrets",), ("",)) is expected


def test_a_star_before_a_slash_means_that_part_of_everything() -> None:
    rule = AccessRule(("",), ("*/approval",), ("update",))

    assert rule.allows(("update",), ("requests/approval",), ("",)) is True
    assert rule.allows(("update",), ("requests",), ("",)) is False


def test_a_role_that_the_cluster_gathers_is_not_known() -> None:
    (role,) = views("AccessRole", a_manifest("ClusterRole", rules=[], aggregationRule={"clusterRoleSelectors": []}))

    assert is_unknown(role.unread)


@pytest.mark.parametrize("rules", ["${RULES}", {"a": "b"}, ["x"]])
def test_rules_that_are_no_list_of_mappings_are_not_known(rules: Value) -> None:
    (role,) = views("AccessRole", a_manifest("Role", rules=rules))

    assert is_unknown(role.unread)


def a_grant(role: str, kind: str = "ClusterRole", *others: Resource, binding: str = "RoleBinding") -> AccessGrant:
    grant = a_manifest(
        binding,
        roleRef={"kind": kind, "name": role},
        subjects=[{"kind": "ServiceAccount", "name": "a"}, {"kind": "User", "name": "x", "namespace": "y"}, "text"],
    )
    found: AccessGrant = views("AccessGrant", grant, *others)[0]
    return found


def test_a_binding_has_the_permissions_of_its_role() -> None:
    role = a_manifest("ClusterRole", "reader", rules=[a_rule(["get"], ["secrets"])], metadata={"namespace": "odd"})

    grant = a_grant("reader", "ClusterRole", role)

    assert [rule.verbs for rule in grant.rules] == [("get",)]
    assert grant.rules[0].decided_by == role.address
    assert grant.satellites == (role,)
    assert grant.unread is None


def test_a_binding_has_the_permissions_of_all_definitions_of_its_role() -> None:
    roles = [a_manifest("ClusterRole", "reader", rules=[a_rule([verb], ["secrets"])]) for verb in ("create", "get")]
    foreign = a_manifest("ClusterRole", "reader", "roles.example/v1", rules=[])

    grant = a_grant("reader", "ClusterRole", *roles)

    assert [rule.verbs for rule in grant.rules] == [("create",), ("get",)]
    assert grant.satellites == tuple(roles)
    assert is_unknown(a_grant("reader", "ClusterRole", foreign).unread)


def test_a_role_that_every_cluster_has_keeps_its_permissions_when_it_is_written_here() -> None:
    assert len(a_grant("cluster-admin", "ClusterRole", a_manifest("ClusterRole", "cluster-admin", rules=[])).rules) == 1


@pytest.mark.parametrize(
    ("label", "unknown"),
    [("view", ["view", "edit", "admin"]), ("edit", ["edit", "admin"]), ("admin", ["admin"]), ("monitoring", [])],
)
def test_a_role_that_is_added_to_those_of_every_cluster_makes_them_unknown(label: str, unknown: list[str]) -> None:
    labels = {f"rbac.authorization.k8s.io/aggregate-to-{label}": "true"}
    role = a_manifest("ClusterRole", "more", metadata={"labels": labels}, rules=[])

    names = ["view", "edit", "admin", "cluster-admin"]
    assert [name for name in names if is_unknown(a_grant(name, "ClusterRole", role).unread)] == unknown


def test_a_role_of_another_namespace_is_another_role() -> None:
    role = a_manifest("Role", "reader", rules=[], metadata={"namespace": "shop"})

    assert is_unknown(a_grant("reader", "Role", role).unread)


def test_roles_that_every_cluster_has_are_known() -> None:
    assert a_grant("view").unread is None
    assert a_grant("cluster-admin").rules[0].allows(("x",), ("y",), ("z",)) is True
    assert is_unknown(a_grant("system:node").unread)
    assert is_unknown(a_grant("cluster-admin", "Role").unread)


def test_holders_have_the_namespace_of_the_binding_unless_they_name_one() -> None:
    holders = a_grant("view").holders

    assert [holder.namespace for holder in holders[:2]] == ["default", "y"]
    assert isinstance(holders[2].name, Unknown)


def test_a_role_view_is_made_of_both_kinds() -> None:
    found: list[AccessRole] = views("AccessRole", a_manifest("Role"), a_manifest("ClusterRole"))

    assert sorted(item.resource.type for item in found) == ["ClusterRole", "Role"]
