"""`pavior change`: everything that reaches an environment goes through one."""

import sys

import click

from pavior.cli.answer import ANSWER_IS_NO, Answer, Facts, Table, Text
from pavior.cli.deciding import decision_parts
from pavior.cli.following import follow_change
from pavior.cli.parameters import read_assignments
from pavior.cli.recomputing import recompute_decision
from pavior.cli.verb import Call, Verb, page_options, page_request
from pavior.environments.model import Change, ChangeStatus
from pavior.identity.model import Permission
from pavior.kernel.errors import ConflictError
from pavior.overrides.model import OverrideState
from pavior.policy.model import Effect
from pavior.reports.model import ChangeView

# Ends after which the commit is not, or not surely, where it should be.
_NO = (
    ChangeStatus.BLOCKED,
    ChangeStatus.FAILED,
    ChangeStatus.REJECTED,
    ChangeStatus.APPLIED_UNVERIFIED,
    ChangeStatus.SUPERSEDED,
)


@click.group()
def change() -> None:
    """Ship: open, watch, approve."""


change.add_command(recompute_decision)

no_wait_option = click.option("--no-wait", is_flag=True, help="Return at once, while its runs go on.")


def opened(call: Call, change: Change, *, no_wait: bool) -> Answer:
    """The answer to a command that opened a Change: at once, or when it waits for a person or has ended."""
    if no_wait:
        told = f"{change.id} is {change.status.value}. Look at it: pavior change show {change.id}"
        return Answer(change, (Text(told),))
    return change_answer(call, follow_change(call, change.id))


def change_answer(call: Call, view: ChangeView) -> Answer:
    """One Change, its decision, and what to do next."""
    found, plan = view.change, view.plan
    decision = decision_parts(call, plan.decision) if plan else ()
    planned = tuple((item.action.value, item.address) for item in plan.reading.changes) if plan else ()
    facts = Facts(
        (
            ("change", found.id),
            ("title", found.title),
            ("environment", found.environment_id),
            ("status", found.status.value),
            # The decision tells it in full.
            ("", "" if plan and found.status_detail == " ".join(plan.decision.reasons) else found.status_detail),
            ("requester", found.requester),
            ("commit", found.commit[:12]),
            ("plan", f"{plan.number} ({plan.digest[:12]})" if plan else ""),
            ("approvals", ", ".join(f"{item.person}: {_answered(item.is_approved)}" for item in view.approvals)),
        )
    )
    resources = Table(("action", "resource"), planned, "Nothing would change.")
    status = ANSWER_IS_NO if found.status in _NO else 0
    return Answer(view, (facts, resources, *decision, Text(_next(view))), status)


def _answered(is_approved: bool) -> str:
    return "approved" if is_approved else "rejected"


def _next(view: ChangeView) -> str:
    found = view.change
    match found.status:
        case ChangeStatus.AWAITING_APPROVAL if view.may_approve:
            return f"Next: pavior change approve {found.id}"
        case ChangeStatus.AWAITING_APPROVAL:
            return f"Next: somebody else approves it: pavior change approve {found.id}. {view.may_not_approve_because}"
        case ChangeStatus.BLOCKED:
            source = f"--branch {found.branch}" if found.branch else "--commit HASH"
            return (
                f"Next: fix it, push, and open it anew: pavior change open {found.environment_id} {source}\n"
                f"  or have a waiver approved, then: pavior change plan {found.id}\n"
                f"  or, if it cannot wait: {_override(view)}"
            )
        case ChangeStatus.FAILED:
            return f"Next: when the cause is gone: pavior change plan {found.id}"
        case ChangeStatus.VERIFIED:
            waived = len(view.plan.decision.with_effect(Effect.WAIVED)) if view.plan else 0
            excused = f"; {waived} {'failure is' if waived == 1 else 'failures are'} waived" if waived else ""
            overridden = len(view.plan.decision.with_effect(Effect.OVERRIDDEN)) if view.plan else 0
            past = (
                f"; {overridden} {'failure was' if overridden == 1 else 'failures were'} overridden"
                if overridden
                else ""
            )
            ran = f"{found.environment_id} runs {found.commit[:12]}, and all controls were asked again"
            return f"Done: {ran}{excused}{past}."
        case _:
            return f"Status: {found.status.value}."


def _override(view: ChangeView) -> str:
    asked = next((item for item in view.overrides if item.plan_number == view.change.plan_number), None)
    if asked is not None and asked.state is OverrideState.REQUESTED:
        return f"{asked.id} was asked for: pavior override show {asked.id}"
    return f"pavior override request {view.change.id} --class incident --reason '...'"


@change.command(
    "open", cls=Verb, permission=Permission.CHANGE_OPEN, example="pavior change open orders/dev --branch bigger-queue"
)
@click.argument("environment")
@click.option("--branch", default="", help="The proposal to deploy.")
@click.option("--commit", default="", help="A commit of main to promote.")
@click.option("--title", default="", help="What it is for; the proposal's title when left out.")
@click.option("--var", "variables", metavar="KEY=VALUE", multiple=True, help="A run variable; repeatable.")
@click.option(
    "--secret-var",
    "secrets",
    metavar="KEY",
    multiple=True,
    help="A secret run variable, read from a hidden question or from standard input; repeatable.",
)
@no_wait_option
def open_change(
    call: Call,
    environment: str,
    branch: str,
    commit: str,
    title: str,
    variables: tuple[str, ...],
    secrets: tuple[str, ...],
    no_wait: bool,
) -> Answer:
    """Ask that a branch, or a commit of main, be brought to an environment; wait for its plan and decision."""
    # A value on the command line would be seen by everybody who can list processes.
    hidden = {name: _read_secret(call, name) for name in secrets}
    found = call.application.changes.open_change(
        call.actor,
        environment,
        branch=branch,
        commit=commit,
        title=title,
        variables=read_assignments(variables),
        sensitive_variables=hidden,
    )
    return opened(call, found, no_wait=no_wait)


def _read_secret(call: Call, name: str) -> str:
    if call.is_interactive:
        return str(click.prompt(name, hide_input=True, err=True))
    return sys.stdin.readline().rstrip("\n")


@change.command(
    "list", cls=Verb, permission=Permission.CHANGE_READ, example="pavior change list --service orders --open"
)
@click.option("--service", default="", help="Only of this service.")
@click.option("--environment", default="", help="Only of this stage, such as dev.")
@click.option("--open/--ended", "is_open", default=None, help="Only those that are open, or that have ended.")
@page_options
def list_changes(
    call: Call,
    service: str,
    environment: str,
    is_open: bool | None,
    limit: int,
    offset: int,
) -> Answer:
    """List Changes, newest first."""
    page = call.application.pages.list_changes(
        call.actor, page_request(limit, offset), service=service, environment=environment, is_open=is_open
    )
    rows = tuple((item.id, item.environment_id, item.status.value, item.requester, item.title) for item in page.items)
    columns = ("change", "environment", "status", "requester", "title")
    policy = Text("Changes of policy go another way: pavior control level-changes, pavior waiver list")
    return Answer(page, (Table(columns, rows, "There is no such Change."), policy))


@change.command("show", cls=Verb, permission=Permission.CHANGE_READ, example="pavior change show C-12")
@click.argument("change_id")
@click.option("--diff", "is_diff_wanted", is_flag=True, help="Also show what its source changes.")
def show_change(call: Call, change_id: str, is_diff_wanted: bool) -> Answer:
    """Show one Change: plan, decision, denials with their fixes, approvals."""
    answer = change_answer(call, call.application.pages.get_change(call.actor, change_id))
    if not is_diff_wanted:
        return Answer(answer.document, answer.parts)
    view = call.application.pages.get_change(call.actor, change_id)
    return Answer(view, (*answer.parts, Text(view.diff or "No difference.")))


@change.command(
    "approve",
    cls=Verb,
    permission=Permission.CHANGE_APPROVE,
    example="pavior change approve C-12 --reason 'seen together'",
)
@click.argument("change_id")
@click.option("--plan", "digest", default="", help="Digest of the plan you looked at; the latest plan's when left out.")
@click.option("--reason", default="", help="Why.")
@no_wait_option
def approve_change(call: Call, change_id: str, digest: str, reason: str, no_wait: bool) -> Answer:
    """Approve exactly one plan; with enough approvals it is applied."""
    found = call.application.changes.approve_change(
        call.actor, change_id, _full_digest(call, change_id, digest), reason=reason
    )
    return opened(call, found, no_wait=no_wait)


@change.command(
    "reject",
    cls=Verb,
    permission=Permission.CHANGE_APPROVE,
    example="pavior change reject C-12 --reason 'not before Monday'",
)
@click.argument("change_id")
@click.option("--plan", "digest", default="", help="Digest of the plan you looked at; the latest plan's when left out.")
@click.option("--reason", required=True, help="Why.")
def reject_change(call: Call, change_id: str, digest: str, reason: str) -> Answer:
    """Say no to a plan; the Change ends."""
    found = call.application.changes.reject_change(
        call.actor, change_id, _full_digest(call, change_id, digest), reason=reason
    )
    return Answer(found, (Text(f"{found.id} is {found.status.value}."),))


@change.command("cancel", cls=Verb, permission=Permission.CHANGE_CANCEL, example="pavior change cancel C-12")
@click.argument("change_id")
def cancel_change(call: Call, change_id: str) -> Answer:
    """Withdraw a Change; during an apply it stops after the resource it is at."""
    found = call.application.changes.cancel_change(call.actor, change_id)
    return Answer(found, (Text(f"{found.id} is {found.status.value}; what runs was asked to stop."),))


@change.command("plan", cls=Verb, permission=Permission.CHANGE_OPEN, example="pavior change plan C-12")
@click.argument("change_id")
@no_wait_option
def plan_again(call: Call, change_id: str, no_wait: bool) -> Answer:
    """Plan and decide the same commit again, for example after a waiver was approved."""
    return opened(call, call.application.changes.plan_again(call.actor, change_id), no_wait=no_wait)


def _full_digest(call: Call, change_id: str, beginning: str) -> str:
    plan = call.application.pages.get_change(call.actor, change_id).plan
    if plan is None:
        raise ConflictError(
            "change-not-planned", f"{change_id} has no plan yet.", fix=f"Wait for it: pavior change show {change_id}"
        )
    # Anything else goes on as it is, and is refused as not the latest plan.
    return plan.digest if plan.digest.startswith(beginning) else beginning
