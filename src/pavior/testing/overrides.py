"""Overrides of the small company, for tests."""

from datetime import timedelta
from typing import Any

from pavior.environments.model import ChangeStatus
from pavior.kernel.verdicts import Outcome
from pavior.overrides.model import Override, OverrideState, ReasonClass
from pavior.policy.overriding import Denied
from pavior.reports.override_page import OverrideView
from pavior.testing.builders import BUCKET, DIGEST, NOON, PUBLIC_ACCESS, a_change


def an_override(**fields: Any) -> Override:
    """OV-1: Mara asks to let the public bucket of her C-2 through, because of an incident; nobody decided yet."""
    given: dict[str, Any] = {
        "id": "OV-1",
        "change_id": "C-2",
        "environment": "orders/dev",
        "plan_number": 1,
        "plan_digest": DIGEST,
        "controls_digest": "cd" * 32,
        "denied": (Denied(PUBLIC_ACCESS, BUCKET, Outcome.FAILED),),
        "reason_class": ReasonClass.INCIDENT,
        "reason": "Checkout is down.",
        "hours": 4,
        "requester": "mara",
        "change_requester": "mara",
        "requested_at": NOON,
    }
    return Override(**{**given, **fields})


def an_approved_override(**fields: Any) -> Override:
    """The same, let through by Sam at noon; it is over at four, and to be reviewed within a week."""
    given: dict[str, Any] = {
        "state": OverrideState.APPROVED,
        "decided_by": "sam",
        "decided_at": NOON,
        "expires_at": NOON + timedelta(hours=4),
        "review_due_at": NOON + timedelta(days=7),
    }
    return an_override(**{**given, **fields})


def an_override_view(**fields: Any) -> OverrideView:
    """It waits for somebody else; its reader may do nothing with it."""
    given: dict[str, Any] = {
        "override": an_override(),
        "change": a_change(id="C-2", status=ChangeStatus.BLOCKED),
        "is_in_force": False,
        "is_review_overdue": False,
        "is_answerable": True,
        "may_decide": False,
        "may_revoke": False,
        "may_review": False,
    }
    return OverrideView(**{**given, **fields})
