from dataclasses import replace

import pytest

from pavior.catalog import service as catalog
from pavior.catalog import store
from pavior.catalog.model import Relation
from pavior.identity import store as identity
from pavior.kernel.errors import ConflictError, MissingError
from pavior.kernel.pages import PageRequest
from pavior.kernel.refs import Ref
from pavior.storage.database import Transaction
from pavior.testing.builders import a_service
from pavior.testing.people import a_person, a_team

ORDERS = b"""\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: orders, title: Orders, description: Takes orders., tags: [python]}
spec: {type: service, lifecycle: production, owner: payments, dependsOn: ['resource:orders-table']}
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: orders-table}
spec: {type: table, owner: payments}
"""
WEB = b"""\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: web}
spec: {type: website, lifecycle: production, owner: shop, dependsOn: ['component:orders']}
"""
LOCATION = """\
apiVersion: backstage.io/v1alpha1
kind: Location
metadata: {name: all}
spec:
  targets: [%s]
"""


def refs(tx: Transaction, **narrowed: str) -> list[str]:
    return [str(entity.ref) for entity in store.list_entities(tx, PageRequest(), **narrowed).items]


def test_a_service_is_registered_once(tx: Transaction) -> None:
    service = a_service()

    assert catalog.register_service(tx, service)
    assert not catalog.register_service(tx, service)

    assert store.get_service(tx, "orders") == service
    assert store.list_services(tx, PageRequest()).total == 1


def test_another_service_of_the_same_name_is_refused(tx: Transaction) -> None:
    catalog.register_service(tx, a_service())

    with pytest.raises(ConflictError) as caught:
        catalog.register_service(tx, a_service(repository="elsewhere"))

    assert caught.value.code == "service-exists"


def test_a_service_is_found_by_its_repository(tx: Transaction) -> None:
    catalog.register_service(tx, a_service(repository="orders-code"))

    found = store.find_service_of_repository(tx, "orders-code")

    assert found is not None
    assert found.name == "orders"
    assert store.find_service_of_repository(tx, "orders") is None


def test_services_are_found_by_words_team_and_name(tx: Transaction) -> None:
    for name, title, team in (
        ("orders", "Orders", "payments"),
        ("stock", "50% of Stock", "shop"),
        ("web", "Web", "shop"),
    ):
        catalog.register_service(tx, a_service(name=name, title=title, team=team, tags=("python", f"of-{name}")))

    def names(**narrowed: object) -> list[str]:
        return [item.name for item in store.list_services(tx, PageRequest(), **narrowed).items]  # type: ignore[arg-type] # narrowed by name

    assert names() == ["orders", "stock", "web"]
    assert names(query="STOCK shop") == ["stock"]
    assert names(query="50% stock") == ["stock"]
    assert names(query="5%k") == []
    assert names(query="of-web") == ["web"]
    assert names(team="shop") == ["stock", "web"]
    assert names(names=("web", "orders"), team="shop") == ["web"]
    assert names(names=()) == []
    page = store.list_services(tx, PageRequest(offset=1, size=1))
    assert ([item.name for item in page.items], page.total, page.offset) == (["stock"], 3, 1)


def test_a_service_can_be_updated_and_must_be_there(tx: Transaction) -> None:
    catalog.register_service(tx, a_service())

    store.update_service(tx, replace(store.get_service(tx, "orders"), title="New"))

    assert store.get_service(tx, "orders").title == "New"
    with pytest.raises(MissingError, match="service-missing"):
        store.update_service(tx, a_service(name="gone"))


def test_the_catalog_holds_exactly_what_a_repository_says(tx: Transaction) -> None:
    catalog.record_catalog(tx, "orders", {"catalog-info.yaml": ORDERS, "README.md": b"# no catalog"})
    catalog.record_catalog(tx, "web", {"catalog-info.yml": WEB})
    assert refs(tx) == ["component:default/orders", "resource:default/orders-table", "component:default/web"]

    catalog.record_catalog(tx, "orders", {"catalog-info.yaml": ORDERS.partition(b"---\n")[0]})

    assert refs(tx) == ["component:default/orders", "component:default/web"]
    assert refs(tx, kind="Component", query="takes") == ["component:default/orders"]
    assert refs(tx, repository="web") == ["component:default/web"]
    catalog.record_catalog(tx, "orders", {})
    assert refs(tx) == ["component:default/web"]


def test_an_entity_comes_back_as_it_was_read(tx: Transaction) -> None:
    reading = catalog.record_catalog(tx, "orders", {"catalog-info.yaml": ORDERS})

    assert store.list_repository_entities(tx, "orders") == reading.entities
    assert store.find_entity(tx, Ref("component", "default", "orders")) == reading.entities[0]
    assert store.find_entity(tx, Ref("component", "default", "gone")) is None


def test_recording_again_changes_nothing(tx: Transaction) -> None:
    catalog.record_catalog(tx, "orders", {"catalog-info.yaml": ORDERS})
    before = (
        store.list_repository_entities(tx, "orders"),
        store.list_relations(tx, Ref("group", "default", "payments")),
    )

    catalog.record_catalog(tx, "orders", {"catalog-info.yaml": ORDERS})

    after = (
        store.list_repository_entities(tx, "orders"),
        store.list_relations(tx, Ref("group", "default", "payments")),
    )
    assert after == before


def test_a_relation_is_known_on_both_sides_over_repositories(tx: Transaction) -> None:
    catalog.record_catalog(tx, "orders", {"catalog-info.yaml": ORDERS})
    catalog.record_catalog(tx, "web", {"catalog-info.yaml": WEB})

    assert store.list_relations(tx, Ref("component", "default", "orders")) == (
        Relation("dependencyOf", Ref("component", "default", "web")),
        Relation("dependsOn", Ref("resource", "default", "orders-table")),
        Relation("ownedBy", Ref("group", "default", "payments")),
    )
    catalog.record_catalog(tx, "web", {})
    assert Relation("dependencyOf", Ref("component", "default", "web")) not in store.list_relations(
        tx, Ref("component", "default", "orders")
    )


def test_a_group_or_user_in_a_file_grants_no_membership(tx: Transaction) -> None:
    identity.insert_person(tx, a_person(teams=frozenset()))
    identity.insert_team(tx, a_team(members=frozenset()))
    hostile = b"""\
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: payments}
spec: {type: team, children: [], members: [mara, eve]}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: eve}
spec: {memberOf: [payments]}
"""

    catalog.record_catalog(tx, "hostile", {"catalog-info.yaml": hostile})

    assert refs(tx) == ["group:default/payments", "user:default/eve"]
    team = identity.find_team(tx, "payments")
    person = identity.find_person(tx, "mara")
    assert team is not None
    assert person is not None
    assert (team.members, person.teams) == (frozenset(), frozenset())
    assert identity.find_person(tx, "eve") is None


def test_locations_lead_to_files_of_the_same_repository(tx: Transaction) -> None:
    files = {
        "catalog-info.yaml": (LOCATION % "./services/orders/catalog-info.yaml, more.yaml").encode(),
        "services/orders/catalog-info.yaml": ORDERS,
        "more.yaml": (LOCATION.replace("name: all", "name: more") % "./catalog-info.yaml").encode(),
    }

    reading = catalog.record_catalog(tx, "monorepo", files)

    assert reading.problems == ()
    assert refs(tx) == [
        "location:default/all",
        "component:default/orders",
        "resource:default/orders-table",
        "location:default/more",
    ]


@pytest.mark.parametrize(
    "target", ["../outside.yaml", "/etc/passwd", "https://example.com/x.yaml", "gone.yaml", "a/../../outside.yaml"]
)
def test_locations_lead_nowhere_else(target: str) -> None:
    asked: list[str] = []
    files = {"catalog-info.yaml": (LOCATION % f"'{target}'").encode()}

    def find(path: str) -> bytes | None:
        asked.append(path)
        return files.get(path)

    reading = catalog.read_tree(find)

    assert [(problem.code, problem.position.line) for problem in reading.problems] == [("catalog-location-not-read", 1)]
    assert all(not path.startswith(("/", "..")) and "://" not in path for path in asked)


def test_of_two_files_with_one_entity_the_first_counts() -> None:
    files = {"catalog-info.yaml": ORDERS + b"---\n" + (LOCATION % "b.yaml").encode(), "b.yaml": ORDERS}

    reading = catalog.read_tree(files.get)

    assert [problem.code for problem in reading.problems] == ["catalog-entity-twice", "catalog-entity-twice"]
    assert len(reading.entities) == 3


def test_no_catalog_file_is_no_problem() -> None:
    reading = catalog.read_tree(lambda _: None)

    assert (reading.entities, reading.problems) == ((), ())


def test_a_secret_in_a_file_is_not_kept(tx: Transaction) -> None:
    canary = "AKIA" + "Q7" * 8
    text = ORDERS.replace(b"Takes orders.", f"key {canary}".encode()).replace(
        b"orders, title", b"orders, password: hunter22, title"
    )

    catalog.record_catalog(tx, "orders", {"catalog-info.yaml": text})

    kept = str(store.list_repository_entities(tx, "orders"))
    assert "orders-table" in kept
    assert canary not in kept
    assert "hunter22" not in kept
