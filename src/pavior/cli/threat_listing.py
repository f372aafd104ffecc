"""`pavior threat list`, `show`, `history`, `fleet`, `models`, `reopened`: how threats stand, and stood."""

import click

from pavior.cli.answer import Answer, Facts, Part, Table, Text
from pavior.cli.verb import Call, Verb, page_options, page_request
from pavior.identity.model import Permission
from pavior.kernel.clock import format_instant
from pavior.kernel.verdicts import Severity
from pavior.reports.threats_model import ModelStanding, StateCounts, ThreatFleet, ThreatView
from pavior.threatmodels.model import ThreatCategory, ThreatState
from pavior.threatmodels.standing_model import ThreatStanding, ThreatStep

_GONE = "gone"
# As many controls as one reads; the document has all.
_CONTROLS_SHOWN = 10
_NO_MODEL = "No threat is known. Begin with a model in the service's repository: pavior threat draft"


@click.command(
    "list",
    cls=Verb,
    permission=Permission.THREAT_READ,
    example="pavior threat list --service orders --state open",
)
@click.option("--service", default="", help="Only of this service.")
@click.option("--environment", metavar="SERVICE/STAGE", default="", help="Only there.")
@click.option("--state", type=click.Choice([item.value for item in ThreatState]), help="Only those that stand so.")
@click.option("--control", default="", help="Only those that this control stops.")
@click.option("--severity", type=click.Choice([item.value for item in Severity]), help="Only those this grave.")
@click.option(
    "--category", type=click.Choice([item.value for item in ThreatCategory]), help="Only of this one of STRIDE."
)
@click.option("--team", default="", help="Only of this team's services.")
@click.option("--search", metavar="WORDS", default="", help="Only those with each of these words.")
@page_options
def list_threats(
    call: Call,
    *,
    service: str,
    environment: str,
    state: str | None,
    control: str,
    severity: str | None,
    category: str | None,
    team: str,
    search: str,
    limit: int,
    offset: int,
) -> Answer:
    """List threats by how they stand where they are deployed: open ones first, there the worst."""
    page = call.application.threats.list_threats(
        call.actor,
        page_request(limit, offset),
        service=service,
        environment=environment,
        state=state or "",
        control=control,
        severity=severity or "",
        category=category or "",
        team=team,
        query=search,
    )
    is_narrowed = any((service, environment, state, control, severity, category, team, search))
    empty = "No threat is like that. All of them: pavior threat list" if is_narrowed else _NO_MODEL
    return Answer(page, (_standings(page.items, empty),))


@click.command(
    "show",
    cls=Verb,
    permission=Permission.THREAT_READ,
    example="pavior threat show orders files-read-by-everybody",
)
@click.argument("service")
@click.argument("threat")
def show_threat(call: Call, service: str, threat: str) -> Answer:
    """Show one threat: what it is, what stops it, and how it stands in each environment."""
    view = call.application.threats.get_threat(call.actor, service, threat)
    evidence = tuple(
        (item.environment, part.kind.value, part.name, part.holding.value, part.told)
        for item in view.standings
        for part in item.evidence
    )
    found = tuple((item.id, item.control, item.environment, item.state.value) for item in view.findings)
    return Answer(
        view,
        (
            _facts(view),
            Table(
                ("environment", "state", "since", "until", "why"),
                tuple(
                    (
                        item.environment,
                        item.state.value,
                        format_instant(item.since),
                        format_instant(item.until) if item.until else "",
                        item.because,
                    )
                    for item in view.standings
                ),
                "Nothing of it is deployed, so nobody evaluated it.",
            ),
            *((Table(("environment", "kind", "stopped by", "says", "why"), evidence, ""),) if evidence else ()),
            *((Table(("it predicted", "control", "where", "state"), found, ""),) if found else ()),
            Text(f"How it stood before: pavior threat history {service} {threat}"),
        ),
    )


@click.command(
    "history",
    cls=Verb,
    permission=Permission.THREAT_READ,
    example="pavior threat history orders files-read-by-everybody --environment orders/dev",
)
@click.argument("service")
@click.argument("threat")
@click.option("--environment", metavar="SERVICE/STAGE", default="", help="Only there.")
@page_options
def show_history(call: Call, service: str, threat: str, environment: str, limit: int, offset: int) -> Answer:
    """Show how one threat stood before, the latest change first."""
    page = call.application.threats.list_history(
        call.actor, page_request(limit, offset), service, threat, environment=environment
    )
    return Answer(page, (_steps(page.items, "It never changed: nothing of it was judged yet."),))


@click.command("reopened", cls=Verb, permission=Permission.THREAT_READ, example="pavior threat reopened")
@page_options
def list_reopened(call: Call, limit: int, offset: int) -> Answer:
    """List what was mitigated or accepted and became open within 30 days, the latest first."""
    page = call.application.threats.list_reopened(call.actor, page_request(limit, offset))
    return Answer(page, (_steps(page.items, "None reopened within 30 days."),))


@click.command("models", cls=Verb, permission=Permission.THREAT_READ, example="pavior threat models --standing missing")
@click.option("--standing", type=click.Choice([item.value for item in ModelStanding]), help="Only those that stand so.")
@click.option("--team", default="", help="Only of this team's services.")
@page_options
def list_models(call: Call, standing: str | None, team: str, limit: int, offset: int) -> Answer:
    """List the threat model of each service: what asks for somebody first."""
    page = call.application.threats.list_models(
        call.actor, page_request(limit, offset), standing=standing or "", team=team
    )
    rows = tuple(
        (
            item.service,
            item.team,
            item.standing.value,
            format_instant(item.recorded_at) if item.recorded_at else "",
            item.digest[:12],
            item.problem,
        )
        for item in page.items
    )
    empty = "No model stands so." if standing or team else "There is no service yet: pavior service create"
    columns = ("service", "team", "model", "read", "digest", "problem")
    return Answer(page, (Table(columns, rows, empty),))


@click.command("fleet", cls=Verb, permission=Permission.THREAT_READ, example="pavior threat fleet --json")
def show_fleet(call: Call) -> Answer:
    """Show how threats stand over all services, and which control would close how many."""
    fleet = call.application.threats.show_fleet(call.actor)
    if not fleet.states.total and fleet.models[ModelStanding.MISSING] == fleet.services:
        return Answer(fleet, (*_fleet_facts(fleet), Text(_NO_MODEL)))
    controls = tuple(
        (item.control, str(item.open), str(item.closes), str(item.services))
        for item in fleet.controls[:_CONTROLS_SHOWN]
    )
    teams = tuple((item.team, *_told(item.states), str(item.unmodelled)) for item in fleet.teams)
    categories = tuple((item.category.value, *_told(item.states)) for item in fleet.categories)
    states = tuple(item.value for item in ThreatState)
    return Answer(
        fleet,
        (
            *_fleet_facts(fleet),
            Table(("failing control", "open threats", "would be mitigated", "services"), controls, "No control fails."),
            Table(("team", *states, "services without model"), teams, "There is no team yet."),
            Table(("category", *states), categories, ""),
            Text(
                "The rows behind a number: pavior threat list --state open --control CONTROL, or pavior threat models"
            ),
        ),
    )


def _fleet_facts(fleet: ThreatFleet) -> tuple[Part, ...]:
    models = ", ".join(f"{fleet.models[item]} {item.value}" for item in ModelStanding if fleet.models[item])
    judged = "" if fleet.oldest_at is None else f"{format_instant(fleet.oldest_at)} at the earliest"
    return (
        Facts(
            (
                ("services", str(fleet.services)),
                ("models", models),
                ("threats", ", ".join(f"{fleet.states.of(item)} {item.value}" for item in ThreatState)),
                ("judged", judged),
                ("reopened", f"{fleet.reopened} within 30 days"),
                ("reviews", f"{fleet.reviews} wait for somebody to answer: pavior threat reviews"),
                ("nothing stops", f"{fleet.unstopped} open: they name no control, test or anything else"),
                ("a test fails", f"{fleet.failing_tests} open"),
                ("not known", f"{fleet.undeployed} services with a model of which nothing is deployed"),
            )
        ),
    )


def _told(counts: StateCounts) -> tuple[str, ...]:
    return tuple(str(counts.of(item)) for item in ThreatState)


def _standings(items: tuple[ThreatStanding, ...], empty: str) -> Table:
    rows = tuple(
        (
            item.state.value,
            item.severity.value,
            item.environment,
            item.threat,
            item.category.value,
            item.because,
        )
        for item in items
    )
    return Table(("state", "severity", "environment", "threat", "category", "why"), rows, empty)


def _steps(items: tuple[ThreatStep, ...], empty: str) -> Table:
    rows = tuple(
        (
            format_instant(item.at),
            item.environment,
            item.threat,
            _GONE if item.state is None else item.state.value,
            item.commit[:7],
            item.because,
        )
        for item in items
    )
    return Table(("when", "environment", "threat", "state", "commit", "why"), rows, empty)


def _facts(view: ThreatView) -> Facts:
    modelled = view.modelled
    known = "" if modelled else "no: main's model has it no more, it is only deployed still"
    return Facts(
        (
            ("threat", view.threat),
            ("service", view.service),
            ("title", view.title),
            ("state", view.state.value),
            ("severity", view.severity.value),
            ("category", view.category.value),
            ("library", view.library),
            ("where", ", ".join(view.places)),
            ("what", modelled.description if modelled else ""),
            ("controls", ", ".join(modelled.controls) if modelled else ""),
            ("tests", ", ".join(modelled.tests) if modelled else ""),
            ("requirements", ", ".join(modelled.requirements) if modelled else ""),
            ("in words", " ".join(modelled.mitigations) if modelled else ""),
            ("confirmed", "no: a draft wrote it" if modelled and modelled.inferred else ""),
            ("in main", known),
        )
    )
