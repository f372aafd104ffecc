"""Workloads, accounts and namespaces as views: three-valued facts of manifests."""

from typing import Any

import pytest
from tests.resources.manifests import SPEC, a_manifest, a_workload, is_unknown, views

from pavior.resources.model import Value
from pavior.resources.views.facts import Fact
from pavior.resources.views.pod_containers import Role


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
