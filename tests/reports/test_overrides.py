"""What each person sees of what was let past the gate, and of what waits for them."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from pavior.audit.service import record
from pavior.disputes import store as disputes
from pavior.disputes.model import DisputeState
from pavior.environments import store as environments
from pavior.environments.model import ChangeStatus
from pavior.identity.model import Actor, Permission, Role, Surface
from pavior.kernel.errors import ForbiddenError, InvalidError, MissingError
from pavior.kernel.pages import PageRequest
from pavior.overrides import store
from pavior.overrides.model import OverrideCounts, OverrideState, ReviewOutcome
from pavior.policy.levels import LevelScope
from pavior.reports.evaluations import Evaluations, Memory
from pavior.reports.level_evidence import read_level_evidence
from pavior.reports.sight import Sight
from pavior.testing.builders import NOON, PUBLIC_ACCESS, a_control, an_event
from pavior.testing.company import somebody
from pavior.testing.overrides import an_approved_override, an_override
from pavior.testing.policy_views import a_dispute

if TYPE_CHECKING:
    from tests.reports.conftest import Company

ALL = PageRequest()
MARA, FINN, SAM, PAUL, VIC, ADA = (somebody(name) for name in ("mara", "finn", "sam", "paul", "vic", "ada"))
NOBODY = Actor("nobody", frozenset(), frozenset(), Surface.PORTAL)


def write(company: "Company", *found: Any) -> None:
    with company.database.transaction() as tx:
        for item in found:
            store.insert_override(tx, item)


def test_home_asks_those_to_decide_who_may_and_neither_who_asked_nor_who_wants_the_change(company: "Company") -> None:
    write(company, an_override())

    asked = {actor.id: company.pages.home(actor).overrides_to_decide for actor in (MARA, FINN, SAM, PAUL, VIC, ADA)}

    assert {name: [item.id for item in items] for name, items in asked.items()} == {
        "mara": [],
        "finn": [],
        "sam": ["OV-1"],
        "paul": [],
        "vic": [],
        "ada": ["OV-1"],
    }


def test_home_does_not_ask_about_a_change_that_has_moved_on(company: "Company") -> None:
    write(company, an_override(), an_override(plan_number=7))
    assert [item.id for item in company.pages.home(SAM).overrides_to_decide] == ["OV-1"]

    with company.database.transaction() as tx:
        environments.move_change(tx, environments.get_change(tx, "C-2"), ChangeStatus.CANCELLED, NOON)

    assert company.pages.home(SAM).overrides_to_decide == ()
    view = company.pages.get_override(SAM, "OV-1")
    assert (view.is_answerable, view.may_decide) == (False, True)


def test_home_asks_a_third_person_to_review_once_it_is_over(company: "Company") -> None:
    write(company, an_approved_override())
    assert company.pages.home(ADA).overrides_to_review == (), "it is in force, and its Change open"
    company.clock.at = NOON + timedelta(hours=4)

    asked = {actor.id: company.pages.home(actor).overrides_to_review for actor in (MARA, SAM, PAUL, VIC, ADA)}

    # Sam approved it, and Mara asked for it.
    assert [name for name, items in asked.items() if items] == ["ada"]


def test_one_override_says_what_its_reader_may_do_with_it(company: "Company") -> None:
    write(company, an_override())

    def may(actor: Actor) -> tuple[bool, bool, bool]:
        view = company.pages.get_override(actor, "OV-1")
        return view.may_decide, view.may_revoke, view.may_review

    assert may(MARA) == (False, True, False)
    assert may(SAM) == (True, True, False)
    assert may(VIC) == (False, False, False)


def test_everybody_who_may_read_sees_all_and_the_list_is_narrowed(company: "Company") -> None:
    write(company, an_override(), an_approved_override(), an_override(environment="ledger/dev"))

    def ids(actor: Actor = VIC, **narrowed: Any) -> list[str]:
        return [item.id for item in company.pages.list_overrides(actor, ALL, **narrowed).items]

    assert ids() == ["OV-3", "OV-1", "OV-2"]
    assert ids(state="approved") == ids(is_to_review=True) == ["OV-2"]
    assert ids(control="tags-owner") == []
    with pytest.raises(InvalidError, match="override-filter-unknown"):
        ids(state="lost")
    with pytest.raises(ForbiddenError):
        ids(NOBODY)
    with pytest.raises(MissingError, match="override-missing"):
        company.pages.get_override(NOBODY, "OV-1")


def test_a_control_counts_its_overrides_beside_the_plans_that_it_blocked(company: "Company") -> None:
    write(company, an_override(), an_approved_override(), an_approved_override(), an_approved_override())
    with company.database.transaction() as tx:
        for number, found in ((3, ReviewOutcome.NOT_JUSTIFIED), (4, ReviewOutcome.CONTROL_WRONG)):
            reviewed = an_approved_override(
                id=f"OV-{number}", review=found, reviewed_by="ada", reviewed_at=NOON, review_reason="So."
            )
            store.review_override(tx, reviewed)
        blocked = {"verb": "change.planned", "outcome": "blocked"}
        record(tx, an_event(**blocked, details={"controls": [PUBLIC_ACCESS, "tags-owner"]}), NOON)
        record(tx, an_event(**blocked, details={"controls": ["tags-owner"]}), NOON)
    company.clock.at = NOON + timedelta(days=7, seconds=1)

    counts = company.pages.get_control(VIC, PUBLIC_ACCESS).overrides

    assert counts == OverrideCounts(
        asked=4, approved=3, blocked_plans=1, to_review=1, overdue=1, not_justified=1, control_wrong=1
    )


def test_a_change_shows_its_overrides_latest_first(company: "Company") -> None:
    write(company, an_approved_override(state=OverrideState.REJECTED), an_override())

    assert [item.id for item in company.pages.get_change(VIC, "C-2").overrides] == ["OV-2", "OV-1"]


def test_home_asks_who_owns_controls_to_answer_disputes_but_not_their_own(company: "Company") -> None:
    with company.database.transaction() as tx:
        disputes.insert_dispute(tx, a_dispute())
        disputes.insert_dispute(tx, a_dispute(requester="sam"))
        disputes.insert_dispute(tx, a_dispute(state=DisputeState.UPHELD, answered_by="ada", answered_at=NOON))

    asked = {actor.id: company.pages.home(actor).disputes_to_answer for actor in (MARA, SAM, PAUL, ADA)}

    assert {name: [item.id for item in items] for name, items in asked.items()} == {
        "mara": [],
        "sam": ["DP-1"],
        "paul": [],
        "ada": ["DP-1", "DP-2"],
    }


def test_who_may_read_neither_is_told_that_they_are_hidden(company: "Company") -> None:
    token = Actor(
        "token:mara/ci", frozenset({Role.DEVELOPER}), frozenset(), Surface.API, frozenset({Permission.HOME_READ})
    )

    home = company.pages.home(token)

    assert {"overrides_to_decide", "overrides_to_review", "disputes_to_answer"} <= set(home.hidden)
    assert (home.overrides_to_decide, home.overrides_to_review, home.disputes_to_answer) == ((), (), ())


def test_the_evidence_about_a_level_counts_disputes_of_its_time_and_place(company: "Company") -> None:
    control = a_control()
    with company.database.transaction() as tx:
        disputes.insert_dispute(tx, a_dispute())
        disputes.insert_dispute(tx, a_dispute(state=DisputeState.UPHELD, answered_by="sam", answered_at=NOON))
        disputes.insert_dispute(tx, a_dispute(state=DisputeState.REJECTED, answered_by="sam", answered_at=NOON))
        disputes.insert_dispute(tx, a_dispute(environment="ledger/dev"))
        disputes.insert_dispute(tx, a_dispute(control="tags-owner"))
        disputes.insert_dispute(tx, a_dispute(requested_at=NOON - timedelta(days=91)))
        sight = Sight(tx, company.pages.authoriser, SAM, NOON)
        scope = LevelScope("orders/dev")

        found = read_level_evidence(sight, Evaluations((control,), Memory()), control, scope, ())

    assert (found.disputes, found.open_disputes, found.upheld_disputes) == (3, 1, 1)
