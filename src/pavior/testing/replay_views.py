"""What pages and commands show of changes of policy, for tests."""

from datetime import timedelta
from typing import Any

from pavior.kernel.verdicts import Outcome
from pavior.policy.level_plans import LevelPlan, ServiceShare
from pavior.policy.levels import LevelScope
from pavior.policy.model import Effect, Level
from pavior.policy.replaying import Replayed, TeamReplay
from pavior.policy.risk_model import RiskFactor, Weighed, risk_of
from pavior.reports.replay_view import NotRead, ReplayView
from pavior.testing.builders import DIGEST, NOON, PUBLIC_ACCESS, a_verdict


def a_replayed(**fields: Any) -> Replayed:
    """The bucket of orders/prod is only warned of, and would be stopped."""
    given: dict[str, Any] = {
        "environment": "orders/prod",
        "team": "payments",
        "verdict": a_verdict(),
        "outcome": Outcome.FAILED,
        "level": Level.WARN,
        "effect": Effect.WARN,
        "level_then": Level.BLOCK,
        "effect_then": Effect.BLOCK,
    }
    return Replayed(**{**given, **fields})


def a_replay_view(**fields: Any) -> ReplayView:
    """Block in production: one bucket of orders would be stopped, and of billing nobody knows."""
    given: dict[str, Any] = {
        "control": PUBLIC_ACCESS,
        "scope": LevelScope("prod"),
        "level": Level.BLOCK,
        "is_new_only": False,
        "parameters": (),
        "version": DIGEST,
        "version_then": DIGEST,
        "waiver": "",
        "as_of": NOON,
        "environments": 2,
        "answered": 1,
        "oldest_at": NOON - timedelta(days=3),
        "teams": (
            TeamReplay("payments", ("orders",), 1, 0, 0, 4, 0),
            TeamReplay("finance", (), 0, 0, 0, 0, 1),
        ),
        "services": (
            ServiceShare("orders", "payments", 1, 0, 0, 0, DIGEST),
            ServiceShare("billing", "finance", 0, 0, 0, 1, DIGEST),
        ),
        "newly_stopped": (a_replayed(),),
        "let_go": (),
        "unanswered": (),
        "not_read": (NotRead("billing/prod", "finance", None, "Nothing was ever evaluated there."),),
        "hidden": (),
    }
    return ReplayView(**{**given, **fields})


def a_level_plan(**fields: Any) -> LevelPlan:
    """Block in production would stop one bucket of orders, and of billing nobody knows."""
    given: dict[str, Any] = {
        "number": 1,
        "digest": DIGEST,
        "inputs_digest": DIGEST,
        "control_version": DIGEST,
        "planned_at": NOON,
        "environments": 2,
        "answered": 1,
        "oldest_at": NOON - timedelta(days=3),
        "subjects": 4,
        "newly_stopped": 1,
        "let_go": 0,
        "unanswered": 0,
        "not_read": 1,
        "services": (
            ServiceShare("orders", "payments", 1, 0, 0, 0, DIGEST),
            ServiceShare("billing", "finance", 0, 0, 0, 1, DIGEST),
        ),
        "services_count": 2,
        "risk": risk_of(
            (
                Weighed(RiskFactor.STOPS_PRODUCTION, 4, "It newly stops 1 resource in production, of 1 service."),
                Weighed(RiskFactor.NOT_KNOWN, 2, "Of 1 environment in production something is not known."),
            )
        ),
        "approvals_required": 1,
    }
    return LevelPlan(**{**given, **fields})
