"""How a threat ranks: by who reaches it, and by what data it is done to."""

from dataclasses import replace

import pytest

from pavior.kernel.verdicts import Severity
from pavior.threatmodels.library import load_library
from pavior.threatmodels.model import (
    Asset,
    Boundary,
    BoundaryKind,
    DataClass,
    Element,
    ElementKind,
    Flow,
    Threat,
    ThreatCategory,
    ThreatModel,
)
from pavior.threatmodels.ranking import RISK_LEVELS, Risk, order, rank

LEAK = Threat("leak", "Somebody reads it", ThreatCategory.INFORMATION_DISCLOSURE, Severity.LOW, places=("store",))
# Likelihood 2 and impact 2.
(STOLEN,) = [item for item in load_library() if item.id == "data-read-from-stolen-storage"]


def model(
    *,
    data: DataClass | None = DataClass.RESTRICTED,
    is_public: bool | None = None,
    source_in: str = "inside",
    flows: bool = True,
) -> ThreatModel:
    """Something sends to a store, which is in a network in an account."""
    return ThreatModel(
        service="orders",
        scope="One store.",
        assets=() if data is None else (Asset("orders", "Orders", data),),
        boundaries=(
            Boundary("account", "The account", BoundaryKind.ACCOUNT),
            Boundary("inside", "The network", BoundaryKind.NETWORK, within="account"),
            Boundary("internet", "The internet", BoundaryKind.INTERNET),
        ),
        elements=(
            Element("sender", "Sender", ElementKind.PROCESS, boundary=source_in),
            Element(
                "store",
                "Store",
                ElementKind.DATA_STORE,
                boundary="inside",
                assets=() if data is None else ("orders",),
                is_public=is_public,
            ),
        ),
        flows=(Flow("send", "sender", "store"),) if flows else (),
    )


def test_the_terms_are_told() -> None:
    risk = rank(LEAK, model(is_public=True, source_in="internet"))

    assert risk == Risk(
        likelihood=4,
        impact=5,
        severity=Severity.CRITICAL,
        because=(
            "likelihood 3 anywhere",
            "everybody reaches store (+1)",
            "impact 5: information-disclosure of restricted data",
        ),
    )
    assert risk.score == 20


@pytest.mark.parametrize(
    ("is_public", "source_in", "places", "likelihood", "why"),
    [
        (None, "inside", ("store",), 3, "nobody knows whether it is public"),
        (False, "inside", ("store",), 2, "nothing gets in or out"),
        (False, "account", ("store",), 3, "something crosses one boundary"),
        (False, "internet", ("store",), 4, "something comes from the internet"),
        (True, "inside", ("store",), 4, "everybody reaches it"),
        (True, "internet", ("store",), 4, "both are one exposure"),
        (True, "internet", ("send",), 5, "the flow itself crosses several boundaries"),
        (False, "account", ("send",), 3, "the flow itself crosses one boundary, which is no more than usual"),
    ],
)
def test_who_reaches_a_place_decides_how_likely_it_is(
    *,
    is_public: bool | None,
    source_in: str,
    places: tuple[str, ...],
    likelihood: int,
    why: str,
) -> None:
    threat = replace(LEAK, places=places)

    assert rank(threat, model(is_public=is_public, source_in=source_in)).likelihood == likelihood, why


@pytest.mark.parametrize(
    ("category", "data", "impact"),
    [
        (ThreatCategory.INFORMATION_DISCLOSURE, DataClass.PUBLIC, 1),
        (ThreatCategory.INFORMATION_DISCLOSURE, DataClass.CONFIDENTIAL, 4),
        (ThreatCategory.INFORMATION_DISCLOSURE, None, 4),
        (ThreatCategory.TAMPERING, DataClass.PUBLIC, 2),
        (ThreatCategory.ELEVATION_OF_PRIVILEGE, DataClass.INTERNAL, 3),
        (ThreatCategory.DENIAL_OF_SERVICE, DataClass.RESTRICTED, 4),
    ],
)
def test_the_data_decides_what_it_would_do(category: ThreatCategory, data: DataClass | None, impact: int) -> None:
    assert rank(replace(LEAK, category=category), model(data=data)).impact == impact


def test_a_place_that_does_not_say_what_it_works_on_works_on_what_flows_there() -> None:
    at_the_sender = replace(LEAK, places=("sender",))

    assert rank(at_the_sender, model(data=DataClass.RESTRICTED)).because[-1] == (
        "impact 5: information-disclosure of restricted data"
    )


@pytest.mark.parametrize(
    ("data", "impact", "told"), [(DataClass.INTERNAL, 3, "internal"), (DataClass.RESTRICTED, 4, "confidential")]
)
def test_where_nobody_says_what_data_is_there_it_is_that_of_the_system_but_at_most_confidential(
    data: DataClass, impact: int, told: str
) -> None:
    at_the_sender = replace(LEAK, places=("sender",))

    assert rank(at_the_sender, model(data=data, flows=False)).because[-1] == (
        f"impact {impact}: information-disclosure of {told} data; nobody says which data is there"
    )


def test_the_library_says_how_likely_it_is_anywhere_and_what_it_does_at_least() -> None:
    risk = rank(LEAK, model(data=DataClass.PUBLIC), STOLEN)

    assert (risk.likelihood, risk.impact) == (2, 2)
    assert risk.because == ("likelihood 2 anywhere", "impact 2 whatever the data")


def test_a_threat_to_the_whole_system_is_about_all_of_its_data() -> None:
    assert rank(replace(LEAK, places=()), model(data=DataClass.RESTRICTED)).impact == 5


def test_places_that_are_not_there_change_nothing() -> None:
    assert rank(replace(LEAK, places=("gone",)), model()).likelihood == 3


# NIST SP 800-30 revision 1, table I-2, row by row from very low to very high likelihood.
TABLE_I_2 = """
very-low  very-low  very-low  low       low
very-low  low       low       low       moderate
very-low  low       moderate  moderate  high
very-low  low       moderate  high      very-high
very-low  low       moderate  high      very-high
"""


def test_severity_is_that_of_the_table() -> None:
    called = dict(zip(("very-low", "low", "moderate", "high", "very-high"), Severity, strict=True))

    rows = [line.split() for line in TABLE_I_2.strip().splitlines()]

    assert tuple(tuple(called[word] for word in row) for row in rows) == RISK_LEVELS


def test_the_gravest_comes_first_and_the_order_is_always_the_same() -> None:
    high = rank(LEAK, model())
    low = rank(LEAK, model(data=DataClass.PUBLIC))
    threats = [(replace(LEAK, id="a"), low), (replace(LEAK, id="c"), high), (replace(LEAK, id="b"), high)]

    assert [threat.id for threat, _ in sorted(threats, key=lambda item: order(*item))] == ["b", "c", "a"]
