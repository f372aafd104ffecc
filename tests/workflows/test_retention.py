"""What is kept for a time only, and what is kept for ever."""

from dataclasses import replace
from datetime import timedelta

from pavior.audit import store as audit
from pavior.identity.access import Access
from pavior.identity.model import Role, Surface, local_operator
from pavior.kernel.pages import PageRequest
from pavior.runs import store as runs
from pavior.testing.databases import everything_in
from pavior.testing.memory_platform import MemoryPlatform
from pavior.workflows.retention import forget_old

YEAR = timedelta(days=365)
OPERATOR = local_operator(Surface.CLI)


def _log(stage: MemoryPlatform, run_id: str) -> list[str]:
    with stage.database.snapshot() as transaction:
        return [line.text for line in runs.list_log(transaction, run_id)]


def test_the_log_of_an_old_run_gives_way_to_one_line_and_the_run_stays(stage: MemoryPlatform) -> None:
    stage.create_orders()
    kept = _log(stage, "apply-C-1-1")
    assert len(kept) > 1
    stage.clock.pass_by(YEAR)
    assert forget_old(stage.platform, YEAR) == 0, "the moment itself is not older"

    stage.clock.pass_by(timedelta(seconds=1))
    removed = forget_old(stage.platform, YEAR)

    with stage.database.snapshot() as transaction:
        everything = runs.list_runs(transaction, PageRequest(size=200))
        events = audit.list_events(transaction, PageRequest()).total
    assert removed == everything.total > 1
    assert _log(stage, "apply-C-1-1") == [f"The log of this run, {len(kept)} lines, was removed because of its age."]
    assert stage.run("apply-C-1-1").ended_at is not None
    assert events > 1
    assert forget_old(stage.platform, YEAR) == 0, "it is said once"


def test_logs_are_kept_for_ever_where_the_operator_says_so(stage: MemoryPlatform) -> None:
    stage.create_orders()
    kept = _log(stage, "apply-C-1-1")
    stage.clock.pass_by(10 * YEAR)

    assert forget_old(stage.platform, None) == 0
    assert _log(stage, "apply-C-1-1") == kept


def test_a_run_that_has_not_ended_keeps_its_log_however_old(stage: MemoryPlatform) -> None:
    stage.create_orders()
    change = stage.promote()
    with stage.database.transaction() as transaction:
        run = runs.list_runs(transaction, PageRequest()).items[0]
        runs.insert_run(transaction, replace(run, id="waiting", ended_at=None))
        runs.append_log(transaction, "waiting", ("Still here.",), stage.clock.now())
    stage.clock.pass_by(2 * YEAR)

    forget_old(stage.platform, YEAR)

    assert _log(stage, "waiting") == ["Still here."]
    assert stage.change(change.id).id == change.id


def test_a_link_that_ended_a_month_ago_is_forgotten_and_its_event_stays(stage: MemoryPlatform) -> None:
    access = Access(stage.database, stage.platform.authoriser, stage.clock, lambda _: "one-time-secret")
    access.invite_person(OPERATOR, name="olga", display_name="Olga", roles=frozenset({Role.VIEWER}), teams=frozenset())
    before = everything_in(stage.database).count("invitation")
    stage.clock.pass_by(timedelta(days=33, hours=1))

    forget_old(stage.platform, None)

    assert everything_in(stage.database).count("invitation") == before - 1
    assert "person.invited" in everything_in(stage.database)
