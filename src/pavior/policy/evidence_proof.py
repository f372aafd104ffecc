"""What an archive of evidence says once it is verified, with nothing but a public key. Pure.

Beside the signature it is checked that the archive agrees with itself: each requirement follows from the rows, the
waivers and the mappings in it, and its part of the audit log leads to a head that the same key signed.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from pavior.audit.excerpts import ProvenExcerpt, verify_excerpt
from pavior.kernel.clock import parse_instant
from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Outcome
from pavior.policy.compliance import Evidence, Requirement, RequirementState, StateCounts, state_of, worst_of
from pavior.policy.envelopes import key_id
from pavior.policy.evidence_archive import altered, read_archive, unreadable

FORMAT = "pavior-evidence-1"
FRAMEWORK_FILE = "framework.json"
CONTROLS_FILE = "controls.json"
REQUIREMENTS_FILE = "requirements.json"
TABLE_FILE = "requirements.csv"
EVIDENCE_FILE = "evidence.jsonl"
WAIVERS_FILE = "waivers.json"
AUDIT_FILE = "audit.jsonl"
README_FILE = "readme.txt"
FILES = frozenset(
    {
        FRAMEWORK_FILE,
        CONTROLS_FILE,
        REQUIREMENTS_FILE,
        TABLE_FILE,
        EVIDENCE_FILE,
        WAIVERS_FILE,
        AUDIT_FILE,
        README_FILE,
    }
)
# Told with every proof: what a signature cannot say.
NOT_PROVEN = (
    "That the key is the right one: compare its fingerprint with the one that you got by another way.",
    "That Pavior saw everything: what is in no plan and in no environment of it is not in here.",
    "That a control asks for all that its requirement means, or that people did what no program can see.",
    "That the clock of the machine was right, or that whoever holds the key was honest.",
)


@dataclass(frozen=True, slots=True)
class ProvenEvidence:
    """What was signed.

    Args:
        key: Fingerprint of the key, 64 hex digits.
        audit: None when the reader who exported it might not read the audit log.
        not_proven: One sentence each.
    """

    framework: str
    title: str
    extent: str
    at: datetime
    facts_since: datetime | None
    issuer: str
    counts: StateCounts
    is_whole: bool
    rows: int
    waivers: int
    controls: int
    key: str
    audit: ProvenExcerpt | None
    not_proven: tuple[str, ...] = NOT_PROVEN


def prove_evidence(content: bytes, key: Ed25519PublicKey) -> ProvenEvidence:
    """Verify an archive.

    Raises:
        InvalidError: `evidence-unreadable`, `evidence-forged`, `evidence-altered`; `evidence-inconsistent` when it was
            signed and does not agree with itself.
    """
    manifest, files = read_archive(content, key)
    if manifest.get("format") != FORMAT:
        raise unreadable("it is of another version than this Pavior reads")
    for name in sorted(FILES ^ files.keys()):
        raise altered(f"{name} is {'missing' if name in FILES else 'not one of its files'}")
    try:
        at = _instant(manifest["at"])
        counts = _agreed_counts(files, manifest, at)
        return ProvenEvidence(
            framework=str(manifest["framework"]),
            title=str(json.loads(files[FRAMEWORK_FILE])["title"]),
            extent=str(manifest["extent"]),
            at=at,
            facts_since=_instant(manifest["facts_since"]) if manifest["facts_since"] else None,
            issuer=str(manifest["issuer"]),
            counts=counts,
            is_whole=bool(manifest["is_whole"]),
            rows=len(files[EVIDENCE_FILE].splitlines()),
            waivers=len(json.loads(files[WAIVERS_FILE])),
            controls=len(json.loads(files[CONTROLS_FILE])),
            key=key_id(key),
            audit=_audit(files[AUDIT_FILE], key) if manifest["audit"] else None,
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise unreadable("a file of it is not of this version") from None


def _agreed_counts(files: Mapping[str, bytes], manifest: Mapping[str, Any], at: datetime) -> StateCounts:
    framework = json.loads(files[FRAMEWORK_FILE])
    waivers = {item["id"]: item for item in json.loads(files[WAIVERS_FILE])}
    rows = [_row(json.loads(line), waivers, at) for line in files[EVIDENCE_FILE].splitlines()]
    listed = [_requirement(item) for item in framework["requirements"]]
    about = _controls_about(listed, json.loads(files[CONTROLS_FILE]))
    stated = {str(item["id"]): item for item in json.loads(files[REQUIREMENTS_FILE])}
    if stated.keys() != about.keys():
        raise _inconsistent("its requirements are not those of its framework")
    by_control: dict[str, list[Evidence]] = {}
    for row in rows:
        by_control.setdefault(row.control, []).append(row)
    for requirement in listed:
        controls = about[requirement.id]
        # What has no control is about a whole environment, and so about everything that is covered.
        rows_of_it = (row for control in (*controls, "") for row in by_control.get(control, []))
        own = [row for row in rows_of_it if requirement.counts(row.subject, row.outcome)]
        if worst_of(controls, own) is not RequirementState(stated[requirement.id]["state"]):
            raise _inconsistent(f"{requirement.id} does not stand as its rows say")
    counts = StateCounts.over(RequirementState(item["state"]) for item in stated.values())
    if manifest["counts"] != {name: getattr(counts, name) for name in StateCounts.__dataclass_fields__}:
        raise _inconsistent("its counts are not those of its requirements")
    return counts


def _requirement(item: Mapping[str, Any]) -> Requirement:
    also, controls = ([str(name) for name in item[field]] for field in ("also", "controls"))
    # What was exported before there were types was not narrowed by any.
    types = [str(name) for name in item.get("types", ())]
    return Requirement(str(item["id"]), "", "", tuple(also), tuple(controls), tuple(types))


def _controls_about(
    requirements: Iterable[Requirement], controls: Iterable[Mapping[str, Any]]
) -> dict[str, tuple[str, ...]]:
    by_name: dict[str, set[str]] = {}
    for control in controls:
        for name in control["requirements"]:
            by_name.setdefault(str(name), set()).add(str(control["id"]))
    return {
        item.id: tuple(sorted(set(item.controls).union(*(by_name.get(name, ()) for name in (item.id, *item.also)))))
        for item in requirements
    }


def _row(document: Mapping[str, Any], waivers: Mapping[str, Mapping[str, Any]], at: datetime) -> Evidence:
    outcome = Outcome(document["outcome"]) if document["outcome"] else None
    waiver_id, control = str(document["waiver_id"]), str(document["control"])
    stated = RequirementState(document["state"])
    if state_of(outcome, waiver_id) is not stated:
        raise _inconsistent(f"a row of {control or document['environment']} does not stand as its verdict says")
    if waiver_id:
        waiver = waivers.get(waiver_id)
        if waiver is None or waiver["control"] != control:
            raise _inconsistent(f"{waiver_id} does not excuse {control}")
        if not _instant(waiver["decided_at"]) <= at < _instant(waiver["expires_at"]):
            raise _inconsistent(f"{waiver_id} excused nothing at that instant")
    place = str(document["environment"]), str(document["team"])
    return Evidence(stated, *place, control, str(document["subject"]), outcome=outcome)


def _instant(text: str) -> datetime:
    try:
        return parse_instant(text)
    except InvalidError as error:
        raise ValueError(error.summary) from None


def _audit(content: bytes, key: Ed25519PublicKey) -> ProvenExcerpt:
    try:
        return verify_excerpt(content.decode().splitlines(), key)
    except ValueError as error:
        raise _inconsistent(f"of its audit log: {str(error).rstrip('.')}") from None


def _inconsistent(why: str) -> InvalidError:
    return InvalidError(
        "evidence-inconsistent",
        f"The evidence was signed and does not agree with itself: {why}.",
        fix="Ask whoever runs Pavior, and for the audit log: pavior audit verify.",
    )
