"""Who may do what in a cluster: roles, and the bindings that give them to somebody."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Resource, Unknown, Value
from pavior.resources.views.facts import Fact, Leaf, Source, Truth, all_of, any_of, ask, unread
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.kinds import Selection, ViewType
from pavior.resources.views.manifests import api_group, is_of, name_of, namespace_of, plain_text

_GROUP = ("rbac.authorization.k8s.io", "authorization.openshift.io", "")
ROLE_KINDS: Final = {"ClusterRole": _GROUP, "Role": _GROUP}
_CLUSTER_ROLE = "ClusterRole"
GRANT_KINDS: Final = {"ClusterRoleBinding": _GROUP, "RoleBinding": _GROUP}
ANY = "*"
# OpenShift's own bindings name their holders here too.
_OPENSHIFT = ("authorization.openshift.io", "", None)
_NAMES = {"userNames": "User", "groupNames": "Group"}
# A role with one of these labels becomes a part of the roles that every cluster has and that stand beside it.
# Source: kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles.
_AGGREGATED = {
    "rbac.authorization.k8s.io/aggregate-to-view": ("view", "edit", "admin"),
    "rbac.authorization.k8s.io/aggregate-to-edit": ("edit", "admin"),
    "rbac.authorization.k8s.io/aggregate-to-admin": ("admin",),
}


class AccessRule(Struct, frozen=True):
    """One permission: these verbs on these resources of these API groups. `*` means every one.

    Args:
        resource_names: Only the objects of these names; all when it is empty.
        urls: Paths of the API server that are no resources.
    """

    groups: tuple[Leaf, ...]
    resources: tuple[Leaf, ...]
    verbs: tuple[Leaf, ...]
    resource_names: tuple[Leaf, ...] = ()
    urls: tuple[Leaf, ...] = ()
    attribute: str = ""
    decided_by: str = ""

    def allows(self, verbs: Iterable[str], resources: Iterable[str], groups: Iterable[str]) -> Truth:
        """Whether it gives one of the verbs on one of the resources of one of the groups.

        A subresource is written as `signers/approval`; `*/approval` means it of every resource.
        """
        return all_of((_has(self.verbs, verbs), _has_resource(self.resources, resources), _has(self.groups, groups)))


class AccessRole(Struct, frozen=True):
    """A set of permissions.

    Args:
        unread: Why not every permission is known, or None.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    rules: tuple[AccessRule, ...]
    unread: Fact[bool] | None


class Holder(Struct, frozen=True):
    """Somebody to whom a role is given: a `User`, a `Group` or a `ServiceAccount`."""

    kind: Leaf
    name: Leaf
    namespace: Leaf
    attribute: str


class AccessGrant(Struct, frozen=True):
    """A role that is given to somebody.

    Args:
        role_kind: `ClusterRole`, or `Role` for one of the namespace.
        is_cluster_wide: Whether it holds in every namespace.
        rules: The permissions of the role, when it stands here or is one that every cluster has.
        unread: Why not every permission is known, or None.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    role: Fact[str]
    role_kind: Fact[str]
    is_cluster_wide: bool
    holders: tuple[Holder, ...]
    rules: tuple[AccessRule, ...]
    unread: Fact[bool] | None


def _every(verbs: str, resources: str, group: str) -> AccessRule:
    return AccessRule((group,), (resources,), tuple(verbs.split()), attribute="roleRef")


_READING = "get list watch"
# What every cluster has, as far as controls ask.
# Source: kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles.
_EDITING = (_every(_READING, "secrets", ""), _every("impersonate", "serviceaccounts", ""))
_BUILT_IN: dict[str, tuple[AccessRule, ...]] = {
    "cluster-admin": (AccessRule((ANY,), (ANY,), (ANY,), (), (ANY,), "roleRef"),),
    "admin": _EDITING,
    "edit": _EDITING,
    "view": (),
}


def select_roles(index: GraphIndex) -> Iterable[Resource]:
    """All roles."""
    return (item for item in index.of_type(*ROLE_KINDS) if is_of(item, ROLE_KINDS))


def build_role(resource: Resource, index: GraphIndex) -> AccessRole:
    """From `Role` or `ClusterRole`."""
    del index
    rules, unread = _rules(Source(resource))
    return AccessRole(resource, (), rules, unread)


def select_grants(index: GraphIndex) -> Iterable[Resource]:
    """All bindings."""
    return (item for item in index.of_type(*GRANT_KINDS) if is_of(item, GRANT_KINDS))


def build_grant(resource: Resource, index: GraphIndex) -> AccessGrant:
    """From `RoleBinding` or `ClusterRoleBinding`."""
    own = Source(resource)
    name = own.fact("roleRef.name", plain_text(own.value("roleRef.name")))
    kind = own.fact("roleRef.kind", _role_kind(own))
    rules, unread, roles = _given(resource, name, kind, index)
    return AccessGrant(
        resource=resource,
        satellites=roles,
        role=name,
        role_kind=kind,
        is_cluster_wide=resource.type == "ClusterRoleBinding",
        holders=_holders(own, namespace_of(resource, index).value),
        rules=rules,
        unread=unread,
    )


def _role_kind(own: Source) -> Leaf:
    given = own.value("roleRef.kind")
    if given is not None:
        return plain_text(given)
    # OpenShift's own bindings name no kind, but a namespace where the role has one.
    return _CLUSTER_ROLE if own.value("roleRef.namespace") in (None, "") else "Role"


def _given(
    grant: Resource, name: Fact[str], kind: Fact[str], index: GraphIndex
) -> tuple[tuple[AccessRule, ...], Fact[bool] | None, tuple[Resource, ...]]:
    """What the role allows, in all of its definitions; why not all of it is known; and where they stand."""
    for said in (name, kind):
        if isinstance(said.value, Unknown):
            return (), Fact(said.value, said.attribute), ()
    if not isinstance(name.value, str):
        return (), None, ()
    is_for_cluster = kind.value != "Role"
    roles = _find_roles(grant, name.value, index, is_for_cluster=is_for_cluster)
    rules: tuple[AccessRule, ...] = ()
    unread: Fact[bool] | None = None
    for role in roles:
        more, why = _rules(Source(role, role.address))
        rules, unread = (*rules, *more), unread or why
    if is_for_cluster and name.value in _BUILT_IN:
        # The cluster gives these back to whoever takes them away.
        return (*rules, *_BUILT_IN[name.value]), unread or _aggregated(name, index), roles
    if not roles:
        unread = Fact(_not_evaluated(f"the role {name.value} does not stand here"), name.attribute)
    return rules, unread, roles


def _find_roles(grant: Resource, name: str, index: GraphIndex, *, is_for_cluster: bool) -> tuple[Resource, ...]:
    named = index.once(_roles_by_name).get(name, ())
    if is_for_cluster:
        return tuple(item for item in named if item.type == _CLUSTER_ROLE)
    namespace = namespace_of(grant, index).value
    return tuple(item for item in named if item.type == "Role" and namespace_of(item, index).value == namespace)


def _roles_by_name(index: GraphIndex) -> Mapping[str, Sequence[Resource]]:
    found: dict[str, list[Resource]] = defaultdict(list)
    for item in index.of_type(*ROLE_KINDS):
        name = name_of(item)
        if is_of(item, ROLE_KINDS) and isinstance(name, str):
            found[name].append(item)
    return found


def _aggregated(name: Fact[str], index: GraphIndex) -> Fact[bool] | None:
    """Why more belongs to a role that every cluster has, or None."""
    for role in index.of_type(_CLUSTER_ROLE):
        labels = Source(role).value("metadata.labels")
        if labels is None or not is_of(role, ROLE_KINDS):
            continue
        for label, takers in _AGGREGATED.items():
            if name.value in takers and (
                not isinstance(labels, dict) or plain_text(labels.get(label, "false")) != "false"
            ):
                why = _not_evaluated(f"{role.address} may add permissions to the role {name.value}")
                return Fact(why, name.attribute)
    return None


def _rules(own: Source) -> tuple[tuple[AccessRule, ...], Fact[bool] | None]:
    if own.value("aggregationRule") is not None:
        why = "the cluster gathers its permissions from other roles"
        return _read_rules(own), own.fact("aggregationRule", _not_evaluated(why))
    found = own.value("rules")
    if found is not None and not isinstance(found, list):
        return (), own.fact("rules", unread(found))
    for number, item in enumerate(found or ()):
        if not isinstance(item, dict):
            return _read_rules(own), own.fact(f"rules.{number}", unread(item))
    return _read_rules(own), None


def _read_rules(own: Source) -> tuple[AccessRule, ...]:
    found = own.value("rules")
    return tuple(
        AccessRule(
            groups=_leaves(item.get("apiGroups")),
            resources=_leaves(item.get("resources")),
            verbs=_leaves(item.get("verbs")),
            resource_names=_leaves(item.get("resourceNames")),
            urls=_leaves(item.get("nonResourceURLs")),
            attribute=f"rules.{number}",
            decided_by=own.decided_by,
        )
        for number, item in enumerate(found if isinstance(found, list) else ())
        if isinstance(item, dict)
    )


def _holders(own: Source, namespace: Leaf) -> tuple[Holder, ...]:
    holders = _plain_holders(own, namespace)
    found = own.value("subjects")
    if found is None:
        return tuple(holders)
    if not isinstance(found, list):
        why = unread(found)
        return (*holders, Holder(why, why, why, "subjects"))
    for number, item in enumerate(found):
        place = f"subjects.{number}"
        if isinstance(item, dict):
            given = item.get("namespace")
            where = namespace if given in (None, "") else plain_text(given)
            holders.append(Holder(plain_text(item.get("kind")), plain_text(item.get("name")), where, place))
        else:
            why = unread(item)
            holders.append(Holder(why, why, why, place))
    return tuple(holders)


def _plain_holders(own: Source, namespace: Leaf) -> list[Holder]:
    """Those of OpenShift's lists of names."""
    if api_group(own.resource) not in _OPENSHIFT:
        return []
    return [
        Holder(kind, name, namespace, field) for field, kind in _NAMES.items() for name in _leaves(own.value(field))
    ]


def _leaves(value: Value) -> tuple[Leaf, ...]:
    if value is None:
        return ()
    if isinstance(value, list):
        return tuple(plain_text(item) for item in value)
    return (plain_text(value),)


def _has(said: tuple[Leaf, ...], wanted: Iterable[str]) -> Truth:
    meant = (ANY, *wanted)
    return any_of(ask(leaf, lambda text: text in meant) for leaf in said)


def _has_resource(said: tuple[Leaf, ...], wanted: Iterable[str]) -> Truth:
    meant = {ANY, *wanted}
    meant |= {f"{ANY}/{name.partition('/')[2]}" for name in wanted if "/" in name}
    return any_of(ask(leaf, lambda text: text in meant) for leaf in said)


def _not_evaluated(why: str) -> Unknown:
    return Unknown(UnknownReason.NOT_EVALUATED, why)


VIEW_TYPES: Final = (
    ViewType("AccessRole", Selection(tuple(ROLE_KINDS), select_roles), build_role),
    ViewType("AccessGrant", Selection(tuple(GRANT_KINDS), select_grants), build_grant),
)
