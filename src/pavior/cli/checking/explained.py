"""How the explanation of one control is told to people."""

from collections.abc import Iterator

from pavior.cli.answer import Facts, Part, Text
from pavior.cli.checking.explaining import Asked, Evidence, Explanation, Seen
from pavior.kernel.verdicts import Phase
from pavior.policy.model import Control, Effect
from pavior.resources.model import Sensitive, Unknown, Value

_MOST_THINGS = 20
_MOST_FACTS = 12
_MOST_LETTERS = 160
_EFFECTS = {
    Effect.PASS: "as demanded",
    Effect.BLOCK: "stops it",
    Effect.WARN: "warns",
    Effect.OBSERVE: "is told only to whoever asks",
    Effect.OBLIGATION: "is asked again after the apply",
    Effect.WAIVED: "is waived",
    Effect.OVERRIDDEN: "is overridden for one plan",
}
_WORDS = {Phase.CODE: "code", Phase.PLAN: "plan", Phase.LIVE: "state"}


def explained_to_people(explanation: Explanation) -> list[Part]:
    """The parts of the answer, in order."""
    control, report = explanation.control, explanation.report
    stage = report.environment or "no stage"
    parts: list[Part] = [
        Text(f"{control.title}\n"),
        Facts(
            (
                ("control", control.id),
                ("severity", control.severity.value),
                ("risk", " ".join(control.risk.split())),
                ("levels", levels_told(control)),
                ("level here", f"{explanation.level.value} ({stage})"),
                ("asked of", ", ".join(explanation.types) or "every type that has what it is about"),
                ("looked at", f"{report.path} ({_WORDS[report.phase]})"),
                (
                    "verdicts",
                    ", ".join(f"{count} {outcome.value}" for outcome, count in report.counts.items() if count),
                ),
            )
        ),
    ]
    parts += [Text(f"\n{problem.code}: {problem.summary}\n  fix: {problem.fix}") for problem in report.problems]
    parts += [Text("\n" + "\n".join(_asked(item))) for item in explanation.asked[:_MOST_THINGS]]
    if len(explanation.asked) > _MOST_THINGS:
        parts.append(Text(f"\nand {len(explanation.asked) - _MOST_THINGS} more, see --json"))
    if not explanation.asked:
        parts.append(Text(_asked_of_nothing(explanation)))
    fix = next((item.fix for item in explanation.asked if item.fix), "") or control.remediations[0].text
    parts.append(Text("\nWhat to type:\n" + "\n".join(f"  {line}".rstrip() for line in fix.strip("\n").splitlines())))
    parts.append(Text(f"\n{control.lesson.strip()}"))
    return parts


def levels_told(control: Control) -> str:
    """`warn; prod block`: the default, and what differs from it."""
    different = {name: level for name, level in control.levels.items() if level is not control.default_level}
    others = (f"{name} {level.value}" for name, level in sorted(different.items()))
    return "; ".join((control.default_level.value, *others))


def _asked(item: Asked) -> Iterator[str]:
    place = f" at {item.position}" if item.position else ""
    yield f"{item.subject}{place}: {item.outcome.value}, {_EFFECTS[item.effect]}"
    if item.message:
        yield f"  {item.message}"
    if item.reason is not None:
        yield f"  not known because: {item.reason.value}"
    if item.evidence.attribute:
        yield f"  decided by: {item.evidence.resource}, {item.evidence.attribute}"
        yield f"  value: {_value(item.evidence)}"
    if item.satellites:
        yield f"  completed by: {', '.join(item.satellites)}"
    if item.seen:
        yield "  seen:"
        yield from (f"    {_fact(fact, item.subject)}" for fact in item.seen[:_MOST_FACTS])
    if len(item.seen) > _MOST_FACTS:
        yield f"    and {len(item.seen) - _MOST_FACTS} more, see --json"


def _value(evidence: Evidence) -> str:
    if evidence.kind == "default":
        return f"{_shown(evidence.value)}, which is the default where nothing is written: {evidence.source}"
    if evidence.kind == "absent":
        return "nothing is written there"
    return f"{_shown(evidence.value)}, as written"


def _fact(fact: Seen, subject: str) -> str:
    place = fact.attribute if fact.resource == subject else f"{fact.resource} {fact.attribute}".rstrip()
    return f"{fact.name} = {_shown(fact.value)}" + (f" ({place})" if place else "")


def _shown(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Unknown):
        return f"not known ({value.detail or value.reason.value})"
    if isinstance(value, Sensitive):
        return str(value)
    told = " ".join(str(value).split())
    return told if len(told) <= _MOST_LETTERS else f"{told[:_MOST_LETTERS]}..."


def _asked_of_nothing(explanation: Explanation) -> str:
    coverage = explanation.report.coverage
    here = {*coverage.evaluated_types, *coverage.uncovered_types}
    of = [kind for kind in explanation.types if kind in here]
    if of:
        return f"\nIt was asked of nothing here: none of {', '.join(of)} is such a thing. That is no pass."
    return "\nIt was asked of nothing here: there is none of these types. That is no pass."
