"""A draft meets what people wrote: nothing of theirs is changed, and what nobody confirmed follows the draft."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from tests.threatmodels.drafted import drafted

from pavior.kernel.verdicts import Severity
from pavior.threatmodels.library import load_library
from pavior.threatmodels.merging import Merged, merge
from pavior.threatmodels.merging_threats import merge_threats
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
from pavior.threatmodels.reading import check_threat_model
from pavior.threatmodels.writing import render_model

EMPTY = ThreatModel("orders", "What it is about.")
QUEUE = 'resource "aws_sqs_queue" "jobs" { name = "jobs" }\n'
TABLE = 'resource "aws_dynamodb_table" "orders" { name = "orders" }\n'
WIRED = (
    QUEUE
    + """
    resource "aws_lambda_function" "work" {}
    resource "aws_lambda_event_source_mapping" "work" {
      event_source_arn = aws_sqs_queue.jobs.arn
      function_name    = aws_lambda_function.work.arn
    }
    """
)


def ids(merged: Merged, what: str) -> list[str]:
    return [item.id for item in getattr(merged, what)]


def test_a_first_draft_appears_whole() -> None:
    merged = merge(EMPTY, drafted(QUEUE))

    assert ids(merged, "appeared") == ["sqs-queue-jobs", "aws-account", "data"]
    assert merged.model.scope == "What it is about."


def test_a_second_draft_of_the_same_changes_nothing() -> None:
    draft = drafted(WIRED)
    once = merge(EMPTY, draft)

    twice = merge(once.model, draft)

    assert twice.is_same
    assert twice.model == once.model


def test_what_vanished_and_nobody_confirmed_is_taken_away_and_told() -> None:
    once = merge(EMPTY, drafted(QUEUE + TABLE))

    merged = merge(once.model, drafted(TABLE))

    assert ids(merged, "vanished") == ["sqs-queue-jobs"]
    assert [item.id for item in merged.model.elements] == ["dynamodb-table-orders"]


def test_what_vanished_and_somebody_confirmed_stays_and_is_told() -> None:
    once = merge(EMPTY, drafted(QUEUE + TABLE)).model
    confirmed = replace(once, elements=tuple(replace(item, inferred=False) for item in once.elements))

    merged = merge(confirmed, drafted(TABLE))

    assert ids(merged, "missing") == ["sqs-queue-jobs"]
    assert merged.is_same
    assert merged.model == confirmed


def test_where_not_everything_was_read_nothing_is_taken_away() -> None:
    once = merge(EMPTY, drafted(QUEUE + TABLE))

    merged = merge(once.model, drafted(TABLE), is_complete=False)

    assert ids(merged, "unseen") == ["sqs-queue-jobs"]
    assert merged.model == once.model


def test_a_confirmed_element_keeps_every_word_also_when_the_draft_sees_it_otherwise() -> None:
    own = Element(
        "work-queue",
        "Where orders wait",
        ElementKind.DATA_STORE,
        resources=("aws_sqs_queue.jobs",),
        boundary="ours",
        is_public=True,
    )
    model = replace(EMPTY, elements=(own,), boundaries=(Boundary("ours", "Ours", BoundaryKind.ACCOUNT),))

    merged = merge(model, drafted(QUEUE))

    assert merged.model.elements == (own,)
    assert merged.model.boundaries == model.boundaries


def test_what_people_call_safe_and_the_source_does_not_is_doubted_and_stays() -> None:
    own = Element("api", "Ours", ElementKind.PROCESS, resources=("aws_lambda_function.work",), is_public=False)
    open_ = 'resource "aws_lambda_function" "work" {}\n' + _BLOCKS["url"]

    merged = merge(replace(EMPTY, elements=(own,)), drafted(open_))

    assert [(item.id, item.told) for item in merged.doubted] == [("api", "Ours (public)")]
    assert "Anybody on the internet to Ours" in [item.told for item in merged.appeared if item.section == "flows"]
    assert own in merged.model.elements
    assert ("internet", "api") in {(item.source, item.target) for item in merged.model.flows}


def test_one_element_of_people_may_stand_for_many_by_a_pattern() -> None:
    own = Element("stores", "All stores", ElementKind.DATA_STORE, resources=("aws_s3_bucket.*",))

    merged = merge(
        replace(EMPTY, elements=(own,)),
        drafted('resource "aws_s3_bucket" "a" {}\nresource "aws_s3_bucket" "b" {}'),
    )

    assert merged.model.elements == (own,)


def test_a_flow_that_somebody_wrote_stands_for_the_one_that_was_found() -> None:
    once = merge(EMPTY, drafted(WIRED)).model
    flow = Flow("work", "sqs-queue-jobs", "lambda-function-work", title="Orders to do", is_encrypted=True)
    model = replace(once, flows=(flow,))

    merged = merge(model, drafted(WIRED))

    assert merged.model.flows == (flow,)
    assert merged.is_same


def test_what_a_written_flow_needs_is_kept_when_it_vanishes() -> None:
    once = merge(EMPTY, drafted(WIRED)).model
    model = replace(once, flows=(Flow("work", "sqs-queue-jobs", "lambda-function-work"),))

    merged = merge(model, drafted('resource "aws_lambda_function" "work" {}'))

    assert ids(merged, "missing") == ["sqs-queue-jobs"]
    assert "sqs-queue-jobs" in [item.id for item in merged.model.elements]


def test_what_is_dismissed_does_not_come_back_nor_do_its_flows() -> None:
    model = replace(EMPTY, dismissed=(Dismissal("sqs-queue-jobs", "It is only for tests."),))

    merged = merge(model, drafted(WIRED))

    assert [item.id for item in merged.model.elements] == ["lambda-function-work"]
    assert merged.model.flows == ()


def test_a_resource_that_was_renamed_is_the_same_element() -> None:
    once = merge(EMPTY, drafted(QUEUE)).model

    merged = merge(
        once,
        drafted('resource "aws_sqs_queue" "tasks" { name = "jobs" }'),
        moved={"aws_sqs_queue.tasks": "aws_sqs_queue.jobs"},
    )

    assert [(item.id, item.resources) for item in merged.model.elements] == [
        ("sqs-queue-jobs", ("aws_sqs_queue.tasks",))
    ]
    assert ids(merged, "changed") == ["sqs-queue-jobs"]
    assert (merged.appeared, merged.vanished) == ((), ())


def test_a_block_that_gets_a_count_is_the_same_element() -> None:
    once = merge(EMPTY, drafted(QUEUE)).model

    merged = merge(once, drafted('resource "aws_sqs_queue" "jobs" { count = 2 }'))

    assert [(item.id, item.resources) for item in merged.model.elements] == [
        ("sqs-queue-jobs", ("aws_sqs_queue.jobs[*]",))
    ]
    assert merged.vanished == ()


def test_a_new_element_comes_into_the_account_that_people_divided_into_networks() -> None:
    once = merge(EMPTY, drafted(QUEUE + TABLE)).model
    boundaries = (
        Boundary("ours", "Our account", BoundaryKind.ACCOUNT),
        Boundary("inside", "Our network", BoundaryKind.NETWORK, within="ours"),
    )
    elements = tuple(
        replace(item, boundary=around, inferred=False)
        for item, around in zip(once.elements, ("ours", "inside"), strict=True)
    )

    merged = merge(
        replace(once, boundaries=boundaries, elements=elements),
        drafted(QUEUE + TABLE + 'resource "aws_s3_bucket" "files" {}'),
    )

    assert merged.model.boundaries == boundaries
    assert merged.model.elements[-1].boundary == "ours"


def test_an_id_that_people_gave_to_something_else_is_left_to_them() -> None:
    own = Element("sqs-queue-jobs", "Another queue", ElementKind.DATA_STORE, resources=("aws_sqs_queue.old",))

    merged = merge(replace(EMPTY, elements=(own,)), drafted(QUEUE))

    assert [(item.id, item.resources) for item in merged.model.elements] == [
        ("sqs-queue-jobs", ("aws_sqs_queue.old",)),
        ("sqs-queue-jobs-2", ("aws_sqs_queue.jobs",)),
    ]
    assert merge(merged.model, drafted(QUEUE)).is_same


def test_assets_of_people_are_theirs() -> None:
    model = replace(EMPTY, assets=(Asset("orders", "Orders", DataClass.RESTRICTED),))

    merged = merge(model, drafted(WIRED))

    assert merged.model.assets == model.assets
    assert {item.assets for item in merged.model.elements} == {()}
    assert {item.assets for item in merged.model.flows} == {()}


BUCKET = 'resource "aws_s3_bucket" "files" { bucket = "files" }\n'


def with_threats(model: ThreatModel, terraform: str) -> Merged:
    return merge_threats(merge(model, drafted(terraform)), load_library())


def test_threats_of_the_library_appear_once_and_go_with_what_they_were_about() -> None:
    once = with_threats(EMPTY, BUCKET)

    assert "stored-objects-open-to-everybody" in ids(once, "appeared")
    assert with_threats(once.model, BUCKET).is_same
    assert "stored-objects-open-to-everybody" in ids(with_threats(once.model, QUEUE), "vanished")


def test_a_threat_in_words_of_people_covers_the_one_of_the_library_at_the_same_places() -> None:
    once = with_threats(EMPTY, BUCKET)
    own = Threat(
        "everybody-reads",
        "Everybody reads the files",
        ThreatCategory.INFORMATION_DISCLOSURE,
        Severity.HIGH,
        places=("s3-bucket-files",),
        controls=("object-storage-no-public-access",),
    )

    merged = with_threats(replace(once.model, threats=(own,)), BUCKET)

    assert "stored-objects-open-to-everybody" in ids(merged, "covered")
    assert merged.model.threats[0] == own
    assert "stored-objects-open-to-everybody" not in [item.id for item in merged.model.threats]


def test_a_threat_that_somebody_accepted_is_theirs_though_its_line_still_says_inferred() -> None:
    once = with_threats(EMPTY, BUCKET)
    accepted = replace(once.model.threats[0], accepted=Acceptance("It is a demo.", date(2030, 1, 1)))

    merged = with_threats(replace(once.model, threats=(accepted, *once.model.threats[1:])), BUCKET)

    assert merged.is_same
    assert merged.model.threats[0] == accepted


def test_a_confirmed_threat_that_could_happen_elsewhere_too_is_told_and_not_changed() -> None:
    once = with_threats(EMPTY, BUCKET)
    confirmed = replace(once.model, threats=tuple(replace(item, inferred=False) for item in once.model.threats))

    merged = with_threats(confirmed, BUCKET + 'resource "aws_s3_bucket" "more" { bucket = "more" }')

    assert "stored-objects-open-to-everybody" in ids(merged, "wider")
    assert merged.model.threats[: len(confirmed.threats)] == confirmed.threats


_BLOCKS = {
    "queue": QUEUE,
    "table": TABLE,
    "bucket": BUCKET,
    "function": 'resource "aws_lambda_function" "work" {}\n',
    "url": 'resource "aws_lambda_function_url" "work" {\n function_name = aws_lambda_function.work.arn\n'
    ' authorization_type = "NONE"\n}\n',
    "wire": 'resource "aws_lambda_event_source_mapping" "work" {\n event_source_arn = aws_sqs_queue.jobs.arn\n'
    " function_name = aws_lambda_function.work.arn\n}\n",
}
sources = st.sets(st.sampled_from(sorted(_BLOCKS))).map(lambda names: "".join(_BLOCKS[name] for name in sorted(names)))


@given(
    before=sources,
    after=sources,
    confirmed=st.sets(st.integers(0, 5)),
    is_complete=st.booleans(),
    assets=st.sampled_from([(), (Asset("orders", "Orders", DataClass.RESTRICTED),)]),
)
def test_every_merge_keeps_what_people_hold_and_settles_at_once(
    before: str,
    after: str,
    confirmed: set[int],
    is_complete: bool,  # noqa: FBT001 - given by Hypothesis
    assets: tuple[Asset, ...],
) -> None:
    once = merge(replace(EMPTY, assets=assets), drafted(before)).model
    elements = tuple(
        replace(item, inferred=item.inferred and number not in confirmed) for number, item in enumerate(once.elements)
    )
    people = replace(once, elements=elements)
    draft = drafted(after)

    merged = merge(people, draft, is_complete=is_complete)

    held = [item for item in people.elements if not item.inferred]
    assert [item for item in merged.model.elements if not item.inferred] == held
    assert merge(merged.model, draft, is_complete=is_complete).is_same
    assert check_threat_model(render_model(merged.model).encode(), control_ids=frozenset()).problems == ()
