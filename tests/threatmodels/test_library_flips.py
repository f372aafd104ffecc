"""Every threat of the library is mitigated, open and mitigated again by each of its controls: real rules on real cases.

The system is drawn from what the case deploys, so this also shows that the threat applies there and names the control.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest

from pavior.adapters.readers.kubernetes import read_manifests
from pavior.adapters.readers.terraform_source import read_source
from pavior.content import load_controls
from pavior.content.cases import CaseReaders, try_control
from pavior.content.loading import CONTROLS_FOLDER
from pavior.kernel.verdicts import Outcome, Verdict
from pavior.resources.views.facts import type_of
from pavior.threatmodels.library import load_library
from pavior.threatmodels.library_model import LibraryThreat
from pavior.threatmodels.matching import propose_threats
from pavior.threatmodels.model import (
    Boundary,
    BoundaryKind,
    Element,
    ElementKind,
    Flow,
    Threat,
    ThreatModel,
    ThreatState,
)
from pavior.threatmodels.standing import Deployed, judge

READERS = CaseReaders(read_source, read_manifests)
CONTROLS = {control.id: control for control in load_controls()}
LIBRARY = load_library(CONTROLS.values())
PAIRS = [(threat, control) for threat in LIBRARY for control in threat.controls]
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)

pytestmark = pytest.mark.parametrize(
    ("known", "control"), PAIRS, ids=[f"{known.id}/{control}" for known, control in PAIRS]
)


@cache
def _verdicts(control: str) -> tuple[tuple[Verdict, ...], ...]:
    """Of each case of the control, what its rule says."""
    trial = try_control(CONTROLS_FOLDER / control.replace("-", "_"), CONTROLS[control], READERS)
    return tuple(item.verdicts for item in trial.results)


def _deployed(
    control: str, outcome: Outcome, known: LibraryThreat
) -> Iterator[tuple[ThreatModel, tuple[Verdict, ...]]]:
    """What is deployed in each case with this outcome to which the threat applies, and what is said of it."""
    for verdicts in _verdicts(control):
        if verdicts and {item.outcome for item in verdicts} == {outcome}:
            drawn = _drawn(sorted({item.subject for item in verdicts}))
            if any(control in threat.controls for threat in propose_threats(drawn, [known])):
                yield drawn, verdicts


def _drawn(addresses: Iterable[str]) -> ThreatModel:
    """Somebody outside, and everything that is deployed in a network in an account."""
    things = tuple(
        Element(
            f"thing-{number}", address, ElementKind.PROCESS, type_of(address), resources=(address,), boundary="network"
        )
        for number, address in enumerate(addresses)
    )
    return ThreatModel(
        service="orders",
        scope="What a case deploys.",
        boundaries=(
            Boundary("account", "The account", BoundaryKind.ACCOUNT),
            Boundary("network", "The network", BoundaryKind.NETWORK, within="account"),
        ),
        elements=(Element("customer", "Customer", ElementKind.EXTERNAL_ENTITY), *things),
        flows=tuple(Flow(f"to-{thing.id}", "customer", thing.id) for thing in things),
    )


def _state(threat: Threat, model: ThreatModel, control: str, verdicts: tuple[Verdict, ...]) -> ThreatState:
    """How it stands there, where this control alone stops it."""
    stopped = replace(threat, controls=(control,))
    (judged,) = judge(replace(model, threats=(stopped,)), Deployed("orders/prod", verdicts={control: verdicts}), NOON)
    return judged.state


def test_it_is_mitigated_and_open_and_mitigated_again(known: LibraryThreat, control: str) -> None:
    states = []
    for outcome in (Outcome.PASSED, Outcome.FAILED, Outcome.PASSED):
        model, verdicts = next(_deployed(control, outcome, known))
        (threat,) = propose_threats(model, [known])
        states.append(_state(threat, model, control, verdicts))

    assert states == [ThreatState.MITIGATED, ThreatState.OPEN, ThreatState.MITIGATED]


def test_nobody_knows_how_it_stands_where_the_rule_cannot_tell(known: LibraryThreat, control: str) -> None:
    for model, verdicts in _deployed(control, Outcome.UNKNOWN, known):
        (threat,) = propose_threats(model, [known])

        assert _state(threat, model, control, verdicts) is ThreatState.NOT_EVALUATED
