"""`pavior threat reviews`, `review`, `sign-off`, `ask-changes`: others look at what a proposal does to threats."""

import click

from pavior.cli.answer import Answer, Facts, Part, Table, Text
from pavior.cli.verb import Call, Verb, page_options, page_request
from pavior.identity.model import Permission
from pavior.kernel.clock import format_instant
from pavior.kernel.errors import InvalidError
from pavior.threatmodels.review_model import ReviewState, ThreatReview

_HOUR = 3600


@click.command("reviews", cls=Verb, permission=Permission.THREAT_READ, example="pavior threat reviews --state asked")
@click.option("--service", default="", help="Only of this service.")
@click.option("--state", type=click.Choice([item.value for item in ReviewState]), help="Only those that stand so.")
@page_options
def list_reviews(call: Call, service: str, state: str | None, limit: int, offset: int) -> Answer:
    """List security reviews of proposals: what waits longest first."""
    page = call.application.threats.list_reviews(
        call.actor, page_request(limit, offset), service=service, state=state or ""
    )
    now = call.application.clock.now()
    rows = tuple(
        (
            item.id,
            item.state.value,
            item.service,
            item.branch,
            ", ".join(reason.rule for reason in item.reasons),
            f"{item.waited_seconds(now) / _HOUR:.1f} h",
            item.decided_by or "",
        )
        for item in page.items
    )
    empty = "No review is asked for. What your working tree would ask for: pavior threat diff"
    if service or state:
        empty = "No review is like that. All of them: pavior threat reviews"
    return Answer(page, (Table(("review", "state", "service", "branch", "why", "waited", "by"), rows, empty),))


@click.command("review", cls=Verb, permission=Permission.THREAT_READ, example="pavior threat review TR-3")
@click.argument("review_id", metavar="REVIEW")
def show_review(call: Call, review_id: str) -> Answer:
    """Show one review: what the branch does to the threats, why somebody must look, and who may."""
    view = call.application.threats.get_review(call.actor, review_id)
    found = view.review
    parts = list(_parts(found, view.asked_of))
    if view.sign_offs:
        rows = tuple(
            (item.by, "signed off" if item.is_agreed else "asked for changes", format_instant(item.at), item.reason)
            for item in view.sign_offs
        )
        parts.append(Table(("who", "said", "when", "why"), rows, ""))
    if view.may_answer:
        short = found.digest[:12]
        parts.append(
            Text(
                f"Next: pavior threat sign-off {found.service} {found.id} --digest {short} --reason '...', or: "
                f"pavior threat ask-changes {found.service} {found.id} --digest {short} --reason '...'"
            )
        )
    else:
        parts.append(Text(view.may_not_answer_because))
    return Answer(view, tuple(parts))


@click.command(
    "sign-off",
    cls=Verb,
    permission=Permission.THREAT_SIGN_OFF,
    example="pavior threat sign-off orders TR-3 --digest 4f1d0c2b9a7e --reason 'the queue takes only our own role'",
)
@click.argument("service")
@click.argument("review_id", metavar="[REVIEW]", default="")
@click.option("--digest", required=True, help="Of what you looked at: as it is shown, or its first 12 digits.")
@click.option("--reason", required=True, help="What you looked at, in a sentence.")
def sign_off(call: Call, service: str, review_id: str, digest: str, reason: str) -> Answer:
    """Agree to exactly what a review shows; without a review, to the threat model of main.

    Whoever proposed it cannot. A push that shows something else needs another sign-off.
    """
    if not review_id:
        signed = call.application.threat_reviews.sign_off_model(call.actor, service, digest=digest, reason=reason)
        told = f"{signed.by} signed off the threat model {signed.digest[:12]} of {service}."
        return Answer(signed, (Text(told), Text(f"How its threats stand: pavior threat list --service {service}")))
    _require_of_service(call, service, review_id)
    found = call.application.threat_reviews.sign_off(call.actor, review_id, digest=digest, reason=reason)
    return Answer(found, (*_parts(found), Text("A Change that waited for nothing else goes on by itself.")))


@click.command(
    "ask-changes",
    cls=Verb,
    permission=Permission.THREAT_SIGN_OFF,
    example="pavior threat ask-changes orders TR-3 --digest 4f1d0c2b9a7e --reason 'anybody may write to it'",
)
@click.argument("service")
@click.argument("review_id", metavar="REVIEW")
@click.option("--digest", required=True, help="Of what you looked at: as it is shown, or its first 12 digits.")
@click.option("--reason", required=True, help="What has to change, in a sentence.")
def ask_changes(call: Call, service: str, review_id: str, digest: str, reason: str) -> Answer:
    """Send a proposal back: its branch waits until it shows something else, or somebody signs it off after all."""
    _require_of_service(call, service, review_id)
    found = call.application.threat_reviews.ask_changes(call.actor, review_id, digest=digest, reason=reason)
    return Answer(found, _parts(found))


def _require_of_service(call: Call, service: str, review_id: str) -> None:
    found = call.application.threats.get_review(call.actor, review_id).review
    if found.service != service:
        raise InvalidError(
            "threat-review-of-another",
            f"{found.id} is about {found.service}, not about {service[:80]}.",
            fix=f"Look at it first: pavior threat review {found.id}.",
        )


def _parts(found: ThreatReview, asked_of: tuple[str, ...] = ()) -> tuple[Part, ...]:
    facts = Facts(
        (
            ("review", found.id),
            ("state", found.state.value),
            ("service", found.service),
            ("branch", f"{found.branch} at {found.commit[:12]}"),
            ("digest", found.digest),
            ("proposed by", ", ".join(found.authors)),
            ("asked of", ", ".join((*(f"team {team}" for team in asked_of), "role security")) if asked_of else ""),
            ("asked at", format_instant(found.asked_at)),
            ("decided by", f"{found.decided_by}: {found.decision_reason}" if found.decided_by else ""),
        )
    )
    rows = tuple((item.rule, item.told) for item in found.reasons)
    return (
        facts,
        Text(f"\n{found.paragraph}\n"),
        Table(("rule", "why a review is asked for"), rows, "No review is needed."),
    )
