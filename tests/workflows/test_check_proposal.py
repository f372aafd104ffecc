"""A pushed branch is checked by Pavior itself, and the results stand beside its commit."""

import pytest

from pavior.catalog.ports import CommitCheck
from pavior.kernel.errors import InvalidError
from pavior.resources.model import GraphFormat, ResourceGraph, Skipped
from pavior.runs.model import RunState
from pavior.testing.memory_platform import BUCKET, PUBLIC_ACCESS, MemoryPlatform, a_stack
from pavior.workflows.check_proposal import CHECK_PROPOSAL, CheckProposal, take_pushes
from pavior.workflows.running import as_workflow

# What every environment is called alike is known without a plan.
KNOWN = a_stack().replace(b"${environment}", b"dev")
THREATS = b"version: 2\nservice: orders\nscope: It takes orders.\nassets: []\nthreats: []\n"


@pytest.fixture
def orders(stage: MemoryPlatform) -> MemoryPlatform:
    """With a service, and a worker that checks."""
    stage.create_orders()
    stage.runs.workflows = {
        **stage.runs.workflows,
        CHECK_PROPOSAL: as_workflow(stage.platform, CheckProposal(stage.platform), total=1),
    }
    return stage


def push(stage: MemoryPlatform, monkeypatch: pytest.MonkeyPatch, stack: bytes, *, repository: str = "orders") -> str:
    commit = stage.push("work", stack)
    pushes = [((repository, "work", commit),)]
    monkeypatch.setattr(stage.forge, "take_pushes", lambda: pushes.pop() if pushes else ())
    return commit


def checks(stage: MemoryPlatform, commit: str) -> dict[str, CommitCheck]:
    return {item.name: item for item in stage.forge.list_checks("orders", commit)}


def test_a_push_is_checked_and_each_result_stands_beside_the_commit(
    orders: MemoryPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = push(orders, monkeypatch, KNOWN)

    assert take_pushes(orders.platform) == 1
    assert take_pushes(orders.platform) == 0
    orders.runs.work()

    found = checks(orders, commit)
    assert {name: item.state for name, item in found.items()} == {
        "pavior/controls": "passed",
        "pavior/catalog-info": "passed",
        "pavior/threatmodel": "failed",
        "pavior/objectives": "failed",
        "pavior/threat-review": "passed",
    }
    assert found["pavior/controls"].summary == "1 passed."
    assert found["pavior/threatmodel"].summary == "There is no threatmodel.yaml."
    assert found["pavior/controls"].link == f"/runs/check-orders-{commit[:12]}"
    assert orders.run(f"check-orders-{commit[:12]}").state is RunState.BLOCKED


def test_what_fails_is_told_with_its_line(orders: MemoryPlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = push(orders, monkeypatch, KNOWN.replace(b"true", b"false"))

    take_pushes(orders.platform)
    orders.runs.work()

    check = checks(orders, commit)["pavior/controls"]
    assert check.state == "failed"
    # The block stands in the third line: a brace, the bucket, then it.
    assert check.summary.startswith(f"1 failed. {PUBLIC_ACCESS}: {BUCKET} at infra/stack.json:3: ")


def test_what_only_a_plan_can_tell_is_pending(orders: MemoryPlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = push(orders, monkeypatch, a_stack())

    take_pushes(orders.platform)
    orders.runs.work()

    check = checks(orders, commit)["pavior/controls"]
    assert (check.state, check.summary) == ("pending", "1 unknown.")


def test_a_push_that_is_told_twice_is_checked_once_and_one_to_no_service_not_at_all(
    orders: MemoryPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = push(orders, monkeypatch, a_stack())
    monkeypatch.setattr(
        orders.forge, "take_pushes", lambda: (("orders", "work", commit), ("elsewhere", "work", commit))
    )

    take_pushes(orders.platform)
    take_pushes(orders.platform)

    assert [run_id for _, run_id, _ in orders.runs.asked] == [f"check-orders-{commit[:12]}"]


def test_what_could_not_be_read_is_no_pass(orders: MemoryPlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    skipped = Skipped("infra/broken.tf", "It does not parse.")
    graph = ResourceGraph(GraphFormat.TERRAFORM_SOURCE, (), (skipped,), complete=False)
    object.__setattr__(orders.platform, "read_source_tolerantly", lambda *_: graph)
    commit = push(orders, monkeypatch, a_stack())

    take_pushes(orders.platform)
    orders.runs.work()

    check = checks(orders, commit)["pavior/controls"]
    assert (check.state, check.summary) == (
        "errored",
        "No control applies. Not read: infra/broken.tf: It does not parse.",
    )


def test_a_tree_that_is_not_written_to_disk_is_answered_beside_its_commit(
    orders: MemoryPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = push(orders, monkeypatch, a_stack())

    def refuse(*_: object) -> None:
        raise InvalidError("tree-unsafe", "The entry 'x' is a symbolic link.", fix="Remove it.")

    monkeypatch.setattr(orders.forge, "checkout", refuse)
    take_pushes(orders.platform)
    orders.runs.work()

    assert checks(orders, commit) == {
        "pavior/tree": CommitCheck(
            "pavior/tree",
            "failed",
            "The entry 'x' is a symbolic link. Remove it.",
            f"/runs/check-orders-{commit[:12]}",
        )
    }


def test_documents_are_held_against_their_schemas(orders: MemoryPlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    orders.push_files(
        "base", {"threatmodel.yaml": THREATS, "objectives.yaml": b"version: 1\nservice: orders\nobjectives: 3\n"}
    )
    commit = orders.forge.get_proposal("orders", "base").commit
    monkeypatch.setattr(orders.forge, "take_pushes", lambda: (("orders", "base", commit),))

    take_pushes(orders.platform)
    orders.runs.work()

    found = checks(orders, commit)
    assert found["pavior/threatmodel"].state == "passed"
    assert found["pavior/objectives"].state == "failed"
    assert "3" in found["pavior/objectives"].summary


def test_a_token_that_a_document_holds_does_not_stand_beside_the_commit(
    orders: MemoryPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = f"ghp_{'a1' * 18}"
    orders.push_files("base", {"threatmodel.yaml": THREATS + f"{token}: 1\n".encode()})
    commit = orders.forge.get_proposal("orders", "base").commit
    monkeypatch.setattr(orders.forge, "take_pushes", lambda: (("orders", "base", commit),))

    take_pushes(orders.platform)
    orders.runs.work()

    found = checks(orders, commit)["pavior/threatmodel"]
    assert "***" in found.summary
    assert token not in found.summary


def test_the_threat_model_of_another_service_is_refused(
    orders: MemoryPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders.push_files("base", {"threatmodel.yaml": THREATS.replace(b"orders", b"ledger", 1)})
    commit = orders.forge.get_proposal("orders", "base").commit
    monkeypatch.setattr(orders.forge, "take_pushes", lambda: (("orders", "base", commit),))

    take_pushes(orders.platform)
    orders.runs.work()

    check = checks(orders, commit)["pavior/threatmodel"]
    assert check.state == "failed"
    assert check.summary == "line 2: service: this is the model of ledger, and not of orders."
