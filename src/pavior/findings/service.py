"""What an observation does to the queue, and what a person may say of a finding."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pavior.findings import store
from pavior.findings.model import Finding, FindingSource, FindingState, due_at, fingerprint
from pavior.kernel.errors import ConflictError, InvalidError
from pavior.kernel.verdicts import Outcome, Phase, Severity, Verdict
from pavior.policy.reaching import matches_path
from pavior.policy.waiver_model import Waiver, WaiverState
from pavior.policy.waivers import longest
from pavior.storage.database import Transaction

_ROAD = tuple(Phase)


@dataclass(frozen=True, slots=True)
class Observed:
    """What one observation did to the queue; ids of findings.

    Args:
        seen: Failed, and known before: open, or judged by a person.
        fixed: Were open and are no longer there.
    """

    opened: tuple[str, ...]
    reopened: tuple[str, ...]
    seen: tuple[str, ...]
    fixed: tuple[str, ...]


def observe(
    tx: Transaction,
    *,
    service: str,
    environment: str,
    team: str,
    verdicts: Iterable[Verdict],
    severities: Mapping[str, Severity],
    source_of: Callable[[Verdict], FindingSource],
    waivers: Iterable[Waiver],
    now: datetime,
    live_resources: Collection[str] | None = None,
    change_id: str = "",
    threat_of: Callable[[Verdict], str | None] = lambda _: None,
) -> Observed:
    """Bring the queue of one environment up to what was just seen there.

    A failed verdict opens a finding, or is the known one seen again; one that was fixed is open again,
    with a new due date; one that a person called a false positive stays so. A finding is fixed when
    its control passes, or its resource is gone. Unknown and errored never fix anything, and neither does
    an earlier phase than the one it was seen in: a plan that would fix the cloud has not done so yet.

    Args:
        tx: The caller commits.
        service: Whose.
        environment: As `orders/dev`; the whole queue of this service and environment is looked at.
        team: Who must act.
        verdicts: All verdicts, whatever their outcome.
        severities: Severity by control id; each control that failed must be in it.
        source_of: What fed a failed verdict.
        waivers: Those in force in this environment, so that a new finding is excused from its first moment.
        now: The moment of the observation.
        live_resources: Addresses of all resources that are really there. None when nobody looked, or not
            completely: absence then proves nothing.
        change_id: What was being changed, or empty.
        threat_of: Id of the threat that predicted a failed verdict; empty when none did, None without a model. What
            is open already keeps what was said when it was found: no model predicts it afterwards.
    """
    excuses = tuple(waivers)
    outcomes: dict[tuple[str, str], list[Verdict]] = {}
    for verdict in verdicts:
        outcomes.setdefault((verdict.control, verdict.subject), []).append(verdict)
    known = {finding.fingerprint: finding for finding in store.list_in_place(tx, service, environment)}
    opened: list[str] = []
    reopened: list[str] = []
    seen: list[str] = []
    for (control, subject), group in outcomes.items():
        failed = next((verdict for verdict in group if verdict.outcome is Outcome.FAILED), None)
        if failed is None:
            continue
        excuse = longest(excuses, failed, environment, now)
        mark = fingerprint(control, service, environment, subject)
        fresh = Finding(
            id="",
            fingerprint=mark,
            control=control,
            service=service,
            environment=environment,
            subject=subject,
            phase=failed.phase,
            found_in=failed.phase,
            source=source_of(failed),
            severity=severities[control],
            message=failed.message,
            position=failed.position,
            team=team,
            state=FindingState.OPEN,
            first_seen_at=now,
            last_seen_at=now,
            due_at=due_at(severities[control], now),
            waived_until=excuse.expires_at if excuse else None,
            waiver_id=excuse.id if excuse else "",
            change_id=change_id,
            threat=threat_of(failed),
        )
        old = known.get(mark)
        if old is None:
            opened.append(store.insert_finding(tx, fresh).id)
            continue
        store.update_finding(tx, _seen_again(old, fresh))
        (reopened if old.state is FindingState.FIXED else seen).append(old.id)
    fixed = [
        finding.id
        for finding in known.values()
        if finding.state is FindingState.OPEN
        and _is_gone(finding, outcomes.get((finding.control, finding.subject), []), live_resources)
    ]
    for finding in known.values():
        if finding.id in fixed:
            store.update_finding(tx, replace(finding, state=FindingState.FIXED, fixed_at=now))
    return Observed(tuple(opened), tuple(reopened), tuple(seen), tuple(fixed))


def apply_waiver(tx: Transaction, waiver: Waiver, *, others: Iterable[Waiver] = ()) -> int:
    """Let a waiver that was just approved excuse what it covers, or one that just ended excuse nothing more.

    `others` are the waivers that are in force where this one was: what one of them covers beyond its end
    stays excused by it. One that is only requested, or denied, changes nothing.

    Returns:
        How many findings are excused by an approved one; for one that ended, how many are open again.
    """
    if waiver.expires_at is None:
        return 0
    if waiver.state is WaiverState.APPROVED:
        return _excuse(tx, waiver, waiver.expires_at)
    if waiver.state not in {WaiverState.REVOKED, WaiverState.EXPIRED}:
        return 0
    count = store.clear_waiver(tx, waiver.id)
    for other in others:
        is_active = other.state is WaiverState.APPROVED and other.control == waiver.control and other.id != waiver.id
        if is_active and other.expires_at is not None and other.expires_at > waiver.expires_at:
            count -= _excuse(tx, other, other.expires_at)
    return max(count, 0)


def rename_control(tx: Transaction, before: str, after: str) -> int:
    """Let what was found under one id of a control stand under another; how many those are.

    What was found under both is one weakness: the earlier row becomes a duplicate.
    """
    count = 0
    for finding in store.list_of_control(tx, before):
        mark = fingerprint(after, finding.service, finding.environment, finding.subject)
        if store.find_by_fingerprint(tx, mark) is None:
            store.update_finding(tx, replace(finding, control=after, fingerprint=mark))
            count += 1
        elif finding.state is FindingState.OPEN:
            told = f"The same was found as {after}, which is what the control is called now."
            store.update_finding(tx, replace(finding, state=FindingState.DUPLICATE, triage_reason=told))
    return count


def mark_false_positive(
    tx: Transaction,
    finding: Finding,
    reason: str,
    now: datetime,  # noqa: ARG001 - both judgements are called alike
) -> Finding:
    """A person says that the control is wrong here; it stays so when the same is seen again.

    Raises:
        InvalidError: `reason-missing`; ConflictError: `finding-state`.
    """
    judged = replace(finding, state=FindingState.FALSE_POSITIVE)
    return _judge(tx, judged, reason, expected=(FindingState.OPEN,))


def reopen(tx: Transaction, finding: Finding, reason: str, now: datetime) -> Finding:
    """A person takes a judgement back, and the time to fix it begins anew. A fixed one is opened by evidence only.

    Raises:
        InvalidError: `reason-missing`; ConflictError: `finding-state`.
    """
    judged = replace(finding, state=FindingState.OPEN, due_at=due_at(finding.severity, now))
    return _judge(tx, judged, reason, expected=(FindingState.FALSE_POSITIVE, FindingState.DUPLICATE))


def _excuse(tx: Transaction, waiver: Waiver, until: datetime) -> int:
    found = store.list_excusable(
        tx, control=waiver.control, place=waiver.environment, subject=waiver.subject, until=until
    )
    excused = [
        item.id
        for item in found
        if not waiver.path or (item.position is not None and matches_path(waiver.path, item.position.path))
    ]
    store.set_waiver(tx, excused, waived_until=until, waiver_id=waiver.id)
    return len(excused)


def _judge(tx: Transaction, judged: Finding, reason: str, *, expected: tuple[FindingState, ...]) -> Finding:
    if not reason.strip():
        raise InvalidError(
            "reason-missing",
            f"{judged.id} was to become {judged.state.value} without a reason.",
            fix="Say in one sentence why, so that the next reader can check it.",
        )
    told = replace(judged, triage_reason=reason.strip())
    if not store.judge_finding(tx, told, expected=expected):
        current = store.get_finding(tx, judged.id)
        raise ConflictError(
            "finding-state",
            f"{judged.id} is {current.state.value} and cannot become {judged.state.value}.",
            fix=f"Only a finding that is {' or '.join(item.value for item in expected)} can; look at it again.",
        )
    return told


def _seen_again(old: Finding, fresh: Finding) -> Finding:
    current = replace(
        old,
        severity=fresh.severity,
        message=fresh.message,
        position=fresh.position,
        team=fresh.team,
        last_seen_at=fresh.last_seen_at,
        waived_until=fresh.waived_until,
        waiver_id=fresh.waiver_id,
        change_id=fresh.change_id or old.change_id,
    )
    if old.state is FindingState.FIXED:
        return replace(
            current,
            state=FindingState.OPEN,
            phase=fresh.phase,
            source=fresh.source,
            due_at=fresh.due_at,
            fixed_at=None,
            threat=fresh.threat,
        )
    further = max(old.phase, fresh.phase, key=_ROAD.index)
    # A severity that was raised brings the date forward; seeing it again never puts it off.
    due = min(old.due_at, fresh.due_at) if fresh.severity.rank > old.severity.rank else old.due_at
    return replace(current, phase=further, due_at=due)


def _is_gone(finding: Finding, verdicts: list[Verdict], live_resources: Collection[str] | None) -> bool:
    if verdicts:
        return all(
            verdict.outcome is Outcome.PASSED and _is_as_far(verdict.phase, finding.phase) for verdict in verdicts
        )
    is_absent = live_resources is not None and finding.subject not in live_resources
    return is_absent and _is_as_far(Phase.LIVE, finding.phase)


def _is_as_far(phase: Phase, seen_in: Phase) -> bool:
    return _ROAD.index(phase) >= _ROAD.index(seen_in)
