"""What a valid threat model still leaves open: nothing is wrong, and somebody should look. Pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from pavior.threatmodels.model import Threat, ThreatModel


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to look at, and the line where it stands."""

    line: int
    message: str

    def __str__(self) -> str:
        """As problems are told."""
        return f"line {self.line}: {self.message}"


def find_remarks(model: ThreatModel, *, renamed: Mapping[str, str], library: Collection[str]) -> tuple[Remark, ...]:
    """All of them, by line.

    Args:
        renamed: Former ids of controls, with today's.
        library: Ids of the threats that there are in the library.
    """
    found = [*_of_threats(model, renamed, library), *_of_elements(model), *_of_assets(model)]
    return tuple(sorted(found, key=lambda remark: (remark.line, remark.message)))


def _of_threats(model: ThreatModel, renamed: Mapping[str, str], library: Collection[str]) -> Iterator[Remark]:
    for threat in model.threats:
        name = f"threats {threat.id}"
        if not threat.places:
            yield Remark(threat.line, f"{name}: it names no place, so what its controls say of anything counts.")
        if not (threat.controls or threat.tests or threat.accepted):
            yield Remark(threat.line, f"{name}: {_unseen(threat)}")
        for control in threat.controls:
            if control in renamed:
                yield Remark(threat.line, f"{name}: the control {control} is called {renamed[control]} now.")
        if threat.library and threat.library not in library:
            yield Remark(threat.line, f"{name}: the library has no threat {threat.library}.")


def _unseen(threat: Threat) -> str:
    if threat.requirements or threat.mitigations:
        return "neither a control nor a test is named, so nobody sees whether it is stopped."
    return "nothing is named that stops it, so it is open wherever this is deployed."


def _of_elements(model: ThreatModel) -> Iterator[Remark]:
    reached = {end for flow in model.flows for end in (flow.source, flow.target)}
    for element in model.elements:
        if element.id not in reached:
            yield Remark(element.line, f"elements {element.id}: no flow begins or ends there.")


def _of_assets(model: ThreatModel) -> Iterator[Remark]:
    held = {asset for element in model.elements for asset in element.assets}
    for asset in model.assets:
        if asset.id not in held:
            yield Remark(asset.line, f"assets {asset.id}: no element holds it.")
