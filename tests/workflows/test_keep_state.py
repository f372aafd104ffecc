"""Terraform's states: one writer at a time, nothing lost, nothing overwritten unseen, and never beside an apply."""

import json
from datetime import timedelta

import pytest

from pavior.environments.model import ChangeStatus
from pavior.environments.vault import SealedKind
from pavior.identity.model import Actor, Permission, Surface
from pavior.kernel.errors import ConflictError, ForbiddenError, InvalidError, MissingError, PaviorError
from pavior.states import store as kept
from pavior.states.model import KEPT_VERSIONS, LOCK_IN_CONTEXT, StateLock, read_state
from pavior.states.tables import state_versions
from pavior.testing.memory_platform import BUCKET, MemoryPlatform, a_stack
from pavior.workflows.keep_state import States

ELSEWHERE = "orders/legacy"
DEV = "orders/dev"


@pytest.fixture
def states(stage: MemoryPlatform) -> States:
    stage.create_orders()
    return States(stage.platform)


def a_state(serial: int = 1, *, lineage: str = "lineage-1", secret: str = "hunter2") -> bytes:  # noqa: S107 - of a pretended state
    document = {"version": 4, "serial": serial, "lineage": lineage, "outputs": {"password": secret}, "resources": []}
    return json.dumps(document).encode()


def a_lock(lock_id: str = "lock-1") -> bytes:
    told = {"ID": lock_id, "Operation": "OperationTypeApply", "Who": "mara@laptop", "Version": "1.11.4"}
    return json.dumps(told).encode()


def write(states: States, actor: Actor, state: bytes, environment: str = ELSEWHERE) -> None:
    states.lock(actor, environment, a_lock())
    states.write(actor, environment, state, "lock-1")
    states.unlock(actor, environment, a_lock())


def code(raised: pytest.ExceptionInfo[PaviorError]) -> str:
    return raised.value.code


def test_a_state_comes_back_as_it_was_written(stage: MemoryPlatform, states: States) -> None:
    assert states.read(stage.paul, ELSEWHERE) is None

    write(states, stage.paul, a_state())

    assert states.read(stage.paul, ELSEWHERE) == a_state()
    history = states.history(stage.paul, ELSEWHERE)
    assert [(item.number, item.serial, item.written_by) for item in history.versions] == [(1, 1, "paul")]
    assert (history.is_run_here, history.lock) == (False, None)


def test_nothing_of_a_state_lies_in_clear(stage: MemoryPlatform, states: States) -> None:
    write(states, stage.paul, a_state(secret="canary-in-the-state"))

    with stage.database.snapshot() as tx:
        body = kept.find_body(tx, stage.platform.vault.sealer, ELSEWHERE, 1)
        raw = [bytes(row.body) for row in tx.execute(state_versions.select())]
    assert body is not None
    assert b"canary" in body
    assert raw
    assert all(b"canary" not in item and b"lineage" not in item for item in raw)


def test_who_reads_and_writes_a_state_is_recorded_without_what_is_in_it(stage: MemoryPlatform, states: States) -> None:
    write(states, stage.paul, a_state())
    states.read(stage.paul, ELSEWHERE)
    states.read_version(stage.paul, ELSEWHERE, 1)

    told = [
        (event.verb, event.actor, event.details)
        for verb in ("state.written", "state.read")
        for event in stage.events(verb)
    ]
    assert told == [
        ("state.written", "paul", {"serial": 1, "version": 1}),
        ("state.read", "paul", {"serial": 1}),
        ("state.read", "paul", {"serial": 1, "version": 1}),
    ]


def test_only_who_holds_the_lock_writes(stage: MemoryPlatform, states: States) -> None:
    with pytest.raises(ConflictError) as without:
        states.write(stage.paul, ELSEWHERE, a_state(), "")
    states.lock(stage.paul, ELSEWHERE, a_lock("mine"))
    with pytest.raises(ConflictError) as another:
        states.write(stage.paul, ELSEWHERE, a_state(), "yours")

    assert (code(without), code(another)) == ("state-not-locked", "state-not-locked")
    assert states.history(stage.paul, ELSEWHERE).versions == ()


def test_a_second_lock_is_refused_with_the_first_and_the_same_may_be_taken_again(
    stage: MemoryPlatform, states: States
) -> None:
    states.lock(stage.paul, ELSEWHERE, a_lock("first"))
    states.lock(stage.paul, ELSEWHERE, a_lock("first"))

    with pytest.raises(ConflictError) as refused:
        states.lock(stage.paul, ELSEWHERE, a_lock("second"))
    with pytest.raises(ConflictError) as not_mine:
        states.unlock(stage.paul, ELSEWHERE, a_lock("second"))

    assert (code(refused), code(not_mine)) == ("state-locked", "state-locked")
    held = refused.value.context[LOCK_IN_CONTEXT]
    assert isinstance(held, StateLock)
    assert (held.id, held.holder, held.info["Who"]) == ("first", "paul", "mara@laptop")
    states.unlock(stage.paul, ELSEWHERE, a_lock("first"))
    states.unlock(stage.paul, ELSEWHERE, a_lock("first"))
    states.lock(stage.paul, ELSEWHERE, a_lock("second"))


def test_a_state_that_is_not_the_next_one_is_refused(stage: MemoryPlatform, states: States) -> None:
    write(states, stage.paul, a_state(5))
    states.lock(stage.paul, ELSEWHERE, a_lock())

    refused = []
    for state in (a_state(4), a_state(5, secret="other"), a_state(9, lineage="lineage-2")):
        with pytest.raises(ConflictError) as raised:
            states.write(stage.paul, ELSEWHERE, state, "lock-1")
        refused.append(code(raised))

    assert refused == ["state-older", "state-older", "state-lineage-differs"]
    assert states.read(stage.paul, ELSEWHERE) == a_state(5)


def test_the_same_state_sent_twice_is_kept_once(stage: MemoryPlatform, states: States) -> None:
    write(states, stage.paul, a_state())
    with_other_spaces = json.dumps(json.loads(a_state()), indent=4).encode()

    write(states, stage.paul, with_other_spaces)

    assert len(states.history(stage.paul, ELSEWHERE).versions) == 1


def test_the_newest_versions_are_kept_and_the_oldest_goes(stage: MemoryPlatform, states: States) -> None:
    for serial in range(1, KEPT_VERSIONS + 3):
        write(states, stage.paul, a_state(serial))

    numbers = [item.number for item in states.history(stage.paul, ELSEWHERE).versions]
    assert numbers == list(range(KEPT_VERSIONS + 2, 2, -1))
    with pytest.raises(MissingError) as gone:
        states.read_version(stage.paul, ELSEWHERE, 2)
    assert code(gone) == "state-version-missing"


def test_an_older_state_comes_back_under_the_next_serial(stage: MemoryPlatform, states: States) -> None:
    write(states, stage.paul, a_state(1, secret="first"))
    write(states, stage.paul, a_state(7, secret="second"))

    history = states.restore(stage.paul, ELSEWHERE, 1)

    now = json.loads(states.read(stage.paul, ELSEWHERE) or b"")
    assert (now["serial"], now["lineage"], now["outputs"]) == (8, "lineage-1", {"password": "first"})
    assert [item.serial for item in history.versions] == [8, 7, 1]
    states.lock(stage.paul, ELSEWHERE, a_lock())
    with pytest.raises(ConflictError) as busy:
        states.restore(stage.paul, ELSEWHERE, 1)
    assert code(busy) == "state-locked"


def test_a_lock_is_taken_away_with_a_reason_and_its_holder_writes_no_more(
    stage: MemoryPlatform, states: States
) -> None:
    states.lock(stage.paul, ELSEWHERE, a_lock("dead"))
    with pytest.raises(InvalidError) as silent:
        states.force_unlock(stage.paul, ELSEWHERE, reason=" ")

    assert states.force_unlock(stage.paul, ELSEWHERE, reason="its runner is gone").lock is None

    with pytest.raises(ConflictError) as late:
        states.write(stage.paul, ELSEWHERE, a_state(), "dead")
    with pytest.raises(MissingError) as nobody:
        states.unlock(stage.paul, ELSEWHERE, b"")
    assert (code(silent), code(late), code(nobody)) == ("reason-missing", "state-not-locked", "state-lock-missing")
    (event,) = stage.events("state.unlocked")
    assert event.details == {"lock": "dead", "holder": "paul", "reason": "its runner is gone"}


def a_token(stage: MemoryPlatform, *permissions: Permission, environment: str = ELSEWHERE) -> Actor:
    paul = stage.paul
    return Actor("token:paul/ci", paul.roles, frozenset({"payments"}), Surface.API, frozenset(permissions), environment)


def test_a_token_of_one_environment_does_nothing_with_another(stage: MemoryPlatform, states: States) -> None:
    token = a_token(stage, Permission.STATE_READ, Permission.STATE_WRITE)
    write(states, token, a_state())

    refused: list[str] = []
    for act in (
        lambda: states.read(token, "orders/other"),
        lambda: states.lock(token, DEV, a_lock()),
        lambda: states.unlock(token, ELSEWHERE, b""),
    ):
        with pytest.raises((ForbiddenError, MissingError)) as raised:
            act()
        refused.append(code(raised))

    assert states.read(token, ELSEWHERE) == a_state()
    # What a token may not even know of is missing for it.
    assert refused == ["state-missing", "state-missing", "permission-denied"]


@pytest.mark.parametrize("who", ["mara", "sam", "finn"])
def test_states_hold_secrets_so_they_are_for_the_platform_and_its_tokens(
    stage: MemoryPlatform, states: States, who: str
) -> None:
    write(states, stage.paul, a_state())

    with pytest.raises(MissingError):
        states.read(getattr(stage, who), ELSEWHERE)
    with pytest.raises(MissingError):
        states.history(getattr(stage, who), ELSEWHERE)


def test_what_is_no_stage_of_a_service_has_no_state(stage: MemoryPlatform, states: States) -> None:
    for name in ("nothing/dev", "orders", "orders/dev/more", "orders/\0"):
        with pytest.raises(MissingError) as raised:
            states.read(stage.paul, name)
        assert code(raised) == "state-missing"


def test_what_is_no_state_is_not_kept_and_what_describes_no_lock_takes_none(
    stage: MemoryPlatform, states: States
) -> None:
    with pytest.raises(InvalidError) as no_lock:
        states.lock(stage.paul, ELSEWHERE, b"{}")
    states.lock(stage.paul, ELSEWHERE, a_lock())
    with pytest.raises(InvalidError) as no_state:
        states.write(stage.paul, ELSEWHERE, b"[]", "lock-1")

    assert (code(no_lock), code(no_state)) == ("state-lock-invalid", "state-invalid")
    assert states.history(stage.paul, ELSEWHERE).versions == ()


def test_an_apply_of_ours_leaves_a_version_under_the_changes_name(stage: MemoryPlatform, states: States) -> None:
    history = states.history(stage.paul, DEV)

    assert history.is_run_here
    assert [item.written_by for item in history.versions] == ["C-1"]
    assert json.loads(states.read(stage.paul, DEV) or b"")["serial"] == 1


def test_what_is_written_from_outside_is_what_our_next_plan_goes_on_from(stage: MemoryPlatform, states: States) -> None:
    now = json.loads(states.read(stage.paul, DEV) or b"")
    without = json.dumps(now | {"serial": 2, "resources": [it for it in now["resources"] if it != BUCKET]}).encode()

    write(states, stage.paul, without, DEV)

    with stage.database.snapshot() as tx:
        sealed = stage.platform.vault.find(tx, SealedKind.STATE, DEV)
    assert sealed is not None
    assert BUCKET not in json.loads(sealed)["resources"]
    # Who takes something out of the state wants it left alone, so a plan would make it anew.
    change = stage.changes.revert_drift(stage.mara, DEV)
    stage.runs.work_through_deaths()
    plan = stage.plan(change.id)
    assert [item.address for item in plan.reading.changes] == [BUCKET]


def test_nothing_is_written_to_an_environment_of_ours_before_its_first_apply(
    stage: MemoryPlatform, states: States
) -> None:
    states.lock(stage.paul, "orders/prod", a_lock())

    with pytest.raises(ConflictError) as raised:
        states.write(stage.paul, "orders/prod", a_state(), "lock-1")

    assert code(raised) == "environment-not-deployed"


def test_while_somebody_holds_the_lock_nothing_is_approved_and_no_apply_begins(
    stage: MemoryPlatform, states: States
) -> None:
    branch = stage.propose(a_stack(size="large"))
    states.lock(stage.paul, DEV, a_lock())

    change = stage.changes.open_change(stage.mara, DEV, branch=branch)
    stage.runs.work()
    failed = stage.change(change.id)
    states.unlock(stage.paul, DEV, a_lock())
    stage.changes.plan_again(stage.mara, change.id)
    stage.runs.work()

    assert failed.status is ChangeStatus.FAILED
    assert failed.status_detail.startswith("state-locked: The state of orders/dev is locked by paul")
    assert stage.change(change.id).status is ChangeStatus.VERIFIED


def test_an_approval_waits_for_the_lock_and_is_not_lost_on_a_failed_apply(
    stage: MemoryPlatform, states: States
) -> None:
    promotion = stage.promote()
    stage.runs.work()
    plan = stage.plan(promotion.id)
    states.lock(stage.paul, "orders/prod", a_lock())

    with pytest.raises(ConflictError) as refused:
        stage.changes.approve_change(stage.paul, promotion.id, plan.digest)
    states.unlock(stage.paul, "orders/prod", a_lock())
    stage.changes.approve_change(stage.paul, promotion.id, plan.digest)

    assert code(refused) == "state-locked"
    assert stage.change(promotion.id).status is ChangeStatus.APPLYING


def test_while_an_apply_of_ours_is_under_way_nobody_gets_the_lock_nor_takes_it_away(
    stage: MemoryPlatform, states: States
) -> None:
    promotion = stage.promote()
    stage.runs.work()
    stage.changes.approve_change(stage.paul, promotion.id, stage.plan(promotion.id).digest)

    with pytest.raises(ConflictError) as refused:
        states.lock(stage.paul, "orders/prod", a_lock())
    with pytest.raises(ConflictError) as forced:
        states.unlock(stage.paul, "orders/prod", b"")

    assert (code(refused), code(forced)) == ("state-locked", "state-locked-by-apply")
    held = refused.value.context[LOCK_IN_CONTEXT]
    assert isinstance(held, StateLock)
    assert held.holder == promotion.id
    stage.runs.work()
    states.lock(stage.paul, "orders/prod", a_lock())


def test_what_is_taken_down_leaves_no_state_behind(stage: MemoryPlatform, states: States) -> None:
    change = stage.changes.destroy_environment(stage.paul, DEV)
    stage.runs.work()
    stage.changes.approve_change(stage.sam, change.id, stage.plan(change.id).digest)
    stage.clock.pass_by(timedelta(minutes=1))
    stage.runs.work()

    assert stage.change(change.id).status is ChangeStatus.VERIFIED
    assert states.history(stage.paul, DEV).versions == ()
    assert states.read(stage.paul, DEV) is None


def test_what_a_program_says_of_itself_is_kept_as_plain_text(stage: MemoryPlatform, states: States) -> None:
    hostile = json.dumps({"ID": "lock-1", "Who": "a\x00b\ud800\x1b[31m", "Info": ["x"], "Operation": "y" * 5000})

    held = states.lock(stage.paul, ELSEWHERE, hostile.encode())

    kept_lock = states.history(stage.paul, ELSEWHERE).lock
    assert kept_lock is not None
    assert kept_lock.info == held.info
    assert (held.info["Who"], held.info["Info"], len(held.info["Operation"])) == ("ab[31m", "['x']", 1000)


def test_a_state_of_another_lineage_does_not_come_back(stage: MemoryPlatform, states: States) -> None:
    old = json.loads(states.read(stage.paul, DEV) or b"")
    with stage.database.transaction() as tx:
        foreign = read_state(json.dumps(old | {"lineage": "of-a-cloud-that-is-no-more"}).encode())
        number = kept.insert_version(
            tx, stage.platform.vault.sealer, DEV, foreign, written_by="C-0", now=stage.clock.now()
        ).number

    with pytest.raises(ConflictError) as raised:
        states.restore(stage.paul, DEV, number)

    assert code(raised) == "state-lineage-differs"


def test_the_id_of_a_lock_which_everybody_is_told_does_not_make_its_holder(
    stage: MemoryPlatform, states: States
) -> None:
    states.lock(stage.paul, ELSEWHERE, a_lock("told-to-all"))
    other = a_token(stage, Permission.STATE_READ, Permission.STATE_WRITE)

    refused = []
    for act in (
        lambda: states.lock(other, ELSEWHERE, a_lock("told-to-all")),
        lambda: states.write(other, ELSEWHERE, a_state(), "told-to-all"),
        lambda: states.unlock(other, ELSEWHERE, a_lock("told-to-all")),
    ):
        with pytest.raises(ConflictError) as raised:
            act()
        refused.append(code(raised))

    assert refused == ["state-locked", "state-not-locked", "state-locked"]
    held = states.history(stage.paul, ELSEWHERE).lock
    assert held is not None
    assert held.holder == "paul"
