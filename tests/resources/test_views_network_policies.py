"""Which network policy says what may reach a pod."""

from typing import Any

import pytest
from tests.resources.manifests import SPEC, a_manifest, a_workload, is_unknown

from pavior.resources.model import Resource, Unknown, Value
from pavior.resources.views.network_policies import selects


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
