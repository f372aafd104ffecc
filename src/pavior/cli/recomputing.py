"""`pavior change recompute`: a past Decision made again, and what comes out otherwise or cannot be had any more."""

import click

from pavior.cli.answer import ANSWER_IS_NO, Answer, Facts, Part, Table, Text
from pavior.cli.verb import Call, Verb
from pavior.identity.model import Permission
from pavior.kernel.clock import format_instant
from pavior.policy.model import Ruling
from pavior.policy.recomputed import TOLD, Recomputed, RecomputedStatus
from pavior.reports.model import RecomputedView

# The others are in `--json`, and all of them in the counts.
_MOST_ROWS = 50
_DIGITS = 12


@click.command(
    "recompute", cls=Verb, permission=Permission.CHANGE_READ, example="pavior change recompute C-12 --plan 1 --json"
)
@click.argument("change_id", metavar="CHANGE")
@click.option(
    "--plan", "number", type=click.IntRange(1), default=None, help="Which plan's Decision; the latest when left out."
)
def recompute_decision(call: Call, change_id: str, number: int | None) -> Answer:
    """Make a past Decision again from what is stored, and compare; ends with 1 unless all of it is identical."""
    view = call.application.pages.recompute_decision(call.actor, change_id, number)
    status = 0 if view.result.status is RecomputedStatus.IDENTICAL else ANSWER_IS_NO
    return Answer(view, tuple(_parts(view)), status)


def _ruling_text(ruling: Ruling | None) -> str:
    """What was said and what came of it, as `failed: block by L-3`."""
    if ruling is None:
        return "no ruling"
    by = ruling.waiver_id or ruling.level_change
    return f"{ruling.verdict.outcome.value}: {ruling.effect.value}{f' by {by}' if by else ''}"


def _parts(view: RecomputedView) -> list[Part]:
    result = view.result
    parts: list[Part] = [
        Facts(
            (
                ("decision", f"{view.change_id}, plan {view.number} ({view.plan_digest[:_DIGITS]})"),
                ("environment", view.environment),
                ("decided", f"{view.outcome.value} at {format_instant(view.evaluated_at)}"),
                ("by", view.made_by or "not recorded"),
                ("again by", view.program),
                ("input", _input(view)),
                ("result", result.status.value),
                ("rulings", _counts(result)),
            )
        ),
        Text(f"\n{TOLD[result.status]}"),
    ]
    if result.different:
        rows = tuple(
            (item.control, item.subject, _ruling_text(item.then), _ruling_text(item.now), item.why)
            for item in result.different[:_MOST_ROWS]
        )
        parts += [Text(""), Table(("control", "resource", "then", "now", "why"), rows, "")]
    if len(result.different) > _MOST_ROWS:
        parts.append(Text(f"{len(result.different)} in all; {_MOST_ROWS} are shown, and all by --json."))
    if result.parts:
        whole = tuple((item.part, item.then or "none", item.now or "none", item.why) for item in result.parts)
        parts += [Text(""), Table(("of the whole", "then", "now", "why"), whole, "")]
    parts += [
        Text(f"\n{item.code.value}: {item.told}{_count(item.rulings)}\n  needed: {item.needed}") for item in result.gaps
    ]
    return parts


def _counts(result: Recomputed) -> str:
    again = f"{result.same} the same, {result.differing} different"
    return f"{again}, {result.not_recomputed} not decided again, of {result.rulings}"


def _input(view: RecomputedView) -> str:
    if not view.input_digest:
        return f"{view.stored_digest[:_DIGITS]}, not recorded with the Decision"
    is_same = view.input_digest == view.stored_digest
    return f"{view.stored_digest[:_DIGITS]}, {'as' if is_same else 'not as'} the Decision was bound to"


def _count(rulings: int) -> str:
    return f" ({rulings} {'ruling' if rulings == 1 else 'rulings'})" if rulings else ""
