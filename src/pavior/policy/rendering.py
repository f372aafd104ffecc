"""The one way in which a denial is told, in the command line, the API and the portal. Pure.

It names the control, the resource, the line, the risk, the fix to paste, and how to ask for a waiver.
"""

import re
import shlex
from collections.abc import Iterable, Sequence

from msgspec import Struct

from pavior.kernel.verdicts import Outcome, Phase, Position, Severity, Verdict
from pavior.policy.model import PREFERRED_LANGUAGE, Control, Decision, Effect, Remediation, Ruling
from pavior.policy.waivers import LONGEST_DAYS

# What a denial offers to ask for, where the severity allows that long: time to fix it in the open.
_OFFERED_DAYS = 7
# The last two words of an address and the index behind them, such as `aws_s3_bucket.files["a.b"]`.
_TYPE_AND_NAME = re.compile(
    r"(?:^|\.)(?P<type>[a-z][a-z0-9_]*)\.(?P<name>[A-Za-z_][A-Za-z0-9_-]*)"
    r'(?P<index>\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?$'
)
_WORDS = {
    Effect.PASS: "passed",
    Effect.BLOCK: "blocking",
    Effect.WARN: "warned of",
    Effect.WAIVED: "waived",
    Effect.OBLIGATION: "asked again after the apply",
    Effect.OBSERVE: "observed only",
}


class Denial(Struct, frozen=True):
    """One thing that stops a plan, with everything that a person needs to go on.

    Args:
        position: Where to look in the source, when the source was read.
        attribute: Dotted path of the attribute that decided, or empty.
        outcome: `failed`, `unknown` or `errored`.
        message: What is wrong here, one sentence.
        risk: What goes wrong without the control.
        fix: What to paste, in `fix_language`; in Terraform it speaks of the resource by its own name.
        lesson: The command that shows the lesson.
        waiver_command: The exact command that asks to be excused; only the reason is left to write.
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


def denials(decision: Decision, controls: Iterable[Control]) -> tuple[Denial, ...]:
    """Everything that blocks the plan, worst first; empty when nothing does."""
    return describe(decision.with_effect(Effect.BLOCK), environment=decision.environment, controls=controls)


def describe(rulings: Iterable[Ruling], *, environment: str, controls: Iterable[Control]) -> tuple[Denial, ...]:
    """The same for any rulings, worst first, then by control and place.

    Args:
        rulings: Whatever their effect.
        environment: As `orders/dev`; a stage alone or nothing leaves the rest of the waiver's command to fill in.
        controls: Those that were asked.
    """
    known = {control.id: control for control in controls}
    told = [_denial(ruling.verdict, known.get(ruling.verdict.control), environment) for ruling in rulings]
    return tuple(sorted(told, key=_order))


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
        "  fix:",
        *(f"    {line}".rstrip() for line in denial.fix.strip("\n").splitlines()),
        f"  lesson: {denial.lesson}",
        f"  or ask: {denial.waiver_command}",
    ]
    return "\n".join(lines)


def summary(decision: Decision) -> str:
    """What came of the verdicts, counted, such as `21 passed, 1 waived.`; never *passed* for anything else."""
    counts = {effect: len(decision.with_effect(effect)) for effect in _WORDS}
    told = ", ".join(f"{count} {_WORDS[effect]}" for effect, count in counts.items() if count)
    return f"{told or 'No control looked at anything'}."


def waiver_command(verdict: Verdict, environment: str, severity: Severity) -> str:
    """The command that asks for an excuse from exactly this."""
    service, _, stage = environment.rpartition("/")
    place = f"{service or 'SERVICE'}/{stage or 'STAGE'}"
    days = min(_OFFERED_DAYS, LONGEST_DAYS[severity])
    words = f"pavior waiver request {shlex.quote(verdict.control)} {shlex.quote(place)}"
    # Source that was not planned yet is not there for who looks at what is planned and live.
    ahead = " --even-if-nothing-matches" if verdict.phase is Phase.CODE else ""
    return f"{words} --subject {shlex.quote(verdict.subject)} --days {days}{ahead} --reason '...'"


def _denial(verdict: Verdict, control: Control | None, environment: str) -> Denial:
    severity = control.severity if control else Severity.CRITICAL
    fix = _fix(control, verdict.subject)
    return Denial(
        control=verdict.control,
        title=control.title if control else "A control that this Pavior does not have",
        subject=verdict.subject,
        position=verdict.position,
        attribute=verdict.attribute,
        outcome=verdict.outcome,
        message=verdict.message or _said_of(verdict.outcome),
        # Content is wrapped where its author wanted; a sentence is one line here.
        risk=" ".join(control.risk.split())
        if control
        else "Nobody can say any more what it guards against, so it stops the plan.",
        severity=severity,
        fix=fix.text,
        fix_language=fix.language,
        lesson=f"pavior control show {verdict.control}" if control else "pavior control list",
        waiver_command=waiver_command(verdict, environment, severity),
    )


def _fix(control: Control | None, subject: str) -> Remediation:
    if control is None:
        return Remediation("cli", "Plan the Change again, so that the present controls are asked.")
    if not control.remediations:
        return Remediation("cli", f"pavior control show {control.id}")
    remediation = control.fix_for(subject)
    if remediation.language == PREFERRED_LANGUAGE:
        return Remediation(remediation.language, _named(remediation.text, subject))
    return remediation


def _named(text: str, subject: str) -> str:
    """The Terraform text in which `this`, as controls call what they are about, has the subject's name."""
    # Most fixes are a line that names nobody.
    found = _TYPE_AND_NAME.search(subject) if "this" in text else None
    if found is None:
        return text
    kind, name, index = found["type"], found["name"], found["index"] or ""
    text = re.sub(rf"\b{kind}\.this\b", lambda _: f"{kind}.{name}{index}", text)
    return re.sub(r'^(resource "[a-z0-9_]+") "this"', lambda line: f'{line[1]} "{name}"', text, flags=re.MULTILINE)


def _said_of(outcome: Outcome) -> str:
    return {
        Outcome.FAILED: "It is not as the control demands.",
        Outcome.ERRORED: "The control's rule broke on it, so nobody knows.",
    }.get(outcome, "It could not be evaluated, so nobody knows.")


def _order(denial: Denial) -> tuple[int, str, str, int, str]:
    place = denial.position
    return (
        -denial.severity.rank,
        denial.control,
        place.path if place else "",
        place.line if place else 0,
        denial.subject,
    )
