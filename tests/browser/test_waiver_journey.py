"""The whole life of an excuse in the browser, with ten days that go by."""

from datetime import timedelta
from typing import Any

import pytest
from tests.browser.walking import create_service, invite, make_team, open_change, open_to_the_public

pytestmark = [pytest.mark.browser]

CONTROL = "object-storage-no-public-access"


def test_a_waiver_is_denied_asked_for_narrower_approved_announced_and_ends(site: Any, arrive: Any) -> None:
    admin, dana, sam = arrive(), arrive(), arrive()
    admin.sign_in(site.first_link)
    make_team(admin, "payments", "Payments")
    danas_link = invite(admin, "dana", "Dana Roth", "developer", "Payments")
    sams_link = invite(admin, "sam", "Sam Okoye", "security")
    dana.sign_in(danas_link)
    sam.sign_in(sams_link)
    create_service(dana, "orders")
    site.push("orders", "public-price-list", open_to_the_public)
    open_change(dana, "orders", "public-price-list")
    dana.see_status("blocked")

    _ask_for_everything(dana)
    _deny(sam)
    _ask_for_the_bucket_alone(dana)
    _approve(sam)
    dana.go("/changes/C-2")
    dana.press("Plan again")
    dana.see_status("verified")

    site.let_pass(timedelta(days=9, hours=1))
    dana.sign_in(site.link_for("dana"))
    dana.go("/")
    dana.see("Waivers that end soon, or just ended")
    dana.picture("waiver-ends-soon")
    dana.go("/waivers/W-2")
    dana.see("It ends in 1 day or less.")
    dana.see_status("active")
    dana.picture("waiver-announced")

    site.let_pass(timedelta(days=1))
    dana.sign_in(site.link_for("dana"))
    dana.go("/")
    dana.see("what it excused counts again")
    dana.picture("waiver-just-ended")
    dana.go("/waivers/W-2")
    dana.see_status("expired")
    dana.picture("waiver-expired")
    _is_stopped_again(dana, site)

    assert admin.complaints + dana.complaints + sam.complaints == []


def _ask_for_everything(dana: Any) -> None:
    dana.page.get_by_text("Ask for a waiver instead").click()
    form = dana.page.locator(".denial form").first
    form.get_by_label("Why can it not hold here yet?").fill("The price list is public.")
    form.get_by_label("all of orders/dev").check()
    form.get_by_role("button", name="Ask for a waiver").click()
    dana.follow("Waiver W-1")
    dana.see("every resource")


def _deny(sam: Any) -> None:
    sam.go("/waivers/W-1")
    sam.page.locator("#decision-reason").fill("Name the bucket of the price list, not all of dev.")
    sam.press("Deny")
    sam.see_status("denied")


def _ask_for_the_bucket_alone(dana: Any) -> None:
    dana.go("/waivers/W-1")
    dana.see("Name the bucket of the price list, not all of dev.")
    dana.picture("waiver-denied")
    dana.go("/changes/C-2")
    dana.see_status("blocked")
    dana.page.get_by_text("Ask for a waiver instead").click()
    form = dana.page.locator(".denial form").first
    form.get_by_label("Why can it not hold here yet?").fill("This bucket holds only the public price list.")
    form.get_by_label("What is done meanwhile?").fill("A job removes anything else each hour.")
    form.get_by_label("Days").fill("10")
    form.get_by_role("button", name="Ask for a waiver").click()
    dana.follow("Waiver W-2")
    dana.see("aws_s3_bucket.files")


def _approve(sam: Any) -> None:
    sam.go("/waivers/W-2")
    # What was asked before, and what came of it, is in view of whoever decides.
    sam.see("Never granted.")
    sam.see("A job removes anything else each hour.")
    sam.press("Approve for 10 days")
    sam.see("The waiver is approved, from now on.")


def _is_stopped_again(dana: Any, site: Any) -> None:
    """By the same control, in a Change that has nothing to do with the bucket."""
    site.push("orders", "a-comment", lambda source: f"{source}\n# Read me.\n")
    open_change(dana, "orders", "a-comment")
    dana.see_status("blocked")
    dana.see("Object storage is closed to the public")
    dana.see("aws_s3_bucket.files")
    assert dana.page.locator(".denial .chip", has_text="expired").count() == 1
    dana.picture("waiver-blocked-again")
