"""One control explained on what is here: what it was asked about, what decided, and by what it knows."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from msgspec import Struct, structs

from pavior.cli.checking.looking import look
from pavior.cli.checking.naming import get_control
from pavior.cli.checking.report import CheckReport, Looked, find_level_of, find_waiver_of, weigh_all
from pavior.cli.checking.request import CheckRequest
from pavior.cli.checking.settling import Settled, settle
from pavior.cli.launcher import CheckTools
from pavior.kernel.verdicts import Outcome, Position, UnknownReason, Verdict
from pavior.policy.decision import weigh
from pavior.policy.levels import level_of
from pavior.policy.model import Control, Effect, Level, RuleResult, Ruling
from pavior.policy.rendering import describe
from pavior.resources.defaults import find_row
from pavior.resources.model import Resource, Sensitive, Unknown, Value
from pavior.resources.views import View
from pavior.resources.views.facts import Fact, leaf, without_indexes

# What programs are given is a secret too often to be repeated, whatever it is called.
_NEVER_SHOWN = frozenset(
    (
        "environment",
        "env",
        "variables",
        "command",
        "args",
        "entrypoint",
        "user_data",
        "user_data_base64",
        "secret_string",
        "data",
        "stringdata",
        "binarydata",
    )
)
_HIDDEN = "***"
# Fields within fields within a view; no view is deeper, and one that refers to itself ends.
_DEEPEST = 6
_WORST_FIRST = (Outcome.FAILED, Outcome.ERRORED, Outcome.UNKNOWN, Outcome.PASSED)


@dataclass(frozen=True, slots=True)
class Evidence:
    """By what an answer is known.

    Args:
        kind: `written` in what was read; `default` of the provider; `absent` without a documented default; or
            `none` where no attribute decided, so that the message alone tells.
        resource: Address of the resource that decided.
        attribute: Dotted path in it, or empty.
        value: As the rule saw it; secrets are hidden.
        source: Address of the page that documents the default, or empty.
    """

    kind: str
    resource: str
    attribute: str
    value: Value
    source: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """One fact of the view that the rule was given, whether it asked for it or not.

    Args:
        name: Of the field, such as `blocks_public_acls` or `listeners.0.is_encrypted`.
        value: True, false, a text, a number, or not known; secrets are hidden.
        resource: Address of the resource that says it.
        attribute: Dotted path in it, or empty.
    """

    name: str
    value: Value
    resource: str
    attribute: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that the control was asked about.

    Args:
        satellites: Addresses of the other resources that complete it.
        effect: What the verdict does under the level that applies.
        seen: What was known of it.
        fix: What to type here, when it is not as demanded.
    """

    subject: str
    satellites: tuple[str, ...]
    outcome: Outcome
    effect: Effect
    message: str
    reason: UnknownReason | None
    position: Position | None
    evidence: Evidence
    seen: tuple[Seen, ...]
    fix: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """One control, and what it says here.

    Args:
        level: The one that applies in `environment`.
        types: Resource types that it is asked of; empty when it may be any.
        asked: Worst first, then in the order of the graph.
        report: What a check with this control alone would say.
    """

    control: Control
    level: Level
    types: tuple[str, ...]
    asked: tuple[Asked, ...]
    report: CheckReport


@dataclass(slots=True)
class _Heard:
    """What the rule was asked and said, in order."""

    answers: "list[tuple[View, RuleResult | None]]"

    def listening(self, rule: Callable[..., RuleResult]) -> Callable[..., RuleResult]:
        def ask(view: View, *chosen: object) -> RuleResult:
            self.answers.append((view, None))
            result = rule(view, *chosen)
            self.answers[-1] = (view, result)
            return result

        return ask


def explain(request: CheckRequest, control_id: str, tools: CheckTools) -> Explanation:
    """What one control demands, and how it comes to each of its verdicts at the path.

    Raises:
        MissingError: `control-missing`, `path-missing`.
        InvalidError: As `settle` and `look`.
    """
    settled = settle(request, tools)
    control = get_control(settled.own.controls, control_id)
    heard = _Heard([])
    listened = structs.replace(control, rule=heard.listening(control.rule))
    phase, looked = look(_with_alone(settled, listened), tools)
    environment = settled.request.environment or ""
    return Explanation(
        control=control,
        level=level_of(control, environment),
        types=control.types,
        asked=tuple(sorted(_asked(looked, heard, control, settled, tools), key=_gravity)),
        report=weigh_all(_with_alone(settled, control), phase, looked),
    )


def _with_alone(settled: Settled, control: Control) -> Settled:
    return structs.replace(settled, own=structs.replace(settled.own, controls=(control,)))


def _asked(
    looked: Sequence[Looked], heard: _Heard, control: Control, settled: Settled, tools: CheckTools
) -> Iterator[Asked]:
    answers = iter(heard.answers)
    following = next(answers, None)
    for item in looked:
        resources = {resource.address: resource for resource in item.graph.resources}
        rulings = weigh(
            item.evaluation.verdicts,
            environment=settled.request.environment or "",
            controls=(control,),
            find_waiver=find_waiver_of(settled),
            find_level=find_level_of(settled),
        )
        for ruling in rulings:
            verdict = ruling.verdict
            view: View | None = None
            result: RuleResult | None = None
            # A resource that could not be seen as a view was not asked about.
            if following is not None and _is_answer(following, verdict):
                view, result = following
                following = next(answers, None)
            decided_by = (result.decided_by if result is not None else "") or verdict.subject
            yield Asked(
                subject=verdict.subject,
                satellites=tuple(one.address for one in view.satellites) if view is not None else (),
                outcome=verdict.outcome,
                effect=ruling.effect,
                message=verdict.message,
                reason=verdict.reason,
                position=verdict.position,
                evidence=_evidence(resources.get(decided_by), decided_by, verdict.attribute, tools),
                seen=tuple(_seen(view, verdict.subject, tools)) if view is not None else (),
                fix=_fix(ruling, control, settled.request.environment or ""),
            )


def _is_answer(answer: "tuple[View, RuleResult | None]", verdict: Verdict) -> bool:
    view, result = answer
    said = result.outcome if isinstance(result, RuleResult) else Outcome.ERRORED
    return view.resource.address == verdict.subject and said is verdict.outcome


def _evidence(resource: Resource | None, address: str, attribute: str, tools: CheckTools) -> Evidence:
    if resource is None or not attribute:
        return Evidence("none", address, attribute, None)
    value = leaf(resource.values, attribute)
    if value is not None:
        return Evidence("written", address, attribute, _shown(value, attribute, tools))
    default = find_row(resource.type, without_indexes(attribute))
    if default is None:
        return Evidence("absent", address, attribute, None)
    return Evidence("default", address, attribute, default.value, default.source)


def _shown(value: Value, attribute: str, tools: CheckTools) -> Value:
    steps = without_indexes(attribute).lower().split(".")
    if _NEVER_SHOWN & set(steps):
        return _HIDDEN if isinstance(value, str | list | dict) else value
    document = _document(value)
    if document is not None:
        return json.dumps(_without_hidden(tools.mask(steps[-1], document)), ensure_ascii=False)
    return _without_hidden(tools.mask(steps[-1], value))


def _document(value: Value) -> Value:
    """What a text means that is an object or a list as JSON, such as the containers of a task; else None."""
    if not isinstance(value, str) or value.lstrip()[:1] not in ("{", "["):
        return None
    try:
        found: Value = json.loads(value)
    except (ValueError, RecursionError):
        return None
    return found


def _without_hidden(value: Value) -> Value:
    """A whole object may decide, such as a container: what it gives to a program is hidden within it too."""
    if isinstance(value, dict):
        return {
            name: _HIDDEN if str(name).lower() in _NEVER_SHOWN and item is not None else _without_hidden(item)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [_without_hidden(item) for item in value]
    return value


def _fix(ruling: Ruling, control: Control, environment: str) -> str:
    if ruling.verdict.outcome is Outcome.PASSED:
        return ""
    (denial,) = describe((ruling,), environment=environment, controls=(control,))
    return denial.fix


def _seen(view: View, subject: str, tools: CheckTools) -> Iterator[Seen]:
    for name, fact in _facts(view, "", _DEEPEST):
        value = fact.value
        if not isinstance(value, bool | int | str | Unknown | Sensitive):
            continue
        # The value of a setting has a name of its own, which the attribute that holds all of them does not tell.
        is_setting = name.endswith(".value") and isinstance(value, str)
        shown = (
            value
            if isinstance(value, bool)
            else _HIDDEN
            if is_setting
            else _shown(value, fact.attribute or name, tools)
        )
        yield Seen(name, shown, fact.decided_by or subject, fact.attribute)


def _facts(holder: object, path: str, depth: int) -> Iterator[tuple[str, "Fact[object]"]]:
    """Every fact within a view, by the dotted names of the fields that lead to it."""
    if isinstance(holder, Fact):
        yield path, holder
    elif depth and isinstance(holder, tuple):
        for number, item in enumerate(holder):
            yield from _facts(item, f"{path}.{number}", depth - 1)
    elif depth and isinstance(holder, Struct) and not isinstance(holder, Resource | Unknown):
        for item in structs.fields(holder):
            yield from _facts(getattr(holder, item.name), f"{path}.{item.name}".lstrip("."), depth - 1)


def _gravity(asked: Asked) -> int:
    return _WORST_FIRST.index(asked.outcome)
