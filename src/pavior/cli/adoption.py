"""`pavior adopt`: value before adoption."""

from collections import Counter
from pathlib import Path

import click

from pavior.cli.answer import Answer, Table, Text
from pavior.cli.verb import Call, Verb
from pavior.identity.model import Permission
from pavior.kernel.verdicts import Outcome


@click.command("adopt", cls=Verb, permission=Permission.SERVICE_ADOPT, example="pavior adopt ~/repositories")
@click.argument("path", type=click.Path(path_type=Path))
def adopt(call: Call, path: Path) -> Answer:
    """Fill the catalog from the repositories at or below PATH, with verdicts and coverage; writes nothing there."""
    adopted = call.application.adoption.adopt(call.actor, path.resolve())
    rows: list[tuple[str, ...]] = []
    for item in adopted:
        counts = Counter(verdict.outcome for verdict in item.verdicts)
        rows.append(
            (
                item.service,
                item.team or "(nobody)",
                str(len(item.entities)),
                *(
                    str(counts[outcome])
                    for outcome in (Outcome.FAILED, Outcome.PASSED, Outcome.UNKNOWN, Outcome.ERRORED)
                ),
                str(sum(item.coverage.uncovered_types.values())),
                str(len(item.problems)),
            )
        )
    columns = ("service", "team", "entities", "failed", "passed", "unknown", "errored", "not evaluated", "problems")
    problems = tuple(
        Text(f"{item.path}: {problem.position}: {problem.code}: {problem.message}\n  fix: {problem.fix}")
        for item in adopted
        for problem in item.problems
    )
    return Answer(adopted, (Table(columns, tuple(rows), "Nothing was found."), *problems))
