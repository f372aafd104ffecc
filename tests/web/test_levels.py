"""Levels on the page of a control: the ladder with its dates, a proposal with its evidence, and who may decide it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from pavior.identity.model import Role
from pavior.kernel.errors import ConflictError
from pavior.policy.level_plans import LevelApproval
from pavior.policy.levels import LevelScope, Rung
from pavior.policy.model import Level
from pavior.reports.standing import Ladder, StageLevel
from pavior.testing.builders import DIGEST, NOON, PUBLIC_ACCESS, a_control, a_level_change, a_started_level_change
from pavior.testing.people import an_actor
from pavior.testing.policy_views import a_level_view
from pavior.testing.replay_views import a_level_plan
from pavior.web.charts import ladder_chart, level_marks

PAGE = f"/controls/{PUBLIC_ACCESS}"
DAY = timedelta(days=1)


@pytest.fixture
def security(acme: Any) -> Any:
    acme.actor = an_actor(id="sven", roles=frozenset({Role.SECURITY}), teams=frozenset())
    return acme


def test_the_page_tells_the_ladder_and_the_evidence_of_what_is_proposed(browser: Any) -> None:
    page = browser.get(PAGE).text

    assert "block for new" in page
    assert 'href="#level-L-1"' in page
    assert "payments 2" in page
    assert "finance 1" in page
    # Mara develops: she sees it, and decides nothing.
    assert "Propose another level" not in page
    assert "/levels/L-2/approve" not in page


@pytest.mark.usefixtures("security")
def test_who_may_decide_is_asked_to_and_who_proposed_may_only_take_it_back(browser: Any, acme: Any) -> None:
    assert f'action="{PAGE}/levels/L-2/approve"' in browser.get(PAGE).text

    acme.actor = an_actor(id="sam", roles=frozenset({Role.SECURITY}), teams=frozenset())
    page = browser.get(PAGE).text

    assert f"{PAGE}/levels/L-2/approve" not in page
    assert f"{PAGE}/levels/L-2/reject" in page
    assert "You proposed it, so somebody else decides." in page


@pytest.mark.usefixtures("security")
def test_a_proposal_is_what_was_chosen(browser: Any, acme: Any) -> None:
    form = {"level": "block-new", "environment": "prod", "wanted_from": "2026-12-01", "reason": "Announced."}

    response = browser.post(f"{PAGE}/levels", form)

    assert (response.status_code, response.headers["location"]) == (303, f"{PAGE}?done=level-proposed")
    ((verb, said),) = acme.said
    assert verb == "propose_level"
    assert (said["level"], said["is_new_only"], said["environment"], said["team"]) == (Level.BLOCK, True, "prod", "")
    assert said["wanted_from"].isoformat() == "2026-12-01T00:00:00+00:00"


@pytest.mark.usefixtures("security")
@pytest.mark.parametrize("form", [{"level": "hard"}, {"level": "warn", "wanted_from": "soon"}, {}])
def test_what_cannot_be_read_keeps_what_was_typed(browser: Any, acme: Any, form: dict[str, str]) -> None:
    response = browser.post(f"{PAGE}/levels", {"reason": "Because of the audit.", **form})

    assert response.status_code == 422
    assert "Because of the audit." in response.text
    assert [verb for verb, _ in acme.said if verb == "propose_level"] == []


@pytest.mark.usefixtures("security")
def test_of_two_who_decide_the_second_is_told_beside_the_buttons(browser: Any, acme: Any) -> None:
    acme.refusal = ConflictError("level-already-decided", "L-2 was approved by olga.", fix="Look at it.")

    response = browser.post(f"{PAGE}/levels/L-2/approve", {"reason": ""})

    assert response.status_code == 409
    assert "L-2 was approved by olga." in response.text


@pytest.fixture
def planned(security: Any) -> Any:
    """L-3 is proposed with a plan that two others must approve, of which one has."""
    approval = LevelApproval(DIGEST, "olga", "Yes.", NOON)
    change = a_level_change(id="L-3", plan=a_level_plan(approvals_required=2), approvals=(approval,))
    security.level_view = a_level_view(changes=(change, *a_level_view().changes))
    return security


@pytest.mark.usefixtures("planned")
def test_a_plan_is_shown_with_its_risk_and_who_has_approved_it(browser: Any) -> None:
    page = browser.get(PAGE).text

    assert "<strong>1 resource</strong>" in page
    assert "It newly stops 1 resource in production, of 1 service." in page
    assert "1 of 2; olga" in page
    assert "There is no plan of it: it was made before plans were kept." in page


def test_who_has_approved_a_level_is_not_asked_again(browser: Any, planned: Any) -> None:
    planned.actor = an_actor(id="olga", roles=frozenset({Role.SECURITY}), teams=frozenset())

    page = browser.get(PAGE).text

    assert f"{PAGE}/levels/L-3/approve" not in page
    assert "You approved it, and another person has to." in page
    assert "You proposed it" not in page


def test_the_approval_is_of_the_plan_on_the_page(browser: Any, planned: Any) -> None:
    assert f'<input type="hidden" name="digest" value="{DIGEST}">' in browser.get(PAGE).text

    browser.post(f"{PAGE}/levels/L-3/approve", {"digest": DIGEST, "reason": "Yes."})

    ((verb, said),) = [item for item in planned.said if item[0] == "approve_level"]
    assert (verb, said["plan_digest"], said["reason"]) == ("approve_level", DIGEST, "Yes.")


def test_a_level_is_planned_again_or_reverted_with_one_click(browser: Any, planned: Any) -> None:
    page = browser.get(PAGE).text
    assert f'formaction="{PAGE}/levels/L-3/plan"' in page
    assert f'action="{PAGE}/levels/L-1/revert"' in page

    for verb in ("plan", "revert"):
        assert browser.post(f"{PAGE}/levels/L-1/{verb}", {}).status_code == 303
    assert [verb for verb, _ in planned.said if verb.endswith(("again", "revert_level"))] == [
        "plan_level_again",
        "revert_level",
    ]


@pytest.mark.usefixtures("planned")
def test_changes_of_policy_stand_where_changes_are(browser: Any) -> None:
    page = browser.get("/changes").text

    assert "Changes of policy" in page
    assert f'href="{PAGE}#level-L-3"' in page
    assert "more is not known" in page
    assert "Changes of policy" not in browser.get("/changes?service=orders").text


def test_a_revert_says_what_it_reverts_and_the_ladder_goes_back_to_the_folder(browser: Any, acme: Any) -> None:
    reverted = Rung(Level.WARN, is_new_only=False, since=NOON, until=None)
    change = a_started_level_change(id="L-3", reverts="L-1")
    acme.level_view = a_level_view(ladders=(Ladder(("orders/prod",), (reverted,)),), changes=(change,))

    page = browser.get(PAGE).text

    assert "as before L-1" in page
    assert "as the control came, after a revert" in page


def test_the_picture_is_to_scale_and_ends_after_the_last_change() -> None:
    start = NOON + 6 * DAY
    change = a_started_level_change(starts_at=start)
    ladder = Ladder(
        ("orders/prod",),
        (
            Rung(Level.WARN, is_new_only=False, since=None, until=start),
            Rung(Level.BLOCK, is_new_only=False, since=start, until=None, change=change),
        ),
    )

    chart = ladder_chart((ladder,), NOON)

    # 30 days back, 6 to the start and 14 after it: 50 days in all.
    assert (chart.starts_at, chart.ends_at, chart.now_x) == (NOON - 30 * DAY, NOON + 20 * DAY, 60.0)
    assert [(span.kind, span.x, span.width, span.is_now) for span in chart.rows[0].spans] == [
        ("warn", 0.0, 72.0, True),
        ("block", 72.0, 28.0, False),
    ]


def test_a_level_that_started_within_the_weeks_is_a_line_on_the_trend() -> None:
    # Two weeks from Monday the 16th. Tuesday noon of the second week: 8.5 days in, and a week is 10 wide.
    within = a_started_level_change(scope=LevelScope(), is_new_only=True)
    before = a_started_level_change(id="L-0", starts_at=NOON - 30 * DAY)

    (mark,) = level_marks(2, (within, before, a_level_change(id="L-3")), NOON + DAY)

    assert mark.x == 12.14
    assert mark.told == "L-1: block for new everywhere, from 2026-11-24"


@pytest.mark.usefixtures("security")
def test_what_nobody_decided_waits_on_the_home_page(browser: Any, acme: Any) -> None:
    acme.home = replace(acme.home, levels_to_decide=(a_level_change(),))

    page = browser.get("/").text

    assert "1 decision waits for you" in page
    assert f'href="{PAGE}#level-L-1"' in page


def test_the_list_tells_where_a_level_was_changed_and_finds_it_by_that(browser: Any, acme: Any) -> None:
    control = a_control(default_level=Level.OBSERVE, levels={"prod": Level.WARN})
    stage = StageLevel(
        "prod",
        Level.BLOCK,
        is_default=False,
        environments=("orders/prod",),
        is_new_only=True,
        since=NOON,
        level_change="L-1",
    )
    acme.control = replace(acme.control, control=control, changed_stages=(stage,))

    page = browser.get("/controls?level=block").text

    assert f'href="{PAGE}#levels">prod: block for new</a>' in page
    assert "prod: warn" not in page
