"""Decisions made again, for tests of what shows them."""

from typing import Any

from pavior.policy.basis import DecisionBasis
from pavior.policy.model import DecisionOutcome, Effect, Level
from pavior.policy.recomputed import Gap, GapCode, Recomputed, RecomputedStatus, RulingDifference
from pavior.reports.model import RecomputedView
from pavior.testing.builders import BUCKET, DIGEST, NOON, PUBLIC_ACCESS, a_ruling


def a_basis(**fields: Any) -> DecisionBasis:
    """What a Decision about the bucket was made from, with a value that somebody chose."""
    given: dict[str, Any] = {
        "input_digest": "1d" * 32,
        "program": "pavior 0.1.0",
        "team": "payments",
        "data_class": "internal",
        "is_production": False,
        "is_destroy": False,
        "controls": {PUBLIC_ACCESS: "ab" * 32},
        "parameters": {PUBLIC_ACCESS: {"regions": ("eu-west-1",), "retention_days": 90}},
        "first_seen": {BUCKET: NOON},
    }
    return DecisionBasis(**{**given, **fields})


def a_recomputed(**fields: Any) -> Recomputed:
    """Four rulings that came out the same."""
    return Recomputed(**{"status": RecomputedStatus.IDENTICAL, "rulings": 4, "same": 4, **fields})


def a_different_one(**fields: Any) -> Recomputed:
    """Of two rulings one is only warned of now, and the control of the other is at another version."""
    given: dict[str, Any] = {
        "status": RecomputedStatus.DIFFERENT,
        "rulings": 2,
        "same": 0,
        "different": (
            RulingDifference(
                PUBLIC_ACCESS,
                BUCKET,
                a_ruling(),
                a_ruling(level=Level.WARN, effect=Effect.WARN, level_change="L-3"),
                "The records of levels say otherwise for that instant.",
            ),
        ),
        "not_recomputed": 1,
        "gaps": (
            Gap(
                GapCode.CONTROL_CHANGED,
                "log-retention is at version f0f0 here and the Decision was made with abab.",
                "Install what holds log-retention at abab: pavior 0.1.0.",
                "log-retention",
                1,
            ),
        ),
    }
    return a_recomputed(**{**given, **fields})


def a_recomputed_view(**fields: Any) -> RecomputedView:
    """The first plan of C-1, which comes out the same."""
    given: dict[str, Any] = {
        "change_id": "C-1",
        "environment": "orders/dev",
        "number": 1,
        "numbers": (1,),
        "plan_digest": DIGEST,
        "evaluated_at": NOON,
        "outcome": DecisionOutcome.BLOCKED,
        "made_by": "pavior 0.1.0",
        "input_digest": "1d" * 32,
        "stored_digest": "1d" * 32,
        "program": "pavior 0.1.0",
        "result": a_recomputed(),
    }
    return RecomputedView(**{**given, **fields})
