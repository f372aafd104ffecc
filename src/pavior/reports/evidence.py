"""The files of an archive of evidence about one framework: the same bytes for the same facts."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from pavior.audit import store as audit
from pavior.audit.excerpts import write_excerpt
from pavior.audit.model import StoredEvent
from pavior.kernel.clock import format_if_any, format_instant
from pavior.policy.compliance import Evidence, Framework, RequirementStanding, StateCounts, count_states
from pavior.policy.evidence_archive import canonical
from pavior.policy.evidence_proof import (
    AUDIT_FILE,
    CONTROLS_FILE,
    EVIDENCE_FILE,
    FORMAT,
    FRAMEWORK_FILE,
    NOT_PROVEN,
    README_FILE,
    REQUIREMENTS_FILE,
    TABLE_FILE,
    WAIVERS_FILE,
)
from pavior.policy.model import Control
from pavior.policy.waiver_model import Waiver
from pavior.reports.compliance import Measured
from pavior.reports.compliance_table import REQUIREMENT_COLUMNS, write_csv
from pavior.storage.database import Transaction

# Of a longer log, the rows before are stood for by a signed head.
MOST_AUDIT_ROWS = 100_000

Mask = Callable[[object], object]


def evidence_files(
    measured: Measured,
    controls: Iterable[Control],
    *,
    read_rule: Callable[[Control], str | None],
    audit_lines: Iterable[str],
    mask: Mask,
) -> dict[str, bytes]:
    """By name, without manifest and signature.

    Args:
        controls: All that were asked; those that are about the framework are told.
        read_rule: The text of a rule, None when it is not there any more.
        audit_lines: Of `read_audit`; none when the reader may not read the log.
        mask: Hides what looks like a secret in a JSON document.
    """
    about = {name for item in measured.standings for name in item.controls}
    rows = dict.fromkeys(row for item in measured.standings for row in item.evidence)
    documents = {
        FRAMEWORK_FILE: _framework(measured.framework),
        CONTROLS_FILE: [
            _control(item, measured.framework.id, read_rule(item)) for item in controls if item.id in about
        ],
        REQUIREMENTS_FILE: [_requirement(item) for item in measured.standings],
        WAIVERS_FILE: [_waiver(item) for item in measured.waivers.values()],
    }
    files = {name: canonical(mask(document)) for name, document in documents.items()}
    files[EVIDENCE_FILE] = b"".join(canonical(mask(_evidence(row))) for row in rows)
    files[TABLE_FILE] = _table(measured).encode()
    files[AUDIT_FILE] = "".join(f"{line}\n" for line in audit_lines).encode()
    files[README_FILE] = _readme(measured).encode()
    return files


def evidence_manifest(measured: Measured, *, issuer: str, has_audit: bool) -> dict[str, object]:
    """What is said of them.

    Args:
        issuer: Which program says so, such as `pavior 0.1.0`.
    """
    return {
        "format": FORMAT,
        "issuer": issuer,
        "framework": measured.framework.id,
        "is_whole": measured.framework.is_whole,
        "extent": str(measured.extent),
        "at": format_instant(measured.at),
        "facts_since": format_if_any(measured.facts_since),
        "environments": [place.environment for place in measured.places],
        "never_evaluated": [place.environment for place in measured.places if not place.is_evaluated],
        "counts": _counts(count_states(measured.standings)),
        "audit": has_audit,
    }


def read_audit(tx: Transaction, services: frozenset[str], until: datetime) -> list[str]:
    """The audit log before an instant, with the rows of these services told and the others only proven."""
    last, heads, written = audit.find_last(tx), audit.list_heads(tx), format_instant(until)
    begin = None
    if last is not None and last[0] > MOST_AUDIT_ROWS:
        begin = min(
            (head for head in heads if head.sequence >= last[0] - MOST_AUDIT_ROWS),
            key=lambda head: head.sequence,
            default=None,
        )
    rows: list[StoredEvent] = []
    for row in audit.walk_rows(tx, None if begin is None else begin.sequence):
        # Rows are in the order of recording. The instant itself is too late: an export is recorded at it.
        if audit.recorded_at(row) >= written:
            break
        rows.append(row)
    return list(write_excerpt(rows, heads, services=services, begin=begin))


def _framework(item: Framework) -> Mapping[str, Any]:
    return {
        "id": item.id,
        "title": item.title,
        "version": item.version,
        "source": item.source,
        "scope": item.scope,
        "is_whole": item.is_whole,
        "providers": list(item.providers),
        "requirements": [
            {
                "id": one.id,
                "title": one.title,
                "section": one.section,
                "also": list(one.also),
                "controls": list(one.controls),
                "types": list(one.types),
            }
            for one in item.requirements
        ],
    }


def _control(item: Control, framework: str, rule: str | None) -> Mapping[str, Any]:
    return {
        "id": item.id,
        "title": item.title,
        "version": item.version,
        "severity": item.severity.value,
        "default_level": item.default_level.value,
        "levels": {name: level.value for name, level in item.levels.items()},
        "risk": " ".join(item.risk.split()),
        "view": item.view,
        "requirements": list(item.mappings.get(framework, ())),
        "rule": rule,
    }


def _requirement(item: RequirementStanding) -> Mapping[str, Any]:
    return {
        "id": item.requirement.id,
        "state": item.state.value,
        "controls": list(item.controls),
        "silent": list(item.silent),
        "evidence": _counts(StateCounts.over(row.state for row in item.evidence)),
    }


def _evidence(row: Evidence) -> Mapping[str, Any]:
    return {
        "state": row.state.value,
        "environment": row.environment,
        "team": row.team,
        "control": row.control,
        "subject": row.subject,
        "outcome": row.outcome.value if row.outcome else None,
        "message": row.message,
        "phase": row.phase.value if row.phase else None,
        "at": format_if_any(row.at),
        "change_id": row.change_id,
        "waiver_id": row.waiver_id,
        "where": row.where,
        "input_sha256": row.input_digest,
        "controls_sha256": row.controls_digest,
    }


def _waiver(item: Waiver) -> Mapping[str, Any]:
    return {
        "id": item.id,
        "control": item.control,
        "environment": item.environment,
        "subject": item.subject,
        "reason": item.reason,
        "requester": item.requester,
        "requested_at": format_instant(item.requested_at),
        "decided_by": item.decided_by,
        "decided_at": format_if_any(item.decided_at),
        "expires_at": format_if_any(item.expires_at),
    }


def _table(measured: Measured) -> str:
    at = format_instant(measured.at)
    rows = []
    for item in measured.standings:
        counts = StateCounts.over(row.state for row in item.evidence)
        told = (item.requirement.id, item.requirement.title, item.requirement.section, item.state.value)
        numbers = (counts.not_met, counts.unknown, counts.waived, counts.met)
        lists = (" ".join(item.controls), " ".join(item.silent))
        rows.append((measured.framework.id, *told, *lists, *map(str, numbers), at))
    return write_csv(REQUIREMENT_COLUMNS, rows)


def _readme(measured: Measured) -> str:
    not_proven = "\n".join(f"- {line}" for line in NOT_PROVEN)
    return f"""\
Evidence about {measured.framework.title}, {measured.framework.version}
over {measured.extent}, as of {format_instant(measured.at)}.

{count_states(measured.standings)}.
Listed: {measured.framework.scope}

Verify it, without server or network:

  pavior compliance verify THIS_FILE --key audit-public.pem

signature.json is a DSSE envelope (Ed25519) over manifest.json, which holds the SHA-256 of every other file.
requirements.json and requirements.csv say how each requirement stands; evidence.jsonl on what; waivers.json what was
excused; controls.json which controls were asked, with the text of their rules; framework.json the requirements.
audit.jsonl is the audit log before that instant: rows of other services are there as hashes alone.
input_sha256 is the digest of the plan or of the observation that a verdict is about; those stay with Pavior.
Who may read a Change there makes its Decision again with: pavior change recompute CHANGE

Not proven by it:
{not_proven}
"""


def _counts(counts: StateCounts) -> dict[str, int]:
    return {name: getattr(counts, name) for name in StateCounts.__dataclass_fields__}
