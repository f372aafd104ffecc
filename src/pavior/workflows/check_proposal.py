"""A pushed branch is checked as CI would: its infrastructure against the controls, its documents against their schemas.

Pavior runs no code of the proposal: its unit tests are run by the CI workflow that the golden path brings along,
where the forge has one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pavior.catalog import store as catalog
from pavior.catalog.backstage import read_catalog
from pavior.catalog.model import Service
from pavior.catalog.ports import CommitCheck
from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Outcome, Phase
from pavior.observability.objectives import check_objectives
from pavior.policy.decision import weigh
from pavior.policy.evaluation import evaluate
from pavior.policy.model import Level
from pavior.policy.rendering import denial_line, describe
from pavior.runs import store as runs
from pavior.runs.model import RunState
from pavior.storage.database import Transaction
from pavior.threatmodels.service import check_threat_model
from pavior.workflows.durable import Json
from pavior.workflows.platform import Platform, infrastructure_files
from pavior.workflows.running import Running, enqueue_run, require_text

CHECK_PROPOSAL = "check_proposal"
_PENDING, _PASSED, _FAILED, _ERRORED = "pending", "passed", "failed", "errored"
_REFUSED_TREES = ("tree-unsafe", "tree-too-large")
# What fits beside a commit.
_MOST_LINES = 6
FindProblems = Callable[[bytes], tuple[str, ...]]


def take_pushes(platform: Platform) -> int:
    """Queue a check for everything that was pushed since the last call; how many were queued."""
    pushes = platform.forge.take_pushes()
    now = platform.clock.now()
    for repository, branch, commit in pushes:
        with platform.database.transaction() as transaction:
            service = catalog.find_service_of_repository(transaction, repository)
            if service is not None:
                _enqueue(platform, transaction, service, branch=branch, commit=commit, now=now)
    return len(pushes)


def _enqueue(
    platform: Platform, transaction: Transaction, service: Service, *, branch: str, commit: str, now: datetime
) -> None:
    run_id = f"check-{service.name}-{commit[:12]}"
    if runs.find_run(transaction, run_id) is None:
        enqueue_run(
            platform,
            transaction,
            run_id=run_id,
            kind=CHECK_PROPOSAL,
            subject=f"service:default/{service.name}",
            service=service.name,
            requester="pavior",
            payload={"service": service.name, "branch": branch, "commit": commit},
            now=now,
        )


@dataclass(frozen=True, slots=True)
class CheckProposal:
    """The workflow's body."""

    platform: Platform

    def __call__(self, running: Running, payload: Mapping[str, Json]) -> RunState:
        """Blocked when a check did not pass."""
        failed = running.do("check", lambda: self._check(running, payload))
        return RunState.BLOCKED if failed else RunState.SUCCEEDED

    def _check(self, running: Running, payload: Mapping[str, Json]) -> Json:
        platform = self.platform
        commit = require_text(payload, "commit")
        with platform.database.snapshot() as transaction:
            service = catalog.get_service(transaction, require_text(payload, "service"))
        try:
            with platform.checkout(service.repository, commit, running.run_id) as folder:
                checks = self._checks(folder, running.run_id)
        except InvalidError as error:
            if error.code not in _REFUSED_TREES:
                raise
            # A tree that is not written to disk can still be answered, beside its commit like all else.
            checks = (CommitCheck("pavior/tree", _FAILED, f"{error.summary} {error.fix}", f"/runs/{running.run_id}"),)
        for check in checks:
            platform.forge.set_check(service.repository, commit, check)
            running.say("check", f"{check.name}: {check.state}. {check.summary}")
        return sum(check.state in {_FAILED, _ERRORED} for check in checks)

    def _checks(self, folder: Path, run_id: str) -> tuple[CommitCheck, ...]:
        return (
            self._controls(folder, run_id),
            _document(folder, "catalog-info.yaml", run_id, _catalog_problems),
            _document(folder, "threatmodel.yaml", run_id, self._threat_problems),
            _document(folder, "objectives.yaml", run_id, _objective_problems),
        )

    def _controls(self, folder: Path, run_id: str) -> CommitCheck:
        source = self.platform.read_source_tolerantly(infrastructure_files(folder), {}, frozenset())
        evaluation = evaluate(source, self.platform.controls, Phase.CODE)
        rulings = weigh(evaluation.verdicts, environment="", controls=self.platform.controls)
        counts = dict.fromkeys(Outcome, 0)
        for verdict in evaluation.verdicts:
            counts[verdict.outcome] += 1
        told = ", ".join(f"{count} {outcome.value}" for outcome, count in counts.items() if count)
        blocking = [item.verdict for item in rulings if item.level is Level.BLOCK]
        denied = describe(
            (item for item in rulings if item.level is Level.BLOCK and item.verdict.outcome is Outcome.FAILED),
            environment="",
            controls=self.platform.controls,
        )
        if counts[Outcome.ERRORED] or not source.complete:
            state = _ERRORED
        elif denied:
            state = _FAILED
        else:
            # Unknown in source is neither: the plan knows more, and the gate asks it.
            state = _PENDING if any(verdict.outcome is Outcome.UNKNOWN for verdict in blocking) else _PASSED
        lines = [f"{told or 'No control applies'}.", *(denial_line(denial) for denial in denied)]
        lines += [f"Not read: {item.subject}: {item.why}" for item in source.skipped if not source.complete]
        return CommitCheck("pavior/controls", state, " ".join(lines[:_MOST_LINES]), f"/runs/{run_id}")

    def _threat_problems(self, body: bytes) -> tuple[str, ...]:
        return check_threat_model(body, control_ids=frozenset(item.id for item in self.platform.controls)).problems


def _document(folder: Path, name: str, run_id: str, find_problems: FindProblems) -> CommitCheck:
    path = folder / name
    problems = find_problems(path.read_bytes()) if path.is_file() else (f"There is no {name}.",)
    state = _FAILED if problems else _PASSED
    return CommitCheck(f"pavior/{path.stem}", state, "; ".join(problems[:_MOST_LINES]) or "Valid.", f"/runs/{run_id}")


def _catalog_problems(body: bytes) -> tuple[str, ...]:
    return tuple(f"{item.position}: {item.message}" for item in read_catalog(body, path="catalog-info.yaml").problems)


def _objective_problems(body: bytes) -> tuple[str, ...]:
    return check_objectives(body).problems
