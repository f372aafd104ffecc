"""`pavior control replay`: who would be stopped, before anybody decides; and what all replays show."""

from collections.abc import Iterator
from pathlib import Path

import click

from pavior.cli.answer import Answer, Facts, Part, Table, Text
from pavior.cli.parameters import read_assignments
from pavior.cli.verb import Call, Verb
from pavior.identity.model import Permission
from pavior.kernel.clock import format_instant
from pavior.policy.model import Level
from pavior.policy.parameters import value_text
from pavior.policy.replaying import Compared, TeamReplay
from pavior.reports.path_replay_view import PathReplayView
from pavior.reports.replay_view import NotRead, ReplayView

# The others are in `--json`, and all of them in the counts.
_MOST_ROWS = 20
_MOST_NAMES = 4


@click.command(
    "replay",
    cls=Verb,
    permission=Permission.CONTROL_READ,
    example="pavior control replay object-storage-versioned --level block --environment prod",
)
@click.argument("control_id", metavar="CONTROL")
@click.option(
    "--level", type=click.Choice([item.value for item in Level]), help="The level to try; else those in force."
)
@click.option(
    "--new-only", "is_new_only", is_flag=True, help="With block: what is there already would only be warned of."
)
@click.option("--environment", default="", help="A stage such as prod, or one environment; all when left out.")
@click.option("--team", default="", help="Only what this team owns.")
@click.option(
    "--parameter",
    "parameters",
    metavar="NAME=VALUE",
    multiple=True,
    help="Another value of a parameter, as in pavior.yaml; of a list as a,b. Repeatable.",
)
@click.option(
    "--control-folder",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=None,
    help="An edited copy of the control. Its rule is run, so only folders of this machine are taken.",
)
def replay_control(
    call: Call,
    control_id: str,
    level: str | None,
    is_new_only: bool,
    environment: str,
    team: str,
    parameters: tuple[str, ...],
    control_folder: Path | None,
) -> Answer:
    """Show who would be stopped with another level, value or rule, from stored plans and what was last seen."""
    view = call.application.pages.replay_control(
        call.actor,
        control_id,
        level=Level(level) if level else None,
        environment=environment,
        team=team,
        is_new_only=is_new_only,
        parameters=read_assignments(parameters, option="--parameter"),
        control_folder=control_folder,
    )
    return Answer(view, tuple(replay_parts(view)))


def replay_parts(view: ReplayView) -> list[Part]:
    """What a terminal shows of it."""
    parts: list[Part] = [
        Facts(
            (
                ("control", view.control),
                ("tried", _tried(view)),
                *count_facts(view.teams),
                ("read", f"{view.answered} of {view.environments} environments"),
                ("oldest input", "" if view.oldest_at is None else format_instant(view.oldest_at)),
            )
        ),
        Text(""),
        team_table(view.teams, "No environment that you may see is in this scope, so nothing is known."),
        *example_parts(view),
        *not_read_parts(view.not_read),
    ]
    if view.hidden:
        parts.append(Text(f"\nNot shown to you: {', '.join(view.hidden)}."))
    return parts


def count_facts(teams: tuple[TeamReplay, ...]) -> Iterator[tuple[str, str]]:
    """What it comes to over all of them."""
    services = sum(len(item.services) for item in teams)
    stopped = sum(item.newly_stopped for item in teams)
    yield "newly stopped", f"{stopped} in {services} {'service' if services == 1 else 'services'}"
    yield "no longer stopped", str(sum(item.let_go for item in teams))
    yield "unknown", str(sum(item.unanswered for item in teams))


def team_table(teams: tuple[TeamReplay, ...], empty: str) -> Table:
    """Whom it hits, team by team."""
    return Table(
        ("team", "newly stopped", "services", "no longer", "unknown", "looked at", "not read"),
        tuple(
            (
                item.team,
                str(item.newly_stopped),
                _some(item.services),
                str(item.let_go),
                str(item.unanswered),
                str(item.subjects),
                str(item.not_read),
            )
            for item in teams
        ),
        empty,
    )


def example_parts(view: ReplayView | PathReplayView, *, names_control: bool = False) -> Iterator[Part]:
    """A table for each kind of difference that there is.

    Args:
        names_control: Whether it is about several controls.
    """
    columns = ("control", "subject", "at", "why") if names_control else ("subject", "at", "why")
    for title, found in (
        ("would be stopped", view.newly_stopped),
        ("no longer stopped", view.let_go),
        ("unknown", view.unanswered),
    ):
        if found:
            rows = tuple(_row(item, names_control=names_control) for item in found[:_MOST_ROWS])
            yield Text("")
            yield Table((title, *columns), rows, "")
        if len(found) > _MOST_ROWS:
            yield Text(f"More of these are told by --json; {_MOST_ROWS} are shown.")


def not_read_parts(not_read: tuple[NotRead, ...]) -> Iterator[Part]:
    """What nobody can say anything of."""
    if not_read:
        rows = tuple(
            (item.environment, "" if item.phase is None else item.phase.value, item.why)
            for item in not_read[:_MOST_ROWS]
        )
        yield Text("")
        yield Table(("not read, so not known", "phase", "why"), rows, "")
    if len(not_read) > _MOST_ROWS:
        yield Text(f"{len(not_read)} in all could not be read; {_MOST_ROWS} are shown.")


def _some(names: tuple[str, ...]) -> str:
    more = len(names) - _MOST_NAMES
    return f"{', '.join(names[:_MOST_NAMES])}{f' and {more} more' if more > 0 else ''}"


def _tried(view: ReplayView) -> str:
    if view.waiver:
        return f"{view.waiver}, {view.scope}"
    told = [] if view.level is None else [f"{view.level.value}{' for new' if view.is_new_only else ''}"]
    told += [f"{item.name} is {value_text(item.value)}" for item in view.parameters]
    if view.version_then != view.version and not view.parameters:
        told.append(f"the rule of version {view.version_then[:12]}")
    return f"{', '.join(told)}, {view.scope}"


def _row(item: Compared, *, names_control: bool) -> tuple[str, ...]:
    verdict = item.verdict
    place = str(verdict.position) if verdict.position else ""
    control = (verdict.control,) if names_control else ()
    return (item.environment, *control, verdict.subject, place, verdict.message)
