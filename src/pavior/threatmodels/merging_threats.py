"""Puts the threats that the library proposes beside those that people wrote. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from pavior.threatmodels.library_model import LibraryThreat
from pavior.threatmodels.matching import propose_threats
from pavior.threatmodels.merging import Merged, MergedItem, differing, merge
from pavior.threatmodels.model import Threat, ThreatModel


def first_model(draft: ThreatModel, library: Iterable[LibraryThreat]) -> ThreatModel:
    """The model of a service that nobody modelled yet: the draft with its threats, the gravest first."""
    return merge_threats(merge(ThreatModel(draft.service, draft.scope), draft), library).model


def merge_threats(merged: Merged, library: Iterable[LibraryThreat]) -> Merged:
    """The same, with the threats that apply to the merged model, the gravest of the new ones first.

    A threat that people wrote stays as it is, also where the library knows more places for it; that is told in `wider`.
    What they wrote in their own words covers one of the library where it names a control of it at the same place.
    """
    written = [item for item in merged.model.threats if _is_of_people(item)]
    drafted = {_name(item): item for item in merged.model.threats if not _is_of_people(item)}
    proposed = {_name(item): item for item in propose_threats(replace(merged.model, threats=tuple(written)), library)}
    wider = [_told(proposed.pop(_name(item))) for item in written if _name(item) in proposed]
    covered = [_told(proposed.pop(name)) for name, item in list(proposed.items()) if _is_covered(item, written)]
    kept: list[Threat] = []
    changed, vanished = [], []
    for item in merged.model.threats:
        again = proposed.pop(_name(item), None) if _name(item) in drafted else None
        if _is_of_people(item):
            kept.append(item)
        elif again is None:
            vanished.append(_told(item))
        else:
            kept.append(replace(again, id=item.id))
            if kept[-1] != replace(item, line=0):
                told = f"{item.title} ({differing(item, kept[-1])})"
                changed.append(MergedItem("threats", item.id, told))
    return replace(
        merged,
        model=replace(merged.model, threats=(*kept, *proposed.values())),
        appeared=(*merged.appeared, *map(_told, proposed.values())),
        changed=(*merged.changed, *changed),
        vanished=(*merged.vanished, *vanished),
        wider=tuple(wider),
        covered=tuple(covered),
    )


def _is_of_people(threat: Threat) -> bool:
    # Whoever says what stops it, or that it is lived with, has taken it for true.
    return not threat.inferred or bool(threat.accepted or threat.tests or threat.mitigations)


def _is_covered(proposed: Threat, written: Iterable[Threat]) -> bool:
    if not proposed.places:
        return False
    answered = {
        place for item in written if not {*item.controls}.isdisjoint(proposed.controls) for place in item.places
    }
    return answered.issuperset(proposed.places)


def _name(threat: Threat) -> str:
    return threat.library or threat.id


def _told(threat: Threat) -> MergedItem:
    return MergedItem("threats", threat.id, threat.title)
