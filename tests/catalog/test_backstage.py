import json
import tarfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pavior.catalog.backstage import read_catalog, write_catalog
from pavior.catalog.model import CatalogReading, Entity
from pavior.catalog.relations import INVERSES, KINDS, parse_entity_ref
from pavior.kernel.refs import Ref

COMPONENT = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: orders
  title: Orders
  description: Takes orders.
  tags: [python, http]
  labels:
    example.com/unknown: kept
spec:
  type: service
  lifecycle: production
  owner: payments
  system: shop
  subcomponentOf: checkout
  providesApis: [orders-api]
  consumesApis: ['billing/invoices']
  dependsOn: ['resource:orders-table', 'component:other/stock']
  dependencyOf: ['component:web']
  ourOwnField: {a: [1, null, 2.5]}
"""


def read(text: str) -> CatalogReading:
    return read_catalog(text.encode(), "catalog-info.yaml")


def one(text: str) -> Entity:
    reading = read(text)
    assert reading.problems == ()
    (entity,) = reading.entities
    return entity


def an_entity(kind: str, spec: str, *, version: str = "backstage.io/v1alpha1", name: str = "thing") -> str:
    return f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {spec}\n"


def relations(entity: Entity) -> list[str]:
    return [f"{relation.type} {relation.target}" for relation in entity.relations]


def told(text: str) -> list[tuple[str, int]]:
    return [(problem.code, problem.position.line) for problem in read(text).problems]


def test_a_component_is_read_whole() -> None:
    entity = one(COMPONENT)

    assert str(entity.ref) == "component:default/orders"
    assert (entity.kind, entity.title, entity.description) == ("Component", "Orders", "Takes orders.")
    assert entity.tags == ("python", "http")
    assert entity.owner == Ref("group", "default", "payments")
    assert (entity.position.path, entity.position.line, entity.position.end_line) == ("catalog-info.yaml", 1, 20)
    assert relations(entity) == [
        "ownedBy group:default/payments",
        "partOf system:default/shop",
        "dependsOn resource:default/orders-table",
        "dependsOn component:other/stock",
        "dependencyOf component:default/web",
        "partOf component:default/checkout",
        "providesApi api:default/orders-api",
        "consumesApi api:billing/invoices",
    ]


@pytest.mark.parametrize(
    ("kind", "spec", "expected"),
    [
        (
            "API",
            "{type: openapi, lifecycle: production, owner: user:mara, definition: {$text: ./api.yaml}, system: shop}",
            ["ownedBy user:default/mara", "partOf system:default/shop"],
        ),
        (
            "Resource",
            "{type: bucket, owner: payments, dependsOn: ['resource:key'], dependencyOf: ['component:orders']}",
            [
                "ownedBy group:default/payments",
                "dependsOn resource:default/key",
                "dependencyOf component:default/orders",
            ],
        ),
        (
            "System",
            "{owner: payments, domain: sales}",
            ["ownedBy group:default/payments", "partOf domain:default/sales"],
        ),
        (
            "Domain",
            "{owner: payments, subdomainOf: trade}",
            ["ownedBy group:default/payments", "partOf domain:default/trade"],
        ),
        (
            "Group",
            "{type: team, parent: sales, children: [cards], members: [mara, 'other/sam']}",
            [
                "childOf group:default/sales",
                "parentOf group:default/cards",
                "hasMember user:default/mara",
                "hasMember user:other/sam",
            ],
        ),
        ("User", "{memberOf: [payments]}", ["memberOf group:default/payments"]),
        ("Location", "{targets: [./a.yaml]}", []),
    ],
)
def test_relations_are_those_that_backstage_derives(kind: str, spec: str, expected: list[str]) -> None:
    entity = one(an_entity(kind, spec))

    assert entity.is_known_kind
    assert relations(entity) == expected


def test_a_template_belongs_to_its_owner() -> None:
    spec = "{type: service, owner: platform, steps: []}"

    entity = one(an_entity("Template", spec, version="scaffolder.backstage.io/v1beta3"))

    assert (entity.is_known_kind, relations(entity)) == (True, ["ownedBy group:default/platform"])


def test_every_kind_of_backstage_is_known() -> None:
    assert set(KINDS) == {
        "Component",
        "API",
        "Resource",
        "System",
        "Domain",
        "Group",
        "User",
        "Location",
        "Template",
    }
    assert {field.relation for kind in KINDS.values() for field in kind.fields.values()} <= set(INVERSES)
    assert all(INVERSES[INVERSES[name]] == name for name in INVERSES)


def test_the_other_side_of_a_relation_is_found_in_the_same_file() -> None:
    reading = read(
        an_entity("System", "{owner: payments}", name="shop")
        + "---\n"
        + an_entity("Group", "{type: team, children: []}", name="payments")
    )

    system, group = reading.entities

    assert relations(system) == ["ownedBy group:default/payments"]
    assert relations(group) == ["ownerOf system:default/shop"]


def test_a_reference_takes_the_namespace_of_its_entity() -> None:
    text = "apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {name: a, namespace: shops}\nspec: {owner: x}\n"

    assert relations(one(text)) == ["ownedBy group:shops/x"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", "group:shop/a"),
        ("User:a", "user:shop/a"),
        ("other/a", "group:other/a"),
        ("User:Other/A.b_c", "user:other/a.b_c"),
        ("", None),
        ("a/b/c", None),
        ("user:", None),
        ("user:/a", None),
        (":a", None),
        ("a b", None),
        ("-a", None),
        ("a\n", None),
        ("web@example.com", None),
        ("a" * 64, None),
        ("n" * 64 + "/a", None),
    ],
)
def test_a_reference_fills_in_kind_and_namespace(text: str, expected: str | None) -> None:
    found = parse_entity_ref(text, default_kind="group", default_namespace="shop")

    assert (None if found is None else str(found)) == expected


def test_a_dependency_must_name_its_kind() -> None:
    text = an_entity("Resource", "{type: a, owner: b, dependsOn: [table]}")

    assert told(text) == [("catalog-reference-invalid", 4)]


def test_an_unknown_kind_is_kept_and_reported() -> None:
    reading = read(
        an_entity("Gadget", "{owner: payments}")
        + "---\n"
        + an_entity("Component", "{}", version="example.com/v1", name="theirs")
        + "---\n"
        + an_entity("component", "{}", name="lower")
    )

    assert [str(entity.ref) for entity in reading.unknown_kinds] == [
        "gadget:default/thing",
        "component:default/theirs",
        "component:default/lower",
    ]
    assert reading.problems == ()
    assert reading.entities[0].document["spec"] == {"owner": "payments"}


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("- a\n", "catalog-not-an-entity", 1),
        ("kind: System\nmetadata: {name: a}\nspec: {owner: b}\n", "catalog-field-missing", 1),
        ("apiVersion: v1\nmetadata:\n  name: a\n", "catalog-field-missing", 1),
        ("apiVersion: v1\nkind: A\nmetadata: 3\n", "catalog-field-missing", 3),
        ("apiVersion: v1\nkind: A\nmetadata:\n  title: b\n", "catalog-field-missing", 4),
        ("apiVersion: v1\nkind: A\nmetadata:\n  name: a/b\n", "catalog-field-invalid", 4),
        ("apiVersion: v1\nkind: A\nmetadata:\n  name: ${{ values.name }}\n", "catalog-field-invalid", 4),
        ("apiVersion: v1\nkind: A\nmetadata:\n  name: a\n  namespace: A_b\n", "catalog-field-invalid", 5),
        ("apiVersion: v1\nkind: A b\nmetadata:\n  name: a\n", "catalog-field-invalid", 2),
        ("apiVersion: [1]\nkind: A\nmetadata:\n  name: a\n", "catalog-field-invalid", 1),
        ("apiVersion: v1\nkind: A\nmetadata:\n  name: " + "a" * 64 + "\n", "catalog-field-invalid", 4),
    ],
)
def test_a_document_without_identity_is_not_taken(text: str, code: str, line: int) -> None:
    assert told(text) == [(code, line)]
    assert read(text).entities == ()


@pytest.mark.parametrize(
    ("spec", "code", "line"),
    [
        ("{type: a, lifecycle: b}", "catalog-field-missing", 4),
        ("{type: a, lifecycle: b, owner: [c]}", "catalog-field-invalid", 4),
        ("\n  type: a\n  lifecycle: b\n  owner: c d\n", "catalog-reference-invalid", 7),
        ("\n  type: a\n  lifecycle: b\n  owner: c\n  providesApis: d\n", "catalog-field-invalid", 8),
        ("\n  type: a\n  lifecycle: b\n  owner: c\n  providesApis:\n    - d\n    - 3\n", "catalog-field-invalid", 10),
    ],
)
def test_a_wrong_field_is_told_and_its_entity_taken(spec: str, code: str, line: int) -> None:
    text = an_entity("Component", spec)

    assert told(text) == [(code, line)]
    assert [str(entity.ref) for entity in read(text).entities] == ["component:default/thing"]


def test_tags_and_texts_of_the_wrong_form_are_told() -> None:
    text = (
        "apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata:\n  name: a\n  title: 3\n"
        "  tags:\n    - good\n    - Bad Tag\n    - good\nspec:\n  owner: b\n"
    )

    (entity,) = read(text).entities

    assert told(text) == [("catalog-field-invalid", 5), ("catalog-field-invalid", 8)]
    assert (entity.title, entity.tags) == ("a", ("good",))


def test_of_two_with_one_reference_the_first_counts() -> None:
    text = an_entity("System", "{owner: a}") + "---\n" + an_entity("System", "{owner: b}", name="Thing")

    assert told(text) == [("catalog-entity-twice", 6)]
    assert [str(entity.owner) for entity in read(text).entities] == ["group:default/a"]


def test_every_problem_says_what_to_do() -> None:
    text = "- a\n---\na: [\n---\n" + COMPONENT.replace("payments", "pay ments")

    reading = read(text)

    assert len(reading.problems) == 3
    assert all(problem.message.endswith(".") and problem.fix.endswith((".", "}")) for problem in reading.problems)


def test_writing_and_reading_again_loses_nothing() -> None:
    text = (
        COMPONENT
        + "---\n"
        + an_entity("Gadget", "{a: '012', b: 'yes', c: ' x ', d: \"l1\\nl2\\n\", e: '0o7', f: '1e3'}")
    )
    before = read(text)

    after = read(write_catalog(before.entities).decode())

    assert after.problems == ()
    assert [entity.document for entity in after.entities] == [entity.document for entity in before.entities]
    assert [entity.relations for entity in after.entities] == [entity.relations for entity in before.entities]
    assert after.entities[0].document["spec"] == {
        "type": "service",
        "lifecycle": "production",
        "owner": "payments",
        "system": "shop",
        "subcomponentOf": "checkout",
        "providesApis": ["orders-api"],
        "consumesApis": ["billing/invoices"],
        "dependsOn": ["resource:orders-table", "component:other/stock"],
        "dependencyOf": ["component:web"],
        "ourOwnField": {"a": [1, None, 2.5]},
    }
    assert after.entities[1].document["spec"] == {
        "a": "012",
        "b": "yes",
        "c": " x ",
        "d": "l1\nl2\n",
        "e": "0o7",
        "f": "1e3",
    }


def test_nothing_is_written_as_nothing() -> None:
    assert write_catalog(()) == b""


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)
TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=15,
)


@given(st.lists(TREES, min_size=1, max_size=3))
@settings(deadline=timedelta(seconds=2), max_examples=200)
def test_any_document_is_written_so_that_it_is_read_again(specs: list[object]) -> None:
    entities = [
        Entity(
            ref=Ref("gadget", "default", f"g{number}"),
            kind="Gadget",
            title="",
            description="",
            owner=None,
            relations=(),
            tags=(),
            document={"apiVersion": "v1", "kind": "Gadget", "metadata": {"name": f"g{number}"}, "spec": spec},
            position=read(COMPONENT).entities[0].position,
        )
        for number, spec in enumerate(specs)
    ]

    reading = read(write_catalog(entities).decode())

    assert reading.problems == ()
    assert [entity.document for entity in reading.entities] == [entity.document for entity in entities]


@pytest.mark.peers
def test_it_agrees_with_peers_on_their_files(peers: Path) -> None:
    # Read where it is: Python 3.11 unpacks safely only from its fourth patch on.
    with tarfile.open(next(peers.rglob("g7_catalog.tar.gz"))) as packed:
        bodies = {
            member.name.partition("g7_catalog/")[2]: file.read()
            for member in packed
            if (file := packed.extractfile(member)) is not None
        }
    rows = [json.loads(line) for line in bodies["manifest.jsonl"].decode().splitlines()]
    files = {row["input_path"]: row["expected"] for row in rows if row["kind"] == "backstage"}
    differing = {}
    for path, expected in files.items():
        reading = read_catalog(bodies[path], path)
        kinds = Counter(entity.kind for entity in reading.entities)
        if expected["yaml_error"] and not reading.problems:
            differing[path] = "no problem told"
        elif kinds != expected["kinds"]:
            differing[path] = "; ".join(problem.message for problem in reading.problems)
        written = read_catalog(write_catalog(reading.entities), path)
        assert [item.document for item in written.entities] == [item.document for item in reading.entities]

    assert len(files) == 46
    # Both hold a placeholder for a name: the peers count documents, and this is none that Backstage would take.
    assert differing == {
        f"backstage/backstage+software-templates/scaffolder-templates/{name}/template/catalog-info.yaml": (
            "metadata.name '${{values.name | dump}}' cannot be used."
        )
        for name in ("gitlab-merge-request", "pull-request")
    }
