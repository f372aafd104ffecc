"""The one way in which a denial is told, in the command line, the API and the portal. Pure.

It names the control, the resource, the line, the risk, the fix to paste, who owns the control, how to ask for a waiver,
and how to say that the control is wrong.
"""

import re
import shlex
from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import itemgetter

from msgspec import Struct

from pavior.kernel.clock import tell_instant
from pavior.kernel.verdicts import Outcome, Phase, Position, Severity, Verdict
from pavior.policy.levels import EVERYWHERE
from pavior.policy.model import (
    PREFERRED_LANGUAGE,
    Control,
    Decision,
    Effect,
    LevelBasis,
    Remediation,
    Ruling,
    provider_prefix,
)
from pavior.policy.waivers import LONGEST_DAYS

# What a denial offers to ask for, where the severity allows that long: time to fix it in the open.
_OFFERED_DAYS = 7
# By the policies, whoever has this role decides waivers and disputes of every control.
OWNER = "the role security"
_REASON = " --reason '...'"
# The last two words of an address and the index behind them, such as `aws_s3_bucket.files["a.b"]`.
_TYPE_AND_NAME = (
    r"(?:^|\.)(?P<type>[a-z][a-z0-9_]*)\.(?P<name>[A-Za-z_][A-Za-z0-9_-]*)"
    r'(?P<index>\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?$'
)
_THIS = r"\b(?P<type>[a-z][a-z0-9_]*)\.this\b"
_THIS_BLOCK = r'(?m)^(resource "[a-z0-9_]+") "this"'
# Characters that neither a text of ours nor a name has.
_NAME, _INDEX = "\x00", "\x01"
_WORDS = {
    Effect.PASS: "passed",
    Effect.BLOCK: "blocking",
    Effect.WARN: "warned of",
    Effect.WAIVED: "waived",
    Effect.OVERRIDDEN: "overridden",
    Effect.OBLIGATION: "asked again after the apply",
    Effect.OBSERVE: "observed only",
}


class Denial(Struct, frozen=True, gc=False):
    """One thing that stops a plan, with everything that a person needs to go on.

    Args:
        position: Where to look in the source, when the source was read.
        attribute: Dotted path of the attribute that decided, or empty.
        outcome: `failed`, `unknown` or `errored`.
        message: What is wrong here, one sentence.
        risk: What goes wrong without the control.
        fix: What to paste, in `fix_language`; in Terraform it speaks of the resource by its own name.
        lesson: The command that shows the lesson.
        enforced: Since when it is enforced like this, why, and who wanted it; empty for what came with the control.
        waiver_command: The exact command that asks to be excused; only the reason is left to write.
        owner: Who answers for the control: who decides waivers of it, and disputes.
        dispute_command: The exact command that says that the control is wrong here; only the reason is left to write.
    """

    control: str
    title: str
    subject: str
    position: Position | None
    attribute: str
    outcome: Outcome
    message: str
    risk: str
    severity: Severity
    fix: str
    fix_language: str
    lesson: str
    waiver_command: str
    owner: str
    dispute_command: str
    enforced: str = ""


def denials(decision: Decision, controls: Iterable[Control]) -> tuple[Denial, ...]:
    """Everything that blocks the plan, worst first; empty when nothing does."""
    return describe(
        decision.with_effect(Effect.BLOCK),
        environment=decision.environment,
        controls=controls,
        bases=decision.level_changes,
    )


def describe(
    rulings: Iterable[Ruling],
    *,
    environment: str,
    controls: Iterable[Control],
    bases: Iterable[LevelBasis] = (),
) -> tuple[Denial, ...]:
    """The same for any rulings, worst first, then by control and place.

    Args:
        rulings: Whatever their effect.
        environment: As `orders/dev`; a stage alone or nothing leaves the rest of the waiver's command to fill in.
        controls: Those that were asked.
        bases: What set the levels that the rulings name.
    """
    known = {control.id: control for control in controls}
    enforced = {item.id: basis_text(item) for item in bases}
    shared: dict[tuple[str, str], _Common] = {}
    told = []
    for ruling in rulings:
        verdict = ruling.verdict
        kind = (verdict.control, provider_prefix(verdict.subject))
        common = shared.get(kind)
        if common is None:
            common = shared[kind] = _common(verdict, known.get(verdict.control), environment)
        denial = _denial(verdict, common, enforced.get(ruling.level_change, ""))
        told.append((_order(denial, common), denial))
    told.sort(key=itemgetter(0))
    return tuple(denial for _, denial in told)


def denial_text(denial: Denial, source: Sequence[str] = ()) -> str:
    """The denial in plain lines, for a terminal, a log or the comment on a proposal.

    Args:
        source: Lines of the source to show below the place, masked.
    """
    place = f" at {denial.position}" if denial.position else ""
    attribute = f", {denial.attribute}" if denial.attribute else ""
    lines = [
        f"{denial.control} ({denial.severity.value}): {denial.title}",
        f"  where: {denial.subject}{place}{attribute}",
        *(f"    {line}".rstrip() for line in source),
        f"  {denial.outcome.value}: {denial.message}",
        f"  risk: {denial.risk}",
        *((f"  level: {denial.enforced}",) if denial.enforced else ()),
        "  fix:",
        *(f"    {line}".rstrip() for line in denial.fix.strip("\n").splitlines()),
        f"  lesson: {denial.lesson}",
        *(f"  {line}" for line in ways_on(denial)),
    ]
    return "\n".join(lines)


def ways_on(denial: Denial) -> tuple[str, str, str]:
    """Whom to ask, and the commands that ask to be excused and that say that the control is wrong; a line each."""
    return (
        f"owner: {denial.owner}",
        f"or ask: {denial.waiver_command}",
        f"or dispute: {denial.dispute_command}",
    )


def basis_text(basis: LevelBasis) -> str:
    """Since when a level holds, why, and who wanted it, in one line."""
    what = f"{basis.level.value} for what is new" if basis.is_new_only else basis.level.value
    who = f"{basis.proposer} and {basis.decided_by}" if basis.decided_by else basis.proposer
    where = basis.scope if basis.scope == EVERYWHERE else f"in {basis.scope}"
    return f"{what} {where} since {tell_instant(basis.since)} ({basis.id}, by {who}): {basis.reason}"


def dispute_command(control: str, environment: str, subject: str) -> str:
    """The exact command that says that the control is wrong there; only the reason is left to write."""
    return f"{_before_disputed(shlex.quote(control), shlex.quote(environment))}{shlex.quote(subject)}{_REASON}"


def denial_line(denial: Denial) -> str:
    """The denial where there is room for a line: beside a commit. The rest of it is a command away."""
    place = f" at {denial.position}" if denial.position else ""
    message = denial.message.rstrip(".")
    return f"{denial.control}: {denial.subject}{place}: {message}. Risk, fix and lesson: {denial.lesson}"


def summary(decision: Decision) -> str:
    """What came of the verdicts, counted, such as `21 passed, 1 waived.`; never *passed* for anything else."""
    counts = {effect: len(decision.with_effect(effect)) for effect in _WORDS}
    told = ", ".join(f"{count} {_WORDS[effect]}" for effect, count in counts.items() if count)
    return f"{told or 'No control looked at anything'}."


class _Common(Struct, frozen=True):
    """What all denials of one control in one cloud share, worked out once for however many resources."""

    title: str
    owner: str
    risk: str
    severity: Severity
    rank: int
    fix: Remediation
    lesson: str
    before_subject: str
    after_subject: str
    before_disputed: str


def _common(verdict: Verdict, control: Control | None, environment: str) -> _Common:
    severity = control.severity if control else Severity.CRITICAL
    before, after, disputed = _command_words(verdict, environment, severity)
    return _Common(
        title=control.title if control else "A control that this Pavior does not have",
        owner=f"the team {control.owner}" if control and control.owner else OWNER,
        # Content is wrapped where its author wanted; a sentence is one line here.
        risk=" ".join(control.risk.split())
        if control
        else "Nobody can say any more what it guards against, so it stops the plan.",
        severity=severity,
        rank=severity.rank,
        fix=_fix(control, verdict.subject),
        lesson=f"pavior control show {verdict.control}" if control else "pavior control list",
        before_subject=before,
        after_subject=after,
        before_disputed=disputed,
    )


def _command_words(verdict: Verdict, environment: str, severity: Severity) -> tuple[str, str, str]:
    """What stands before the subject in the command that asks for a waiver, what behind it; and in that to dispute."""
    service, _, stage = environment.rpartition("/")
    place = f"{service or 'SERVICE'}/{stage or 'STAGE'}"
    days = min(_OFFERED_DAYS, LONGEST_DAYS[severity])
    name, where = shlex.quote(verdict.control), shlex.quote(place)
    before = f"pavior waiver request {name} {where} --subject "
    # Source that was not planned yet is not there for who looks at what is planned and live.
    ahead = " --even-if-nothing-matches" if verdict.phase is Phase.CODE else ""
    after = f" --days {days}{ahead}{_REASON}"
    return before, after, _before_disputed(name, where)


def _before_disputed(name: str, where: str) -> str:
    return f"pavior control dispute {name} --environment {where} --subject "


def _denial(verdict: Verdict, common: _Common, enforced: str) -> Denial:
    subject, fix = verdict.subject, common.fix
    quoted = shlex.quote(subject)
    return Denial(
        control=verdict.control,
        title=common.title,
        subject=subject,
        position=verdict.position,
        attribute=verdict.attribute,
        outcome=verdict.outcome,
        message=verdict.message or _said_of(verdict.outcome),
        risk=common.risk,
        severity=common.severity,
        fix=_named(fix.text, subject) if fix.language == PREFERRED_LANGUAGE else fix.text,
        fix_language=fix.language,
        lesson=common.lesson,
        waiver_command=f"{common.before_subject}{quoted}{common.after_subject}",
        owner=common.owner,
        dispute_command=f"{common.before_disputed}{quoted}{_REASON}",
        enforced=enforced,
    )


def _fix(control: Control | None, subject: str) -> Remediation:
    if control is None:
        return Remediation("cli", "Plan the Change again, so that the present controls are asked.")
    if not control.remediations:
        return Remediation("cli", f"pavior control show {control.id}")
    return control.fix_for(subject)


def _named(text: str, subject: str) -> str:
    """The Terraform text in which `this`, as controls call what they are about, has the subject's name."""
    # Most fixes are a line that names nobody.
    found = re.search(_TYPE_AND_NAME, subject) if "this" in text else None
    if found is None:
        return text
    kind, name, index = found.groups("")
    return _nameless(text, kind).replace(_NAME, name).replace(_INDEX, index)


@lru_cache(maxsize=512)
def _nameless(text: str, kind: str) -> str:
    """The text with places for name and index of the resource of this type: the same fix is told a thousand times."""
    text = re.sub(_THIS, lambda this: f"{kind}.{_NAME}{_INDEX}" if this["type"] == kind else this[0], text)
    return re.sub(_THIS_BLOCK, lambda line: f'{line[1]} "{_NAME}"', text)


def _said_of(outcome: Outcome) -> str:
    return {
        Outcome.FAILED: "It is not as the control demands.",
        Outcome.ERRORED: "The control's rule broke on it, so nobody knows.",
    }.get(outcome, "It could not be evaluated, so nobody knows.")


def _order(denial: Denial, common: _Common) -> tuple[int, str, str, int, str]:
    place = denial.position
    return (
        -common.rank,
        denial.control,
        place.path if place else "",
        place.line if place else 0,
        denial.subject,
    )
