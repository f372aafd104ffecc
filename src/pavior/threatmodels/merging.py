"""Merges a draft into what people wrote: nothing that somebody wrote or confirmed is changed or taken away. Pure.

What a draft wrote and nobody confirmed (`inferred`) follows the draft: it comes, changes and goes with it.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields, replace
from itertools import count, islice
from typing import TypeVar

from pavior.threatmodels.drafting_catalog import CALLERS
from pavior.threatmodels.drafting_elements import block_of
from pavior.threatmodels.drafting_names import MAXIMUM_ID
from pavior.threatmodels.model import Asset, Boundary, BoundaryKind, Element, ElementKind, Flow, Threat, ThreatModel

Inferable = TypeVar("Inferable", bound=Boundary | Element | Flow)

_UNIQUE_KINDS = (BoundaryKind.INTERNET, BoundaryKind.ACCOUNT, BoundaryKind.CLUSTER)


@dataclass(frozen=True, slots=True)
class MergedItem:
    """One item of a model.

    Args:
        section: As in the file, such as `elements`.
        told: Its title, or of a flow without one what it connects, such as `Web to Orders`.
    """

    section: str
    id: str
    told: str


@dataclass(frozen=True, slots=True)
class Merged:
    """A model with what a draft found.

    Args:
        appeared: What the draft added.
        changed: What nobody confirmed, and the draft sees otherwise now.
        vanished: What nobody confirmed, and the draft no longer found; it is taken away.
        missing: What people wrote or confirmed, and nothing of it was found; it stays.
        unseen: What the draft did not find, where not everything could be read; it stays.
        wider: Threats that people wrote, which could happen at more places than they said.
        covered: Threats of the library that people wrote in words of their own.
        doubted: What people wrote or confirmed as safer than the draft sees it, with the fields; it stays.
    """

    model: ThreatModel
    appeared: tuple[MergedItem, ...] = ()
    changed: tuple[MergedItem, ...] = ()
    vanished: tuple[MergedItem, ...] = ()
    missing: tuple[MergedItem, ...] = ()
    unseen: tuple[MergedItem, ...] = ()
    wider: tuple[MergedItem, ...] = ()
    covered: tuple[MergedItem, ...] = ()
    doubted: tuple[MergedItem, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether the draft left everything as it was."""
        return not (self.appeared or self.changed or self.vanished)


def merge(
    model: ThreatModel, draft: ThreatModel, *, is_complete: bool = True, moved: Mapping[str, str] | None = None
) -> Merged:
    """What people wrote, with what the draft found beside it.

    Args:
        draft: As `draft_model` gives it.
        is_complete: Whether all was read; what was not found is only taken away when it was.
        moved: Address to the one that it had before, of resources that were renamed.
    """
    merging = _Merging(model, draft, is_complete, moved or {})
    elements = merging.elements()
    boundaries = merging.boundaries(elements)
    flows = merging.flows(elements)
    return merging.answer(elements, boundaries, flows)


class _Merging:
    """One merge, and what it has to tell."""

    def __init__(self, model: ThreatModel, draft: ThreatModel, is_complete: bool, moved: Mapping[str, str]) -> None:  # noqa: FBT001 - read at one place
        self._model = model
        self._draft = draft
        self._is_complete = is_complete
        self._dismissed = {item.id for item in model.dismissed}
        self._held = _held_by_people(model)
        self._told: dict[str, list[MergedItem]] = defaultdict(list)
        self._places = _match_elements(model, draft, moved)
        self._around = _match_boundaries(model, draft, self._places)
        self._titles = {self._places[item.id]: item.title for item in draft.elements}
        self._titles.update((item.id, item.title) for item in model.elements)

    def elements(self) -> tuple[Element, ...]:
        found = {
            self._places[item.id]: replace(
                item,
                id=self._places[item.id],
                boundary=self._around.get(item.boundary, ""),
                assets=self._known_assets(item.assets),
            )
            for item in reversed(self._draft.elements)
            if item.id not in self._dismissed
        }
        self._tell_missing(found)
        return self._section("elements", self._model.elements, dict(reversed(found.items())), lambda item: item.title)

    def boundaries(self, elements: tuple[Element, ...]) -> tuple[Boundary, ...]:
        drafted = {
            self._around[item.id]: replace(item, id=self._around[item.id], within=self._around.get(item.within, ""))
            for item in reversed(self._draft.boundaries)
        }
        known = {**drafted, **{item.id: item for item in self._model.boundaries if item.id not in drafted}}
        # A boundary is there for what is within it.
        needed: set[str] = set()
        confirmed = [item.within for item in self._model.boundaries if not item.inferred]
        waiting = [*(item.boundary for item in elements), *confirmed]
        while waiting:
            id_ = waiting.pop()
            if id_ in known and id_ not in needed:
                needed.add(id_)
                waiting.append(known[id_].within)
        self._held |= needed
        found = {id_: item for id_, item in reversed(drafted.items()) if id_ in needed}
        return self._section("boundaries", self._model.boundaries, found, lambda item: item.title)

    def flows(self, elements: tuple[Element, ...]) -> tuple[Flow, ...]:
        there = {item.id for item in elements}
        # The first of people's, else the first.
        ordered = sorted(self._model.flows, key=lambda item: item.inferred)
        pairs = {(item.source, item.target): item for item in reversed(ordered)}
        found: dict[str, Flow] = {}
        for item in self._draft.flows:
            source, target = self._places.get(item.source, ""), self._places.get(item.target, "")
            if source == target or item.id in self._dismissed or not {source, target} <= there:
                continue
            same = pairs.get((source, target))
            # A flow that somebody wrote says more than one that was found between the same two.
            id_ = item.id if same is None else same.id
            assets = self._known_assets(item.assets)
            found.setdefault(id_, replace(item, id=id_, source=source, target=target, assets=assets))
        return self._section("flows", self._model.flows, found, self._flow_title)

    def _flow_title(self, flow: Flow) -> str:
        source, target = (self._titles.get(end, end) for end in (flow.source, flow.target))
        return flow.title or f"{source} to {target}"

    def answer(
        self, elements: tuple[Element, ...], boundaries: tuple[Boundary, ...], flows: tuple[Flow, ...]
    ) -> Merged:
        merged = replace(self._model, assets=self._assets(), boundaries=boundaries, elements=elements, flows=flows)
        told = {name: tuple(items) for name, items in self._told.items()}
        return Merged(merged, **told)

    def _assets(self) -> tuple[Asset, ...]:
        # People name what is worth protecting; a draft has a word for it only where nobody did.
        if self._model.assets:
            return self._model.assets
        self._told["appeared"].extend(MergedItem("assets", item.id, item.title) for item in self._draft.assets)
        return self._draft.assets

    def _known_assets(self, ids: tuple[str, ...]) -> tuple[str, ...]:
        known = {item.id for item in self._model.assets or self._draft.assets}
        return tuple(item for item in ids if item in known)

    def _tell_missing(self, found: Collection[str]) -> None:
        self._told["missing"].extend(
            MergedItem("elements", item.id, item.title)
            for item in self._model.elements
            if not item.inferred and item.resources and item.id not in found and self._is_complete
        )

    def _tell_doubt(self, section: str, written: Inferable, drafted: Inferable | None) -> None:
        if drafted is not None and (fields_ := _doubts(written, drafted)):
            title = self._flow_title(written) if isinstance(written, Flow) else written.title
            self._told["doubted"].append(MergedItem(section, written.id, f"{title} ({fields_})"))

    def _section(
        self,
        section: str,
        written: tuple[Inferable, ...],
        found: dict[str, Inferable],
        title: Callable[[Inferable], str],
    ) -> tuple[Inferable, ...]:
        """What was there, in its order, then what the draft added."""
        kept: list[Inferable] = []
        for item in written:
            new = found.pop(item.id, None)
            if not item.inferred:
                kept.append(item)
                self._tell_doubt(section, item, new)
            elif new is not None:
                kept.append(new)
                if new != replace(item, line=0):
                    self._told["changed"].append(MergedItem(section, item.id, f"{title(new)} ({differing(item, new)})"))
            elif item.id in self._held:
                kept.append(item)
                self._told["missing"].append(MergedItem(section, item.id, title(item)))
            elif self._is_complete:
                self._told["vanished"].append(MergedItem(section, item.id, title(item)))
            else:
                kept.append(item)
                self._told["unseen"].append(MergedItem(section, item.id, title(item)))
        self._told["appeared"].extend(MergedItem(section, item.id, title(item)) for item in found.values())
        return (*kept, *found.values())


def differing(before: Inferable | Threat, after: Inferable | Threat) -> str:
    """Names of the fields in which two items differ, as a person knows them: `resources, public`."""
    names = (item.name for item in fields(before) if item.name != "line")
    return ", ".join(name.removeprefix("is_") for name in names if getattr(before, name) != getattr(after, name))


def _doubts(written: Inferable, drafted: Inferable) -> str:
    """Fields in which somebody wrote what is safe, and the draft sees what is not."""
    found = []
    if isinstance(written, Element) and isinstance(drafted, Element):
        found += ["public"] if drafted.is_public and written.is_public is False else []
    if isinstance(written, Flow) and isinstance(drafted, Flow):
        found += ["encrypted"] if drafted.is_encrypted is False and written.is_encrypted else []
        found += ["authenticated"] if drafted.is_authenticated is False and written.is_authenticated else []
    return ", ".join(found)


def _held_by_people(model: ThreatModel) -> set[str]:
    """Ids of elements and flows that something refers to that people wrote, so that they cannot be taken away."""
    held = {place for threat in model.threats if not threat.inferred for place in threat.places}
    ends = [(flow.source, flow.target) for flow in model.flows if not flow.inferred or flow.id in held]
    return held.union(*ends)


def _match_elements(model: ThreatModel, draft: ThreatModel, moved: Mapping[str, str]) -> dict[str, str]:
    """Each element of the draft to the id that it has in the model."""
    exact: dict[str, str] = {}
    before = {block_of(new): old for new, old in moved.items()}
    patterns: list[tuple[re.Pattern[str], str]] = []
    for element in model.elements:
        for resource in element.resources:
            block = block_of(resource)
            exact.setdefault(block, element.id)
            # A pattern for all instances of a block is no search.
            if "*" in block:
                patterns.append((_pattern(resource), element.id))
    ids = {item.id for item in model.elements}
    outsiders = _anybody(model)
    found: dict[str, str] = {}
    for element in draft.elements:
        if not element.resources:
            same = element.id if element.id in ids else outsiders.get(element.boundary)
        else:
            own = element.resources[0]
            same = exact.get(block_of(own)) or exact.get(block_of(before.get(block_of(own), own)))
            same = same or next((id_ for pattern, id_ in patterns if pattern.fullmatch(own)), None)
        found[element.id] = same or _free(element.id, ids)
    found.update(_match_neighbours(model, draft, found))
    return found


def _match_neighbours(model: ThreatModel, draft: ThreatModel, found: Mapping[str, str]) -> dict[str, str]:
    """Services of ours that the catalog names, to the one outsider that people wrote with a flow to the same element.

    Only these: that somebody else comes in as well must never be taken for what people know.
    """
    near = {item.id for item in draft.boundaries if item.kind is BoundaryKind.ORGANISATION and not item.within}
    near = {item.id for item in draft.elements if item.boundary in near and item.id.startswith(CALLERS)}
    outside = {item.id for item in model.elements if item.kind is ElementKind.EXTERNAL_ENTITY and not item.inferred}
    known: dict[str, list[str]] = defaultdict(list)
    for flow in model.flows:
        if flow.source in outside:
            known[flow.target].append(flow.source)
    matched = {}
    for flow in draft.flows:
        if flow.source in near and flow.source == found[flow.source]:
            senders = list(dict.fromkeys(known[found[flow.target]]))
            if len(senders) == 1:
                matched[flow.source] = senders[0]
    return matched


def _free(id_: str, taken: Collection[str]) -> str:
    """The id, or with a number where people gave it to something else."""
    numbered = (f"{id_[: MAXIMUM_ID - 4]}-{number}" for number in count(2))
    return next(item for item in (id_, *islice(numbered, len(taken) + 1)) if item not in taken)


def _anybody(model: ThreatModel) -> dict[str, str]:
    """The one outsider on the internet that people wrote, if there is one, by the draft's boundary."""
    internets = {item.id for item in model.boundaries if item.kind is BoundaryKind.INTERNET}
    outsiders = [
        item.id
        for item in model.elements
        if item.kind is ElementKind.EXTERNAL_ENTITY and item.boundary in internets and not item.inferred
    ]
    return {"internet": outsiders[0]} if len(outsiders) == 1 else {}


def _match_boundaries(model: ThreatModel, draft: ThreatModel, places: Mapping[str, str]) -> dict[str, str]:
    """Each boundary of the draft to the id that it has in the model."""
    written = {item.id: item for item in model.boundaries}
    confirmed = {item.id: item.boundary for item in model.elements if not item.inferred}
    of_kind: dict[BoundaryKind, list[str]] = defaultdict(list)
    for item in model.boundaries:
        if not item.inferred:
            of_kind[item.kind].append(item.id)
    holding: dict[str, dict[str, None]] = defaultdict(dict)
    for element in draft.elements:
        if confirmed.get(places[element.id]):
            holding[element.boundary][confirmed[places[element.id]]] = None
    found = {}
    for item in draft.boundaries:
        same = of_kind[item.kind] if item.kind in _UNIQUE_KINDS else []
        # What people divided further, such as an account into networks, is still the one of its kind.
        chosen = list(holding[item.id]) if len(holding[item.id]) == 1 else same
        found[item.id] = chosen[0] if item.id not in written and len(chosen) == 1 else item.id
    return found


def _pattern(resource: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, resource.split("*"))), re.DOTALL)
