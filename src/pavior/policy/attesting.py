"""A Decision as portable proof: an in-toto statement about one plan, in a signed DSSE envelope.

Sources: https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md and
https://github.com/secure-systems-lab/dsse/blob/master/protocol.md. Whoever has the public key can verify it without us.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from pavior.kernel.clock import format_instant, parse_instant
from pavior.kernel.errors import InvalidError
from pavior.policy.envelopes import ForgedEnvelopeError, UnreadableEnvelopeError, seal, unseal
from pavior.policy.model import Control, Decision, DecisionOutcome, Ruling
from pavior.policy.risk_model import Risk
from pavior.policy.waiver_model import Waiver

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "urn:pavior:decision:v1"
# A plan is not worth more after a day: the cloud has moved on.
VALID_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Proven:
    """What an envelope says, once it is verified.

    Args:
        not_evaluated: Resource types that no control looked at, to how many; and what the reader passed over
            and which controls were not asked, by name.
        objections: Why the plan may not be applied on the strength of it, one sentence each; none when it may.
    """

    environment: str
    outcome: DecisionOutcome
    plan_digest: str
    evaluated_at: datetime
    valid_until: datetime
    reasons: tuple[str, ...]
    not_evaluated: Mapping[str, int]
    objections: tuple[str, ...]


def attest(
    decision: Decision, *, controls: Iterable[Control], waivers: Iterable[Waiver], issuer: str, key: Ed25519PrivateKey
) -> str:
    """The signed envelope, as one line of JSON.

    Args:
        waivers: Of the environment; those that the Decision rests on are named, and it ends with the first of them.
        issuer: Which program says so, such as `pavior 0.1.0`.
    """
    used = {ruling.waiver_id for ruling in decision.rulings if ruling.waiver_id}
    named = [waiver for waiver in waivers if waiver.id in used]
    ends = [waiver.expires_at for waiver in named if waiver.expires_at is not None]
    statement = {
        "_type": STATEMENT_TYPE,
        "subject": [{"name": "plan.json", "digest": {"sha256": decision.plan_digest}}],
        "predicateType": PREDICATE_TYPE,
        "predicate": {
            "issuer": issuer,
            "environment": decision.environment,
            "outcome": decision.outcome.value,
            "approvalsRequired": decision.approvals_required,
            "reasons": list(decision.reasons),
            "risk": _risk(decision.risk),
            "evaluatedAt": format_instant(decision.evaluated_at),
            "validUntil": format_instant(min([decision.evaluated_at + VALID_FOR, *ends])),
            "controlsDigest": decision.controls_digest,
            "controls": {control.id: control.version for control in controls if control.is_asked},
            "waivers": [
                {"id": item.id, "control": item.control, "expiresAt": format_instant(item.expires_at)}
                for item in named
                if item.expires_at is not None
            ],
            "levelChanges": [
                {
                    "id": item.id,
                    "level": item.level.value,
                    "scope": item.scope,
                    "newOnly": item.is_new_only,
                    "since": format_instant(item.since),
                }
                for item in decision.level_changes
            ],
            "rulings": [_ruling(ruling) for ruling in decision.rulings],
            # What no control looked at is no pass, and whoever applies the plan is to know of it.
            "notEvaluated": {
                "types": dict(sorted(decision.coverage.uncovered_types.items())),
                "skipped": [{"subject": item.subject, "why": item.why} for item in decision.coverage.skipped],
                "notAsked": [{"control": item.subject, "why": item.why} for item in decision.coverage.not_asked],
            },
        },
    }
    payload = json.dumps(statement, sort_keys=True, separators=(",", ":")).encode()
    return seal(PAYLOAD_TYPE, payload, key)


def prove(content: bytes, *, plan: bytes, key: Ed25519PublicKey, now: datetime) -> Proven:
    """Verify an envelope for one plan at one instant. Nothing is asked of anybody.

    Args:
        plan: The very bytes of the plan JSON that is to be applied.

    Raises:
        InvalidError: `decision-unreadable`; `decision-forged` when this key did not sign it.
    """
    payload = _verified_payload(content, key)
    try:
        statement = json.loads(payload)
        predicate = statement["predicate"]
        if (statement["_type"], statement["predicateType"]) != (STATEMENT_TYPE, PREDICATE_TYPE):
            raise _unreadable("it is a statement about something else")
        (subject,) = statement["subject"]
        proven = Proven(
            environment=str(predicate["environment"]),
            outcome=DecisionOutcome(predicate["outcome"]),
            plan_digest=str(subject["digest"]["sha256"]),
            evaluated_at=parse_instant(predicate["evaluatedAt"]),
            valid_until=parse_instant(predicate["validUntil"]),
            reasons=tuple(str(reason) for reason in predicate["reasons"]),
            not_evaluated=_not_evaluated(predicate["notEvaluated"]),
            objections=(),
        )
    except (ValueError, KeyError, TypeError):
        raise _unreadable("its statement is not of this version") from None
    objections = []
    if hashlib.sha256(plan).hexdigest() != proven.plan_digest:
        objections.append("It was made for another plan.")
    if now >= proven.valid_until:
        objections.append(f"It was valid until {format_instant(proven.valid_until)}.")
    if proven.outcome is DecisionOutcome.BLOCKED:
        objections += ["The plan is blocked.", *proven.reasons]
    elif proven.outcome is DecisionOutcome.NEEDS_APPROVAL:
        objections += ["Somebody else must approve the plan first.", *proven.reasons]
    return replace(proven, objections=tuple(objections))


def _not_evaluated(told: Mapping[str, Any]) -> Mapping[str, int]:
    types = {str(name): int(count) for name, count in told["types"].items()}
    skipped = {str(item["subject"]): 1 for item in told["skipped"]}
    # Proofs from before controls could be left unasked do not name any.
    return {**types, **skipped, **{f"control {item['control']}": 1 for item in told.get("notAsked", [])}}


def _verified_payload(content: bytes, key: Ed25519PublicKey) -> bytes:
    try:
        return unseal(content, PAYLOAD_TYPE, key)
    except UnreadableEnvelopeError as error:
        raise _unreadable(str(error)) from None
    except ForgedEnvelopeError:
        raise InvalidError(
            "decision-forged",
            "The decision was not signed with this key, or was changed afterwards.",
            fix="Get the decision anew with `pavior gate`, and the public key from whoever runs Pavior.",
        ) from None


def _risk(risk: Risk | None) -> dict[str, object] | None:
    if risk is None:
        return None
    factors = [{"factor": item.factor.value, "weight": item.weight, "told": item.told} for item in risk.factors]
    return {"level": risk.level.value, "score": risk.score, "factors": factors}


def _ruling(ruling: Ruling) -> dict[str, str]:
    verdict = ruling.verdict
    told = {
        "control": verdict.control,
        "subject": verdict.subject,
        "outcome": verdict.outcome.value,
        "level": ruling.level.value,
        "effect": ruling.effect.value,
    }
    if ruling.waiver_id:
        told["waiver"] = ruling.waiver_id
    if ruling.level_change:
        told["levelChange"] = ruling.level_change
    return told


def _unreadable(why: str) -> InvalidError:
    return InvalidError(
        "decision-unreadable", f"The decision cannot be read: {why}.", fix="Get it anew with: pavior gate."
    )
