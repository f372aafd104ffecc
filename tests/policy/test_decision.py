from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from pavior.kernel.verdicts import Outcome, Phase, Severity, UnknownReason, Verdict
from pavior.policy.decision import controls_digest, decide, verify_obligations, weigh
from pavior.policy.levels import level_of
from pavior.policy.model import Coverage, Decision, DecisionOutcome, Effect, Evaluation, Level
from pavior.policy.risk import Touched
from pavior.policy.waiver_model import WaiverState
from pavior.testing.builders import BUCKET, DIGEST, NOON, PUBLIC_ACCESS, a_control, a_verdict, an_approved_waiver

PASSED = a_verdict(outcome=Outcome.PASSED, message="")
FAILED = a_verdict()
ERRORED = a_verdict(outcome=Outcome.ERRORED, message="KeyError")
NOT_EVALUATED = a_verdict(outcome=Outcome.UNKNOWN, reason=UnknownReason.NOT_EVALUATED, message="var.acl has no value")
AFTER_APPLY = a_verdict(outcome=Outcome.UNKNOWN, reason=UnknownReason.KNOWN_AFTER_APPLY, message="")
REASONLESS = a_verdict(outcome=Outcome.UNKNOWN, reason=None)
ALL = (PASSED, FAILED, ERRORED, NOT_EVALUATED, AFTER_APPLY, REASONLESS)


def an_evaluation(*verdicts: Verdict, uncovered: dict[str, int] | None = None) -> Evaluation:
    return Evaluation(verdicts, Coverage({"aws_s3_bucket": 1} if verdicts else {}, uncovered or {}))


def decided(*verdicts: Verdict, uncovered: dict[str, int] | None = None, **fields: Any) -> Decision:
    given = {
        "environment": "orders/dev",
        "is_production": False,
        "controls": (a_control(),),
        "waivers": (),
        "plan_digest": DIGEST,
        "now": NOON,
        "touched": Touched(),
        "is_destroy": False,
        "data_class": "internal",
    }
    return decide(an_evaluation(*verdicts, uncovered=uncovered), **{**given, **fields})


def effect_of(verdict: Verdict, **fields: Any) -> Effect:
    return decided(verdict, **fields).rulings[0].effect


# By the rule's text: only a pass passes; what may be asked again after the apply may go on; all else stops.
@pytest.mark.parametrize(
    ("verdict", "block", "warn", "observe"),
    [
        (PASSED, Effect.PASS, Effect.PASS, Effect.PASS),
        (FAILED, Effect.BLOCK, Effect.WARN, Effect.OBSERVE),
        (ERRORED, Effect.BLOCK, Effect.WARN, Effect.OBSERVE),
        (NOT_EVALUATED, Effect.BLOCK, Effect.WARN, Effect.OBSERVE),
        (REASONLESS, Effect.BLOCK, Effect.WARN, Effect.OBSERVE),
        (AFTER_APPLY, Effect.OBLIGATION, Effect.WARN, Effect.OBSERVE),
    ],
)
def test_what_a_verdict_does_depends_on_the_level(
    verdict: Verdict, block: Effect, warn: Effect, observe: Effect
) -> None:
    effects = [effect_of(verdict, controls=(a_control(default_level=level),)) for level in Level]

    assert dict(zip(Level, effects, strict=True)) == {Level.BLOCK: block, Level.WARN: warn, Level.OBSERVE: observe}


def test_everything_passed_in_dev_and_nobody_is_asked() -> None:
    decision = decided(PASSED)

    assert decision.outcome is DecisionOutcome.ALLOWED
    assert (decision.approvals_required, decision.reasons) == (0, ())
    assert (decision.plan_digest, decision.evaluated_at, decision.environment) == (DIGEST, NOON, "orders/dev")
    assert decision.coverage == Coverage({"aws_s3_bucket": 1}, {})


def test_an_obligation_lets_a_plan_go_on() -> None:
    assert decided(AFTER_APPLY).outcome is DecisionOutcome.ALLOWED


def test_an_unknown_in_source_warns_since_the_gate_asks_the_plan() -> None:
    for verdict in (NOT_EVALUATED, AFTER_APPLY):
        assert effect_of(structs.replace(verdict, phase=Phase.CODE)) is Effect.WARN
    assert effect_of(structs.replace(FAILED, phase=Phase.CODE)) is Effect.BLOCK
    assert effect_of(structs.replace(ERRORED, phase=Phase.CODE)) is Effect.BLOCK


def test_the_level_is_that_of_the_stage_and_else_the_default() -> None:
    control = a_control(default_level=Level.WARN, levels={"prod": Level.BLOCK, "dev": Level.OBSERVE})

    assert level_of(control, "orders/prod") is Level.BLOCK
    assert level_of(control, "prod") is Level.BLOCK
    assert level_of(control, "orders/dev") is Level.OBSERVE
    assert level_of(control, "prod/staging") is Level.WARN
    assert level_of(control, "") is Level.WARN
    assert effect_of(FAILED, controls=(control,), environment="orders/prod") is Effect.BLOCK


def test_a_verdict_of_a_control_that_is_not_there_any_more_blocks() -> None:
    assert effect_of(FAILED, controls=()) is Effect.BLOCK
    assert effect_of(PASSED, controls=()) is Effect.PASS


def test_a_waiver_excuses_until_the_moment_before_its_end() -> None:
    end = NOON + timedelta(days=7)
    waiver = an_approved_waiver(expires_at=end)

    before = decided(FAILED, waivers=(waiver,), now=end - timedelta(microseconds=1))
    after = decided(FAILED, waivers=(waiver,), now=end)

    assert (before.outcome, before.rulings[0].effect) == (DecisionOutcome.ALLOWED, Effect.WAIVED)
    assert before.rulings[0].waiver_id == "W-1"
    assert (after.outcome, after.rulings[0].effect) == (DecisionOutcome.BLOCKED, Effect.BLOCK)
    assert after.rulings[0].waiver_id == ""


@pytest.mark.parametrize(
    "fields",
    [
        {"environment": "orders/prod"},
        {"control": "another"},
        {"subject": "aws_s3_bucket.other"},
        {"state": WaiverState.REQUESTED},
        {"state": WaiverState.DENIED},
        {"state": WaiverState.REVOKED},
        {"expires_at": None},
    ],
)
def test_a_waiver_of_something_else_excuses_nothing(fields: dict[str, Any]) -> None:
    assert decided(FAILED, waivers=(an_approved_waiver(**fields),)).outcome is DecisionOutcome.BLOCKED


def test_a_waiver_without_subject_excuses_the_whole_environment() -> None:
    assert effect_of(FAILED, waivers=(an_approved_waiver(subject=""),)) is Effect.WAIVED


@pytest.mark.parametrize("verdict", [ERRORED, NOT_EVALUATED, AFTER_APPLY])
def test_a_waiver_excuses_not_knowing_as_well_as_failing(verdict: Verdict) -> None:
    assert effect_of(verdict, waivers=(an_approved_waiver(),)) is Effect.WAIVED


def test_a_pass_needs_no_excuse() -> None:
    assert effect_of(PASSED, waivers=(an_approved_waiver(),)) is Effect.PASS


def test_of_several_waivers_the_one_that_lasts_longest_is_named() -> None:
    waivers = tuple(an_approved_waiver(id=f"W-{days}", expires_at=NOON + timedelta(days=days)) for days in (3, 9, 5))

    assert decided(FAILED, waivers=waivers).rulings[0].waiver_id == "W-9"


def test_production_needs_another_person() -> None:
    decision = decided(PASSED, environment="orders/prod", is_production=True)

    assert decision.outcome is DecisionOutcome.NEEDS_APPROVAL
    assert decision.approvals_required == 1
    assert decision.reasons == ("orders/prod is production, where another person approves every Change.",)


def test_a_delete_needs_another_person_also_in_dev() -> None:
    one = decided(PASSED, touched=Touched(deletes=("aws_s3_bucket.old",)))
    three = decided(PASSED, touched=Touched(deletes=("aws_s3_bucket.old", "a.b", "c.d")))

    assert (one.outcome, one.approvals_required) == (DecisionOutcome.NEEDS_APPROVAL, 1)
    assert one.reasons == ("It deletes or replaces aws_s3_bucket.old, which another person must want too.",)
    assert three.reasons == (
        "It deletes or replaces aws_s3_bucket.old and 2 more, which another person must want too.",
    )


def test_a_destroy_needs_another_person_and_has_no_verdicts_to_miss() -> None:
    decision = decided(is_destroy=True, touched=Touched(deletes=(BUCKET,)))

    assert (decision.outcome, decision.approvals_required) == (DecisionOutcome.NEEDS_APPROVAL, 1)
    assert decision.reasons == ("It destroys orders/dev with everything in it, which another person must want too.",)


def test_a_plan_that_no_control_looked_at_is_not_let_through_by_itself() -> None:
    decision = decided(uncovered={"aws_sqs_queue": 2, "aws_sns_topic": 1})

    assert (decision.outcome, decision.approvals_required) == (DecisionOutcome.NEEDS_APPROVAL, 1)
    (reason,) = decision.reasons
    assert reason.startswith("Controls looked at none of its 3 resources (aws_sns_topic, aws_sqs_queue), and no ev")
    assert decided().outcome is DecisionOutcome.NEEDS_APPROVAL


def test_a_blocked_plan_says_what_blocks_and_nothing_else_worst_first() -> None:
    worse = a_control(id="z-worse", severity=Severity.CRITICAL)
    decision = decided(
        FAILED,
        a_verdict(subject="aws_s3_bucket.b", position=None),
        structs.replace(NOT_EVALUATED, control="z-worse"),
        structs.replace(ERRORED, control="z-worse", position=None),
        PASSED,
        controls=(a_control(), worse),
        is_production=True,
        touched=Touched(deletes=("x.y",)),
    )

    assert decision.outcome is DecisionOutcome.BLOCKED
    assert decision.reasons == (
        f"The rule of z-worse broke on {BUCKET}, which is no pass: KeyError.",
        f"z-worse could not be evaluated on {BUCKET} at infra/main.tf:14, which is no pass: var.acl has no value.",
        f"{PUBLIC_ACCESS} failed on {BUCKET} at infra/main.tf:14 and 1 more: Everybody can read the bucket.",
    )
    assert decision.approvals_required == 1


def test_rulings_keep_the_order_of_the_verdicts() -> None:
    assert tuple(ruling.verdict for ruling in decided(*ALL).rulings) == ALL


def test_the_digest_is_of_ids_and_versions_whatever_the_order() -> None:
    a, b = a_control(id="a", version="1"), a_control(id="b", version="2")

    assert controls_digest((a, b)) == controls_digest((b, a))
    assert len(controls_digest(())) == 64
    different = {
        controls_digest(()),
        controls_digest((a,)),
        controls_digest((a, b)),
        controls_digest((a, structs.replace(b, version="3"))),
        controls_digest((structs.replace(a, version="12"), structs.replace(b, version=""))),
    }
    assert len(different) == 5
    assert decided(PASSED).controls_digest == controls_digest((a_control(),))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ((PASSED,), Outcome.PASSED),
        ((FAILED,), Outcome.FAILED),
        ((PASSED, FAILED), Outcome.FAILED),
        ((PASSED, ERRORED), Outcome.ERRORED),
        ((PASSED, NOT_EVALUATED), Outcome.UNKNOWN),
        ((), Outcome.UNKNOWN),
        ((structs.replace(PASSED, subject="aws_s3_bucket.other"),), Outcome.UNKNOWN),
        ((structs.replace(PASSED, control="another"),), Outcome.UNKNOWN),
    ],
)
def test_an_obligation_is_met_only_by_a_pass_of_its_own(found: tuple[Verdict, ...], expected: Outcome) -> None:
    decision = decided(AFTER_APPLY, PASSED)

    answers = verify_obligations(decision, an_evaluation(*found))

    assert [(ruling.verdict, outcome) for ruling, outcome in answers] == [(AFTER_APPLY, expected)]


VERDICTS = st.lists(st.sampled_from(ALL), max_size=6)


@given(verdicts=VERDICTS, level=st.sampled_from(Level), is_production=st.booleans(), is_waived=st.booleans())
def test_nothing_but_a_pass_is_ever_shown_as_one(
    *, verdicts: list[Verdict], level: Level, is_production: bool, is_waived: bool
) -> None:
    waivers = (an_approved_waiver(),) if is_waived else ()
    decision = decided(
        *verdicts, controls=(a_control(default_level=level),), waivers=waivers, is_production=is_production
    )

    for ruling in decision.rulings:
        assert (ruling.effect is Effect.PASS) == (ruling.verdict.outcome is Outcome.PASSED)
        assert (ruling.effect is Effect.WAIVED) == bool(ruling.waiver_id)
    assert (decision.outcome is DecisionOutcome.BLOCKED) == bool(decision.with_effect(Effect.BLOCK))
    assert bool(decision.reasons) == (decision.outcome is not DecisionOutcome.ALLOWED)
    if is_production or not verdicts:
        assert decision.outcome is not DecisionOutcome.ALLOWED


def test_without_waivers_each_verdict_is_weighed_by_itself() -> None:
    rulings = weigh((FAILED, PASSED), environment="", controls=(a_control(),))

    assert [ruling.effect for ruling in rulings] == [Effect.BLOCK, Effect.PASS]
