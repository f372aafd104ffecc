"""Threat models go out as Open Threat Models and come back the same; foreign ones come in as far as can be."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pavior.catalog.schemas import validator_for
from pavior.kernel.verdicts import Severity
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
from pavior.threatmodels.otm import otm_schema
from pavior.threatmodels.otm_collecting import our_ids
from pavior.threatmodels.otm_reading import OtmReading, from_otm
from pavior.threatmodels.otm_writing import to_otm
from pavior.threatmodels.reading import check_threat_model
from pavior.threatmodels.writing import render_model

from .models import CONTROLS, MODEL, models
from .test_writing import without_lines

# Written for this test by the specification: what tools write that are not ours.
FOREIGN: dict[str, Any] = {
    "otmVersion": "0.2.0",
    "project": {"name": "Web shop", "id": "Web Shop", "description": "Sells\nthings.", "owner": "Alex"},
    "representations": [{"name": "Drawing", "id": "drawing", "type": "diagram", "size": {"width": 9, "height": 9}}],
    "assets": [
        {"id": "Cards", "name": "Cards", "risk": {"confidentiality": 90, "integrity": 80, "availability": 10}},
    ],
    "trustZones": [
        {"id": "f0ba7722", "name": "Internet", "type": "3ba1", "risk": {"trustRating": 1}},
        {"id": "PRIVATE", "name": "Private", "risk": {"trustRating": 90}, "parent": {"trustZone": "f0ba7722"}},
    ],
    "components": [
        {"id": "Web Client", "name": "Web client", "type": "web-client", "parent": {"trustZone": "f0ba7722"}},
        {
            "id": "shop",
            "name": "Shop",
            "type": "web-service",
            "description": "Java",
            "parent": {"trustZone": "PRIVATE"},
            "tags": ["tomcat"],
            "assets": {"processed": ["Cards", None], "stored": ["Cards"]},
            "threats": [
                {
                    "threat": "T-1",
                    "state": "mitigated",
                    "mitigations": [{"mitigation": "M-1", "state": "implemented"}],
                }
            ],
        },
        {"id": "orders", "name": "Orders", "type": "database", "parent": {"component": "shop"}},
    ],
    "dataflows": [
        {
            "id": "shop",
            "name": "Browsing",
            "bidirectional": True,
            "source": "Web Client",
            "destination": "shop",
            "assets": ["Cards"],
            "threats": [{"threat": "T-1", "state": "exposed", "mitigations": []}],
        }
    ],
    "threats": [
        {
            "id": "T-1",
            "name": "Cards are read",
            "description": "On\nthe way.",
            "categories": ["Privacy", "Information Disclosure"],
            "cwes": ["CWE-319"],
            "risk": {"likelihood": 50, "impact": 100},
            "attributes": {"ref": "X-9"},
        }
    ],
    "mitigations": [
        {"id": "M-1", "name": "Use TLS", "riskReduction": 80},
        {"id": "M-2", "name": "Pray", "riskReduction": 1},
    ],
}


def read(document: dict[str, Any]) -> OtmReading:
    return from_otm(document, control_ids=CONTROLS)


def read_without(section: str, index: int, **changes: Any) -> OtmReading:
    """What comes of the foreign model when one item of it is changed so; None takes a field away."""
    document = json.loads(json.dumps(FOREIGN))
    item = document[section][index] | changes
    document[section][index] = {name: value for name, value in item.items() if value is not None}
    return read(document)


def pointers(reading: OtmReading) -> tuple[str, ...]:
    return tuple(item.pointer for item in reading.not_taken)


@given(models())
@settings(deadline=None, max_examples=60)
def test_what_goes_out_comes_back_the_same_and_nothing_is_said_to_be_lost(model: ThreatModel) -> None:
    document = json.loads(json.dumps(to_otm(model)))

    assert list(validator_for(otm_schema()).iter_errors(document)) == []
    assert read(document) == OtmReading(model)


def test_a_sign_off_and_an_acceptance_come_back_too() -> None:
    reading = read(json.loads(json.dumps(to_otm(MODEL))))

    assert reading.model is not None
    assert reading.model == without_lines(MODEL)
    assert reading.model.sign_off == MODEL.sign_off


def test_an_id_that_we_use_for_outside_may_be_a_boundarys() -> None:
    model = ThreatModel(
        "orders",
        "All of it.",
        boundaries=(Boundary("outside-of-all", "Ours"),),
        elements=(
            Element("in", "In", ElementKind.PROCESS, boundary="outside-of-all"),
            Element("out", "Out", ElementKind.PROCESS),
        ),
    )

    assert read(to_otm(model)).model == model


def test_nothing_is_claimed_of_a_threat() -> None:
    document = to_otm(MODEL)
    instances = [
        each for section in ("components", "dataflows") for item in document[section] for each in item["threats"]
    ]

    assert {item["state"] for item in instances} == {"exposed"}
    assert {each["state"] for item in instances for each in item["mitigations"]} == {"required"}
    assert {item["riskReduction"] for item in document["mitigations"]} == {0}
    assert [item["name"] for item in document["mitigations"]] == [
        "object-storage-tls-only",
        "asvs-5.0.0:12.2.1",
        "tests.test_upload.TlsTest::test_plain_http_is_refused",
        "The client pins the certificate.",
    ]


def test_every_attribute_is_a_text_as_the_specification_wants() -> None:
    document = to_otm(MODEL)

    found = [
        value
        for part in ([document["project"]], *(document[name] for name in document if isinstance(document[name], list)))
        for item in part
        for value in item["attributes"].values()
    ]
    assert len(found) > 15
    assert {type(value) for value in found} == {str}


def test_a_foreign_model_is_read() -> None:
    model = read(FOREIGN).model

    assert model == ThreatModel(
        service="web-shop",
        scope="Sells things.",
        # 90 lies nearer to 100 than to 67.
        assets=(Asset("cards", "Cards", DataClass.RESTRICTED),),
        boundaries=(
            Boundary("f0ba7722", "Internet", BoundaryKind.INTERNET, inferred=True),
            Boundary("private", "Private", within="f0ba7722"),
        ),
        elements=(
            Element(
                "web-client",
                "Web client",
                ElementKind.EXTERNAL_ENTITY,
                "web-client",
                boundary="f0ba7722",
                inferred=True,
            ),
            Element(
                "shop", "Shop", ElementKind.PROCESS, "web-service", boundary="private", assets=("cards",), inferred=True
            ),
            Element("orders", "Orders", ElementKind.DATA_STORE, "database", boundary="private", inferred=True),
        ),
        flows=(
            Flow("shop-8d9001d3", "web-client", "shop", "Browsing", assets=("cards",)),
            Flow("shop-8d9001d3-back", "shop", "web-client", "Browsing", assets=("cards",)),
        ),
        threats=(
            Threat(
                "t-1",
                "Cards are read",
                ThreatCategory.INFORMATION_DISCLOSURE,
                # Half of 100 is medium.
                Severity.MEDIUM,
                description="On\nthe way.",
                places=("shop", "shop-8d9001d3", "shop-8d9001d3-back"),
                mitigations=("Use TLS",),
            ),
        ),
    )


def test_what_a_foreign_model_says_and_ours_does_not_is_named_with_its_place() -> None:
    reading = read(FOREIGN)

    assert reading.not_taken == ()
    assert [item.pointer for item in reading.not_kept] == [
        "/representations",
        "/assets/0/risk",
        "/trustZones/0/risk",
        "/trustZones/1/risk",
        "/trustZones/0/type",
        "/components/1/description",
        "/components/1/tags",
        "/components/2/parent",
        "/threats/0/cwes",
        "/threats/0/attributes",
        "/mitigations/0/riskReduction",
        "/mitigations/1/riskReduction",
        "/components/1/threats/0",
        "/threats/0/categories",
        "/mitigations/1",
        "/project/owner",
        "/project/name",
    ]


def test_half_a_model_says_which_half() -> None:
    assert pointers(read_without("components", 1, parent={"trustZone": "gone"})) == (
        "/components/1/parent",
        # Its part has no trust zone either, and nothing flows to what is not there.
        "/components/2/parent",
        "/dataflows/0/destination",
    )
    assert pointers(read_without("dataflows", 0, source="gone")) == ("/dataflows/0/source",)
    assert pointers(read_without("threats", 0, categories=["Privacy"])) == ("/threats/0/categories",)
    assert pointers(read_without("assets", 0, risk={})) == ("/assets/0/risk/confidentiality",)
    assert pointers(read_without("components", 2, id="shop")) == ("/components/2",)
    assert pointers(read_without("components", 2, name="\u200b\x1b")) == ("/components/2/name",)


def test_what_was_not_taken_takes_nothing_else_along() -> None:
    reading = read_without("components", 2, type=7)

    assert pointers(reading) == ("/components/2/type",)
    assert reading.model is not None
    assert [item.id for item in reading.model.elements] == ["web-client", "shop"]
    assert len(reading.model.threats) == 1


def test_what_names_nothing_is_told() -> None:
    instances = [
        {"threat": "T-9", "state": "exposed", "mitigations": []},
        {"threat": "T-1", "state": "exposed", "mitigations": [{"mitigation": "M-9", "state": None}]},
    ]
    assets = {"stored": ["Coins"], "processed": ["Cards", "Bills"]}
    reading = read_without("components", 1, threats=instances, assets=assets)

    told = {(item.pointer, item.why) for item in reading.not_kept}
    assert ("/components/1/threats/0", "There is no threat T-9.") in told
    assert ("/components/1/threats/1/mitigations", "There is no mitigation M-9.") in told
    assert ("/components/1/assets/stored/0", "There is no asset Coins.") in told
    assert ("/components/1/assets/processed/1", "There is no asset Bills.") in told
    # Nothing is stopped by these any more.
    assert {"/mitigations/0", "/mitigations/1"} <= {pointer for pointer, _ in told}


def test_zones_and_components_that_are_within_themselves_end() -> None:
    zones = read_without("trustZones", 0, parent={"trustZone": "PRIVATE"})
    assert zones.model is not None
    assert [(item.id, item.within) for item in zones.model.boundaries] == [("f0ba7722", ""), ("private", "f0ba7722")]
    assert ("/trustZones/0/parent", "It is within itself.") in {(i.pointer, i.why) for i in zones.not_kept}

    assert pointers(read_without("components", 2, parent={"component": "orders"})) == ("/components/2/parent",)


def test_long_chains_of_components_and_zones_are_followed() -> None:
    parts = [
        {
            "id": f"c{n}",
            "name": "C",
            "type": "t",
            "parent": {"component": f"c{n + 1}"} if n < 9_999 else {"trustZone": "z0"},
        }
        for n in range(10_000)
    ]
    zones = [
        {"id": f"z{n}", "name": "Z", "risk": {"trustRating": 1}, "parent": {"trustZone": f"z{n + 1}"}}
        for n in range(1_001)
    ]
    reading = read({"otmVersion": "0.2.0", "project": FOREIGN["project"], "components": parts, "trustZones": zones})

    assert reading.model is not None
    assert {item.boundary for item in reading.model.elements} == {"z0"}
    assert len(reading.model.elements) == 10_000
    assert pointers(reading) == ("/trustZones/1000",)


def test_no_more_is_taken_than_a_file_may_hold() -> None:
    component = {"name": "C", "type": "t", "parent": {"trustZone": "PRIVATE"}}
    many = [component | {"id": f"c{number}"} for number in range(10_002)]
    reading = read(FOREIGN | {"components": many, "dataflows": []})

    assert pointers(reading) == ("/components/10000", "/components/10001")


def test_other_ids_become_ours_whatever_their_order() -> None:
    ids = ["web-app", "Web App", "WEB/APP", "é", "Orders", "x" * 200]
    found = our_ids(ids)

    assert found["web-app"] == "web-app"
    assert found["Orders"] == "orders"
    assert found["x" * 200] == "x" * 63
    assert len(set(found.values())) == len(ids)
    assert our_ids(reversed(ids)) == found
    assert our_ids(["web-app"], taken=["web-app"])["web-app"].startswith("web-app-")


def test_what_people_did_in_another_tool_to_what_we_wrote_counts() -> None:
    document = to_otm(MODEL)
    bucket, uploads = document["components"][1], document["dataflows"][0]
    bucket["type"] = "aws_s3_directory_bucket"
    # It was found not to be a place of the threat.
    bucket["threats"] = []
    uploads["name"] = "Uploads"
    document["threats"][0]["risk"]["impact"] = 100
    document["assets"][0]["risk"]["confidentiality"] = 100

    model = read(document).model

    assert model is not None
    assert model.elements[1].technology == "aws_s3_directory_bucket"
    assert model.flows[0].title == "Uploads"
    assert (model.threats[0].places, model.threats[0].severity) == (("uploads",), Severity.CRITICAL)
    assert model.assets[0].data_class is DataClass.RESTRICTED


def test_a_control_that_is_not_there_is_told_and_left_out() -> None:
    reading = from_otm(to_otm(MODEL), control_ids=frozenset())

    assert reading.model is not None
    assert reading.model.threats[0].controls == ()
    assert [item.why for item in reading.not_kept] == ["There is no control object-storage-tls-only."]


def test_what_is_no_open_threat_model_is_none() -> None:
    assert read({"otmVersion": "1.0.0", "project": {"id": "a", "name": "a"}}).model is None
    assert read({}).not_taken[0].pointer == "/otmVersion"


HOSTILE = st.sampled_from(
    [
        "",
        "a",
        "<script>alert(1)</script>",
        "\x1b[31mred",
        "\u202egnp.exe",
        "\u200b",
        "a\nb",
        "x" * 3000,
        "=1+1",
        "- &a *a",
        "\ud800",
    ]
)


@st.composite
def changed(draw: st.DrawFn) -> dict[str, Any]:
    """A foreign model, or one of ours, of which a few values are something else."""
    document: dict[str, Any] = json.loads(json.dumps(draw(st.sampled_from([FOREIGN, to_otm(MODEL)]))))
    for _ in range(draw(st.integers(1, 6))):
        path = draw(st.sampled_from(list(paths(document))))
        at: Any = document
        for part in path[:-1]:
            at = at[part]
        at[path[-1]] = draw(
            st.one_of(
                HOSTILE,
                st.none(),
                st.booleans(),
                st.integers(-5, 200),
                st.just([]),
                st.just({}),
                HOSTILE.map(json.dumps),
            )
        )
    return document


def paths(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for name, value in items:
        yield (*path, name)
        yield from paths(value, (*path, name))


@given(changed())
@settings(deadline=None, max_examples=300)
def test_whatever_is_taken_is_a_model_that_can_be_read_again(document: dict[str, Any]) -> None:
    reading = read(document)

    if reading.model is None:
        assert reading.not_taken != ()
        return
    again = check_threat_model(render_model(reading.model).encode(), control_ids=CONTROLS)
    assert again.problems == ()
    assert again.model is not None
    assert without_lines(again.model) == replace(reading.model)
    assert all(
        item.pointer.startswith("/") and item.why.isprintable() for item in (*reading.not_taken, *reading.not_kept)
    )
