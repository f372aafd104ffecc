"""Requirements stand by the worst that is known of them, and what nobody knows is no pass.

Order, by the definition: failed before unknown (errored with it) before waived before passed.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest

from pavior.kernel.verdicts import Outcome, Phase, Verdict
from pavior.policy.compliance import (
    Answered,
    Framework,
    MappedFramework,
    MappedRequirement,
    Place,
    Requirement,
    RequirementStanding,
    RequirementState,
    StateCounts,
    count_states,
    describe_mappings,
    stand,
    unlisted_ids,
)
from pavior.testing.builders import NOON, PUBLIC_ACCESS, a_control, a_verdict

CONTROLS = (a_control(), a_control(id="tags-owner", mappings={"nist-800-53": ("CM-8", "AC-3(7)")}))


def a_framework(*requirements: Requirement) -> Framework:
    return Framework(
        "nist-800-53", "NIST", "5", "https://example.org", "All.", is_whole=True, requirements=requirements
    )


AC_3 = Requirement("AC-3", "Access Enforcement", "Access")


def a_place(*outcomes: Outcome, **fields: Any) -> Place:
    verdicts = tuple(
        a_verdict(outcome=outcome, subject=f"aws_s3_bucket.b{number}") for number, outcome in enumerate(outcomes)
    )
    answers: Mapping[str, Answered] = (
        {PUBLIC_ACCESS: Answered(Phase.PLAN, NOON, "C-1", verdicts, "ab" * 32)} if verdicts else {}
    )
    return Place(**{"environment": "orders/dev", "team": "payments", "answers": answers, "not_asked": {}, **fields})


def nobody(_: str, __: Verdict) -> str:
    return ""


def the_first(_: str, verdict: Verdict) -> str:
    """Excuses the first subject only."""
    return "W-1" if verdict.subject.endswith("b0") else ""


def stood(*places: Place, requirement: Requirement = AC_3, find_waiver: Any = nobody) -> RequirementStanding:
    return stand(a_framework(requirement), CONTROLS, places, find_waiver)[0]


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome.PASSED, RequirementState.MET),
        (Outcome.FAILED, RequirementState.NOT_MET),
        (Outcome.UNKNOWN, RequirementState.UNKNOWN),
        (Outcome.ERRORED, RequirementState.UNKNOWN),
    ],
)
def test_one_verdict_says_how_its_requirement_stands(outcome: Outcome, state: RequirementState) -> None:
    assert stood(a_place(outcome)).state is state


@pytest.mark.parametrize(
    ("worse", "better"), tuple(combinations((Outcome.FAILED, Outcome.ERRORED, Outcome.UNKNOWN, Outcome.PASSED), 2))
)
def test_of_two_verdicts_the_worse_counts_and_stands_first(worse: Outcome, better: Outcome) -> None:
    found = stood(a_place(better, worse))

    assert found.state is stood(a_place(worse)).state
    assert found.evidence[0].outcome is worse


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.UNKNOWN, Outcome.ERRORED])
def test_a_waiver_excuses_what_has_not_passed_and_is_named(outcome: Outcome) -> None:
    found = stood(a_place(outcome, Outcome.PASSED), find_waiver=the_first)

    assert found.state is RequirementState.WAIVED
    assert found.evidence[0].waiver_id == "W-1"


def test_a_waiver_of_one_thing_leaves_another_as_it_is() -> None:
    assert stood(a_place(Outcome.FAILED, Outcome.FAILED), find_waiver=the_first).state is RequirementState.NOT_MET
    assert stood(a_place(Outcome.FAILED, Outcome.UNKNOWN), find_waiver=the_first).state is RequirementState.UNKNOWN


def test_what_passed_needs_no_waiver_and_is_not_called_waived() -> None:
    found = stood(a_place(Outcome.PASSED), find_waiver=the_first)

    assert (found.state, found.evidence[0].waiver_id) == (RequirementState.MET, "")


def test_a_requirement_without_any_control_is_not_covered_whatever_else_is_known() -> None:
    pe_3 = Requirement("PE-3", "Doors", "Physical")

    assert stood(a_place(Outcome.FAILED), requirement=pe_3).state is RequirementState.NOT_COVERED
    assert stood(a_place(is_evaluated=False), requirement=pe_3).evidence == ()


def test_a_control_that_said_nothing_leaves_its_requirement_unknown_and_is_named() -> None:
    found = stood(a_place(), requirement=Requirement("CM-8", "", "Configuration"))

    assert (found.state, found.silent, found.evidence) == (RequirementState.UNKNOWN, ("tags-owner",), ())
    assert stood().state is RequirementState.UNKNOWN


@pytest.mark.parametrize(
    ("subject", "outcome", "state"),
    [
        ("aws_db_instance.orders", Outcome.PASSED, RequirementState.MET),
        ('module.a["x.y"].aws_db_instance.orders[0]', Outcome.FAILED, RequirementState.NOT_MET),
        # What is of another type neither meets it nor fails it.
        ("aws_dynamodb_table.carts", Outcome.PASSED, RequirementState.UNKNOWN),
        ("aws_dynamodb_table.carts", Outcome.FAILED, RequirementState.UNKNOWN),
        # Nobody can tell what it is, so it meets nothing and its failure is not hidden.
        ("orders", Outcome.PASSED, RequirementState.UNKNOWN),
        ("orders", Outcome.FAILED, RequirementState.NOT_MET),
    ],
)
def test_a_requirement_with_types_stands_by_verdicts_about_these_alone(
    subject: str, outcome: Outcome, state: RequirementState
) -> None:
    verdicts = (a_verdict(subject=subject, outcome=outcome),)
    place = a_place(answers={PUBLIC_ACCESS: Answered(Phase.PLAN, NOON, "C-1", verdicts)})

    found = stood(place, requirement=replace(AC_3, types=("aws_db_instance", "aws_rds_cluster")))

    assert found.state is state
    # A control that said nothing that counts is named.
    assert found.silent == ((PUBLIC_ACCESS,) if not found.evidence else ())


def test_an_environment_that_was_never_evaluated_is_unknown_beside_one_that_passed() -> None:
    found = stood(a_place(Outcome.PASSED), a_place(environment="orders/prod", is_evaluated=False))

    assert found.state is RequirementState.UNKNOWN
    assert (found.evidence[0].environment, found.evidence[0].outcome) == ("orders/prod", None)


def test_a_control_that_was_not_asked_about_something_there_leaves_it_unknown() -> None:
    found = stood(a_place(Outcome.PASSED, not_asked={PUBLIC_ACCESS: "nobody has set regions"}))

    assert found.state is RequirementState.UNKNOWN
    assert found.evidence[0].message == "It was not asked there: nobody has set regions"


def test_controls_belong_by_mapping_by_a_further_id_and_by_name() -> None:
    named = Requirement("X-1", "", "Own", controls=(PUBLIC_ACCESS,))
    further = Requirement("AC-3", "", "Access", also=("AC-3(7)",))

    assert stood(a_place(Outcome.FAILED), requirement=named).state is RequirementState.NOT_MET
    assert stood(a_place(Outcome.PASSED), requirement=further).controls == (PUBLIC_ACCESS, "tags-owner")


def test_what_another_cloud_passes_or_fails_says_nothing_of_a_benchmark_of_one() -> None:
    azure = replace(a_framework(AC_3), providers=("azurerm",))

    def state(subject: str, outcome: Outcome) -> RequirementState:
        verdicts = (a_verdict(subject=subject, outcome=outcome),)
        place = a_place(answers={PUBLIC_ACCESS: Answered(Phase.PLAN, NOON, "C-1", verdicts)})
        return stand(azure, CONTROLS, (place,), nobody)[0].state

    assert state("aws_s3_bucket.a", Outcome.PASSED) is RequirementState.UNKNOWN
    assert state("aws_s3_bucket.a", Outcome.FAILED) is RequirementState.UNKNOWN
    assert state("module.x.azurerm_storage_account.a", Outcome.PASSED) is RequirementState.MET
    # Nobody can tell whose it is, so its failure is not hidden.
    assert state("files", Outcome.FAILED) is RequirementState.NOT_MET


def test_ids_that_controls_name_and_the_framework_does_not_list_are_told() -> None:
    assert unlisted_ids(a_framework(AC_3), CONTROLS) == ("AC-3(7)", "CM-8")


def test_evidence_says_of_what_and_of_when_it_is() -> None:
    row = stood(a_place(Outcome.FAILED)).evidence[0]

    assert (row.phase, row.at, row.change_id, row.input_digest) == (Phase.PLAN, NOON, "C-1", "ab" * 32)
    assert (row.subject, row.where, row.message) == (
        "aws_s3_bucket.b0",
        "infra/main.tf:14",
        "Everybody can read the bucket.",
    )


def test_counts_are_told_with_what_they_are_parts_of() -> None:
    framework = a_framework(AC_3, Requirement("CM-8", "", ""), Requirement("PE-3", "", ""))

    counts = count_states(stand(framework, CONTROLS, (a_place(Outcome.PASSED),), nobody))

    assert counts == StateCounts(met=1, not_met=0, waived=0, unknown=1, not_covered=1, total=3)
    assert str(counts) == "1 of 3 requirements met, 0 not met, 0 waived, 1 unknown, 1 not covered"
    assert [counts.of(state) for state in RequirementState] == [0, 1, 0, 1, 1]


def test_a_place_that_was_not_read_whole_meets_nothing_for_sure() -> None:
    whole, part = stood(a_place(Outcome.PASSED)), stood(a_place(Outcome.PASSED, passed_over=2))

    assert (whole.state, part.state) == (RequirementState.MET, RequirementState.UNKNOWN)
    assert part.evidence[0].message == "Parts were passed over when it was read: 2."
    assert stood(a_place(Outcome.FAILED, passed_over=2)).state is RequirementState.NOT_MET


def test_what_a_control_names_is_told_in_words_where_there_are_some() -> None:
    framework = a_framework(replace(AC_3, also=("AC-3(7)",)))
    control = a_control(mappings={"nist-800-53": ("AC-3(7)", "AC-99"), "acme": ("A-1",)})

    assert describe_mappings(control, (framework,)) == (
        MappedFramework("acme", "", (MappedRequirement("A-1", ""),)),
        MappedFramework(
            "nist-800-53", "NIST", (MappedRequirement("AC-3(7)", "Access Enforcement"), MappedRequirement("AC-99", ""))
        ),
    )
