"""A Decision as proof: whoever has the key can verify it for one plan, and nothing in it can be changed.

The pre-authentication encoding and the forms are those of the DSSE and in-toto specifications.
"""

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import structs

from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Outcome
from pavior.policy.attesting import PAYLOAD_TYPE, attest, prove
from pavior.policy.model import Coverage, Decision, DecisionOutcome, Effect
from pavior.policy.waiver_model import Waiver
from pavior.resources.model import Skipped
from pavior.testing.builders import NOON, a_control, a_decision, a_waiver

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PLAN = b'{"format_version":"1.2"}'
DAY = timedelta(hours=24)


def a_proof(decision: Decision | None = None, *waivers: Waiver, key: Ed25519PrivateKey = KEY) -> bytes:
    decision = structs.replace(
        decision or a_decision(outcome=DecisionOutcome.ALLOWED, rulings=(), reasons=()),
        plan_digest=hashlib.sha256(PLAN).hexdigest(),
        evaluated_at=NOON,
    )
    return attest(decision, controls=(a_control(),), waivers=waivers, issuer="pavior 0", key=key).encode()


def statement(envelope: bytes) -> Any:
    return json.loads(base64.b64decode(json.loads(envelope)["payload"]))


def test_a_proof_of_an_allowed_plan_has_no_objections() -> None:
    proven = prove(a_proof(), plan=PLAN, key=KEY.public_key(), now=NOON)

    assert (proven.outcome, proven.objections) == (DecisionOutcome.ALLOWED, ())
    assert (proven.evaluated_at, proven.valid_until) == (NOON, NOON + DAY)


def test_the_envelope_is_dsse_and_the_statement_in_toto() -> None:
    envelope = json.loads(a_proof())
    payload = base64.b64decode(envelope["payload"])

    assert envelope["payloadType"] == "application/vnd.in-toto+json"
    # "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body
    signed = b"DSSEv1 28 application/vnd.in-toto+json " + str(len(payload)).encode() + b" " + payload
    KEY.public_key().verify(base64.b64decode(envelope["signatures"][0]["sig"]), signed)
    said = json.loads(payload)
    assert said["_type"] == "https://in-toto.io/Statement/v1"
    assert said["subject"] == [{"name": "plan.json", "digest": {"sha256": hashlib.sha256(PLAN).hexdigest()}}]


@pytest.mark.parametrize(
    ("outcome", "objection"),
    [
        (DecisionOutcome.BLOCKED, "The plan is blocked."),
        (DecisionOutcome.NEEDS_APPROVAL, "Somebody else must approve the plan first."),
    ],
)
def test_what_is_not_allowed_may_not_be_applied(outcome: DecisionOutcome, objection: str) -> None:
    proven = prove(a_proof(a_decision(outcome=outcome)), plan=PLAN, key=KEY.public_key(), now=NOON)

    assert proven.objections[0] == objection


def test_what_no_control_looked_at_is_in_it() -> None:
    skipped, unasked = Skipped("helm.yaml", "no Terraform"), Skipped("allowed-regions", "nobody has set regions")
    coverage = Coverage({"aws_s3_bucket": 1}, {"datadog_monitor": 2}, (skipped,), (unasked,))
    proof = a_proof(a_decision(outcome=DecisionOutcome.ALLOWED, rulings=(), reasons=(), coverage=coverage))

    proven = prove(proof, plan=PLAN, key=KEY.public_key(), now=NOON)

    assert proven.not_evaluated == {"datadog_monitor": 2, "helm.yaml": 1, "control allowed-regions": 1}
    assert statement(proof)["predicate"]["notEvaluated"] == {
        "types": {"datadog_monitor": 2},
        "skipped": [{"subject": "helm.yaml", "why": "no Terraform"}],
        "notAsked": [{"control": "allowed-regions", "why": "nobody has set regions"}],
    }


def test_it_is_a_proof_for_one_plan_alone() -> None:
    proven = prove(a_proof(), plan=PLAN + b" ", key=KEY.public_key(), now=NOON)

    assert proven.objections == ("It was made for another plan.",)


def test_the_moment_of_its_end_is_too_late() -> None:
    last = prove(a_proof(), plan=PLAN, key=KEY.public_key(), now=NOON + DAY - timedelta(microseconds=1))
    late = prove(a_proof(), plan=PLAN, key=KEY.public_key(), now=NOON + DAY)

    assert last.objections == ()
    assert late.objections == ("It was valid until 2026-11-25T12:00:00.000000Z.",)


def test_it_ends_with_the_first_waiver_that_it_rests_on() -> None:
    decision = a_decision(outcome=DecisionOutcome.ALLOWED)
    ruling = structs.replace(decision.rulings[0], effect=Effect.WAIVED, waiver_id="W-1")
    used = a_waiver(id="W-1", expires_at=NOON + timedelta(hours=1))
    unused = a_waiver(id="W-2", expires_at=NOON + timedelta(minutes=1))

    envelope = a_proof(structs.replace(decision, rulings=(ruling,)), used, unused)
    proven = prove(envelope, plan=PLAN, key=KEY.public_key(), now=NOON)

    assert proven.valid_until == NOON + timedelta(hours=1)
    assert [item["id"] for item in statement(envelope)["predicate"]["waivers"]] == ["W-1"]


def test_what_was_not_evaluated_is_said_and_not_passed() -> None:
    decision = a_decision()
    ruling = structs.replace(
        decision.rulings[0], verdict=structs.replace(decision.rulings[0].verdict, outcome=Outcome.UNKNOWN)
    )

    said = statement(a_proof(structs.replace(decision, rulings=(ruling,))))["predicate"]["rulings"]

    assert [item["outcome"] for item in said] == ["unknown"]


def _edited(change: Callable[[Any], object]) -> bytes:
    envelope = json.loads(a_proof(a_decision(outcome=DecisionOutcome.BLOCKED)))
    said = json.loads(base64.b64decode(envelope["payload"]))
    change(said)
    envelope["payload"] = base64.b64encode(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).decode()
    return json.dumps(envelope).encode()


@pytest.mark.parametrize(
    "forged",
    [
        _edited(lambda said: said["predicate"].update(outcome="allowed")),
        _edited(lambda said: said["predicate"].update(validUntil="2099-01-01T00:00:00.000000Z")),
        _edited(lambda said: said["subject"][0]["digest"].update(sha256="0" * 64)),
        a_proof(key=Ed25519PrivateKey.from_private_bytes(b"x" * 32)),
        json.dumps({**json.loads(a_proof()), "signatures": []}).encode(),
    ],
)
def test_what_this_key_did_not_sign_proves_nothing(forged: bytes) -> None:
    with pytest.raises(InvalidError) as caught:
        prove(forged, plan=PLAN, key=KEY.public_key(), now=NOON)

    assert caught.value.code == "decision-forged"


def _signed(payload: bytes, kind: str = PAYLOAD_TYPE) -> bytes:
    encoded = b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)
    signature = base64.b64encode(KEY.sign(encoded)).decode()
    body = base64.b64encode(payload).decode()
    return json.dumps({"payloadType": kind, "payload": body, "signatures": [{"sig": signature}]}).encode()


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b"\xff", b"[" * 100_000, _signed(b"{}"), _signed(b"[]"), _signed(b"{}", "text/plain")],
)
def test_what_is_no_decision_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidError) as caught:
        prove(content, plan=PLAN, key=KEY.public_key(), now=NOON)

    assert caught.value.code == "decision-unreadable"
