"""Disputes over the small company: opened by who is denied, answered by somebody else who owns controls."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

import pytest

from pavior.audit import store as audit
from pavior.disputes import store
from pavior.disputes.model import Dispute, DisputeState
from pavior.identity.authorisation import Authoriser
from pavior.identity.model import Actor
from pavior.kernel.errors import ConflictError, ForbiddenError, InvalidError, MissingError, PaviorError
from pavior.kernel.pages import PageRequest
from pavior.policy.model import Control
from pavior.storage.database import Database
from pavior.storage.masking import Masker
from pavior.testing.builders import BUCKET, NOON, PUBLIC_ACCESS, a_control
from pavior.testing.company import somebody, write_company
from pavior.testing.memory_forge import MemoryForge
from pavior.workflows.dispute_control import Disputes
from pavior.workflows.platform import Platform

MARA, SAM, FINN, VIC, ADA = (somebody(name) for name in ("mara", "sam", "finn", "vic", "ada"))


@dataclass
class Company:
    """What a platform has of which disputes know."""

    database: Database
    at: datetime = NOON + timedelta(hours=1)
    controls: tuple[Control, ...] = (a_control(),)
    authoriser: Authoriser = field(default_factory=Authoriser)

    @property
    def clock(self) -> "Company":
        return self

    def now(self) -> datetime:
        return self.at

    def mask(self, text: str) -> str:
        return Masker().mask(text)

    def find_control(self, control_id: str) -> Control:
        return Platform.find_control(cast("Platform", self), control_id)

    @property
    def disputes(self) -> Disputes:
        return Disputes(cast("Platform", self))

    def dispute(self, actor: Actor = MARA, **given: str) -> Dispute:
        asked = {
            "control": PUBLIC_ACCESS,
            "environment": "orders/dev",
            "subject": BUCKET,
            "reason": "It holds the public price list.",
        }
        return self.disputes.dispute(actor, **{**asked, **given})


@pytest.fixture
def company(database: Database) -> Company:
    with database.transaction() as tx:
        write_company(tx, MemoryForge())
    return Company(database)


def code_of(act: object) -> str:
    with pytest.raises(PaviorError) as refused:
        act()  # type: ignore[operator]
    return refused.value.code


def test_a_dispute_remembers_what_was_said_by_which_version_and_is_an_event(company: Company) -> None:
    dispute = company.dispute()

    assert (dispute.id, dispute.state, dispute.outcome) == ("DP-1", DisputeState.OPEN, "failed")
    assert (dispute.control_version, dispute.requester) == (a_control().version, "mara")
    with company.database.snapshot() as tx:
        event = audit.list_events(tx, PageRequest()).items[0].event
    assert (event.verb, event.actor, event.subject) == ("control.disputed", "mara", "dispute:orders/DP-1")
    assert event.details["reason"] == "It holds the public price list."


def test_who_owns_controls_answers_and_the_wait_is_told(company: Company) -> None:
    company.dispute()
    company.at += timedelta(hours=3)

    answered = company.disputes.answer(SAM, "DP-1", is_upheld=True, reason="Price lists are public.")

    assert (answered.state, answered.answered_by, answered.answer) == (
        DisputeState.UPHELD,
        "sam",
        "Price lists are public.",
    )
    with company.database.snapshot() as tx:
        event = audit.list_events(tx, PageRequest()).items[0].event
        assert store.get_dispute(tx, "DP-1") == answered
    assert (event.verb, event.waited_seconds) == ("control.dispute-answered", 3 * 3600)


def test_nobody_answers_their_own_dispute_nor_one_that_is_answered(company: Company) -> None:
    company.dispute(SAM)

    assert code_of(lambda: company.disputes.answer(SAM, "DP-1", is_upheld=True, reason="Yes.")) == "dispute-self-answer"
    company.disputes.answer(ADA, "DP-1", is_upheld=False, reason="It is not on purpose.")
    again = code_of(lambda: company.disputes.answer(ADA, "DP-1", is_upheld=True, reason="Or is it?"))
    assert again == "dispute-already-answered"


@pytest.mark.parametrize(("actor", "kind"), [(FINN, ForbiddenError), (VIC, ForbiddenError)])
def test_who_may_not_is_refused(company: Company, actor: Actor, kind: type[PaviorError]) -> None:
    with pytest.raises(kind):
        company.dispute(actor)
    company.dispute()
    with pytest.raises(kind):
        company.disputes.answer(actor, "DP-1", is_upheld=True, reason="Yes.")


def test_the_same_is_disputed_once_at_a_time(company: Company) -> None:
    company.dispute()

    with pytest.raises(ConflictError) as refused:
        company.dispute(ADA)
    assert refused.value.code == "dispute-open"
    company.disputes.answer(SAM, "DP-1", is_upheld=False, reason="It is not.")
    assert company.dispute(reason="There is news.").id == "DP-2"


@pytest.mark.parametrize(
    ("given", "kind", "code"),
    [
        ({"reason": "..."}, InvalidError, "dispute-reason-missing"),
        ({"subject": "aws_s3_bucket.other"}, InvalidError, "dispute-matches-nothing"),
        ({"subject": ""}, InvalidError, "dispute-matches-nothing"),
        # There it passed.
        ({"environment": "orders/prod"}, InvalidError, "dispute-matches-nothing"),
        ({"control": "no-such"}, MissingError, "control-missing"),
        ({"environment": "orders/moon"}, MissingError, "environment-missing"),
    ],
)
def test_what_means_nothing_is_refused_at_once(
    company: Company, given: dict[str, str], kind: type[PaviorError], code: str
) -> None:
    with pytest.raises(kind) as refused:
        company.dispute(MARA, **given)

    assert refused.value.code == code


def test_a_secret_in_a_reason_is_masked(company: Company) -> None:
    dispute = company.dispute(reason="the key AKIAIOSFODNN7EXAMPLE is an example")

    assert "AKIA" not in dispute.reason
