"""Which threats of the library apply to a system."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pavior.kernel.verdicts import Severity
from pavior.threatmodels.library import load_library
from pavior.threatmodels.library_model import ElementCondition, FlowCondition, Known, LibraryThreat
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
ALL = load_library()
LIBRARY = tuple(item for item in ALL if item.id in {LEAK, CLEAR, STOLEN})


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


def test_where_nobody_says_what_the_places_are_made_of_all_controls_are_named() -> None:
    drawn = ThreatModel("orders", "Drawn by hand.", elements=(Element("files", "Files", ElementKind.DATA_STORE),))

    threats = proposed(drawn, ALL)

    assert threats[STOLEN].controls == next(item.controls for item in ALL if item.id == STOLEN)
    assert set(threats) == {STOLEN, "data-lost-for-good", "data-store-lets-anybody-in", "data-read-without-a-trace"}


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


def test_a_threat_to_the_whole_system_has_no_places_and_names_all_of_its_controls() -> None:
    audit = next(item for item in ALL if item.id == "acts-in-the-account-leave-no-trace")
    trail = Element("trail", "Trail", ElementKind.DATA_STORE, technology="aws_cloudtrail", boundary="account")

    (threat,) = propose_threats(shop(), [audit])
    assert (threat.places, threat.controls) == ((), ("audit-trail-enabled", "audit-trail-all-regions"))
    assert propose_threats(replace(shop(), boundaries=()), [audit]) == ()
    assert propose_threats(replace(shop(), threats=(threat,)), [audit]) == ()

    (found,) = propose_threats(replace(shop(), elements=(*shop().elements, trail)), [audit])
    assert found.places == ("trail",)


# What is asked of an element or a flow, and which of the shop are meant.
MEANT = [
    (ElementCondition(kinds=(ElementKind.PROCESS, ElementKind.EXTERNAL_ENTITY)), ("customer", "web")),
    (ElementCondition(types=("aws_l*",)), ("web",)),
    (ElementCondition(types=("aws_lb", "aws_s3_bucket_policy")), ("web", "receipts")),
    (ElementCondition(types=("lb",)), ()),
    (ElementCondition(resources=("module.*.aws_s3_bucket_policy.*",)), ("receipts",)),
    (ElementCondition(is_technology_unknown=True), ("customer",)),
    (ElementCondition(public=(Known.YES,)), ("web",)),
    (ElementCondition(public=(Known.UNKNOWN,)), ("customer",)),
    (ElementCondition(kinds=(ElementKind.DATA_STORE,), public=(Known.YES, Known.UNKNOWN)), ()),
    # Nobody says what the customer and the entry hold.
    (ElementCondition(holds=DataClass.RESTRICTED), ("customer", "web", "receipts")),
    (FlowCondition(crosses=(BoundaryKind.INTERNET,)), ("customer-to-web",)),
    (FlowCondition(crosses=(BoundaryKind.NETWORK,)), ("customer-to-web", "web-to-receipts")),
    (FlowCondition(crosses=(BoundaryKind.CLUSTER,)), ()),
    (FlowCondition(encrypted=(Known.YES,)), ("web-to-receipts",)),
    (FlowCondition(authenticated=(Known.NO,)), ()),
    (FlowCondition(authenticated=(Known.NO, Known.UNKNOWN)), ("customer-to-web", "web-to-receipts")),
    (FlowCondition(source=ElementCondition(kinds=(ElementKind.EXTERNAL_ENTITY,))), ("customer-to-web",)),
    (FlowCondition(target=ElementCondition(types=("aws_s3_bucket",))), ("web-to-receipts",)),
    (FlowCondition(carries=DataClass.CONFIDENTIAL), ("customer-to-web", "web-to-receipts")),
]


@pytest.mark.parametrize(("condition", "places"), MEANT, ids=[f"{at}-{item}" for at, (item, _) in enumerate(MEANT)])
def test_all_that_a_condition_names_must_hold(
    condition: ElementCondition | FlowCondition, places: tuple[str, ...]
) -> None:
    asked = replace(
        LIBRARY[0],
        elements=(condition,) if isinstance(condition, ElementCondition) else (),
        flows=(condition,) if isinstance(condition, FlowCondition) else (),
    )

    assert tuple(place for item in propose_threats(shop(), [asked]) for place in item.places) == places


def test_what_is_known_to_be_less_careful_is_not_meant() -> None:
    public = replace(shop(), assets=(Asset("orders", "Orders", DataClass.PUBLIC),))
    asked = replace(LIBRARY[0], elements=(ElementCondition(holds=DataClass.INTERNAL),), flows=())

    (threat,) = propose_threats(public, [asked])

    assert threat.places == ("customer", "web")


def test_a_flow_to_nowhere_and_boundaries_within_each_other_harm_nothing() -> None:
    """A file with either is refused, and a draft of somebody else may hold it all the same."""
    broken = replace(
        shop(),
        boundaries=(Boundary("account", "A", within="network"), Boundary("network", "N", within="account")),
        flows=(*shop().flows, Flow("to-nowhere", "web", "gone")),
    )

    assert LEAK in proposed(broken)


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


TYPES = ["", "aws_s3_bucket", "aws_lb", "aws_lambda_function", "aws_iam_role", "Deployment", "aws_kms_key"]
IDS = [f"thing-{number}" for number in range(4)]
ELEMENTS = st.lists(
    st.builds(
        Element,
        id=st.sampled_from(IDS),
        title=st.just("A thing"),
        kind=st.sampled_from(ElementKind),
        technology=st.sampled_from(TYPES),
        boundary=st.sampled_from(["", "account", "network"]),
        is_public=st.none() | st.booleans(),
    ),
    unique_by=lambda item: item.id,
)
FLOWS = st.lists(
    st.builds(
        Flow,
        id=st.sampled_from(["one", "two", "three"]),
        source=st.sampled_from(IDS),
        target=st.sampled_from(IDS),
        is_encrypted=st.none() | st.booleans(),
    ),
    unique_by=lambda item: item.id,
)


@given(elements=ELEMENTS, flows=FLOWS)
def test_whatever_the_model_each_threat_is_proposed_once_at_places_that_are_there_and_never_again(
    elements: list[Element], flows: list[Flow]
) -> None:
    drawn = replace(shop(), elements=tuple(elements), flows=tuple(flows))
    threats = propose_threats(drawn, ALL)

    assert len({item.id for item in threats}) == len(threats)
    places = {item.id for item in elements} | {item.id for item in flows}
    assert all(set(item.places) <= places for item in threats)
    assert propose_threats(replace(drawn, threats=threats), ALL) == ()


def test_nothing_is_proposed_for_an_empty_model() -> None:
    assert propose_threats(ThreatModel("orders", "Nothing yet."), ALL) == ()


@pytest.mark.parametrize("id_", ["receipts", "web"])
def test_many_elements_of_a_kind_make_no_more_threats(id_: str) -> None:
    (one,) = [item for item in shop().elements if item.id == id_]
    many = replace(shop(), elements=(*shop().elements, *(replace(one, id=f"{id_}-{number}") for number in range(600))))

    assert len(propose_threats(many, ALL)) == len(propose_threats(shop(), ALL))
