"""Workloads, access, accounts and namespaces as views: three-valued facts of manifests."""

from typing import Any

import pytest

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Unknown, Value
from pavior.resources.views import VIEWS, index_graph
from pavior.resources.views.access import AccessGrant, AccessRole, AccessRule
from pavior.resources.views.facts import Fact
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.network_policies import selects
from pavior.resources.views.pod_containers import Role
from pavior.resources.views.workload import Workload

VERSIONS = {"Deployment": "apps/v1", "CronJob": "batch/v1", "Job": "batch/v1", "Rollout": "argoproj.io/v1alpha1"}
SPEC: dict[str, Value] = {"containers": [{"name": "web", "image": "a:1"}]}


def a_manifest(kind: str, name: str = "a", version: str = "", **values: Any) -> Resource:
    metadata = {"name": name, **values.pop("metadata", {})}
    group = "rbac.authorization.k8s.io/v1" if kind.startswith(("Role", "ClusterRole")) else VERSIONS.get(kind, "v1")
    namespace = metadata.get("namespace", "default")
    return Resource(
        f"{kind}.{namespace}.{name}",
        kind,
        {"apiVersion": version or group, "kind": kind, "metadata": metadata, **values},
    )


def an_index(*resources: Resource, complete: bool = True) -> GraphIndex:
    return index_graph(ResourceGraph(GraphFormat.KUBERNETES_MANIFEST, resources, (), complete))


def views(name: str, *resources: Resource, complete: bool = True) -> list[Any]:
    index = an_index(*resources, complete=complete)
    built = (VIEWS[name].build(resource, index) for resource in VIEWS[name].select(index))
    return [view for view in built if view is not None]


def a_workload(spec: Value, *others: Resource, complete: bool = True, **metadata: Any) -> Workload:
    pod = a_manifest("Pod", metadata=metadata, spec=spec)
    workload: Workload = views("Workload", pod, *others, complete=complete)[0]
    return workload


def is_unknown(fact: Fact[Any] | None) -> bool:
    return fact is not None and isinstance(fact.value, Unknown) and fact.value.reason is UnknownReason.NOT_EVALUATED


@pytest.mark.parametrize(
    ("kind", "values", "path"),
    [
        ("Pod", {"spec": SPEC}, "spec.containers.0"),
        ("PodTemplate", {"template": {"spec": SPEC}}, "template.spec.containers.0"),
        ("Deployment", {"spec": {"template": {"spec": SPEC}}}, "spec.template.spec.containers.0"),
        ("Job", {"spec": {"template": {"spec": SPEC}}}, "spec.template.spec.containers.0"),
        ("ReplicationController", {"spec": {"template": {"spec": SPEC}}}, "spec.template.spec.containers.0"),
        (
            "CronJob",
            {"spec": {"jobTemplate": {"spec": {"template": {"spec": SPEC}}}}},
            "spec.jobTemplate.spec.template.spec.containers.0",
        ),
    ],
)
def test_the_pod_is_found_wherever_its_kind_puts_it(kind: str, values: dict[str, Any], path: str) -> None:
    (workload,) = views("Workload", a_manifest(kind, **values))

    assert [item.path for item in workload.containers] == [path]
    assert (workload.unread, workload.partial) == (None, None)
    assert workload.ends is (kind in {"Job", "CronJob"})


def test_a_kind_of_the_same_name_in_another_group_is_something_else() -> None:
    volcano = a_manifest("Job", version="batch.volcano.sh/v1alpha1", spec={})
    elsewhere = a_manifest("Rollout", spec={"workloadRef": {"name": "a"}})

    assert views("Workload", volcano, elsewhere) == []


@pytest.mark.parametrize(
    "spec",
    [
        None,
        "${SPEC}",
        {},
        {"containers": []},
        {"containers": "${X}"},
        {"containers": {"name": "a"}},
        {"containers": ["a"]},
    ],
)
def test_containers_that_are_not_given_are_not_known(spec: Value) -> None:
    workload = a_workload(spec)

    assert is_unknown(workload.unread)
    assert is_unknown(workload.host_network)


@pytest.mark.parametrize("main", [{}, {"containers": None}, {"containers": []}])
@pytest.mark.parametrize("field", ["initContainers", "ephemeralContainers"])
def test_other_containers_do_not_stand_for_those_that_are_not_given(main: dict[str, Value], field: str) -> None:
    workload = a_workload({**main, field: [{"name": "a", "image": "a:1"}]})

    assert is_unknown(workload.unread)
    assert len(workload.containers) == 1


def test_an_image_of_nothing_is_like_no_image() -> None:
    workload = a_workload({"containers": [{"name": "web", "image": None}]})

    assert is_unknown(workload.partial)
    assert is_unknown(workload.containers[0].privileged)


def test_of_a_part_of_a_container_only_what_it_says_is_known() -> None:
    workload = a_workload({"containers": [{"name": "web", "securityContext": {"privileged": True}}]})
    (container,) = workload.containers

    assert container.privileged == Fact(value=True, attribute="spec.containers.0.securityContext.privileged")
    assert is_unknown(container.allows_escalation)
    assert is_unknown(workload.mounts_token)
    assert is_unknown(workload.partial)


def test_containers_of_every_role_are_there() -> None:
    one: Value = {"name": "a", "image": "a:1"}
    workload = a_workload({"containers": [one], "initContainers": [one, one], "ephemeralContainers": [one]})

    assert [item.role for item in workload.containers] == [Role.MAIN, Role.INIT, Role.INIT, Role.EPHEMERAL]
    assert workload.containers[1].title == "Init container a"


def test_a_name_that_could_be_anything_is_not_repeated() -> None:
    workload = a_workload({"containers": [{"name": "\x1b[2J", "image": "a:1"}]})

    assert workload.containers[0].title == "Container 0"


@pytest.mark.parametrize(
    ("pod", "own", "expected"),
    [
        ({}, {}, False),
        ({"runAsNonRoot": True}, {}, True),
        ({"runAsNonRoot": True}, {"runAsNonRoot": False}, False),
        ({"runAsNonRoot": False}, {"runAsNonRoot": True}, True),
        ({"runAsNonRoot": True}, {"runAsUser": 0}, True),
    ],
)
def test_a_container_goes_before_its_pod(pod: Value, own: Value, expected: object) -> None:
    container = {"name": "a", "image": "a:1", "securityContext": own}

    assert a_workload({"containers": [container], "securityContext": pod}).containers[0].non_root.value is expected


@pytest.mark.parametrize(
    ("pod", "own", "notes", "expected"),
    [
        ({}, {}, {}, ""),
        ({"seccompProfile": {"type": "RuntimeDefault"}}, {}, {}, "RuntimeDefault"),
        ({"seccompProfile": {"type": "RuntimeDefault"}}, {"seccompProfile": {"type": "Unconfined"}}, {}, "Unconfined"),
        ({}, {}, {"seccomp.security.alpha.kubernetes.io/pod": "runtime/default"}, ""),
        ({}, {}, {"container.seccomp.security.alpha.kubernetes.io/web": "localhost/a.json"}, ""),
    ],
)
def test_a_seccomp_profile_is_a_field_and_no_annotation(pod: Value, own: Value, notes: Value, expected: str) -> None:
    container = {"name": "web", "image": "a:1", "securityContext": own}

    workload = a_workload({"containers": [container], "securityContext": pod}, annotations=notes)

    assert workload.containers[0].seccomp.value == expected


def test_a_text_where_a_mapping_belongs_is_not_taken_for_nothing() -> None:
    workload = a_workload(
        {"containers": [{"name": "a", "image": "a:1", "securityContext": "${X}", "resources": "${Y}"}]}
    )
    (container,) = workload.containers

    assert is_unknown(container.privileged)
    assert is_unknown(container.has_memory_limit)
    assert all(is_unknown(fact) for fact in container.added)
    assert container.added


@pytest.mark.parametrize(
    ("resources", "limit", "request_"),
    [
        ({"limits": {"memory": "1Gi"}}, True, True),
        ({"requests": {"memory": "1Gi"}}, False, True),
        ({"limits": {"memory": 1073741824}}, True, True),
        ({"limits": {"memory": None}}, False, False),
        ({"limits": {"memory": 0}}, False, False),
        ({"limits": {"memory": "0Mi"}}, False, False),
        ({"limits": {"memory": "1Gi"}, "requests": {"memory": "0"}}, True, False),
        ({}, False, False),
    ],
)
def test_a_limit_is_a_request_too(resources: Value, limit: object, request_: object) -> None:
    (container,) = a_workload({"containers": [{"name": "a", "image": "a:1", "resources": resources}]}).containers

    assert (container.has_memory_limit.value, container.has_memory_request.value) == (limit, request_)


@pytest.mark.parametrize(
    "image",
    [
        "{{ .Values.image }}",
        "a:${TAG}",
        "$(IMAGE):1",
        "$IMAGE",
        "<% image %>",
        "registry.example/a:$TAG",
        "a:__TAG__ ",
        "a:@TAG@",
        "a:%TAG%",
        "a:" + "x" * 129,
        "Orders",
    ],
)
def test_a_text_with_a_placeholder_is_not_known(image: str) -> None:
    assert is_unknown(a_workload({"containers": [{"name": "a", "image": image}]}).containers[0].image)


@pytest.mark.parametrize("image", ["a", "a:1", "localhost:5000/a/b-c:1.2_x", f"r.example/a:1@sha256:{'a' * 64}"])
def test_an_image_has_a_registry_a_path_a_tag_and_a_digest(image: str) -> None:
    assert a_workload({"containers": [{"name": "a", "image": image}]}).containers[0].image.value == image


def test_an_object_whose_version_is_a_placeholder_is_looked_at() -> None:
    assert len(views("Workload", a_manifest("Deployment", version="{{ .Values.group }}/v1"))) == 1
    assert len(views("Workload", a_manifest("Deployment", version="$GROUP/v1"))) == 1


def test_a_volume_is_of_the_kind_that_makes_it() -> None:
    volumes: Value = [
        {"name": "a", "hostPath": {"path": "/x"}},
        {"name": "b"},
        {"name": "c", "emptyDir": {}},
        {"name": "d", "nfs": {"server": "s"}},
        "text",
    ]
    workload = a_workload({**SPEC, "volumes": volumes})

    assert [volume.kind.value for volume in workload.volumes[:4]] == ["hostPath", "emptyDir", "emptyDir", "nfs"]
    assert workload.volumes[0].host_path == Fact("/x", "spec.volumes.0.hostPath.path")
    assert is_unknown(workload.volumes[4].kind)


@pytest.mark.parametrize(
    ("spec", "account", "expected"),
    [
        ({}, {}, True),
        ({"automountServiceAccountToken": False}, {}, False),
        ({"serviceAccountName": "a"}, {}, True),
        ({"serviceAccountName": "a"}, {"automountServiceAccountToken": False}, False),
        ({"serviceAccount": "a"}, {"automountServiceAccountToken": False}, False),
        (
            {"serviceAccountName": "a", "automountServiceAccountToken": True},
            {"automountServiceAccountToken": False},
            True,
        ),
    ],
)
def test_a_token_is_mounted_unless_the_pod_or_its_account_says_no(
    spec: dict[str, Value], account: dict[str, Any], expected: object
) -> None:
    assert a_workload({**SPEC, **spec}, a_manifest("ServiceAccount", **account)).mounts_token.value is expected


def test_of_several_accounts_of_a_name_the_one_that_mounts_the_token_decides() -> None:
    safe = a_manifest("ServiceAccount", automountServiceAccountToken=False)
    foreign = a_manifest("ServiceAccount", version="iam.example/v1", automountServiceAccountToken=False)
    spec: dict[str, Value] = {**SPEC, "serviceAccountName": "a"}

    assert a_workload(spec, safe, a_manifest("ServiceAccount")).mounts_token.value is True
    assert is_unknown(
        a_workload(spec, safe, a_manifest("ServiceAccount", automountServiceAccountToken="${X}")).mounts_token
    )
    assert is_unknown(a_workload(spec, foreign).mounts_token)


def test_an_account_of_another_namespace_or_from_elsewhere_says_nothing() -> None:
    elsewhere = a_manifest("ServiceAccount", metadata={"namespace": "x"}, automountServiceAccountToken=False)

    assert is_unknown(a_workload({**SPEC, "serviceAccountName": "a"}, elsewhere).mounts_token)


def a_policy(selector: Value, name: str = "p", **metadata: Any) -> Resource:
    return a_manifest("NetworkPolicy", name, "networking.k8s.io/v1", metadata=metadata, spec={"podSelector": selector})


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ({}, True),
        (None, True),
        ({"matchLabels": {"app": "web"}}, True),
        ({"matchLabels": {"app": "web", "tier": "x"}}, False),
        ({"matchLabels": {"app": "other"}}, False),
        ({"matchExpressions": [{"key": "app", "operator": "In", "values": ["web", "b"]}]}, True),
        ({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]}, False),
        ({"matchExpressions": [{"key": "tier", "operator": "NotIn", "values": ["x"]}]}, True),
        ({"matchExpressions": [{"key": "app", "operator": "Exists"}]}, True),
        ({"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}, False),
    ],
)
def test_a_policy_selects_by_labels(selector: Value, expected: object) -> None:
    assert selects({"podSelector": selector}, {"app": "web"}) is expected


@pytest.mark.parametrize(
    "spec",
    [
        None,
        {"podSelector": "x"},
        {"podSelector": {"matchLabels": {"app": "${X}"}}},
        {"podSelector": {"matchExpressions": [{"key": "app", "operator": "Like"}]}},
        {"podSelector": {"matchExpressions": ["x"]}},
    ],
)
def test_a_selector_that_is_not_understood_is_not_known(spec: Value) -> None:
    assert isinstance(selects(spec, {"app": "web"}), Unknown)


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"policyTypes": ["Egress"]}, False),
        ({"policyTypes": ["Egress", "Ingress"]}, True),
        ({"ingress": [{}]}, False),
        ({"ingress": [None]}, False),
        ({"ingress": [{"from": []}]}, False),
        ({"ingress": [{"from": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}]}, False),
        ({"ingress": [{"from": [{"namespaceSelector": {}}]}]}, False),
        ({"ingress": [{"ports": [{"port": 80}]}]}, False),
        ({"ingress": [{"from": [{"podSelector": {}}]}]}, True),
        ({"ingress": [{"from": [{"namespaceSelector": {}, "podSelector": {"matchLabels": {"a": "b"}}}]}]}, True),
        ({"ingress": [{"from": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}}]}]}, True),
        ({"policyTypes": "${TYPES}"}, None),
        ({"ingress": "${RULES}"}, None),
        ({"ingress": [{"from": "${FROM}"}]}, None),
        ({"ingress": [{"from": [{"ipBlock": {"cidr": "${CIDR}"}}]}]}, None),
    ],
)
def test_only_a_policy_that_restricts_what_comes_in_counts(spec: dict[str, Value], expected: object) -> None:
    policy = a_manifest("NetworkPolicy", "p", "networking.k8s.io/v1", spec={"podSelector": {}, **spec})

    found = a_workload(SPEC, policy).network_policy

    assert is_unknown(found) if expected is None else found.value is expected


def test_a_policy_that_lets_in_everybody_undoes_the_others() -> None:
    everybody = a_manifest("NetworkPolicy", "q", "networking.k8s.io/v1", spec={"podSelector": {}, "ingress": [{}]})

    assert a_workload(SPEC, a_policy({}), everybody).network_policy.value is False


def test_labels_that_are_not_known_may_be_selected() -> None:
    assert isinstance(selects({"podSelector": {"matchLabels": {"app": "web"}}}, "${LABELS}"), Unknown)


def test_a_missing_policy_is_proven_only_where_the_files_speak_of_the_namespace() -> None:
    namespace = a_manifest("Namespace", "default")
    for_others = a_policy({"matchLabels": {"app": "x"}})
    plugin = a_manifest("CiliumNetworkPolicy", version="cilium.io/v2")

    assert is_unknown(a_workload(SPEC).network_policy)
    assert a_workload(SPEC, namespace).network_policy.value is False
    assert a_workload(SPEC, for_others).network_policy.value is False
    assert a_workload(SPEC, a_policy({})).network_policy.value is True
    assert is_unknown(a_workload(SPEC, a_policy({}, namespace="shop")).network_policy)
    assert is_unknown(a_workload(SPEC, namespace, plugin).network_policy)
    assert is_unknown(a_workload(SPEC, namespace, complete=False).network_policy)


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


def test_a_namespace_may_come_from_a_kustomization() -> None:
    service = a_manifest("Service")
    kustomization = a_manifest("Kustomization", version="kustomize.config.k8s.io/v1beta1", namespace="shop")

    assert views("Namespaced", service)[0].namespace.value == "default"
    assert is_unknown(views("Namespaced", service, kustomization)[0].namespace)
    written = a_manifest("Service", metadata={"namespace": "x"})
    assert views("Namespaced", written)[0].namespace.value == "x"
    assert is_unknown(views("Namespaced", written, kustomization)[0].namespace)
    assert views("Namespaced", a_manifest("Service", metadata={"namespace": ""}))[0].namespace.value == "default"
    assert views("Namespaced", a_manifest("Service", "kubernetes"), a_manifest("ServiceAccount", "default")) == []


def test_the_default_account_is_known_by_its_name() -> None:
    named, default = views("ServiceAccount", a_manifest("ServiceAccount"), a_manifest("ServiceAccount", "default"))

    assert (named.is_default.value, default.is_default.value) == (False, True)
    assert default.mounts_token.value is True


def test_a_role_view_is_made_of_both_kinds() -> None:
    found: list[AccessRole] = views("AccessRole", a_manifest("Role"), a_manifest("ClusterRole"))

    assert sorted(item.resource.type for item in found) == ["ClusterRole", "Role"]


def a_program(*words: Value, args: Value = None) -> Resource:
    container: Value = {"name": "a", "image": "a:1", "command": list(words), "args": args}
    return a_manifest("Pod", spec={"containers": [container]})


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--mode=RBAC"], "RBAC"),
        (["--mode= RBAC "], "RBAC"),
        (["-mode=RBAC"], "RBAC"),
        (["--mode", "RBAC"], "RBAC"),
        (["--mode", "--other"], "true"),
        (["--mode"], "true"),
        (["--mode="], ""),
        (["--mode=A", "--mode=RBAC"], "RBAC"),
        (["--other=RBAC"], "default"),
    ],
)
def test_an_argument_is_read_as_the_program_reads_it(words: list[Value], expected: str) -> None:
    (server,) = views("ApiServer", a_program("kube-apiserver", *words))
    (split,) = views("ApiServer", a_program("/usr/bin/kube-apiserver", args=words))

    assert server.argument("--mode", "default").value == expected
    assert split.argument("--mode", "default").value == expected


@pytest.mark.parametrize(
    "words",
    [["${FLAGS}", "--mode=RBAC"], ["--config=/a", "--mode=RBAC"], ["--mode=RBAC", "--authorization-config=/a"]],
)
def test_an_argument_that_may_be_given_elsewhere_is_not_known(words: list[Value]) -> None:
    (server,) = views("ApiServer", a_program("kube-apiserver", *words))

    assert is_unknown(server.argument("--other", "default"))
    assert server.argument("--mode", "default").value == "RBAC"


@pytest.mark.parametrize(
    ("words", "mode"),
    [
        (["--mode=RBAC", "--mode=${X}"], None),
        (["--mode=RBAC", "${FLAGS}"], None),
        (["--mode=${X}", "--mode=RBAC"], "RBAC"),
        (["--mode=RBAC", "--other", "${X}"], "RBAC"),
        (["--mode=RBAC", "--other=${X}"], "RBAC"),
    ],
)
def test_what_is_not_known_goes_before_what_stands_before_it(words: list[Value], mode: str | None) -> None:
    (server,) = views("ApiServer", a_program("kube-apiserver", *words))

    found = server.argument("--mode", "default")
    assert is_unknown(found) if mode is None else found.value == mode


def test_lists_that_are_given_again_add_up() -> None:
    flags = ["--authorization-mode=AlwaysAllow", "--authorization-mode", "RBAC"]
    (server,) = views("ApiServer", a_program("kube-apiserver", *flags))
    (unknown,) = views("ApiServer", a_program("kube-apiserver", "--authorization-mode", "${X}", flags[0]))

    assert server.argument("--authorization-mode", "").value == "AlwaysAllow,RBAC"
    assert is_unknown(unknown.argument("--authorization-mode", ""))


@pytest.mark.parametrize(
    "environment",
    [
        {"env": [{"name": "ETCD_AUTO_TLS", "value": "true"}]},
        {"env": ["text"]},
        {"env": "${ENV}"},
        {"envFrom": [{"configMapRef": {"name": "a"}}]},
    ],
)
def test_the_environment_of_the_store_may_say_what_its_command_does_not(environment: dict[str, Value]) -> None:
    container: Value = {"name": "a", "image": "a:1", "command": ["etcd", "--a=b"], **environment}
    (store,) = views("ClusterStore", a_manifest("Pod", spec={"containers": [container]}))

    assert is_unknown(store.argument("--auto-tls", "false"))
    assert store.argument("--a", "").value == "b"


@pytest.mark.parametrize(
    "extra", [{"args": ["--config-file=/a"]}, {"env": [{"name": "ETCD_CONFIG_FILE", "value": "/a"}]}]
)
def test_a_store_with_a_file_looks_at_nothing_else(extra: dict[str, Value]) -> None:
    container: Value = {"name": "a", "image": "a:1", "command": ["etcd", "--auto-tls=false"], **extra}
    (store,) = views("ClusterStore", a_manifest("Pod", spec={"containers": [container]}))

    assert is_unknown(store.argument("--auto-tls", "false"))


@pytest.mark.parametrize(
    "container",
    [
        {"image": "a:1", "command": ["sh", "-c", "exec /usr/bin/kube-apiserver --mode=RBAC"]},
        {"image": "a:1", "command": ["/go-runner", "--log-file=/a", "/usr/local/bin/kube-apiserver"]},
        {"image": "a:1", "args": ["sh", "-c", "x=1;kube-apiserver ${FLAGS}"]},
        {"image": "registry.example:5000/kube-apiserver:1", "args": ["--mode=RBAC"]},
        {"image": "kube-apiserver"},
    ],
)
def test_a_program_that_is_started_in_another_way_is_not_known(container: dict[str, Value]) -> None:
    (server,) = views("ApiServer", a_manifest("Pod", spec={"containers": [{"name": "a", **container}]}))

    assert is_unknown(server.argument("--mode", "default"))


def test_a_program_is_known_by_its_whole_name() -> None:
    backup: Value = {"name": "a", "image": "registry.example/etcd:1", "command": ["sh", "-c", "etcdctl snapshot save"]}

    assert views("ClusterStore", a_manifest("Pod", spec={"containers": [backup]})) == []
    assert len(views("ClusterStore", a_program("etcd"), a_program("/bin/etcd"))) == 2
