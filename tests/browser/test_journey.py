"""The whole road, walked by four people in their browsers."""

from typing import Any

import pytest
from tests.browser.walking import invite, make_team, open_change, open_to_the_public

pytestmark = [pytest.mark.browser]

PAGES = (
    "/", "/services", "/services/orders", "/environments/orders/dev", "/environments/orders/prod", "/changes",
    "/changes/C-2", "/findings", "/waivers", "/waivers/W-1", "/waivers/new", "/controls",
    "/controls/coverage", "/controls/object-storage-no-public-access",
    "/controls/object-storage-no-public-access/replay",
    "/controls/object-storage-no-public-access/replay?level=observe&environment=dev",
    "/controls/object-storage-no-public-access/replay?level=block&environment=orders/dev&team=payments",
    "/changes/C-2/plans/1/recomputed", "/waivers/W-1/replay", "/overrides", "/disputes",
    "/compliance", "/compliance/cis-aws-3.0.0", "/compliance/nist-800-53?requirement=AC-6",
    "/runs", "/reports/metrics", "/audit", "/audit/verify", "/people",
    "/account", "/create", "/create/python-service", "/search?q=orders", "/nothing",
)  # fmt: skip


def test_four_people_walk_the_road(site: Any, arrive: Any) -> None:
    admin = arrive()
    admin.sign_in(site.first_link)
    admin.see("Nothing is on the road yet")

    make_team(admin, "payments", "Payments")
    danas_link = invite(admin, "dana", "Dana Roth", "developer", "Payments")
    # Sam's browser runs no scripts at all.
    sams_link = invite(admin, "sam", "Sam Okoye", "security")

    dana, sam = arrive(), arrive(has_scripts=False)
    dana.sign_in(danas_link)
    sam.sign_in(sams_link)
    _create(dana)
    _get_blocked(dana, site)
    _get_waived(dana, sam)
    _revert_drift(dana, site)
    _look_around(admin, arrive)

    assert admin.complaints + dana.complaints + sam.complaints == []


def _create(dana: Any) -> None:
    dana.follow("New service")
    dana.follow("Python service")
    dana.page.get_by_label("Name", exact=True).fill("Orders!")
    dana.press("Preview")
    dana.see("Name has the wrong form")
    assert dana.page.get_by_label("Name", exact=True).input_value() == "Orders!"

    dana.page.get_by_label("Name", exact=True).fill("orders")
    dana.press("Preview")
    dana.see("This is what orders would be")
    dana.see_status("allowed")
    dana.picture("create-preview")
    dana.press("Create orders")
    dana.see_status("succeeded")
    dana.see("orders belongs to payments")

    dana.follow("orders")
    dana.follow("Deploy orders for the first time")
    # Nobody reloads: the page follows the run.
    dana.see_status("verified")
    assert dana.page.locator(".road .done").count() == 4


def _get_blocked(dana: Any, site: Any) -> None:
    site.push("orders", "public-price-list", open_to_the_public)
    open_change(dana, "orders", "public-price-list")
    dana.see_status("blocked")
    for told in (
        "Object storage is closed to the public",
        "aws_s3_bucket.files",
        "infra/main.tf:",
        "Risk.",
        "Fix: paste this",
    ):
        dana.see(told)
    assert "block_public_acls" in dana.page.locator(".denial pre").first.inner_text()
    dana.page.evaluate("scrollTo(0, 0)")
    dana.picture("change-blocked")


def _get_waived(dana: Any, sam: Any) -> None:
    dana.page.get_by_text("Ask for a waiver instead").click()
    form = dana.page.locator(".denial form")
    form.get_by_label("Why can it not hold here yet?").fill(
        "It holds only the public price list, and the CDN comes on Friday."
    )
    form.get_by_role("button", name="Ask for a waiver").click()
    dana.see("somebody else decides")
    dana.follow("Waiver W-1")
    dana.see("who asks does not decide")
    assert dana.page.get_by_role("button", name="Approve").count() == 0

    sam.go("/")
    sam.see("1 decision waits for you")
    sam.follow("object-storage-no-public-access")
    sam.page.locator("#decision-reason").fill("Until Friday, and no longer.")
    sam.press("Approve for 7 days")
    sam.see("The waiver is approved, from now on.")

    dana.go("/changes/C-2")
    dana.press("Plan again")
    dana.see_status("verified")
    dana.see("passed, 1 waived")


def _revert_drift(dana: Any, site: Any) -> None:
    cloud = site.cloud("orders/dev").client("s3")
    cloud.put_bucket_versioning(Bucket="orders-dev-files", VersioningConfiguration={"Status": "Suspended"})

    dana.go("/environments/orders/dev")
    dana.press("Check drift now")
    dana.see_status("drifted")
    dana.see("Suspended")
    dana.see("Enabled")
    dana.picture("environment-drifted")
    dana.press("Revert the drift")
    dana.see_status("verified")

    assert cloud.get_bucket_versioning(Bucket="orders-dev-files")["Status"] == "Enabled"
    dana.go("/environments/orders/dev")
    dana.see_status("deployed")


def _look_around(admin: Any, arrive: Any) -> None:
    """Every page fits, in a wide window and a dark narrow one, and the browser has nothing against it."""
    cookies = admin.page.context.cookies()
    for width, is_dark in ((1280, False), (390, True)):
        viewer = arrive(width=width, is_dark=is_dark)
        viewer.page.context.add_cookies(cookies)
        for path in PAGES:
            viewer.go(path)
            assert viewer.page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
            name = path.strip("/").replace("?", "-").replace("/", "-") or "home"
            viewer.picture(f"all/{name}-{width}-{'dark' if is_dark else 'light'}", is_whole=True)
        assert viewer.complaints == []


def test_search_works_without_scripts(site: Any, arrive: Any) -> None:
    visitor = arrive(has_scripts=False)
    visitor.sign_in(site.first_link)

    visitor.go("/search")
    visitor.page.locator("#find").fill("versions")
    visitor.page.locator("#find").press("Enter")

    visitor.see("Search for")


def test_with_a_keyboard_alone_one_skips_to_the_content_and_finds_the_search(site: Any, arrive: Any) -> None:
    visitor = arrive()
    visitor.sign_in(site.first_link)

    visitor.go("/controls")
    visitor.page.keyboard.press("Tab")
    assert visitor.page.evaluate("document.activeElement.textContent") == "Skip to content"
    visitor.page.keyboard.press("Enter")
    visitor.page.keyboard.press("/")
    assert visitor.page.evaluate("document.activeElement.id") == "find"
    visitor.page.keyboard.type("encrypt")
    visitor.page.keyboard.press("Enter")
    visitor.see("Search for")


def test_with_single_keys_one_goes_anywhere_and_along_a_list_and_can_turn_them_off(site: Any, arrive: Any) -> None:
    visitor = arrive()
    visitor.sign_in(site.first_link)
    keyboard, page = visitor.page.keyboard, visitor.page

    keyboard.press("g")
    keyboard.press("o")
    page.wait_for_url("**/controls")
    keyboard.press("j")
    first = page.evaluate("document.activeElement.textContent")
    keyboard.press("j")
    keyboard.press("k")
    assert page.evaluate("document.activeElement.textContent") == first
    keyboard.press("Enter")
    page.wait_for_url("**/controls/*")
    keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.locator("#keys-on").uncheck()
    keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()
    keyboard.press("/")
    assert page.evaluate("document.activeElement.id") != "find"
    page.locator("#keys-show").click()
    page.locator("#keys-on").check()
    page.get_by_role("button", name="Close").click()
    page.locator("#find").fill("g")
    keyboard.press("?")
    assert not page.locator("#keys").is_visible()
    assert page.locator("#find").input_value() == "g?"


def test_the_menu_of_a_phone_opens_and_leads_on(site: Any, arrive: Any) -> None:
    visitor = arrive(width=390)
    visitor.sign_in(site.first_link)

    assert not visitor.page.get_by_role("link", name="Findings").is_visible()
    visitor.page.locator(".menu-button").click()
    visitor.page.get_by_role("link", name="Findings").click()

    visitor.see("worst and oldest first")
