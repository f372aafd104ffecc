"""What a proposal does to the threats is reviewed by somebody else, bound to what they saw, before it is applied."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pavior.catalog.ports import CommitCheck
from pavior.environments.model import Change, ChangeStatus
from pavior.identity import store as identity
from pavior.identity.model import Role
from pavior.kernel.errors import ConflictError, ForbiddenError, InvalidError, MissingError
from pavior.policy.model import DecisionOutcome
from pavior.storage.database import Database
from pavior.testing.memory_platform import MemoryPlatform, a_stack
from pavior.testing.people import a_person
from pavior.threatmodels import review_store as store
from pavior.threatmodels.digest import digest_of
from pavior.threatmodels.model import ThreatModel
from pavior.threatmodels.model_store import record_model
from pavior.threatmodels.review_model import ReviewState, ThreatReview
from pavior.threatmodels.review_rules import BUILT_IN_RULES
from pavior.threatmodels.standing_model import RecordedModel
from pavior.workflows.check_proposal import CHECK_PROPOSAL, CheckProposal, take_pushes
from pavior.workflows.review_threats import ThreatReviews, follow_reviews
from pavior.workflows.running import as_workflow

# A key holds secrets, which are restricted: a review is asked for. It needs nobody's approval.
WITH_KEY = a_stack(aws_kms_key={"description": "orders"})
WITH_QUEUE = a_stack(aws_kms_key={"description": "orders"}, aws_sqs_queue={"name": "orders"})
OPEN = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}]})
WITH_PUBLIC_QUEUE = a_stack(aws_sqs_queue={"name": "orders", "policy": OPEN})
MODEL = b"version: 2\nservice: orders\nscope: It takes orders.\nassets: []\nthreats: []\n"
READ = "I read it."


@pytest.fixture
def orders(tmp_path: Path, make_database: Callable[[], Database]) -> MemoryPlatform:
    """A service on a platform whose rules ask for reviews."""
    stage = MemoryPlatform(tmp_path, make_database(), review_rules=BUILT_IN_RULES)
    stage.create_orders()
    stage.runs.workflows = {
        **stage.runs.workflows,
        CHECK_PROPOSAL: as_workflow(stage.platform, CheckProposal(stage.platform), total=1),
    }
    return stage


def reviews(stage: MemoryPlatform) -> ThreatReviews:
    return ThreatReviews(stage.platform)


def review(stage: MemoryPlatform, review_id: str = "TR-1") -> ThreatReview:
    with stage.database.snapshot() as transaction:
        return store.get_review(transaction, review_id)


def check(stage: MemoryPlatform, commit: str) -> CommitCheck:
    return next(item for item in stage.forge.list_checks("orders", commit) if item.name == "pavior/threat-review")


def pushed(stage: MemoryPlatform, monkeypatch: pytest.MonkeyPatch, files: dict[str, bytes | None]) -> str:
    """The commit of the branch `work`, checked."""
    stage.forge._repositories["orders"].branches.pop("work", None)
    commit = stage.push_files("work", files)
    pushes = [(("orders", "work", commit),)]
    monkeypatch.setattr(stage.forge, "take_pushes", lambda: pushes.pop() if pushes else ())
    take_pushes(stage.platform)
    stage.runs.work()
    return commit


def sign(stage: MemoryPlatform, *, review_id: str = "TR-1") -> ThreatReview:
    return reviews(stage).sign_off(stage.sam, review_id, digest=review(stage, review_id).digest, reason=READ)


def test_a_proposal_that_adds_nothing_that_matters_needs_no_review(
    orders: MemoryPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = pushed(orders, monkeypatch, {"infra/stack.json": a_stack(size="large")})

    assert check(orders, commit).state == "passed"
    assert review(orders).state is ReviewState.NOT_REQUIRED
    assert orders.events("threat.review-asked") == []


def test_a_push_that_opens_something_asks_for_a_review_and_says_what_and_whom(
    orders: MemoryPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = pushed(orders, monkeypatch, {"infra/stack.json": WITH_KEY})

    found = review(orders)
    assert (found.state, found.branch, found.authors) == (ReviewState.ASKED, "work", ("mara",))
    assert [item.rule for item in found.reasons] == ["data-class-raised"]
    told = check(orders, commit)
    assert told.state == "pending"
    assert told.summary.startswith("TR-1 is asked of ")
    assert "the role security. Adds " in told.summary
    assert told.link == "/threats/reviews/TR-1"
    (event,) = orders.events("threat.review-asked")
    assert event.details["rules"] == ["data-class-raised"]


def test_a_change_waits_for_its_review_and_goes_on_when_it_is_signed_off(orders: MemoryPlatform) -> None:
    change = orders.open(WITH_KEY)

    assert change.status is ChangeStatus.AWAITING_APPROVAL
    assert "It waits for a security review" in change.status_detail
    with pytest.raises(ConflictError, match="threat-review-open") as refused:
        orders.changes.approve_change(orders.nina, change.id, orders.plan(change.id).digest)
    assert "An override does not lift this." in refused.value.fix

    signed = sign(orders)
    orders.runs.work()

    assert (signed.state, signed.decided_by) == (ReviewState.SIGNED_OFF, "sam")
    assert orders.change(change.id).status is ChangeStatus.VERIFIED
    assert check(orders, change.commit).summary.startswith("sam signed it off.")
    (event,) = orders.events("threat.signed-off")
    assert (event.actor, event.details["digest"]) == ("sam", signed.digest)


def test_who_proposed_it_does_not_sign_it_off_whatever_their_role(orders: MemoryPlatform) -> None:
    both = replace(orders.nina, roles=frozenset({Role.DEVELOPER, Role.SECURITY}))
    opened = orders.changes.open_change(both, "orders/dev", branch=orders.propose(WITH_KEY))
    orders.runs.work()

    with pytest.raises(ForbiddenError, match="threat-self-review"):
        reviews(orders).sign_off(both, "TR-1", digest=review(orders).digest, reason=READ)
    with pytest.raises(ForbiddenError, match="threat-self-review"):
        reviews(orders).sign_off(orders.mara, "TR-1", digest=review(orders).digest, reason=READ)
    assert orders.change(opened.id).status is ChangeStatus.AWAITING_APPROVAL


def test_a_sign_off_does_not_count_for_a_change_that_its_giver_wants(
    orders: MemoryPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    pushed(orders, monkeypatch, {"infra/stack.json": WITH_KEY})
    both = replace(orders.nina, roles=frozenset({Role.DEVELOPER, Role.SECURITY}))
    reviews(orders).sign_off(both, "TR-1", digest=review(orders).digest, reason=READ)

    opened = orders.changes.open_change(both, "orders/dev", branch="work")
    orders.runs.work()

    change = orders.change(opened.id)
    assert change.status is ChangeStatus.AWAITING_APPROVAL
    assert "the sign-off of nina does not count for it" in change.status_detail


def test_somebody_who_owns_no_control_and_is_no_security_signs_nothing_off(orders: MemoryPlatform) -> None:
    orders.open(WITH_KEY)

    for actor in (orders.nina, orders.paul):
        with pytest.raises(ForbiddenError, match="permission-denied"):
            reviews(orders).sign_off(actor, "TR-1", digest=review(orders).digest, reason=READ)


def test_the_team_that_owns_a_control_of_the_threats_concerned_may_sign_off(orders: MemoryPlatform) -> None:
    orders.with_controls(owner="finance")
    # What everybody may do with the bucket is stopped by a control of finance.
    public = {"bucket": "${environment}-files", "policy": OPEN.replace("sqs:", "s3:")}
    orders.open(a_stack(is_public=True, aws_s3_bucket_policy=public))
    found = review(orders)

    assert "object-storage-no-public-access" in found.controls
    signed = reviews(orders).sign_off(orders.finn, found.id, digest=found.digest, reason=READ)
    assert signed.decided_by == "finn"


def test_of_two_reviewers_at_once_the_second_is_told_so(orders: MemoryPlatform) -> None:
    orders.open(WITH_KEY)
    digest = review(orders).digest
    sign(orders)

    with pytest.raises(ConflictError, match="threat-review-decided"):
        reviews(orders).ask_changes(orders.sven, "TR-1", digest=digest, reason="No.")


def test_changes_that_are_asked_for_hold_the_branch_up_until_it_shows_something_else(
    orders: MemoryPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = pushed(orders, monkeypatch, {"infra/stack.json": WITH_KEY})
    reviews(orders).ask_changes(orders.sam, "TR-1", digest=review(orders).digest, reason="Rotate it.")

    assert check(orders, commit).state == "failed"
    assert check(orders, commit).summary.startswith("sam asked for changes: Rotate it.")
    opened = orders.changes.open_change(orders.mara, "orders/dev", branch="work")
    orders.runs.work()
    assert "sam asked for changes" in orders.change(opened.id).status_detail

    pushed(orders, monkeypatch, {"infra/stack.json": WITH_QUEUE})
    assert review(orders).state is ReviewState.ASKED
    pushed(orders, monkeypatch, {"infra/stack.json": WITH_KEY, "README.md": b"Again."})
    assert review(orders).state is ReviewState.CHANGES_ASKED


def test_a_push_that_changes_neither_model_nor_draft_keeps_the_sign_off(
    orders: MemoryPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    pushed(orders, monkeypatch, {"infra/stack.json": WITH_KEY})
    sign(orders)

    commit = pushed(orders, monkeypatch, {"infra/stack.json": WITH_KEY, "README.md": b"More."})

    assert review(orders).state is ReviewState.SIGNED_OFF
    assert check(orders, commit).state == "passed"


def test_the_digest_of_an_old_push_signs_nothing_off(orders: MemoryPlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    pushed(orders, monkeypatch, {"infra/stack.json": WITH_KEY})
    old = review(orders).digest
    pushed(orders, monkeypatch, {"infra/stack.json": WITH_QUEUE})

    for digest in (old, "", review(orders).digest[:5]):
        with pytest.raises(ConflictError, match="threat-review-outdated"):
            reviews(orders).sign_off(orders.sam, "TR-1", digest=digest, reason=READ)


def test_who_waits_goes_on_waiting_when_something_else_is_pushed(
    orders: MemoryPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    pushed(orders, monkeypatch, {"infra/stack.json": WITH_KEY})
    orders.clock.pass_by(timedelta(hours=2))
    pushed(orders, monkeypatch, {"infra/stack.json": WITH_QUEUE})
    orders.clock.pass_by(timedelta(hours=1))

    signed = sign(orders)

    assert signed.waited_seconds(orders.clock.now()) == 3 * 3600
    assert orders.events("threat.signed-off")[0].waited_seconds == 3 * 3600


def test_a_commit_that_nobody_looked_at_is_not_applied_under_an_earlier_sign_off(
    orders: MemoryPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    pushed(orders, monkeypatch, {"infra/stack.json": WITH_KEY})
    sign(orders)
    pushed(orders, monkeypatch, {"infra/stack.json": WITH_QUEUE})

    opened = orders.changes.open_change(orders.mara, "orders/dev", branch="work")
    orders.runs.work()

    assert orders.change(opened.id).status is ChangeStatus.AWAITING_APPROVAL


def leave(stage: MemoryPlatform, name: str) -> None:
    with stage.database.transaction() as transaction:
        person = a_person(name=name, roles=frozenset({Role.SECURITY}), is_disabled=True)
        identity.insert_person(transaction, person)


def test_the_sign_off_of_a_reviewer_who_left_no_longer_counts(orders: MemoryPlatform) -> None:
    change = orders.open(WITH_KEY)
    sign(orders)
    leave(orders, "sam")

    orders.runs.work()

    found = orders.change(change.id)
    assert found.status is ChangeStatus.AWAITING_APPROVAL
    assert "the sign-off of sam does not count for it" in found.status_detail


def test_who_is_disabled_reviews_nothing(orders: MemoryPlatform) -> None:
    orders.open(WITH_KEY)
    leave(orders, "sam")

    with pytest.raises(ForbiddenError, match="threat-reviewer-left"):
        sign(orders)


def test_the_review_is_asked_again_right_before_the_apply(orders: MemoryPlatform) -> None:
    change = orders.open(WITH_KEY)
    sign(orders)
    orders.runs.work_once()
    assert orders.change(change.id).status is ChangeStatus.APPLYING
    leave(orders, "sam")

    orders.runs.work()

    found = orders.change(change.id)
    assert found.status is ChangeStatus.BLOCKED
    assert "threat-review-open" in found.status_detail
    assert not orders.forge.is_ancestor("orders", change.commit, orders.forge.head("orders"))


def test_the_review_of_a_branch_that_is_gone_is_withdrawn(
    orders: MemoryPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    pushed(orders, monkeypatch, {"infra/stack.json": WITH_KEY})
    assert follow_reviews(orders.platform) == ()
    del orders.forge._repositories["orders"].branches["work"]

    assert follow_reviews(orders.platform) == ("TR-1",)
    assert follow_reviews(orders.platform) == ()
    assert review(orders).state is ReviewState.WITHDRAWN
    assert review(orders).decision_reason == "The branch work is gone."


def test_a_model_that_cannot_be_read_asks_for_a_review_and_nobody_signs_it_off(
    orders: MemoryPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = pushed(orders, monkeypatch, {"threatmodel.yaml": b"version: 2\nservice: [\n"})

    assert [item.rule for item in review(orders).reasons] == ["model-unreadable"]
    assert check(orders, commit).state == "pending"
    with pytest.raises(ConflictError, match="threat-review-unreadable"):
        sign(orders)
    reviews(orders).ask_changes(orders.sam, "TR-1", digest=review(orders).digest, reason="Mend it.")


def test_a_model_of_another_service_is_one_that_cannot_be_read(
    orders: MemoryPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    pushed(orders, monkeypatch, {"threatmodel.yaml": MODEL.replace(b"service: orders", b"service: ledger")})

    found = review(orders)
    assert [item.rule for item in found.reasons] == ["model-unreadable"]
    assert "this is the model of ledger, and not of orders." in found.paragraph
    with pytest.raises(ConflictError, match="threat-review-unreadable"):
        sign(orders)


def test_a_public_entry_without_any_model_asks_for_a_review(
    orders: MemoryPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    pushed(orders, monkeypatch, {"infra/stack.json": WITH_PUBLIC_QUEUE})

    assert {"entry-added", "model-missing"} <= {item.rule for item in review(orders).reasons}


def test_a_model_that_says_otherwise_does_not_hide_what_the_source_opens(
    orders: MemoryPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = MODEL + (
        b"elements:\n  - id: queue\n    title: Queue\n    kind: data-store\n"
        b"    resources: [aws_sqs_queue.files]\n    public: false\n"
    )
    pushed(orders, monkeypatch, {"infra/stack.json": WITH_PUBLIC_QUEUE, "threatmodel.yaml": model})

    assert "entry-added" in {item.rule for item in review(orders).reasons}
    assert "Seen in the source, and not in the model: " in review(orders).paragraph


def test_hostile_names_stay_text_in_the_paragraph(orders: MemoryPlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    element = b"elements:\n  - {id: x, kind: process, public: true, title: '<b>[x](http://e) AKIAIOSFODNN7EXAMPLE'}"
    model = MODEL.replace(b"assets: []", b"assets: []\n" + element)
    commit = pushed(orders, monkeypatch, {"threatmodel.yaml": model})

    told = check(orders, commit).summary
    assert told.isprintable()
    assert "<b>[x](http://e)" in told
    assert "AKIAIOSFODNN7EXAMPLE" not in told + review(orders).paragraph + str(review(orders).reasons)


def test_a_reason_is_required_and_masked(orders: MemoryPlatform) -> None:
    orders.open(WITH_KEY)
    digest = review(orders).digest

    with pytest.raises(InvalidError, match="threat-reason-missing"):
        reviews(orders).sign_off(orders.sam, "TR-1", digest=digest, reason=" ... ")
    signed = reviews(orders).sign_off(orders.sam, "TR-1", digest=digest, reason="password=hunter2hunter2")
    assert "hunter2hunter2" not in signed.decision_reason


def test_who_may_not_know_of_it_is_told_that_there_is_none(orders: MemoryPlatform) -> None:
    with pytest.raises(MissingError, match="threat-review-missing"):
        reviews(orders).sign_off(orders.sam, "TR-9", digest="", reason=READ)


def test_what_no_branch_brings_is_not_held_up(orders: MemoryPlatform) -> None:
    destroyed = orders.changes.destroy_environment(orders.paul, "orders/dev")
    orders.runs.work()

    change: Change = orders.change(destroyed.id)
    assert orders.plan(change.id).decision.outcome is DecisionOutcome.NEEDS_APPROVAL
    orders.changes.approve_change(orders.nina, change.id, orders.plan(change.id).digest)
    orders.runs.work()
    assert orders.change(change.id).status is ChangeStatus.VERIFIED


def recorded(stage: MemoryPlatform, model: ThreatModel | None, *, commit: str = "c" * 40) -> RecordedModel:
    """Main holds that model, or one that cannot be read."""
    found = RecordedModel(
        service="orders",
        commit=commit,
        digest="" if model is None else digest_of(model),
        recorded_at=stage.clock.now(),
        is_latest=True,
        model=model,
        problem="line 1: it is no mapping." if model is None else "",
    )
    with stage.database.transaction() as transaction:
        record_model(transaction, found)
    return found


def test_the_model_of_main_is_signed_off_without_a_proposal(orders: MemoryPlatform) -> None:
    found = recorded(orders, ThreatModel("orders", "Orders."))

    signed = reviews(orders).sign_off_model(orders.sam, "orders", digest=found.digest[:12], reason=READ)

    assert (signed.by, signed.digest, signed.model_digest) == ("sam", found.digest, found.digest)
    with orders.database.snapshot() as transaction:
        assert store.list_sign_offs(transaction, "orders") == (signed,)
    (event,) = orders.events("threat.signed-off")
    assert event.details["digest"] == found.digest


def test_who_wanted_that_commit_does_not_sign_its_model_off(orders: MemoryPlatform) -> None:
    created = orders.change("C-1")
    found = recorded(orders, ThreatModel("orders", "Orders."), commit=created.commit)
    both = replace(orders.mara, roles=frozenset({Role.DEVELOPER, Role.SECURITY}))

    with pytest.raises(ForbiddenError, match="threat-self-review"):
        reviews(orders).sign_off_model(both, "orders", digest=found.digest, reason=READ)
    with pytest.raises(ForbiddenError, match="permission-denied"):
        reviews(orders).sign_off_model(orders.nina, "orders", digest=found.digest, reason=READ)


def test_a_model_of_main_that_is_another_one_now_or_none_is_not_signed_off(orders: MemoryPlatform) -> None:
    with pytest.raises(MissingError, match="threat-model-missing"):
        reviews(orders).sign_off_model(orders.sam, "orders", digest="d" * 64, reason=READ)
    recorded(orders, ThreatModel("orders", "Orders."))
    with pytest.raises(ConflictError, match="threat-review-outdated"):
        reviews(orders).sign_off_model(orders.sam, "orders", digest="d" * 64, reason=READ)
    recorded(orders, None, commit="e" * 40)
    with pytest.raises(ConflictError, match="threat-review-unreadable"):
        reviews(orders).sign_off_model(orders.sam, "orders", digest="d" * 64, reason=READ)


def test_the_sign_off_of_a_proposal_is_one_of_its_model(
    orders: MemoryPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    threat = (
        b"threats:\n  - {id: leak, title: Leak, category: tampering, severity: low, controls: "
        b"[object-storage-no-public-access], accepted: {reason: small, until: '2027-01-01'}}\n"
    )
    pushed(orders, monkeypatch, {"threatmodel.yaml": MODEL.replace(b"threats: []\n", threat)})
    assert [item.rule for item in review(orders).reasons] == ["threat-accepted"]

    signed = sign(orders)

    with orders.database.snapshot() as transaction:
        (found,) = store.list_sign_offs(transaction, "orders")
    assert found.model_digest == signed.model_digest != ""
    assert found.authors == ("mara",)


def test_the_picture_shows_what_the_branch_adds_and_what_it_takes_away(
    orders: MemoryPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = json.dumps({"aws_sqs_queue.files": {"name": "AKIAIOSFODNN7EXAMPLE", "policy": OPEN}}).encode()
    pushed(orders, monkeypatch, {"infra/stack.json": stack})

    with orders.database.snapshot() as transaction:
        found = store.find_picture(transaction, "TR-1")
    assert found is not None
    model, marks = found
    assert marks["sqs-queue-files"] == "added"
    assert marks["s3-bucket-files"] == "removed"
    assert {item.id for item in model.elements} == {"internet", "sqs-queue-files", "s3-bucket-files"}
