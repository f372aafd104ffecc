"""Drafts of small sources, as the tests read them."""

from pavior.adapters.readers.kubernetes import read_manifests
from pavior.adapters.readers.terraform_source import read_source_tolerantly
from pavior.resources.model import ResourceGraph
from pavior.threatmodels.drafting import draft_model
from pavior.threatmodels.model import Element, Flow, ThreatModel


def graph_of(terraform: str, **modules: str) -> ResourceGraph:
    """The graph of one file, and of modules by the name of their folder."""
    files = {"main.tf": terraform, **{f"{name}/main.tf": text for name, text in modules.items()}}
    return read_source_tolerantly({name: text.encode() for name, text in files.items()}, {}, frozenset())


def graph_of_manifests(yaml: str) -> ResourceGraph:
    """The graph of one file of manifests."""
    return read_manifests({"all.yaml": yaml.encode()})


def drafted(terraform: str, **modules: str) -> ThreatModel:
    """The model of one file of Terraform."""
    return draft_model(graph_of(terraform, **modules), service="orders")


def element(model: ThreatModel, id_: str) -> Element:
    """The element, which is there."""
    found = model.element(id_)
    assert found is not None, [item.id for item in model.elements]
    return found


def flow(model: ThreatModel, source: str, target: str) -> Flow:
    """The one flow from one element to another."""
    found = [item for item in model.flows if (item.source, item.target) == (source, target)]
    assert len(found) == 1, [(item.source, item.target) for item in model.flows]
    return found[0]


def ends(model: ThreatModel) -> set[tuple[str, str]]:
    """Sources and targets of all flows."""
    return {(item.source, item.target) for item in model.flows}
