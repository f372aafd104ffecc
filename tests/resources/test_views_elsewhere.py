"""What other clouds call a thing is read as the same view, by modules that nobody else pays for."""

import os
import subprocess
import sys

import pytest

from pavior.content import load_controls
from pavior.content.loading import CONTROLS_FOLDER
from pavior.kernel.verdicts import Phase, UnknownReason
from pavior.policy.evaluation import evaluate
from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Unknown, Value
from pavior.resources.views import VIEWS, View, index_graph
from pavior.resources.views.elsewhere import ELSEWHERE
from pavior.resources.views.facts import Fact
from pavior.resources.views.network import AccessRule, NetworkRule
from pavior.resources.views.object_store import ObjectStore

PLACES = [(view, kind) for view, places in ELSEWHERE.items() for kind in places]
CASES = "".join(path.read_text(encoding="utf-8") for path in CONTROLS_FOLDER.glob("*/cases/*/*.tf"))
LATER = Unknown(UnknownReason.KNOWN_AFTER_APPLY)
NEVER = Unknown(UnknownReason.NOT_EVALUATED, "var.x has no value")


def a_graph(*resources: Resource) -> ResourceGraph:
    return ResourceGraph(GraphFormat.TERRAFORM_PLAN, resources)


@pytest.mark.parametrize(("view", "kind"), PLACES)
def test_each_place_makes_what_its_view_says(view: str, kind: str) -> None:
    resource = Resource(f"{kind}.this", kind, {})
    index = index_graph(a_graph(resource))

    assert resource in list(VIEWS[view].select(index))
    built = VIEWS[view].build(resource, index)
    assert built is None or (type(built).__name__, built.resource) == (view, resource)


@pytest.mark.parametrize("kind", sorted({kind for _, kind in PLACES}))
def test_each_type_stands_in_a_case(kind: str) -> None:
    """What no case has was never tried."""
    assert f'resource "{kind}"' in CASES


def test_a_view_is_of_all_clouds_or_of_one() -> None:
    assert set(ELSEWHERE) <= set(VIEWS)
    assert all(ELSEWHERE.values())


def test_nobody_without_those_clouds_imports_their_modules() -> None:
    program = (
        "import sys, pavior.content, pavior.policy.evaluation\n"
        "assert pavior.content.load_controls()\n"
        "print(*sorted(name for name in sys.modules if '.azure' in name or '.google' in name))"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=60, env={**os.environ}
    )

    assert finished.stdout.split() == []


def the_view(name: str, resource: Resource, *others: Resource, complete: bool = True) -> View:
    index = index_graph(ResourceGraph(GraphFormat.TERRAFORM_PLAN, (resource, *others), complete=complete))
    built = VIEWS[name].build(resource, index)
    assert built is not None
    return built


def an_account(address: str = "azurerm_storage_account.files", **values: Value) -> Resource:
    return Resource(address, "azurerm_storage_account", {"name": "acmefiles", **values})


def a_key_of(account: Value, *mentions: str, address: str = "a.key") -> Resource:
    kind = "azurerm_storage_account_customer_managed_key"
    return Resource(
        address, kind, {"storage_account_id": account, "key_name": "files"}, references={"storage_account_id": mentions}
    )


def own_key(*others: Resource, complete: bool = True) -> Fact[bool]:
    store = the_view("ObjectStore", an_account(), *others, complete=complete)
    assert isinstance(store, ObjectStore)
    return store.has_own_key


def test_an_account_has_the_key_that_is_given_to_it_apart() -> None:
    assert own_key().value is False
    assert own_key(a_key_of(LATER, "azurerm_storage_account.files")) == Fact(True, "key_name", "a.key")
    assert own_key(a_key_of(LATER, "data.azurerm_storage_account.other")).value is False


def test_whose_key_it_is_may_not_be_known() -> None:
    assert isinstance(own_key(a_key_of(NEVER)).value, Unknown)
    assert isinstance(own_key(complete=False).value, Unknown)


def test_each_account_of_several_has_its_own_key() -> None:
    one, two = (an_account(f'azurerm_storage_account.files["{name}"]', name=LATER) for name in ("one", "two"))
    key = a_key_of(LATER, "azurerm_storage_account.files", address='a.key["one"]')

    stores = [the_view("ObjectStore", one, two, key), the_view("ObjectStore", two, one, key)]

    assert [isinstance(store, ObjectStore) and store.has_own_key.value for store in stores] == [True, False]


@pytest.mark.parametrize(
    ("view", "kind", "attribute", "expected"),
    [
        ("DatabaseEndpoint", "google_sql_database_instance", "is_public", True),
        ("DatabaseEndpoint", "azurerm_mssql_server", "is_public", True),
        ("DatabaseProtection", "google_sql_database_instance", "is_deletion_refused", False),
        ("ObjectStoreConnection", "azurerm_storage_account", "requires_tls", True),
    ],
)
def test_what_a_plan_does_not_know_because_nobody_set_it_is_the_documented_default(
    view: str, kind: str, attribute: str, expected: object
) -> None:
    names = ("settings", "public_network_access_enabled", "https_traffic_only_enabled")
    planned = Resource(f"{kind}.this", kind, dict.fromkeys(names, LATER))

    assert getattr(the_view(view, planned), attribute).value is expected


def a_group(*rules: Value, **values: Value) -> Resource:
    given: dict[str, Value] = {"name": "web", "security_rule": list(rules), **values}
    return Resource("azurerm_network_security_group.web", "azurerm_network_security_group", given)


def a_rule(priority: Value = 100, access: str = "Allow", ports: Value = "22", **values: Value) -> dict[str, Value]:
    return {
        "priority": priority,
        "direction": "Inbound",
        "access": access,
        "protocol": "Tcp",
        "destination_port_range": ports,
        "source_address_prefix": "*",
        "destination_address_prefix": "*",
        **values,
    }


def a_rule_apart(group: Value, *mentions: str, **values: Value) -> Resource:
    kind = "azurerm_network_security_rule"
    given = {**a_rule(), "network_security_group_name": group, **values}
    return Resource(f"{kind}.ssh", kind, given, references={"network_security_group_name": mentions})


def ingress(*others: Resource, group: Resource) -> tuple[AccessRule, ...]:
    found = the_view("NetworkRule", group, *others)
    assert isinstance(found, NetworkRule)
    return found.ingress


def test_a_rule_apart_is_of_the_group_that_it_names() -> None:
    group = a_group()

    for rule in (a_rule_apart("web"), a_rule_apart(LATER, group.address)):
        assert [item.decided_by for item in ingress(rule, group=group)] == [rule.address]
        index = index_graph(a_graph(group, rule))
        assert VIEWS["NetworkRule"].build(rule, index) is None

    elsewhere = a_rule_apart("other")
    assert ingress(elsewhere, group=group) == ()
    assert the_view("NetworkRule", elsewhere, group).resource is elsewhere


@pytest.mark.parametrize(
    ("refusal", "is_open"),
    [
        (a_rule(90, "Deny"), False),
        (a_rule(90, "Deny", "*", protocol="*"), False),
        (a_rule(90, "Deny", "20-30"), False),
        (a_rule(110, "Deny"), True),
        (a_rule(90, "Deny", "23"), True),
        (a_rule(90, "Deny", protocol="Udp"), True),
        (a_rule(90, "Deny", source_address_prefix="10.0.0.0/8"), True),
        (a_rule(90, "Deny", destination_address_prefix="10.0.0.4"), True),
        (a_rule(90, "Deny", direction="Outbound"), True),
        (a_rule(LATER, "Deny"), True),
    ],
)
def test_a_rule_counts_unless_one_before_it_refuses_all_of_it(refusal: Value, is_open: bool) -> None:  # noqa: FBT001
    assert bool(ingress(group=a_group(a_rule(100), refusal))) is is_open


def test_any_protocol_on_one_port_is_not_every_port() -> None:
    rules = ingress(group=a_group(a_rule(ports="443", protocol="*")))

    assert {(rule.protocol, rule.first_port, rule.last_port) for rule in rules} == {
        ("tcp", 443, 443),
        ("udp", 443, 443),
    }


def test_rules_that_nobody_can_read_are_not_taken_for_none() -> None:
    written = a_group(security_rule=NEVER)
    reported = a_group(security_rule=LATER)

    found = [the_view("NetworkRule", group) for group in (written, reported)]

    assert [isinstance(item, NetworkRule) and item.unread for item in found] == [NEVER, None]


def test_a_type_that_no_view_knows_is_in_the_coverage_and_has_no_verdict() -> None:
    graph = a_graph(
        Resource("azurerm_thing.a", "azurerm_thing", {}),
        Resource("google_thing.a", "google_thing", {}),
        an_account(),
    )

    evaluation = evaluate(graph, load_controls(), Phase.PLAN)

    assert evaluation.coverage.uncovered_types == {"azurerm_thing": 1, "google_thing": 1}
    assert evaluation.coverage.evaluated_types == {"azurerm_storage_account": 1}
    assert {verdict.subject for verdict in evaluation.verdicts} == {"azurerm_storage_account.files"}
