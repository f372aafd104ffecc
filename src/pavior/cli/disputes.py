"""`pavior control dispute`, `disputes` and `answer`: saying that a control is wrong, and what is said to that."""

import click

from pavior.cli.answer import Answer, Facts, Table, Text
from pavior.cli.verb import Call, Verb, page_options, page_request
from pavior.disputes.model import Dispute, DisputeState
from pavior.identity.model import Permission
from pavior.kernel.clock import format_instant


@click.command(
    "dispute",
    cls=Verb,
    permission=Permission.CONTROL_DISPUTE,
    example="pavior control dispute object-storage-versioned --environment orders/dev --subject aws_s3_bucket.files "
    "--reason 'it holds only caches, which are made anew'",
)
@click.argument("control_id", metavar="CONTROL")
@click.option("--environment", metavar="SERVICE/STAGE", required=True, help="Where it denies something.")
@click.option("--subject", required=True, help="Address of the one resource that it is wrong about.")
@click.option("--reason", required=True, help="What is wrong about it.")
def dispute_control(call: Call, control_id: str, environment: str, subject: str, reason: str) -> Answer:
    """Say that a control is wrong about one thing; whoever owns it answers. Nothing is excused by that."""
    dispute = call.application.disputes.dispute(
        call.actor, control=control_id, environment=environment, subject=subject, reason=reason
    )
    told = Text(f"Next: somebody else answers: pavior control answer {dispute.id} --upheld --reason '...'")
    return Answer(dispute, (_facts(dispute), told))


@click.command(
    "answer",
    cls=Verb,
    permission=Permission.CONTROL_ANSWER_DISPUTE,
    example="pavior control answer DP-3 --rejected --reason 'caches of customers are customer data; see the lesson'",
)
@click.argument("dispute_id", metavar="DISPUTE")
@click.option("--upheld/--rejected", "is_upheld", required=True, help="Whether the rule was at fault.")
@click.option("--reason", required=True, help="Why; it is shown to whoever disputed.")
def answer_dispute(call: Call, dispute_id: str, is_upheld: bool, reason: str) -> Answer:
    """Answer a dispute. One that is upheld counts against the rule, and changes no verdict by itself."""
    dispute = call.application.disputes.answer(call.actor, dispute_id, is_upheld=is_upheld, reason=reason)
    return Answer(dispute, (_facts(dispute), Text(f"Lesson: pavior control show {dispute.control}")))


@click.command("disputes", cls=Verb, permission=Permission.CONTROL_READ, example="pavior control disputes --state open")
@click.argument("control_id", metavar="CONTROL", default="")
@click.option("--state", type=click.Choice([item.value for item in DisputeState]), help="Only those that stand so.")
@page_options
def list_disputes(call: Call, control_id: str, state: str | None, limit: int, offset: int) -> Answer:
    """List disputes: open ones first, oldest first; then the answered ones, latest first."""
    page = call.application.pages.list_disputes(
        call.actor, page_request(limit, offset), control=control_id, state=state or ""
    )
    rows = tuple(
        (
            item.id,
            item.state.value,
            item.control,
            item.environment,
            item.subject,
            item.requester,
            format_instant(item.requested_at),
            item.answer or item.reason,
        )
        for item in page.items
    )
    columns = ("dispute", "state", "control", "environment", "subject", "by", "since", "why")
    return Answer(page, (Table(columns, rows, "Nobody disputes it."),))


def _facts(dispute: Dispute) -> Facts:
    return Facts(
        (
            ("dispute", dispute.id),
            ("state", dispute.state.value),
            ("control", dispute.control),
            ("environment", dispute.environment),
            ("subject", dispute.subject),
            ("it said", dispute.outcome),
            ("reason", dispute.reason),
            ("by", dispute.requester),
            ("answered by", dispute.answered_by or ""),
            ("answer", dispute.answer),
        )
    )
