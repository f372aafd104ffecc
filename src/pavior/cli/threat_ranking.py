"""`pavior threat rank`: which threat of a model to look at first, and why."""

from dataclasses import dataclass
from pathlib import Path

import click

from pavior.cli.answer import Answer, Part, Table, Text
from pavior.cli.launcher import Launcher
from pavior.cli.threat_files import read_model_file
from pavior.cli.threat_library import library_here
from pavior.cli.verb import OpenVerb
from pavior.kernel.verdicts import Severity
from pavior.threatmodels.indexing import ModelIndex
from pavior.threatmodels.ranking import order, rank_within
from pavior.threatmodels.reading import control_names


@dataclass(frozen=True, slots=True)
class RankedThreat:
    """One threat of a model, and how it ranks.

    Args:
        written: The severity that stands in the model.
        severity: The one that follows from likelihood and impact.
        because: What was taken into account.
    """

    threat: str
    title: str
    written: Severity
    severity: Severity
    likelihood: int
    impact: int
    score: int
    because: tuple[str, ...]


@click.command(
    "rank",
    cls=OpenVerb,
    public_because="it reads a file that you can read anyway.",
    example="pavior threat rank services/orders",
)
@click.argument("path", type=click.Path(path_type=Path, readable=False), default=".")
def rank_threats(launcher: Launcher, path: Path, is_json: bool) -> Answer:  # noqa: ARG001 - every open verb takes it
    """Show the threats of the model at PATH, the gravest first, with what makes each likely and harmful.

    A severity that somebody wrote stays as it is; this tells what follows from who reaches the places and from the data
    there.
    """
    controls, library = library_here(launcher)
    model = read_model_file(path, control_ids=control_names(controls))
    known, index = {item.id: item for item in library}, ModelIndex(model)
    risks = [(item, rank_within(item, index, known.get(item.library))) for item in model.threats]
    ranked = tuple(
        RankedThreat(
            item.id, item.title, item.severity, risk.severity, risk.likelihood, risk.impact, risk.score, risk.because
        )
        for item, risk in sorted(risks, key=lambda pair: order(*pair))
    )
    rows = tuple(
        (item.threat, item.severity.value, str(item.likelihood), str(item.impact), "; ".join(item.because))
        for item in ranked
    )
    empty = "The model has no threat. Those of the library that apply: pavior threat draft"
    parts: list[Part] = [Table(("threat", "severity", "likelihood", "impact", "because"), rows, empty)]
    parts.extend(Text(told) for told in _differing(ranked))
    return Answer(ranked, tuple(parts))


def _differing(ranked: tuple[RankedThreat, ...]) -> list[str]:
    told = [f"{item.threat} ({item.written})" for item in ranked if item.written != item.severity]
    return [f"Written otherwise in the model: {', '.join(told)}."] if told else []
