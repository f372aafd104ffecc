"""The page of a threat model in the browser: looked at, walked through by keys, filtered, and taken along."""

from typing import Any

import pytest
from tests.browser.walking import create_service, invite, make_team

pytestmark = [pytest.mark.browser]

PAGE = "/services/orders/threats"


def _focused(somebody: Any) -> str:
    return str(somebody.page.evaluate("document.activeElement.dataset.element || ''"))


def _width(somebody: Any) -> float:
    return float(somebody.page.evaluate("document.querySelector('svg.dfd').viewBox.baseVal.width"))


def _open(somebody: Any) -> None:
    somebody.go(PAGE)
    somebody.page.locator("svg.dfd").wait_for()


def test_a_threat_model_is_seen_walked_through_filtered_and_taken_along(site: Any, arrive: Any) -> None:
    admin, dana = arrive(), arrive()
    admin.sign_in(site.first_link)
    make_team(admin, "payments", "Payments")
    dana.sign_in(invite(admin, "dana", "Dana Roth", "developer", "Payments"))
    create_service(dana, "orders")
    dana.go("/services/orders")
    dana.follow("Threat model")
    dana.page.locator("svg.dfd").wait_for()
    dana.picture("threat-model", is_whole=True)

    _walk(dana)
    _zoom(dana)
    _filter(dana)
    for button, ending in (("Picture as SVG", ".svg"), ("PDF for a meeting", ".pdf")):
        with dana.page.expect_download() as taken:
            dana.follow(button)
        assert taken.value.suggested_filename == f"orders-threats{ending}"

    assert dana.complaints == []
    _look_elsewhere(site, arrive)


def _walk(dana: Any) -> None:
    """Right along a flow and back again; Enter shows what could happen there, and Escape everything."""
    elements = dana.page.locator("svg.dfd [data-element]")
    first = dana.page.evaluate("document.querySelector('svg.dfd .dfd-arrow').dataset.from")
    threats = dana.page.locator("[data-threat]:visible")
    everything = threats.count()
    assert elements.count() > 2
    assert dana.page.locator("svg.dfd [tabindex='0']").count() == 1

    dana.page.locator(f"[data-element='{first}']").focus()
    dana.page.keyboard.press("ArrowRight")
    second = _focused(dana)
    dana.page.keyboard.press("ArrowLeft")

    assert second not in ("", first)
    dana.page.locator(f"[data-element='{second}']").focus()
    dana.page.keyboard.press("Enter")
    title = dana.page.locator(f"[data-element='{second}']").get_attribute("data-title")
    dana.see(f"at {title} and its flows")
    assert 0 < threats.count() <= everything
    assert dana.page.locator("svg.dfd .is-chosen").get_attribute("data-element") == second
    dana.picture("threat-model-chosen")
    dana.page.keyboard.press("Escape")
    assert threats.count() == everything


def _zoom(dana: Any) -> None:
    dana.press("Fit")
    whole = _width(dana)
    dana.page.get_by_role("button", name="Larger").click()
    assert _width(dana) < whole
    dana.page.locator("svg.dfd [tabindex='0']").focus()
    dana.page.keyboard.press("-")
    assert _width(dana) == pytest.approx(whole)
    # The picture of the golden path is flat, so it has all of the page until somebody says otherwise.
    assert dana.page.locator(".threat-map.is-wide").count() == 1
    dana.press("Wide")
    assert dana.page.locator(".threat-map.is-wide").count() == 0
    dana.press("Wide")


def _filter(dana: Any) -> None:
    """By state, and by a boundary together with what lies within it."""
    state = dana.page.locator("[data-threat]").first.get_attribute("data-state")
    dana.page.locator("[data-tools] select[data-state]").select_option(state)
    shown = dana.page.locator("[data-threat]:visible")
    assert shown.count() > 0
    assert {item.get_attribute("data-state") for item in shown.all()} == {state}
    dana.page.locator("[data-tools] select[data-state]").select_option("")

    boundaries = dana.page.locator("svg.dfd .dfd-boundary")
    assert boundaries.count() > 0
    dana.page.locator("select[data-within]").select_option(boundaries.first.get_attribute("data-boundary"))
    assert 0 < dana.page.locator("svg.dfd [data-element].is-dim").count() < dana.page.locator("[data-element]").count()
    dana.page.locator("select[data-within]").select_option("")
    assert dana.page.locator("svg.dfd .is-dim").count() == 0


def _look_elsewhere(site: Any, arrive: Any) -> None:
    """On a phone at night nothing is wider than the window; without scripts the tables say it all."""
    phone, plain = arrive(width=390, is_dark=True), arrive(has_scripts=False)
    phone.sign_in(site.link_for("dana"))
    _open(phone)
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
    phone.picture("threat-model-phone", is_whole=True)
    plain.sign_in(site.link_for("dana"))
    plain.go(PAGE)
    plain.see("The picture as a file")
    assert plain.page.locator("tr[id^='element-']").count() > 2
    assert phone.complaints + plain.complaints == []
