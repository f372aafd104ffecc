"""What a proposal changes in a threat model, and the paragraph that tells it."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from pavior.kernel.verdicts import Severity
from pavior.threatmodels.diff_telling import said, tell
from pavior.threatmodels.diffing import Mark, ModelDiff, SectionDiff, diff_models
from pavior.threatmodels.model import (
    Acceptance,
    Asset,
    Boundary,
    BoundaryKind,
    DataClass,
    Dismissal,
    Element,
    ElementKind,
    Flow,
    Threat,
    ThreatCategory,
    ThreatModel,
)

LEAK = Threat(
    "leak", "Orders leak", ThreatCategory.INFORMATION_DISCLOSURE, Severity.HIGH, places=("db",), controls=("a", "b")
)
BEFORE = ThreatModel(
    service="orders",
    scope="Orders.",
    assets=(Asset("orders", "Orders", DataClass.CONFIDENTIAL), Asset("news", "News", DataClass.PUBLIC)),
    boundaries=(Boundary("account", "AWS", BoundaryKind.ACCOUNT),),
    elements=(
        Element("customer", "Customer", ElementKind.EXTERNAL_ENTITY),
        Element("api", "API", ElementKind.PROCESS, boundary="account", is_public=False),
        Element("db", "Orders table", ElementKind.DATA_STORE, boundary="account", assets=("orders",), is_public=False),
    ),
    flows=(Flow("api-to-db", "api", "db", assets=("orders",)),),
    threats=(LEAK,),
)
QUEUE = Element("queue", "Queue", ElementKind.DATA_STORE, boundary="account", is_public=True)


def _with(model: ThreatModel, element: Element) -> ThreatModel:
    kept = tuple(item for item in model.elements if item.id != element.id)
    return replace(model, elements=(*kept, element))


def test_a_model_differs_in_nothing_from_itself() -> None:
    diff = diff_models(BEFORE, BEFORE)

    assert diff == ModelDiff(has_before=True)
    assert diff.is_empty
    assert tell(diff) == "Nothing changes in the threat model."


def test_where_something_stands_in_its_file_is_no_difference() -> None:
    moved = replace(BEFORE, threats=(replace(LEAK, line=40),))

    assert diff_models(BEFORE, moved).is_empty


def test_an_element_that_everybody_reaches_is_an_entry_when_it_is_new_or_becomes_public() -> None:
    opened = _with(BEFORE, replace(BEFORE.elements[1], is_public=True))

    assert [item.id for item in diff_models(BEFORE, _with(BEFORE, QUEUE)).entries] == ["queue"]
    assert [item.id for item in diff_models(BEFORE, opened).entries] == ["api"]
    assert diff_models(opened, opened).entries == ()


def test_a_flow_is_told_with_the_boundaries_that_it_newly_crosses() -> None:
    flow = Flow("customer-to-api", "customer", "api")

    diff = diff_models(BEFORE, replace(BEFORE, flows=(*BEFORE.flows, flow)))

    assert [(item.flow.title, item.kinds) for item in diff.crossings] == [
        ("Customer to API", (BoundaryKind.INTERNET, BoundaryKind.ACCOUNT))
    ]


def test_a_flow_crosses_a_boundary_newly_when_one_of_its_ends_moves_out_of_it() -> None:
    moved = _with(BEFORE, replace(BEFORE.elements[2], boundary=""))

    assert [item.kinds for item in diff_models(BEFORE, moved).crossings] == [(BoundaryKind.ACCOUNT,)]


def test_data_of_a_more_careful_class_is_raised_where_it_is_held_or_sent() -> None:
    raised = replace(BEFORE, assets=(replace(BEFORE.assets[0], data_class=DataClass.RESTRICTED), BEFORE.assets[1]))

    diff = diff_models(BEFORE, raised)

    assert [(item.place.id, item.before, item.after) for item in diff.raised] == [
        ("db", DataClass.CONFIDENTIAL, DataClass.RESTRICTED),
        ("api-to-db", DataClass.CONFIDENTIAL, DataClass.RESTRICTED),
    ]
    assert diff.lowered == ()


def test_data_that_is_said_to_be_less_careful_is_seen() -> None:
    lowered = _with(BEFORE, replace(BEFORE.elements[2], assets=("news",)))

    assert [(item.place.id, item.after) for item in diff_models(BEFORE, lowered).lowered] == [("db", DataClass.PUBLIC)]


def test_a_flow_that_a_policy_allows_is_a_privilege_and_so_is_more_that_it_allows() -> None:
    one = Flow("api-to-queue", "api", "db", because="aws_iam_role_policy.api allows sqs:SendMessage.")
    more = replace(one, because="aws_iam_role_policy.api allows sqs:SendMessage, sqs:*.")
    wired = replace(one, because="aws_lambda_event_source_mapping.x reads it, and allows nothing.")

    def privileges(before: tuple[Flow, ...], after: Flow) -> list[str]:
        old, new = replace(BEFORE, flows=before), replace(BEFORE, flows=(after,))
        return [item.id for item in diff_models(old, new).privileges]

    assert privileges((), one) == ["api-to-queue"]
    assert privileges((one,), one) == []
    assert privileges((one,), more) == ["api-to-queue"]
    assert privileges((), wired) == []


def test_a_threat_is_weakened_by_each_control_that_is_taken_from_it_and_by_a_milder_severity() -> None:
    milder = replace(LEAK, controls=("b", "c"), severity=Severity.LOW)

    (found,) = diff_models(BEFORE, replace(BEFORE, threats=(milder,))).weakened

    assert found.gone == ("a",)
    assert found.severity_before is Severity.HIGH


def test_a_threat_is_newly_accepted_when_its_end_moves() -> None:
    accepted = replace(LEAK, accepted=Acceptance("old", date(2030, 1, 1)))
    longer = replace(LEAK, accepted=Acceptance("old", date(2030, 1, 2)))

    def newly(before: Threat, after: Threat) -> list[str]:
        diff = diff_models(replace(BEFORE, threats=(before,)), replace(BEFORE, threats=(after,)))
        return [item.id for item in diff.accepted]

    assert newly(LEAK, accepted) == ["leak"]
    assert newly(accepted, longer) == ["leak"]
    assert newly(accepted, accepted) == []


def test_what_a_picture_colours_is_marked_by_id() -> None:
    after = replace(_with(BEFORE, QUEUE), flows=(), threats=(replace(LEAK, title="More leak"),))

    marks = diff_models(BEFORE, after).marks()

    assert marks == {"queue": Mark.ADDED, "api-to-db": Mark.REMOVED, "leak": Mark.CHANGED}


def test_everything_is_new_where_there_was_no_model() -> None:
    diff = diff_models(None, BEFORE)

    assert not diff.has_before
    assert SectionDiff("threats", added=("leak",)) in diff.sections
    assert tell(diff).startswith("There was no threat model before. Adds 2 assets, 1 boundary, 3 elements, 1 flow")


def test_the_paragraph_tells_what_matters_in_plain_words() -> None:
    flow = Flow("customer-to-queue", "customer", "queue", "Orders by post")
    flood = Threat("flood", "A flood", ThreatCategory.DENIAL_OF_SERVICE, Severity.CRITICAL)
    after = replace(
        _with(BEFORE, replace(QUEUE, assets=("orders",))),
        flows=(*BEFORE.flows, flow),
        threats=(replace(LEAK, controls=("b",)), flood),
        dismissed=(Dismissal("spoof", "no"),),
    )

    assert tell(diff_models(BEFORE, after)) == (
        "Adds 1 element, 1 flow, 1 threat and 1 dismissal; changes 1 threat. "
        "Anybody on the internet may now reach Queue. "
        "Data now crosses the boundary to the internet and the boundary of an account: Orders by post. "
        "Confidential data is now at Queue. "
        "New threats: A flood (critical). "
        "Stopped by less, or said to be milder: Orders leak (without a). "
        "Said not to apply: spoof."
    )


def test_at_most_three_of_a_kind_are_named() -> None:
    more = tuple(replace(QUEUE, id=f"q{number}", title=f"Q{number}") for number in range(5))

    told = tell(diff_models(BEFORE, replace(BEFORE, elements=(*BEFORE.elements, *more))))

    assert "may now reach Q0, Q1, Q2 and 2 more." in told


@given(st.text())
def test_no_name_breaks_a_line_steers_a_terminal_or_turns_text_around(name: str) -> None:
    told = tell(diff_models(BEFORE, _with(BEFORE, replace(QUEUE, title=name))))

    assert told.isprintable()
    assert len(said(name)) <= 100
