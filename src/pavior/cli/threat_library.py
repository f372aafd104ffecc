"""`pavior threat library` and `explain`: the threats that are known before any system is looked at."""

from collections.abc import Iterator

import click

from pavior.cli.answer import Answer, Facts, Part, Table, Text
from pavior.cli.checking.gathering import gather_here
from pavior.cli.checking.naming import get_control
from pavior.cli.launcher import Launcher
from pavior.cli.verb import OpenVerb
from pavior.content.own_controls import ControlSet
from pavior.policy.model import Control
from pavior.threatmodels.library import get_threat, load_library
from pavior.threatmodels.library_model import LibraryThreat, narrow
from pavior.threatmodels.library_words import applies_to
from pavior.threatmodels.model import ThreatCategory
from pavior.threatmodels.ranking import HIGHEST, LEVELS

_WHATEVER, _AT_LEAST = "whatever the data", "at least; more where data is sensitive"
_PUBLIC = "the library is a part of the program and tells nothing of anybody."


@click.command("library", cls=OpenVerb, public_because=_PUBLIC, example="pavior threat library --category tampering")
@click.option(
    "--category", type=click.Choice([item.value for item in ThreatCategory]), help="Only of this category of STRIDE."
)
@click.option("--control", "control_id", metavar="CONTROL", default="", help="Only those that this control stops.")
@click.option("--search", metavar="WORDS", default="", help="Only those with each of these words in them.")
def list_library(
    launcher: Launcher,
    category: str | None,
    control_id: str,
    search: str,
    is_json: bool,  # noqa: ARG001 - every open verb takes it
) -> Answer:
    """List the threats that Pavior looks for when it drafts a model, by id."""
    controls, library = library_here(launcher)
    if control_id:
        get_control(controls, control_id)
    of = None if category is None else ThreatCategory(category)
    found = narrow(library, category=of, control=control_id, query=search)
    rows = tuple((item.id, item.category.value, str(len(item.controls)), item.title) for item in found)
    table = Table(("threat", "category", "controls", "title"), rows, "No threat of the library is like that.")
    parts: tuple[Part, ...] = (table, Text("What one is, and what stops it: pavior threat explain THREAT"))
    return Answer(found, parts if rows else (table,))


@click.command(
    "explain", cls=OpenVerb, public_because=_PUBLIC, example="pavior threat explain metadata-gives-away-credentials"
)
@click.argument("threat_id", metavar="THREAT")
def explain_threat(launcher: Launcher, threat_id: str, is_json: bool) -> Answer:  # noqa: ARG001 - the same
    """Show one threat of the library: what happens, what it applies to, what stops it, and who writes of it."""
    controls, library = library_here(launcher)
    known = get_threat(library, threat_id)
    return Answer(known, tuple(_parts(known, {item.id: item for item in controls})))


def controls_here(launcher: Launcher) -> tuple[Control, ...]:
    """All controls, also those that are only read."""
    return _all_of(gather_here(launcher))


def library_here(launcher: Launcher) -> tuple[tuple[Control, ...], tuple[LibraryThreat, ...]]:
    """All controls, also those that are only read, and the threats that they may stop."""
    own = gather_here(launcher)
    controls = _all_of(own)
    return controls, load_library(controls, (*own.packs, *own.proposed))


def _all_of(own: ControlSet) -> tuple[Control, ...]:
    return (*own.controls, *(control for pack in own.proposed for control in pack.controls))


def _parts(known: LibraryThreat, controls: dict[str, Control]) -> Iterator[Part]:
    yield Facts(
        (
            ("threat", known.id),
            ("title", known.title),
            ("category", known.category.value),
            ("likelihood", f"{LEVELS[known.likelihood - 1]}, before it is known who reaches the places"),
            ("impact", f"{LEVELS[known.impact - 1]} {_WHATEVER if known.impact == HIGHEST else _AT_LEAST}"),
            ("what happens", known.description),
            ("applies to", "; ".join(applies_to(known))),
            ("requirements", ", ".join(known.requirements)),
            ("test", known.test),
        )
    )
    rows = tuple((id_, controls[id_].severity.value, controls[id_].title) for id_ in known.controls)
    yield Text("")
    yield Table(("stopped by", "severity", "title"), rows, "No control stops it yet; only a test of yours can show it.")
    yield Text("")
    sources = tuple((f"{item.title} {item.edition}", item.name, item.address) for item in known.sources)
    yield Table(("source", "id", "address"), sources, "Nobody is named who writes of it.")
