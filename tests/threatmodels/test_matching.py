"""Which threats of the library apply to a system."""

from dataclasses import replace

import pytest

from pavior.kernel.verdicts import Severity
from pavior.threatmodels.library import load_library
from pavior.threatmodels.library_model import LibraryThreat
from pavior.threatmodels.matching import propose_threats
from pavior.threatmodels.model import (
    Asset,
    Boundary,
    BoundaryKind,
    DataClass,
    Dismissal,
    Element,
    ElementKind,
    Flow,
    Threat,
    ThreatModel,
)

LEAK, CLEAR, STOLEN = "stored-objects-open-to-everybody", "traffic-read-on-its-way", "data-read-from-stolen-storage"
LIBRARY = tuple(item for item in load_library() if item.id in {LEAK, CLEAR, STOLEN})


def shop() -> ThreatModel:
    """A customer reaches a load balancer in a network, which keeps orders in a bucket outside of it."""
    return ThreatModel(
        service="orders",
        scope="Orders of customers.",
        assets=(Asset("orders", "Orders", DataClass.RESTRICTED),),
        boundaries=(
            Boundary("account", "The account", BoundaryKind.ACCOUNT),
            Boundary("network", "The network", BoundaryKind.NETWORK, within="account"),
        ),
        elements=(
            Element("customer", "Customer", ElementKind.EXTERNAL_ENTITY),
            Element("web", "Web entry", ElementKind.PROCESS, technology="aws_lb", boundary="network", is_public=True),
            Element(
                "receipts",
                "Receipts",
                ElementKind.DATA_STORE,
                resources=("aws_s3_bucket.receipts", "module.policies.aws_s3_bucket_policy.receipts[0]"),
                boundary="account",
                assets=("orders",),
                is_public=False,
            ),
        ),
        flows=(
            Flow("customer-to-web", "customer", "web"),
            Flow("web-to-receipts", "web", "receipts", assets=("orders",), is_encrypted=True),
        ),
    )


def proposed(model: ThreatModel, library: tuple[LibraryThreat, ...] = LIBRARY) -> dict[str, Threat]:
    return {item.id: item for item in propose_threats(model, library)}


def test_a_threat_is_proposed_once_with_all_its_places() -> None:
    more = replace(shop(), elements=(*shop().elements, replace(shop().elements[2], id="invoices")))

    assert proposed(more)[LEAK].places == ("receipts", "invoices")


def test_what_is_proposed_is_inferred_and_names_its_library_threat() -> None:
    threats = proposed(shop()).values()

    assert threats
    assert all(item.inferred and item.library == item.id for item in threats)


def test_a_flow_that_is_known_to_be_encrypted_is_not_meant_and_one_of_which_nobody_knows_is() -> None:
    assert proposed(shop())[CLEAR].places == ("customer-to-web",)


def test_only_controls_that_look_at_something_there_are_named() -> None:
    threats = proposed(shop())

    assert threats[STOLEN].controls == ("object-storage-encrypted",)
    assert threats[CLEAR].controls == ("web-entry-tls-only",)


def test_what_completes_a_thing_counts_as_much_as_the_thing() -> None:
    """A bucket's policy is an own resource, and an own control looks at it."""
    assert "resource-policy-no-public-access" in proposed(shop())[LEAK].controls


def test_the_gravest_comes_first() -> None:
    threats = propose_threats(shop(), LIBRARY)

    assert [(item.id, item.severity) for item in threats] == [
        (LEAK, Severity.CRITICAL),
        (CLEAR, Severity.HIGH),
        (STOLEN, Severity.MEDIUM),
    ]


def test_what_is_dismissed_is_left_out() -> None:
    dismissed = replace(shop(), dismissed=(Dismissal(LEAK, "It is a public website."),))

    assert LEAK not in proposed(dismissed)


def test_what_the_model_has_at_every_place_is_left_out() -> None:
    had = replace(shop(), threats=propose_threats(shop(), LIBRARY))

    assert propose_threats(had, LIBRARY) == ()


def test_what_the_model_has_at_some_places_comes_back_as_people_left_it_with_the_others() -> None:
    written = replace(
        proposed(shop())[LEAK], id="our-leak", title="Receipts are sold", severity=Severity.LOW, inferred=False
    )
    grown = replace(shop(), threats=(written,), elements=(*shop().elements, replace(shop().elements[2], id="invoices")))

    (threat,) = [item for item in propose_threats(grown, LIBRARY) if item.library == LEAK]

    assert threat == replace(written, places=("receipts", "invoices"))


def test_nothing_is_proposed_for_an_empty_model() -> None:
    assert propose_threats(ThreatModel("orders", "Nothing yet."), load_library()) == ()


@pytest.mark.parametrize("id_", ["receipts", "web"])
def test_many_elements_of_a_kind_make_no_more_threats(id_: str) -> None:
    (one,) = [item for item in shop().elements if item.id == id_]
    many = replace(shop(), elements=(*shop().elements, *(replace(one, id=f"{id_}-{number}") for number in range(600))))

    assert len(propose_threats(many, load_library())) == len(propose_threats(shop(), load_library()))
