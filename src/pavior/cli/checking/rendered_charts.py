"""Helm charts of a folder: rendered where that can be done, and otherwise told as not looked at."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, structs

from pavior.cli.checking.recognising import HELM, Kind
from pavior.cli.checking.source_files import ManifestFiles, is_within
from pavior.cli.launcher import ChartRendering
from pavior.kernel.verdicts import Position
from pavior.resources.model import ResourceGraph, Skipped

# Each takes a program that starts anew; more are not one folder's.
_MOST_CHARTS = 20


class RenderedCharts(Struct, frozen=True):
    """What the charts of a folder made.

    Args:
        files: By the path of the template, as seen from the folder.
        others: Charts that were not rendered, each with its reason.
        remarks: What is to be known of those that were.
    """

    files: Mapping[str, bytes] = {}
    others: tuple[tuple[str, Kind], ...] = ()
    remarks: tuple[Skipped, ...] = ()


def render_all(root: Path, charts: Sequence[str], render: Callable[[Path], ChartRendering]) -> RenderedCharts:
    """Every chart, by its folder below `root`."""
    files: dict[str, bytes] = {}
    others: list[tuple[str, Kind]] = []
    remarks: list[Skipped] = []
    for number, chart in enumerate(charts):
        if number >= _MOST_CHARTS:
            others.append((chart, structs.replace(HELM, why=f"there are more than {_MOST_CHARTS} charts")))
            continue
        rendering = render(root / chart)
        if rendering.why_not:
            others.append((chart, structs.replace(HELM, why=f"it was not rendered: {rendering.why_not}")))
            continue
        prefix = "" if chart == "." else f"{chart}/"
        files |= {prefix + path: body for path, body in rendering.files.items()}
        remarks.append(Skipped(chart, "the chart was rendered with its own values; with others it makes others"))
    return RenderedCharts(files, tuple(others), tuple(remarks))


def without_templates(manifests: ManifestFiles, charts: RenderedCharts) -> ManifestFiles:
    """The manifests without what was rendered, since what is made of it counts."""
    rendered = {item.subject for item in charts.remarks}
    kept = {path: body for path, body in manifests.files.items() if not any(_is_template(path, of) for of in rendered)}
    return structs.replace(manifests, files=kept)


def at_templates(graph: ResourceGraph, charts: RenderedCharts) -> ResourceGraph:
    """The graph, where what a template made stands at its beginning: the lines of what is printed are others."""
    return structs.replace(
        graph,
        resources=tuple(
            structs.replace(item, position=Position(item.position.path, 1, 1), attribute_positions={})
            if item.position is not None and item.position.path in charts.files
            else item
            for item in graph.resources
        ),
    )


def _is_template(path: str, chart: str) -> bool:
    prefix = "" if chart == "." else f"{chart}/"
    return is_within(path, chart) and path.removeprefix(prefix).split("/")[0] in ("templates", "charts")
