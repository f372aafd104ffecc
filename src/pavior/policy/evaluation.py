"""Asking controls about a graph: one verdict for each control and each thing that it is about. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct, structs

from pavior.kernel.verdicts import Outcome, Phase, Position, UnknownReason, Verdict
from pavior.policy.model import Control, Coverage, Evaluation, RuleResult
from pavior.policy.parameters import Parameters, value_text, values_of
from pavior.policy.ways import Ways
from pavior.resources.model import Resource, ResourceGraph, Skipped
from pavior.resources.views import VIEWS, GraphIndex, View, ViewType, index_graph
from pavior.resources.views.facts import without_indexes

# Where a provider comes from unless its name says otherwise.
_REGISTRY = "registry.terraform.io/"
_KUBERNETES = "kubernetes"
# Looking a member up in its enumeration costs as much as making a verdict.
_PASSED: Final = Outcome.PASSED
_UNKNOWN: Final = Outcome.UNKNOWN
_EITHER_WAY = "It is so with the dynamic block that may be there, and without it."


class _Subject(Struct, frozen=True, gc=False):
    """One resource seen as a view, or what was raised when that was tried."""

    resource: Resource
    view: View | None
    error: str = ""


def evaluate(graph: ResourceGraph, controls: tuple[Control, ...], phase: Phase) -> Evaluation:
    """One verdict for each control and each thing in the graph that it is about; none for an empty graph.

    Verdicts are in the order of `controls`, then of the graph. A rule that raises is `errored`. Only in phase `plan`
    can something become known after the apply; in every other phase it was not evaluated. A control with a parameter
    that has no value is not asked, and named in the coverage where it is about something.
    """
    index = index_graph(graph)
    ways = Ways(graph)
    subjects: dict[str, list[_Subject]] = {}
    verdicts: list[Verdict] = []
    seen: set[str] = set()
    looked_at: set[str] = set()
    not_asked: list[Skipped] = []
    for control in controls:
        # Neither its view nor its rule is loaded in vain.
        if not index.has_any(control.types):
            continue
        if control.view not in subjects:
            view_type = VIEWS[control.view]
            subjects[control.view] = _subjects(view_type, view_type.select(index), index)
        of_view = subjects[control.view]
        if not control.is_asked:
            if of_view:
                not_asked.append(_unset(control))
            continue
        arguments = (values_of(control.parameters),) if control.parameters else ()
        found = _ask(control, of_view, arguments, phase, index)
        if ways.are_open:
            found = [
                _ask_each_way(control, subject, arguments, verdict, ways) if verdict.outcome is _UNKNOWN else verdict
                for subject, verdict in zip(of_view, found, strict=True)
            ]
        verdicts += found
        if control.view not in looked_at:
            looked_at.add(control.view)
            for subject in of_view:
                seen.add(subject.resource.address)
                if subject.view is not None and subject.view.satellites:
                    seen.update([satellite.address for satellite in subject.view.satellites])
    return Evaluation(tuple(verdicts), _coverage(graph, seen, tuple(not_asked)))


def _unset(control: Control) -> Skipped:
    parameter = next(item for item in control.parameters if item.value is None)
    meaning = parameter.description.removesuffix(".")
    return Skipped(control.id, f"nobody has set its parameter {parameter.name}: {meaning}")


def _subjects(view_type: ViewType, resources: Iterable[Resource], index: GraphIndex) -> list[_Subject]:
    """Those of the resources that mean this thing."""
    build, found = view_type.build, []
    for resource in resources:
        try:
            view = build(resource, index)
        except Exception as error:  # noqa: BLE001 - one unreadable resource is errored; it must not hide the others
            found.append(_Subject(resource, None, type(error).__name__))
        else:
            if view is not None:
                found.append(_Subject(resource, view))
    return found


def _ask(
    control: Control,
    subjects: Iterable[_Subject],
    arguments: tuple[Parameters, ...],
    phase: Phase,
    index: GraphIndex,
) -> list[Verdict]:
    """One verdict for each of the subjects, in order."""
    rule, verdicts = control.rule, []
    for subject in subjects:
        if subject.view is None:
            what = f"Reading {subject.resource.address} as {control.view} ended with {subject.error}."
            verdicts.append(_errored(control, subject, phase, what))
            continue
        try:
            result = rule(subject.view, *arguments) if arguments else rule(subject.view)
        except Exception as error:  # noqa: BLE001 - a crashed rule is errored; its text may hold values, so only its type is told
            verdicts.append(_errored(control, subject, phase, f"The rule ended with {type(error).__name__}."))
        else:
            verdicts.append(_verdict(control, subject, result, phase, index))
    return verdicts


def _verdict(control: Control, subject: _Subject, result: object, phase: Phase, index: GraphIndex) -> Verdict:
    """What the rule said, about this subject."""
    if not isinstance(result, RuleResult):
        return _errored(control, subject, phase, f"The rule gave {type(result).__name__} instead of a result.")
    resource, attribute, outcome = subject.resource, result.attribute, result.outcome
    place = (index.find(result.decided_by) if result.decided_by else None) or resource
    position = find_position(place, attribute) if attribute and place.attribute_positions else place.position
    if outcome is _PASSED:
        return Verdict(control.id, resource.address, phase, outcome, result.message, attribute, None, position)
    return Verdict(
        control=control.id,
        subject=resource.address,
        phase=phase,
        outcome=outcome,
        message=_message(control, result),
        attribute=attribute,
        reason=_reason(result, phase) if outcome is _UNKNOWN else None,
        position=position,
    )


def _ask_each_way(
    control: Control, subject: _Subject, arguments: tuple[Parameters, ...], unknown: Verdict, ways: Ways
) -> Verdict:
    """What all ways have in common in which subject and satellites may be; else that it is not known."""
    satellites = () if subject.view is None else subject.view.satellites
    found: list[Verdict] = []
    for index in ways.indexes((subject.resource, *satellites)):
        resource = index.find(subject.resource.address)
        seen = [] if resource is None else _subjects(VIEWS[control.view], (resource,), index)
        if not seen:
            return unknown
        found += _ask(control, seen, arguments, unknown.phase, index)
    is_one = len({item.outcome for item in found}) == 1 and found[0].outcome in (Outcome.PASSED, Outcome.FAILED)
    if not is_one:
        return unknown
    # The last one is that with every block, so it has a line to look at.
    verdict = found[-1]
    told = f"{verdict.message} {_EITHER_WAY}" if verdict.outcome is Outcome.FAILED else verdict.message
    return structs.replace(verdict, message=told)


def _message(control: Control, result: RuleResult) -> str:
    """What the rule says, and which values somebody chose for it: another choice may give another answer."""
    if not control.parameters:
        return result.message
    chosen = (
        f"{item.name} is {value_text(item.value)} by {item.origin}." for item in control.parameters if item.origin
    )
    return " ".join((result.message, *chosen))


def _errored(control: Control, subject: _Subject, phase: Phase, message: str) -> Verdict:
    resource = subject.resource
    return Verdict(control.id, resource.address, phase, Outcome.ERRORED, message, position=resource.position)


def _reason(result: RuleResult, phase: Phase) -> UnknownReason:
    is_plan = phase is Phase.PLAN
    return UnknownReason.KNOWN_AFTER_APPLY if is_plan and _is_later(result) else UnknownReason.NOT_EVALUATED


def _is_later(result: RuleResult) -> bool:
    return result.reason is UnknownReason.KNOWN_AFTER_APPLY


def find_position(resource: Resource, attribute: str) -> Position | None:
    """Where the attribute stands in the source; else what holds it, else the resource, else None."""
    if attribute and resource.attribute_positions:
        found = _narrowest(resource.attribute_positions, attribute)
        if found is not None:
            return found
    return resource.position


def _narrowest(positions: Mapping[str, Position], attribute: str) -> Position | None:
    if attribute in positions:
        return positions[attribute]
    loose = {without_indexes(path): position for path, position in positions.items()}
    while attribute:
        found = positions.get(attribute) or loose.get(without_indexes(attribute))
        if found is not None:
            return found
        attribute = attribute.rpartition(".")[0]
    return None


def _coverage(graph: ResourceGraph, seen: set[str], not_asked: tuple[Skipped, ...]) -> Coverage:
    managed = [resource for resource in graph.resources if resource.mode == "managed"]
    evaluated = Counter(resource.type for resource in managed if resource.address in seen)
    unseen = [resource for resource in managed if resource.address not in seen]
    uncovered = Counter(resource.type for resource in unseen)
    providers = Counter(_provider_name(resource) for resource in unseen if resource.provider)
    return Coverage(
        evaluated_types=dict(sorted(evaluated.items())),
        uncovered_types=dict(sorted(uncovered.items())),
        skipped=graph.skipped,
        not_asked=not_asked,
        uncovered_providers=dict(sorted(providers.items())),
    )


def _provider_name(resource: Resource) -> str:
    """Who gives this type: a Terraform provider, Kubernetes itself, or the group of a custom resource."""
    version = resource.values.get("apiVersion")
    if resource.provider == _KUBERNETES and isinstance(version, str):
        group = version.rpartition("/")[0]
        # Its own groups have no dot, or this ending.
        return group if "." in group and not group.endswith(".k8s.io") else _KUBERNETES
    return resource.provider.removeprefix(_REGISTRY)
