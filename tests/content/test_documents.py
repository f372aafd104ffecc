"""What is written about controls is made from them, and what the guide shows works."""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from tests.content.weaknesses import WITHOUT_WEAKNESS

from pavior.adapters.readers.terraform_source import read_source
from pavior.content import load_controls
from pavior.content.loading import CONTROLS_FOLDER, load_control
from pavior.kernel.verdicts import Outcome, Phase
from pavior.policy.evaluation import evaluate
from pavior.policy.model import Control
from pavior.policy.parameters import Parameter, bounds_text, value_text
from pavior.resources.defaults import DEFAULTS_VERSION, all_defaults

_FENCES = {"terraform": "hcl", "kubernetes": "yaml"}
_PLACES = {"aws": "AWS", "azurerm": "Azure", "google": "Google Cloud"}
_PLACES_OF_SUFFIX = (".tf", ".json")
_FENCE = re.compile(r"^```(toml|python|hcl)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _parameter(item: Parameter) -> str:
    default = "no default: not asked without a value" if item.value is None else f"default {value_text(item.value)}"
    # A bar would end the cell.
    bounds = bounds_text(item).replace("|", "\\|")
    return f"| `{item.name}` | {item.description} {item.type.value.capitalize()}{bounds}; {default} |"


def _ids(title: str, ids: Mapping[str, tuple[str, ...]]) -> str:
    told = "; ".join(f"{key} {', '.join(values)}" for key, values in ids.items())
    return f"| {title} | {told} |"


def _lines(control: Control) -> Iterator[str]:
    folder = f"../../src/pavior/content/controls/{control.id.replace('-', '_')}"
    levels = ", ".join([control.default_level.value, *(f"{name}: {level}" for name, level in control.levels.items())])
    yield f"## {control.id}"
    yield ""
    yield f"{control.title}. {' '.join(control.risk.split())}"
    yield ""
    yield f"{inspect.getdoc(control.rule)}"
    yield ""
    yield "| | |"
    yield "|---|---|"
    yield f"| severity | {control.severity} |"
    yield f"| level | {levels} |"
    yield f"| reads | {control.view} |"
    yield f"| holds in | {', '.join(places_of(control))} |"
    yield _ids("mappings", control.mappings)
    if control.equivalents:
        yield _ids("equivalents", control.equivalents)
    yield from map(_parameter, control.parameters)
    yield f"| more | [lesson]({folder}/lesson.md), [rule]({folder}/rule.py) |"
    for remediation in control.remediations:
        yield ""
        yield f"```{_FENCES.get(remediation.language, 'sh')}"
        yield remediation.text
        yield "```"
    yield ""


def _page() -> str:
    controls = load_controls()
    lines = [
        "# Controls",
        "",
        "Made from the code by `make docs`. How to make one: [Add a control](../guides/add-a-control.md).",
        "How to choose values and add your own: [Controls of your own](../guides/own-controls.md).",
        "",
        "Mappings name requirements of others by id: CIS AWS Foundations Benchmark 3.0.0, CIS Microsoft Azure",
        "Foundations Benchmark 2.0.0, CIS Google Cloud Platform Foundation Benchmark 2.0.0, CIS Kubernetes Benchmark",
        "1.8, NIST SP 800-53 revision 5, AWS Foundational Security Best Practices, PCI DSS 4.0, CWE, OWASP Top 10",
        "2021, OWASP Top 10 CI/CD Security Risks 2022, SOC 2 Trust Services Criteria 2017. They are ids only; where",
        "the lists come from is told in [Show how frameworks stand](../guides/show-compliance.md).",
        "",
        "Where a control holds is told by its cases: it was tried with resources of these. Elsewhere nothing counts as",
        "passed; a type that no control looks at stands in the coverage.",
        "",
        "| id | title | severity | level | in prod | holds in |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| [{item.id}](#{item.id}) | {item.title} | {item.severity} | {item.default_level} "
        f"| {item.levels.get('prod', item.default_level)} | {', '.join(places_of(item))} |"
        for item in controls
    ]
    lines += ["", *(line for control in controls for line in _lines(control))]
    lines += [
        "## What guards against no weakness of the CWE",
        "",
        *(f"- {', '.join(names)}: {reason}." for reason, names in WITHOUT_WEAKNESS.items()),
        "",
        "## What holds when nothing is said",
        "",
        f"Documented defaults of the providers, version {DEFAULTS_VERSION} of this table.",
        "",
        "| type | attribute | default | since | source |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {row.type} | {row.attribute} | `{row.value}` | {row.since} | <{row.source}> |"
        for row in all_defaults().values()
    ]
    return "\n".join(lines) + "\n"


def places_of(control: Control) -> tuple[str, ...]:
    """Where a control was tried, by the types in its cases."""
    folder = CONTROLS_FOLDER / control.id.replace("-", "_") / "cases"
    texts = [path.read_text(encoding="utf-8") for path in folder.glob("*/*") if path.suffix in _PLACES_OF_SUFFIX]
    found = {
        place
        for text in texts
        for beginning, place in _PLACES.items()
        if f'resource "{beginning}_' in text or f'"type": "{beginning}_' in text
    }
    return tuple(place for place in _PLACES.values() if place in found) or ("Kubernetes",)


def test_controls_hold_in_several_clouds() -> None:
    """At least twenty are written once and tried in all three."""
    in_all = [item.id for item in load_controls() if places_of(item) == tuple(_PLACES.values())]

    assert len(in_all) >= 20
    assert {"object-storage-no-public-access", "network-no-open-admin-ports", "database-not-public"} <= set(in_all)


@pytest.mark.generated
def test_the_reference_of_controls_is_fresh(reference_page: Callable[[str, str], None]) -> None:
    reference_page("controls.md", _page())


def test_every_rule_says_when_it_passes() -> None:
    told = [inspect.getdoc(control.rule) or "" for control in load_controls()]

    assert told
    assert all(text.startswith("Passed when ") for text in told)


def test_the_control_of_the_guide_works(root: Path, tmp_path: Path) -> None:
    guide = (root / "docs" / "guides" / "add-a-control.md").read_text(encoding="utf-8")
    blocks = _FENCE.findall(guide)
    text = {language: content for language, content in blocks if language != "hcl"}
    cases = [content for language, content in blocks if language == "hcl"]
    folder = tmp_path / "log_retention_ends"
    folder.mkdir()
    (folder / "control.toml").write_text(text["toml"], encoding="utf-8")
    (folder / "rule.py").write_text(text["python"], encoding="utf-8")
    (folder / "lesson.md").write_text("# The end of logs\n", encoding="utf-8")

    control = load_control(folder)
    graphs = [read_source({"main.tf": case.encode()}, {}, frozenset()) for case in cases]
    outcomes = [evaluate(graph, (control,), Phase.CODE).verdicts[0].outcome for graph in graphs]

    assert outcomes == [Outcome.PASSED, Outcome.FAILED, Outcome.UNKNOWN]
