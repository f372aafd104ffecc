"""What the catalog says of a service's neighbours, as external entities and flows. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from pavior.catalog.model import Entity, Relation
from pavior.kernel.refs import Ref
from pavior.threatmodels.drafting_names import slug
from pavior.threatmodels.model import Boundary, BoundaryKind, Element, ElementKind, Flow, ThreatModel

# How the ids begin of those who call the service's own interfaces.
CALLERS: Final = "callers-of"
ORGANISATION: Final = Boundary("organisation", "Other services of ours", BoundaryKind.ORGANISATION, inferred=True)


def add_neighbours(model: ThreatModel, entities: Iterable[Entity]) -> ThreatModel:
    """The model with whom the service's component depends on, whose APIs it calls, and who calls its own.

    What is described in the same file is the service's own, and drawn from its resources.
    """
    known = {entity.ref: entity for entity in entities}
    component = next(
        (item for ref, item in known.items() if ref.kind == "component" and ref.name == model.service), None
    )
    if component is None:
        return model
    hub = _hub(model)
    found: list[tuple[Element, Flow]] = []
    for relation in component.relations:
        pair = _neighbour(relation, known, hub.id)
        if pair is not None:
            found.append(pair)
    if not found:
        return model
    elements = {item.id: item for item in (*model.elements, hub)}
    elements.update((element.id, element) for element, _ in found)
    flows = {item.id: item for item in (*model.flows, *(flow for _, flow in found))}
    return replace(
        model,
        boundaries=(*model.boundaries, ORGANISATION),
        elements=tuple(elements.values()),
        flows=tuple(flows.values()),
    )


def _hub(model: ThreatModel) -> Element:
    """The one process that there is; where there are none or several, the service itself."""
    processes = [item for item in model.elements if item.kind is ElementKind.PROCESS]
    if len(processes) == 1:
        return processes[0]
    around = model.boundaries[0].id if len(model.boundaries) == 1 else ""
    return Element(
        slug(f"service-{model.service}"),
        f"Service {model.service}",
        ElementKind.PROCESS,
        boundary=around,
        inferred=True,
    )


def _neighbour(relation: Relation, known: Mapping[Ref, Entity], hub: str) -> tuple[Element, Flow] | None:
    ref = relation.target
    words = _WORDS.get(relation.type)
    is_own = ref in known and relation.type != "providesApi"
    if words is None or is_own:
        return None
    beginning, title, because = words
    id_ = slug(f"{beginning}-{ref.name}" if beginning == CALLERS else f"{beginning}-{ref.kind}-{ref.name}")
    element = Element(
        id_, title.format(name=ref.name), ElementKind.EXTERNAL_ENTITY, boundary=ORGANISATION.id, inferred=True
    )
    source, target = (id_, hub) if relation.type == "providesApi" else (hub, id_)
    told = because.format(ref=ref)
    return element, Flow(slug(f"{source}-to-{target}"), source, target, because=told, inferred=True)


# Relation to how the id of its element begins, its title, and the reason of the flow.
_WORDS: Final[Mapping[str, tuple[str, str, str]]] = {
    "dependsOn": ("other", "{name}", "catalog-info.yaml says that it depends on {ref}."),
    "consumesApi": ("other", "API {name}", "catalog-info.yaml says that it consumes {ref}."),
    "providesApi": (CALLERS, "Callers of {name}", "catalog-info.yaml says that it provides {ref}."),
}
