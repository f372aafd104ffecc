"""The verdict of every control on the same stack, read from each place that it can be read from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
from tests.verdicts.kubernetes_forms import as_list, as_returned
from tests.verdicts.stacks import KINDS, Stack, list_stacks, read_recording

from pavior.adapters.readers.kubernetes import read_manifests
from pavior.adapters.readers.terraform_plan import read_plan, read_state
from pavior.adapters.readers.terraform_source import read_source
from pavior.content import load_controls
from pavior.content.cases import with_case_values
from pavior.content.loading import CONTROLS_FOLDER
from pavior.kernel.verdicts import Outcome, Phase, UnknownReason
from pavior.policy.evaluation import evaluate
from pavior.policy.model import Control
from pavior.resources.codec import decode_graph
from pavior.resources.join import join
from pavior.resources.model import ResourceGraph

TERRAFORM_COLUMNS = ("source", "plan alone", "plan and source", "state", "live")
KUBERNETES_COLUMNS = ("manifest", "JSON list", "as returned")
# Of what was not recorded nothing is known, so that nothing is said of it.
NOT_RECORDED, REFUSED = "not recorded", "refused"
SHORT = {UnknownReason.KNOWN_AFTER_APPLY: "unknown(later)", UnknownReason.NOT_EVALUATED: "unknown(unread)"}


@dataclass(frozen=True, slots=True)
class Row:
    """One control.

    Args:
        cells: Column to what is said of the passing and of the failing stack.
    """

    control: str
    cells: Mapping[str, tuple[str, str]]


def terraform_rows() -> list[Row]:
    """A row for each control that has stacks."""
    stacks = {(item.control, item.kind): item for item in list_stacks()}
    rows: list[Row] = []
    for name in dict.fromkeys(control for control, _ in stacks):
        both = [_terraform_cells(stacks[name, kind]) for kind in KINDS]
        rows.append(Row(_id(name), {column: (both[0][column], both[1][column]) for column in TERRAFORM_COLUMNS}))
    return rows


def _terraform_cells(stack: Stack) -> dict[str, str]:
    control = controls()[_id(stack.control)]
    source = read_source(stack.files, {}, frozenset())
    cells = dict.fromkeys(TERRAFORM_COLUMNS, NOT_RECORDED)
    cells["source"] = verdict(control, source, Phase.CODE)
    recording = read_recording(stack)
    if recording.get("refused"):
        return {**dict.fromkeys(TERRAFORM_COLUMNS, REFUSED), "source": cells["source"]}
    if recording.get("plan"):
        plan = read_plan(_body(recording["plan"])).graph
        cells["plan alone"] = verdict(control, plan, Phase.PLAN)
        cells["plan and source"] = verdict(control, join(plan, source), Phase.PLAN)
    if recording.get("state"):
        cells["state"] = verdict(control, read_state(_body(recording["state"])), Phase.LIVE)
    if recording.get("live"):
        cells["live"] = verdict(control, decode_graph(recording["live"]), Phase.LIVE)
    return cells


def kubernetes_rows() -> list[Row]:
    """A row for each control that has manifests among its cases."""
    rows: list[Row] = []
    for name in sorted(controls()):
        both: list[dict[str, str]] = []
        for kind in KINDS:
            folder = CONTROLS_FOLDER / name.replace("-", "_") / "cases" / kind
            manifest = next(iter(sorted(folder.glob("*.yaml"))), None)
            if manifest is not None:
                both.append(_kubernetes_cells(controls()[name], manifest.read_bytes()))
        if len(both) == len(KINDS):
            rows.append(Row(name, {column: (both[0][column], both[1][column]) for column in KUBERNETES_COLUMNS}))
    return rows


def _kubernetes_cells(control: Control, manifest: bytes) -> dict[str, str]:
    files: dict[str, tuple[Callable[[bytes], bytes], str]] = {
        "manifest": (lambda body: body, "orders.yaml"),
        "JSON list": (as_list, "orders.json"),
        "as returned": (as_returned, "orders.json"),
    }
    return {
        column: verdict(control, read_manifests({path: change(manifest)}), Phase.CODE)
        for column, (change, path) in files.items()
    }


def verdict(control: Control, graph: ResourceGraph, phase: Phase) -> str:
    """The gravest outcome, as it counts for a stack; `none` when the control found nothing to ask about."""
    verdicts = evaluate(graph, (control,), phase).verdicts
    for outcome in (Outcome.ERRORED, Outcome.FAILED, Outcome.UNKNOWN, Outcome.PASSED):
        found = [item for item in verdicts if item.outcome is outcome]
        if found:
            reasons = {item.reason for item in found if item.reason is not None}
            return SHORT[max(reasons)] if reasons else outcome.value
    return "none"


@cache
def controls() -> Mapping[str, Control]:
    """All controls by id, with the values that their cases choose."""
    return {
        control.id: with_case_values(CONTROLS_FOLDER / control.id.replace("-", "_"), control)
        for control in load_controls()
    }


def _id(folder: str) -> str:
    return folder.replace("_", "-")


def _body(document: Mapping[str, Any]) -> bytes:
    return msgspec.json.encode(document)
