"""Manifests become a graph: addresses, values, lines, lists, and what is hidden."""

import pytest

from pavior.adapters.readers.kubernetes import read_manifests
from pavior.kernel.verdicts import Position
from pavior.resources.model import GraphFormat, ResourceGraph, Sensitive, Unknown

DEPLOYMENT = """# the service
apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
  namespace: shop
spec:
  replicas: 2
  template:
    spec:
      containers:
        - name: web
          image: "registry.example/orders:1"
          args: [serve, "--port=8080"]
        - name: side
          image: registry.example/side:1
"""


def read(text: str, path: str = "app.yaml") -> ResourceGraph:
    return read_manifests({path: text.encode()})


def addresses(graph: ResourceGraph) -> list[str]:
    return [resource.address for resource in graph.resources]


def test_an_object_is_called_by_kind_namespace_and_name() -> None:
    graph = read(DEPLOYMENT)

    (resource,) = graph.resources
    assert graph.format is GraphFormat.KUBERNETES_MANIFEST
    assert (graph.skipped, graph.complete) == ((), True)
    assert (resource.address, resource.type, resource.provider) == (
        "Deployment.shop.orders",
        "Deployment",
        "kubernetes",
    )


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("apiVersion: v1\nkind: Pod\nmetadata: {name: a}", "Pod.default.a"),
        ("apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}", "Namespace.default.shop"),
        ("apiVersion: v1\nkind: Pod\nmetadata: {generateName: job-}", "Pod.default.job-"),
        ("apiVersion: v1\nkind: Pod\nmetadata: {name: 12}", "Pod.default.12"),
        (
            "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration",
            "KubeletConfiguration.default.unnamed",
        ),
        ("apiVersion: v1\nkind: Pod\nmetadata: {name: 'a; rm -rf /'}", "Pod.default.a_rm_-rf_"),
    ],
)
def test_what_is_not_said_of_an_address_has_its_default(text: str, address: str) -> None:
    assert addresses(read(text)) == [address]


def test_every_value_has_its_line_and_a_key_leads_to_it() -> None:
    (resource,) = read(DEPLOYMENT).resources
    places = resource.attribute_positions

    assert resource.position == Position("app.yaml", 2, 16)
    assert places["metadata.name"] == Position("app.yaml", 5, 5, 3)
    assert places["spec.replicas"] == Position("app.yaml", 8, 8, 3)
    assert places["spec.template.spec.containers"] == Position("app.yaml", 11, 16, 7)
    assert places["spec.template.spec.containers.0"] == Position("app.yaml", 12, 14, 11)
    assert places["spec.template.spec.containers.0.args.1"] == Position("app.yaml", 14, 14, 25)
    assert places["spec.template.spec.containers.1.image"] == Position("app.yaml", 16, 16, 11)


def test_a_block_of_text_ends_in_its_last_line() -> None:
    (resource,) = read("apiVersion: v1\nkind: ConfigMap\ndata:\n  a: |\n    x\n    y\n  b: z\n").resources

    assert resource.values["data"] == {"a": "x\ny\n", "b": "z"}
    assert resource.attribute_positions["data.a"] == Position("app.yaml", 4, 6, 3)


def test_the_documents_of_a_file_are_objects_of_their_own() -> None:
    graph = read(f"---\n{DEPLOYMENT}---\n# nothing\n---\napiVersion: v1\nkind: Service\nmetadata:\n  name: orders\n")

    assert addresses(graph) == ["Deployment.shop.orders", "Service.default.orders"]
    assert graph.resources[1].position == Position("app.yaml", 21, 24)
    assert graph.complete


def test_a_list_is_what_it_holds_with_the_lines_of_each() -> None:
    graph = read(
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: a\n"
        "- apiVersion: v1\n  kind: List\n  items:\n  - apiVersion: v1\n    kind: Service\n    metadata: {name: b}\n"
    )

    assert addresses(graph) == ["Pod.default.a", "Service.default.b"]
    assert graph.resources[0].attribute_positions["metadata.name"].line == 7
    assert graph.resources[1].attribute_positions["metadata.name"].line == 13


def test_items_of_a_list_of_a_kind_are_of_that_kind() -> None:
    graph = read("apiVersion: v1\nkind: RoleList\nitems:\n- metadata: {name: a}\n- nonsense\n")

    assert addresses(graph) == ["Role.default.a"]
    assert "a text stands where an object is expected" in graph.skipped[0].why
    assert not graph.complete


def test_json_is_read_as_well_also_with_tabs() -> None:
    graph = read('{\n\t"apiVersion": "v1",\n\t"kind": "Pod",\n\t"metadata": {\n\t\t"name": "a"\n\t}\n}\n', "app.json")

    assert addresses(graph) == ["Pod.default.a"]
    assert graph.resources[0].attribute_positions["metadata.name"].line == 5


def test_the_same_address_in_another_file_is_told_apart() -> None:
    text = b"apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"
    twice = text + b"---\n" + text

    graph = read_manifests({"base/a.yaml": text, "prod/a.yaml": twice})

    assert addresses(graph) == ["Pod.default.a", "prod/a.yaml//Pod.default.a", "prod/a.yaml//Pod.default.a[1]"]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("yes", True),
        ("Off", False),
        ("'yes'", "yes"),
        ("!!str true", "true"),
        ("0644", 0o644),
        ("0x1F", 31),
        ("0b11", 3),
        ("1_000", 1000),
        ("-7", -7),
        ("0.5", 0.5),
        ("1e3", 1000.0),
        ("1e999", "1e999"),
        ("08", 8.0),
        (".inf", ".inf"),
        ("250m", "250m"),
        ("2026-01-31", "2026-01-31"),
        ("1:30", "1:30"),
        ("~", None),
        ("", None),
        ("9" * 60, "9" * 60),
        ("0x_", "0x_"),
    ],
)
def test_scalars_mean_what_they_mean_to_kubernetes(written: str, value: object) -> None:
    (resource,) = read(f"apiVersion: v1\nkind: Pod\nspec: {written}\n").resources

    assert resource.values["spec"] == value
    assert type(resource.values["spec"]) is type(value)


def test_aliases_and_merges_are_followed() -> None:
    (resource,) = read(
        "apiVersion: v1\nkind: ConfigMap\nx: &x {a: 1, b: 2}\ny:\n  <<: *x\n  b: 3\nz:\n  <<: [*x, {c: 4}]\nw: *x\n"
    ).resources

    assert resource.values["y"] == {"a": 1, "b": 3}
    assert resource.values["z"] == {"a": 1, "b": 2, "c": 4}
    assert resource.values["w"] == {"a": 1, "b": 2}
    assert resource.attribute_positions["w"].line == 9


def test_a_tag_of_another_program_is_not_known() -> None:
    (resource,) = read("apiVersion: v1\nkind: Pod\nspec: !vault {a: b}\nx: !secret name\n").resources

    assert isinstance(resource.values["spec"], Unknown)
    assert isinstance(resource.values["x"], Unknown)


def test_what_a_secret_holds_is_hidden() -> None:
    graph = read(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\n  annotations:\n"
        "    kubectl.kubernetes.io/last-applied-configuration: '{hunter2}'\n    team: shop\n"
        "data:\n  password: aHVudGVyMg==\nstringData: hunter2\n"
    )

    (resource,) = graph.resources
    assert resource.values["data"] == {"password": Sensitive()}
    assert resource.values["stringData"] == Sensitive()
    assert "hunter2" not in repr(graph)
    assert "team" in repr(resource.values["metadata"])


def test_documents_that_are_no_manifests_are_counted() -> None:
    graph = read("services: {}\n---\n- a\n---\napiVersion: v2\nname: chart\n---\nkind: other\n")

    assert addresses(graph) == []
    assert [(item.subject, item.why) for item in graph.skipped] == [
        ("app.yaml", "4 of its documents are no manifests: no apiVersion and kind")
    ]
    assert graph.complete


@pytest.mark.parametrize("text", ["", "---\n", "# a comment\n", "apiVersion: v1\nkind: List\nitems: []\n"])
def test_a_file_without_objects_is_told(text: str) -> None:
    graph = read(text)

    assert [item.why for item in graph.skipped] == ["it holds no object"]
    assert graph.complete


@pytest.mark.parametrize("path", ["kustomization.yaml", "overlays/prod/kustomization.yml", "Kustomization"])
def test_a_kustomization_is_known_by_the_name_of_its_file(path: str) -> None:
    graph = read("namespace: shop\nresources: [a.yaml]\n", path)

    (resource,) = graph.resources
    assert (resource.type, resource.values["namespace"]) == ("Kustomization", "shop")
    assert read("namespace: shop\n", "values.yaml").resources == ()
