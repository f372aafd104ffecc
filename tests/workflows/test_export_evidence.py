"""Evidence about the small company: exported, verified without it, and refused when it does not agree with itself."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import structs

from pavior.audit import store as audit
from pavior.audit.service import HeadSigner
from pavior.content import load_controls
from pavior.content.rule_texts import read_rule
from pavior.environments import store as environments
from pavior.identity.authorisation import Authoriser
from pavior.identity.model import Actor, Permission, Role, Surface
from pavior.inventory import store as inventory
from pavior.kernel.errors import ForbiddenError, InvalidError
from pavior.kernel.pages import PageRequest
from pavior.policy import store as policy
from pavior.policy.compliance import StateCounts
from pavior.policy.evidence_archive import canonical, read_archive, write_archive
from pavior.policy.evidence_proof import ProvenEvidence, prove_evidence
from pavior.policy.model import Control
from pavior.reports.compliance_view import Extent
from pavior.storage.database import Database
from pavior.testing.builders import BUCKET, NOON, a_blocked_decision, a_control, a_plan, an_approved_waiver
from pavior.testing.company import somebody, write_company
from pavior.testing.memory_forge import MemoryForge
from pavior.testing.policy_views import a_framework
from pavior.workflows.export_evidence import EvidenceExports
from pavior.workflows.platform import Platform

KEY, OTHER = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2))
SAM, MARA = somebody("sam"), somebody("mara")
ORDERS = Extent(service="orders")
SECRET = "AKIAIOSFODNN7EXAMPLE"


@dataclass
class Company:
    """What a platform has of which an export knows."""

    database: Database
    at: datetime = NOON + timedelta(hours=1)
    controls: tuple[Control, ...] = (a_control(),)
    authoriser: Authoriser = field(default_factory=Authoriser)

    @property
    def clock(self) -> "Company":
        return self

    def now(self) -> datetime:
        return self.at

    def exports(self) -> EvidenceExports:
        return EvidenceExports(cast("Platform", self), (a_framework(),), KEY, lambda _: "def rule(view): ...")

    def export(self, actor: Actor = SAM, extent: Extent = ORDERS, at: datetime | None = None) -> bytes:
        return self.exports().export_evidence(actor, "nist-800-53", extent, at=at).content


@pytest.fixture
def company(database: Database) -> Company:
    with database.transaction() as tx:
        write_company(tx, MemoryForge())
        inventory.forget_observation(tx, "orders/dev")
        policy.insert_waiver(tx, an_approved_waiver(subject=BUCKET, reason=f"the key {SECRET} is old"))
        HeadSigner(KEY).sign_now(tx)
    return Company(database)


def proven(content: bytes) -> ProvenEvidence:
    return prove_evidence(content, KEY.public_key())


def files_of(content: bytes) -> dict[str, bytes]:
    return dict(read_archive(content, KEY.public_key())[1])


def test_an_export_is_verified_with_the_public_key_alone(company: Company) -> None:
    found = proven(company.export())

    assert found.counts == StateCounts(met=0, not_met=0, waived=1, unknown=0, not_covered=1, total=2)
    assert (found.framework, found.extent, found.at) == ("nist-800-53", "service orders", company.at)
    assert (found.rows, found.waivers, found.controls, found.facts_since) == (2, 1, 1, NOON)
    assert found.audit is not None
    assert (found.audit.rows, found.audit.signed_up_to, found.audit.told) == (3, 3, 1)
    assert len(found.not_proven) == 4


def test_the_same_facts_give_the_same_bytes_also_later(company: Company) -> None:
    first = company.export(at=company.at)
    company.at += timedelta(days=1)

    # The export itself was recorded since, which is after that instant.
    assert company.export(at=NOON + timedelta(hours=1)) == first


def test_rows_name_what_was_evaluated_and_rules_are_there_to_read(company: Company) -> None:
    files = files_of(company.export())

    row = json.loads(files["evidence.jsonl"].splitlines()[0])
    assert (row["state"], row["waiver_id"], row["change_id"], row["where"]) == (
        "waived",
        "W-4",
        "C-2",
        "infra/main.tf:14",
    )
    assert (row["input_sha256"], len(row["controls_sha256"])) == (a_plan().digest, 64)
    (control,) = json.loads(files["controls.json"])
    assert (control["version"], control["rule"]) == (a_control().version, "def rule(view): ...")
    assert b"Not proven" in files["readme.txt"]


def test_no_secret_and_nothing_of_other_services_is_in_it(company: Company) -> None:
    content = company.export()

    assert SECRET.encode() not in content
    assert b"ledger" not in content
    assert b"finn" not in content


def test_an_export_is_recorded_with_its_digest(company: Company) -> None:
    exported = company.exports().export_evidence(SAM, "nist-800-53", ORDERS)

    with company.database.snapshot() as tx:
        event = audit.list_events(tx, PageRequest()).items[0].event
    assert (event.verb, event.actor, event.details["sha256"]) == ("compliance.exported", "sam", exported.digest)


def test_who_may_not_export_is_refused_and_who_may_not_read_the_log_gets_none(company: Company) -> None:
    with pytest.raises(ForbiddenError):
        company.export(MARA)
    permissions = frozenset({Permission.COMPLIANCE_EXPORT})
    token = Actor("token:sam/audit", frozenset({Role.SECURITY}), frozenset(), Surface.API, permissions)

    content = company.export(token)
    assert proven(content).audit is None
    assert files_of(content)["audit.jsonl"] == b""


def test_the_past_is_exported_as_it_was(company: Company) -> None:
    company.at = NOON + timedelta(days=30)
    with company.database.transaction() as tx:
        environments.insert_plan(
            tx, a_plan(number=2, change_id="C-2", created_at=NOON + timedelta(days=20), decision=a_blocked_decision())
        )

    assert proven(company.export(at=NOON + timedelta(days=1))).counts.waived == 1
    # The waiver has ended.
    assert proven(company.export()).counts.not_met == 1


Files = dict[str, bytes]


def _lines(files: Files, change: Callable[[Any], Any]) -> Files:
    first, *rest = files["evidence.jsonl"].splitlines(keepends=True)
    return {**files, "evidence.jsonl": canonical(change(json.loads(first))) + b"".join(rest)}


def _document(name: str, change: Callable[[Any], Any]) -> Callable[[Files], Files]:
    return lambda files: {**files, name: canonical(change(json.loads(files[name])))}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (_document("requirements.json", lambda it: [{**it[0], "state": "met"}, *it[1:]]), "AC-3 does not stand as"),
        (_document("requirements.json", lambda it: it[1:]), "its requirements are not those"),
        (lambda files: _lines(files, lambda row: {**row, "state": "met"}), "does not stand as its verdict says"),
        (lambda files: {**files, "evidence.jsonl": b""}, "AC-3 does not stand as its rows say"),
        (_document("waivers.json", lambda _: []), "W-4 does not excuse"),
        (_document("waivers.json", lambda it: [{**it[0], "control": "other"}]), "W-4 does not excuse"),
        (
            _document("waivers.json", lambda it: [{**it[0], "expires_at": "2026-11-24T13:00:00.000000Z"}]),
            "W-4 excused nothing at that instant",
        ),
        (lambda files: {**files, "audit.jsonl": files["audit.jsonl"].split(b"\n", 1)[1]}, "Row 1 is missing"),
    ],
)
def test_evidence_that_was_signed_and_does_not_agree_with_itself_is_refused(
    company: Company, change: Callable[[Files], Files], why: str
) -> None:
    manifest, files = read_archive(company.export(), KEY.public_key())
    given = {name: value for name, value in manifest.items() if name != "files"}

    with pytest.raises(InvalidError) as refused:
        proven(write_archive(change(dict(files)), given, KEY))

    assert refused.value.code == "evidence-inconsistent"
    assert why in refused.value.summary


@pytest.mark.parametrize(
    ("manifest", "code"),
    [
        ({"format": "pavior-evidence-9"}, "evidence-unreadable"),
        ({"at": "yesterday"}, "evidence-unreadable"),
        ({"counts": {}}, "evidence-inconsistent"),
    ],
)
def test_a_manifest_that_means_something_else_is_refused(company: Company, manifest: Any, code: str) -> None:
    given, files = read_archive(company.export(), KEY.public_key())

    with pytest.raises(InvalidError) as refused:
        proven(write_archive(files, {**given, **manifest}, KEY))

    assert refused.value.code == code


def test_a_file_too_many_or_too_few_that_was_signed_is_refused(company: Company) -> None:
    manifest, files = read_archive(company.export(), KEY.public_key())

    for given in ({**files, "more.txt": b""}, {name: body for name, body in files.items() if name != "readme.txt"}):
        with pytest.raises(InvalidError) as refused:
            proven(write_archive(given, manifest, KEY))
        assert refused.value.code == "evidence-altered"


def test_another_key_proves_nothing(company: Company) -> None:
    with pytest.raises(InvalidError) as refused:
        prove_evidence(company.export(), OTHER.public_key())

    assert refused.value.code == "evidence-forged"


def test_the_rule_of_every_control_can_be_read() -> None:
    texts = {control.id: read_rule(control) for control in load_controls()}

    assert [name for name, text in texts.items() if not text or "def rule(" not in text] == []
    assert read_rule(structs.replace(a_control(), rule=print)) is None
