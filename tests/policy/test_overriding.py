"""What an override does to a Decision: what it covers does not block, and is no pass either."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec import structs

from pavior.kernel.verdicts import Outcome, UnknownReason, Verdict
from pavior.policy.decision import controls_digest, decide
from pavior.policy.model import Coverage, Decision, DecisionOutcome, Effect, Evaluation, Level
from pavior.policy.overriding import Denied, OverrideBasis
from pavior.policy.rendering import denials, summary
from pavior.policy.risk import Touched
from pavior.policy.risk_model import RiskFactor
from pavior.testing.builders import BUCKET, DIGEST, NOON, PUBLIC_ACCESS, a_control, a_verdict, an_approved_waiver

FAILED = a_verdict()
OTHER = a_verdict(subject="aws_s3_bucket.other")
END = NOON + timedelta(hours=4)
BASIS = OverrideBasis(
    id="OV-1",
    reason_class="incident",
    reason="Checkout is down.",
    plan_digest=DIGEST,
    controls_digest=controls_digest([a_control()]),
    denied=(Denied(PUBLIC_ACCESS, BUCKET, Outcome.FAILED),),
    requester="mara",
    approver="sam",
    approved_at=NOON,
    expires_at=END,
)


def decided(*verdicts: Verdict, override: OverrideBasis | None = BASIS, **fields: Any) -> Decision:
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
    evaluation = Evaluation(verdicts or (FAILED,), Coverage({"aws_s3_bucket": 1}, {}))
    return decide(evaluation, override=override, **{**given, **fields})


def test_what_it_covers_keeps_its_outcome_and_another_person_must_approve() -> None:
    decision = decided()

    assert [(item.verdict, item.effect) for item in decision.rulings] == [(FAILED, Effect.OVERRIDDEN)]
    assert (decision.outcome, decision.approvals_required) == (DecisionOutcome.NEEDS_APPROVAL, 1)
    assert decision.override == BASIS
    assert decision.risk is not None
    assert [(item.factor, item.weight) for item in decision.risk.factors] == [(RiskFactor.OVERRIDDEN, 3)]
    assert decision.reasons == (f"Only an override lets it through: {PUBLIC_ACCESS}.",)
    assert summary(decision) == "1 overridden."
    assert denials(decision, (a_control(),)) == ()


@pytest.mark.parametrize(
    ("override", "now"),
    [
        (structs.replace(BASIS, plan_digest="0" * 64), NOON),
        (structs.replace(BASIS, controls_digest="0" * 64), NOON),
        (structs.replace(BASIS, denied=()), NOON),
        (structs.replace(BASIS, denied=(Denied(PUBLIC_ACCESS, BUCKET, Outcome.UNKNOWN),)), NOON),
        (structs.replace(BASIS, denied=(Denied("tags-owner", BUCKET, Outcome.FAILED),)), NOON),
        (BASIS, END),
        (BASIS, NOON - timedelta(microseconds=1)),
        (None, NOON),
    ],
)
def test_what_is_about_something_else_or_another_time_lets_nothing_through(
    override: OverrideBasis | None, now: Any
) -> None:
    decision = decided(override=override, now=now)

    assert decision.outcome is DecisionOutcome.BLOCKED
    assert decision.rulings[0].effect is Effect.BLOCK
    assert decision.override is None


def test_it_holds_until_just_before_its_end() -> None:
    assert decided(now=END - timedelta(microseconds=1)).outcome is DecisionOutcome.NEEDS_APPROVAL


def test_what_it_does_not_cover_blocks_as_ever() -> None:
    decision = decided(FAILED, OTHER)

    assert [item.effect for item in decision.rulings] == [Effect.OVERRIDDEN, Effect.BLOCK]
    assert decision.outcome is DecisionOutcome.BLOCKED


def test_where_less_blocks_than_it_was_given_for_it_covers_that() -> None:
    waiver = an_approved_waiver(control=PUBLIC_ACCESS, subject=OTHER.subject)
    both = structs.replace(BASIS, denied=(*BASIS.denied, Denied(PUBLIC_ACCESS, OTHER.subject, Outcome.FAILED)))

    decision = decided(FAILED, OTHER, override=both, waivers=(waiver,))

    assert [item.effect for item in decision.rulings] == [Effect.OVERRIDDEN, Effect.WAIVED]


@pytest.mark.parametrize(
    ("verdict", "level", "effect"),
    [
        (a_verdict(outcome=Outcome.PASSED, message=""), Level.BLOCK, Effect.PASS),
        (FAILED, Level.WARN, Effect.WARN),
        (FAILED, Level.OBSERVE, Effect.OBSERVE),
        (
            a_verdict(outcome=Outcome.UNKNOWN, reason=UnknownReason.KNOWN_AFTER_APPLY, message=""),
            Level.BLOCK,
            Effect.OBLIGATION,
        ),
    ],
)
def test_what_does_not_block_is_not_touched_by_it(verdict: Verdict, level: Level, effect: Effect) -> None:
    everything = structs.replace(BASIS, denied=tuple(Denied(PUBLIC_ACCESS, BUCKET, outcome) for outcome in Outcome))

    decision = decided(verdict, override=everything, controls=(a_control(default_level=level),))

    assert decision.rulings[0].effect is effect
    assert decision.override is None
