"""Threats over all services: nothing at first, then those of a new service, down to one of them and its evidence."""

from typing import Any

import pytest
from tests.browser.walking import create_service, invite, make_team

pytestmark = [pytest.mark.browser]


def test_the_fleet_fills_with_a_service_and_each_number_leads_to_its_rows(site: Any, arrive: Any) -> None:
    admin, dana, phone = arrive(), arrive(), arrive(width=390, has_scripts=False, is_dark=True)
    admin.sign_in(site.first_link)
    make_team(admin, "payments", "Payments")
    dana.sign_in(invite(admin, "dana", "Dana Roth", "developer", "Payments"))
    dana.go("/threats")
    dana.see("There is no service yet")

    create_service(dana, "orders")

    # By its keys: `g`, then `t`.
    dana.page.keyboard.press("g")
    dana.page.keyboard.press("t")
    dana.page.wait_for_url("**/threats")
    dana.see("Models on main")
    dana.picture("threat-fleet", is_whole=True)
    mitigated = dana.page.locator("section[aria-labelledby=stand] a[href*='state=mitigated']")
    count = int(mitigated.inner_text())
    assert count > 0
    mitigated.click()
    dana.see(f"{count} threat")
    rows = dana.page.locator("table.list tbody tr")
    assert rows.count() == count
    rows.first.get_by_role("link").first.click()
    dana.see("Named as stopping it")
    dana.see("holds")
    dana.picture("threat-one", is_whole=True)
    dana.go("/services/orders")
    dana.see("orders/dev")
    dana.page.locator("section[aria-labelledby=threats]").get_by_text("mitigated").first.wait_for()
    dana.go("/reports/metrics")
    dana.see("Issues by the phase in which they were found first")
    phone.sign_in(site.link_for("dana"))
    phone.go("/threats")
    phone.see("What keeps threats open")
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert admin.complaints + dana.complaints + phone.complaints == []
