"""The page of a replay: who would be stopped, what nobody knows, and the way from there to a proposal."""

from dataclasses import replace
from typing import Any

import pytest

from pavior.identity.model import Role
from pavior.kernel.errors import InvalidError, UnavailableError
from pavior.policy.level_plans import ServiceShare
from pavior.testing.builders import DIGEST, PUBLIC_ACCESS, a_control, a_parameter
from pavior.testing.people import an_actor
from pavior.testing.replay_views import a_replay_view
from pavior.web.charts import share_bars

PAGE = f"/controls/{PUBLIC_ACCESS}/replay"
ASKED = f"{PAGE}?level=block&environment=prod"


@pytest.fixture
def security(acme: Any) -> Any:
    acme.actor = an_actor(id="sven", roles=frozenset({Role.SECURITY}), teams=frozenset())
    return acme


def test_the_page_asks_first_and_the_control_leads_there(browser: Any, acme: Any) -> None:
    page = browser.get(PAGE).text

    assert "Choose what to try" in page
    assert "--control-folder" in page
    assert acme.said == []
    assert f'href="{PAGE}"' in browser.get(f"/controls/{PUBLIC_ACCESS}").text


def test_who_would_be_stopped_is_told_by_team_and_service_with_where(browser: Any) -> None:
    page = browser.get(ASKED).text

    assert "1 resource newly stopped" in page
    assert 'href="/environments/orders/prod#resources"' in page
    assert 'href="/services/orders"' in page
    assert "warn → block" in page
    assert "3 days ago" in page


def test_what_was_not_read_is_named_and_never_fine(browser: Any, acme: Any) -> None:
    assert "None of these is counted as fine." in browser.get(ASKED).text

    acme.replay = a_replay_view(answered=0, newly_stopped=(), teams=(), services=())
    page = browser.get(ASKED).text

    assert "Nothing was read, so nothing is known." in page
    assert "icon-passed" not in page.partition('id="stopped"')[2].partition("</section>")[0]


@pytest.mark.usefixtures("security")
def test_what_was_tried_can_be_proposed_by_who_may_and_by_nobody_else(browser: Any, acme: Any) -> None:
    page = browser.get(f"{PAGE}?level=block-new&environment=prod").text

    assert f'action="/controls/{PUBLIC_ACCESS}/levels"' in page
    assert '<input type="hidden" name="level" value="block-new">' in page

    acme.actor = an_actor(id="mara")
    assert "Propose this" not in browser.get(ASKED).text


@pytest.mark.parametrize(
    "refusal",
    [
        InvalidError("level-scope-invalid", "That is one environment.", fix="Leave out the team."),
        UnavailableError("replay-busy", "Other replays go on.", fix="Ask again in a minute."),
    ],
)
def test_what_is_refused_keeps_what_was_typed(browser: Any, acme: Any, refusal: Any) -> None:
    acme.refusal = refusal

    response = browser.get(ASKED)

    assert response.status_code == refusal.http_status
    assert refusal.fix in response.text
    assert 'value="prod"' in response.text


def test_a_word_that_is_no_level_is_refused(browser: Any) -> None:
    response = browser.get(f"{PAGE}?level=hard")

    assert response.status_code == 422
    assert "is no level" in response.text


def test_values_of_parameters_are_tried_and_not_proposed(browser: Any, acme: Any) -> None:
    parameter = a_parameter(name="minimum-days", value=90)
    control = a_control(parameters=(parameter,))
    acme.control_view = replace(acme.control_view, control=control)
    acme.level_view = replace(acme.level_view, control=control)
    acme.replay = a_replay_view(level=None, parameters=(parameter,))

    page = browser.get(f"{PAGE}?parameter-minimum-days=90").text

    assert "<code>minimum-days</code> is 90" in page
    assert "Propose this" not in page


def test_bars_are_to_one_scale_and_what_is_not_there_has_no_piece() -> None:
    bars = share_bars(
        (ServiceShare("orders", "payments", 3, 0, 1, 0, DIGEST), ServiceShare("billing", "finance", 0, 1, 0, 0, DIGEST))
    )

    assert [(item.kind, item.x, item.width) for item in bars[0].pieces] == [
        ("failed", 0.0, 75.0),
        ("unknown", 75.0, 25.0),
    ]
    assert [(item.kind, item.x, item.width) for item in bars[1].pieces] == [("passed", 0.0, 25.0)]
