"""A pushed branch is checked as CI would: its infrastructure against the controls, its documents against their schemas.

Pavior runs no code of the proposal: its unit tests are run by the CI workflow that the golden path brings along,
where the forge has one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pavior.catalog import store as catalog
from pavior.catalog.backstage import read_catalog
from pavior.catalog.model import Service
from pavior.catalog.ports import CommitCheck
from pavior.environments import store as environments
from pavior.environments.model import EnvironmentStatus
from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Outcome, Phase, Verdict
from pavior.observability.objectives import check_objectives
from pavior.policy import store as waivers
from pavior.policy.decision import weigh
from pavior.policy.evaluation import evaluate
from pavior.policy.model import Effect, Level
from pavior.policy.rendering import denial_line, describe
from pavior.policy.waivers import FindWaiver, find_in_force
from pavior.runs import store as runs
from pavior.runs.model import RunState
from pavior.storage.database import Transaction
from pavior.threatmodels.reading import THREAT_MODEL_FILE, check_threat_model, control_names
from pavior.workflows.durable import Json
from pavior.workflows.gate import read_levels_of_service
from pavior.workflows.look_at_threats import Pushed, look_at_proposal, review_check
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
                checks = self._checks(folder, running.run_id, service)
                review = look_at_proposal(
                    platform, Pushed(service, require_text(payload, "branch"), commit, folder), running.run_id
                )
                checks = (*checks, review_check(platform, review, f"/runs/{running.run_id}"))
        except InvalidError as error:
            if error.code not in _REFUSED_TREES:
                raise
            # A tree that is not written to disk can still be answered, beside its commit like all else.
            checks = (CommitCheck("pavior/tree", _FAILED, f"{error.summary} {error.fix}", f"/runs/{running.run_id}"),)
        # A message may quote what was pushed, and the forge keeps it.
        checks = tuple(replace(check, summary=platform.mask(check.summary)) for check in checks)
        for check in checks:
            platform.forge.set_check(service.repository, commit, check)
            running.say("check", f"{check.name}: {check.state}. {check.summary}")
        return sum(check.state in {_FAILED, _ERRORED} for check in checks)

    def _waiver_finder(self, service: Service) -> FindWaiver:
        """A commit is no environment: it is excused where each one that the service has excuses it."""
        now = self.platform.clock.now()
        with self.platform.database.snapshot() as transaction:
            finders = [
                find_in_force(waivers.list_in_force(transaction, place.id, now), place.id, now)
                for place in environments.list_environments(transaction, service.name)
                if place.status is not EnvironmentStatus.DESTROYED
            ]

        def find(verdict: Verdict) -> str:
            found = [finder(verdict) for finder in finders]
            return found[0] if found and all(found) else ""

        return find

    def _checks(self, folder: Path, run_id: str, service: Service) -> tuple[CommitCheck, ...]:
        return (
            self._controls(folder, run_id, service),
            _document(folder, "catalog-info.yaml", run_id, _catalog_problems),
            _document(folder, THREAT_MODEL_FILE, run_id, lambda body: self._threat_problems(body, service)),
            _document(folder, "objectives.yaml", run_id, _objective_problems),
        )

    def _controls(self, folder: Path, run_id: str, service: Service) -> CommitCheck:
        source = self.platform.read_source_tolerantly(infrastructure_files(folder), {}, frozenset())
        evaluation = evaluate(source, self.platform.controls, Phase.CODE)
        with self.platform.database.snapshot() as transaction:
            levels = read_levels_of_service(transaction, service, self.platform.clock.now())
        rulings = weigh(
            evaluation.verdicts,
            environment="",
            controls=self.platform.controls,
            find_waiver=self._waiver_finder(service),
            find_level=levels.find,
        )
        counts = dict.fromkeys(Outcome, 0)
        for verdict in evaluation.verdicts:
            counts[verdict.outcome] += 1
        told = ", ".join(f"{count} {outcome.value}" for outcome, count in counts.items() if count)
        blocking = [item.verdict for item in rulings if item.level is Level.BLOCK and item.effect is not Effect.WAIVED]
        waived = [item for item in rulings if item.effect is Effect.WAIVED]
        errored = [item for item in rulings if item.verdict.outcome is Outcome.ERRORED and item not in waived]
        failed = (item for item in rulings if item.effect is Effect.BLOCK and item.verdict.outcome is Outcome.FAILED)
        denied = describe(failed, environment="", controls=self.platform.controls)
        if errored or not source.complete:
            state = _ERRORED
        elif denied:
            state = _FAILED
        else:
            # Unknown in source is neither: the plan knows more, and the gate asks it.
            state = _PENDING if any(verdict.outcome is Outcome.UNKNOWN for verdict in blocking) else _PASSED
        lines = [f"{told or 'No control applies'}.", *(denial_line(denial) for denial in denied)]
        lines += [f"Waived by {item.waiver_id}: {_told(item.verdict)}" for item in waived]
        lines += [f"Not read: {item.subject}: {item.why}" for item in source.skipped if not source.complete]
        return CommitCheck("pavior/controls", state, " ".join(lines[:_MOST_LINES]), f"/runs/{run_id}")

    def _threat_problems(self, body: bytes, service: Service) -> tuple[str, ...]:
        names = control_names(self.platform.controls)
        return check_threat_model(body, control_ids=names, services=frozenset({service.name})).problems


def _told(verdict: Verdict) -> str:
    place = f" at {verdict.position}" if verdict.position else ""
    return f"{verdict.control}: {verdict.subject}{place}: {verdict.message}"


def _document(folder: Path, name: str, run_id: str, find_problems: FindProblems) -> CommitCheck:
    path = folder / name
    problems = find_problems(path.read_bytes()) if path.is_file() else (f"There is no {name}.",)
    state = _FAILED if problems else _PASSED
    return CommitCheck(f"pavior/{path.stem}", state, "; ".join(problems[:_MOST_LINES]) or "Valid.", f"/runs/{run_id}")


def _catalog_problems(body: bytes) -> tuple[str, ...]:
    return tuple(f"{item.position}: {item.message}" for item in read_catalog(body, path="catalog-info.yaml").problems)


def _objective_problems(body: bytes) -> tuple[str, ...]:
    return check_objectives(body).problems
