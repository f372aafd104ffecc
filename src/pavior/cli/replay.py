"""`pavior control replay`: who would be stopped, before anybody decides."""

import click

from pavior.cli.answer import Answer, Facts, Part, Table, Text
from pavior.cli.verb import Call, Verb
from pavior.identity.model import Permission
from pavior.kernel.clock import format_instant
from pavior.policy.model import Level
from pavior.policy.replaying import Replayed
from pavior.reports.replay_view import ReplayView

# The others are in `--json`, and all of them in the counts.
_MOST_ROWS = 20


@click.command(
    "replay",
    cls=Verb,
    permission=Permission.CONTROL_READ,
    example="pavior control replay object-storage-versioned --level block --environment prod",
)
@click.argument("control_id", metavar="CONTROL")
@click.option("--level", type=click.Choice([item.value for item in Level]), required=True, help="The level to try.")
@click.option(
    "--new-only", "is_new_only", is_flag=True, help="With block: what is there already would only be warned of."
)
@click.option("--environment", default="", help="A stage such as prod, or one environment; all when left out.")
@click.option("--team", default="", help="Only what this team owns.")
def replay_control(call: Call, control_id: str, level: str, is_new_only: bool, environment: str, team: str) -> Answer:
    """Show who would be stopped at another level, from stored plans and what was last seen; nothing is changed."""
    view = call.application.pages.replay_control(
        call.actor, control_id, level=Level(level), environment=environment, team=team, is_new_only=is_new_only
    )
    return Answer(view, tuple(_parts(view)))


def _parts(view: ReplayView) -> list[Part]:
    stopped = sum(item.newly_stopped for item in view.teams)
    services = sum(len(item.services) for item in view.teams)
    parts: list[Part] = [
        Facts(
            (
                ("control", view.control),
                ("tried", f"{view.level.value}{' for new' if view.is_new_only else ''}, {view.scope}"),
                ("newly stopped", f"{stopped} in {services} {'service' if services == 1 else 'services'}"),
                ("no longer stopped", str(sum(item.let_go for item in view.teams))),
                ("unknown", str(sum(item.unanswered for item in view.teams))),
                ("read", f"{view.answered} of {view.environments} environments"),
                ("oldest input", "" if view.oldest_at is None else format_instant(view.oldest_at)),
            )
        ),
        Text(""),
        Table(
            ("team", "newly stopped", "services", "no longer", "unknown", "looked at", "not read"),
            tuple(
                (
                    item.team,
                    str(item.newly_stopped),
                    ", ".join(item.services),
                    str(item.let_go),
                    str(item.unanswered),
                    str(item.subjects),
                    str(item.not_read),
                )
                for item in view.teams
            ),
            "No environment that you may see is in this scope, so nothing is known.",
        ),
    ]
    for title, found in (
        ("would be stopped", view.newly_stopped),
        ("no longer stopped", view.let_go),
        ("unknown", view.unanswered),
    ):
        if found:
            parts += [Text(""), Table((title, "subject", "at", "why"), tuple(map(_row, found[:_MOST_ROWS])), "")]
        if len(found) > _MOST_ROWS:
            parts.append(Text(f"More of these are told by --json; {_MOST_ROWS} are shown."))
    if view.not_read:
        rows = tuple(
            (item.environment, "" if item.phase is None else item.phase.value, item.why)
            for item in view.not_read[:_MOST_ROWS]
        )
        parts += [Text(""), Table(("not read, so not known", "phase", "why"), rows, "")]
    if len(view.not_read) > _MOST_ROWS:
        parts.append(Text(f"{len(view.not_read)} in all could not be read; {_MOST_ROWS} are shown."))
    if view.hidden:
        parts.append(Text(f"\nNot shown to you: {', '.join(view.hidden)}."))
    return parts


def _row(item: Replayed) -> tuple[str, ...]:
    verdict = item.verdict
    place = str(verdict.position) if verdict.position else ""
    return (item.environment, verdict.subject, place, verdict.message)
