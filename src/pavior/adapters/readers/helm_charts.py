"""Helm charts as the manifests that they make with their own values, where the program `helm` is there.

A chart is a program of templates. It is rendered in a folder of its own without plugins, cluster or registry, within
limits of time and output. What it needs and does not have beside it makes it not rendered, never half rendered.
"""

import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pavior.adapters.process import run
from pavior.kernel.errors import UnavailableError

TIMEOUT_SECONDS = 20.0
_MAXIMUM_OUTPUT_BYTES = 8_000_000
_RELEASE, _NAMESPACE = "release", "default"
_SOURCE = re.compile(rb"^# Source: [^/\n]+/(.+?)\r?$", re.MULTILINE)
_DOCUMENT = re.compile(rb"^---[ \t]*\r?$", re.MULTILINE)
_LONGEST_REASON = 200
# Nothing listens there: what a chart asks for from the network ends at once.
_NOWHERE = "http://127.0.0.1:9"


@dataclass(frozen=True, slots=True)
class Rendering:
    """What became of a chart.

    Args:
        files: What each template made, by its path within the chart, such as `templates/app.yaml`.
        why_not: Why there is nothing; empty when the chart was rendered.
    """

    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    why_not: str = ""


def render_chart(chart: Path) -> Rendering:
    """The manifests of the chart in this folder. Raises nothing: what cannot be rendered says why."""
    program = shutil.which("helm")
    if program is None:
        return Rendering(why_not="helm is not on PATH")
    with tempfile.TemporaryDirectory() as home:
        try:
            finished = run(
                [program, "template", _RELEASE, str(chart.resolve()), "--namespace", _NAMESPACE],
                cwd=Path(home),
                timeout_seconds=TIMEOUT_SECONDS,
                variables=_variables(home),
                output_limit_bytes=_MAXIMUM_OUTPUT_BYTES,
            )
        except UnavailableError as error:
            return Rendering(why_not=error.summary.rstrip("."))
    if finished.exit_status != 0:
        return Rendering(why_not=f"helm ended with {finished.exit_status}: {_reason(finished.stderr)}")
    return Rendering(_by_template(finished.stdout))


def _variables(home: str) -> dict[str, str]:
    return {
        "HOME": home,
        "HELM_CACHE_HOME": f"{home}/cache",
        "HELM_CONFIG_HOME": f"{home}/config",
        "HELM_DATA_HOME": f"{home}/data",
        "HELM_PLUGINS": f"{home}/plugins",
        "HELM_NO_PLUGINS": "1",
        "KUBECONFIG": f"{home}/none",
        "HTTP_PROXY": _NOWHERE,
        "HTTPS_PROXY": _NOWHERE,
        "NO_PROXY": "",
    }


def _reason(stderr: bytes) -> str:
    lines = [line.strip() for line in stderr.decode("utf-8", errors="replace").splitlines() if line.strip()]
    told = next((line for line in lines if line.startswith("Error:")), lines[-1] if lines else "it did not say why")
    clear = "".join(sign if sign.isprintable() else "?" for sign in told.removeprefix("Error:").strip())
    return clear[:_LONGEST_REASON]


def _by_template(printed: bytes) -> dict[str, bytes]:
    """What helm printed, by the template that the comment before each document names."""
    files: dict[str, list[bytes]] = {}
    for document in _DOCUMENT.split(printed):
        found = _SOURCE.search(document)
        if found is not None:
            path = found[1].decode("utf-8", errors="replace")
            files.setdefault(path, []).append(document)
    return {path: b"---".join((b"", *documents)) for path, documents in files.items()}
