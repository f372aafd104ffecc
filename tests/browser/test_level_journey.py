"""A control grows by one step and takes it back: replayed, blocked for new, denied, disputed, and made milder again."""

from typing import Any

import pytest
from tests.browser.walking import create_service, invite, make_team, open_change

pytestmark = [pytest.mark.browser]

CONTROL = "object-storage-versioned"


def _keep_no_versions(source: str) -> str:
    edited = source.replace('status = "Enabled"', 'status = "Suspended"')
    assert edited != source
    return edited


def _add_exports(source: str) -> str:
    """A second bucket like the first one, which keeps no old versions either."""
    start, end = source.index("# Files:"), source.index("# Records:")
    return f"{source}\n{source[start:end].replace('files', 'exports')}"


def test_a_level_is_replayed_raised_for_what_is_new_disputed_and_lowered_again(site: Any, arrive: Any) -> None:
    admin, dana, sam, sven = arrive(), arrive(), arrive(), arrive(has_scripts=False)
    admin.sign_in(site.first_link)
    make_team(admin, "payments", "Payments")
    dana.sign_in(invite(admin, "dana", "Dana Roth", "developer", "Payments"))
    sam.sign_in(invite(admin, "sam", "Sam Okoye", "security"))
    sven.sign_in(invite(admin, "sven", "Sven Ek", "security"))
    create_service(dana, "orders")
    site.push("orders", "no-versions", _keep_no_versions)
    open_change(dana, "orders", "no-versions")
    # In dev it only warns.
    dana.see_status("verified")

    _replay_and_propose(sam)
    _approve(sven, "L-1")
    _be_denied_and_dispute(dana, site)
    _uphold(sven)
    _propose_warn(sam)
    _approve(sven, "L-2")
    dana.go("/changes/C-3")
    dana.press("Plan again")
    dana.see_status("verified")

    sam.go(f"/controls/{CONTROL}")
    sam.see("1 of 1 answered upheld")
    sam.picture("level-control", is_whole=True)
    assert admin.complaints + dana.complaints + sam.complaints + sven.complaints == []


def _replay_and_propose(sam: Any) -> None:
    sam.go(f"/controls/{CONTROL}")
    sam.follow("Replay")
    sam.see("Choose what to try")
    sam.page.get_by_label("block", exact=True).check()
    sam.page.get_by_role("button", name="Replay").click()
    sam.see("1 resource newly stopped")
    sam.see("aws_s3_bucket.files")
    # Nobody has deployed it to prod: that is told, and never counted as fine.
    sam.see("Nothing was ever evaluated there.")
    sam.picture("level-replay", is_whole=True)

    sam.page.get_by_label("block for new").check()
    sam.page.get_by_role("button", name="Replay").click()
    sam.see("0 resources newly stopped")
    sam.page.get_by_label("Why now").fill("One bucket is left, and no other is to follow.")
    sam.press("Propose this")
    sam.see("Somebody else decides")
    sam.page.locator("#level-L-1", has_text="block for new").wait_for()
    assert sam.page.locator("#level-L-1").get_by_role("button", name="Approve").count() == 0
    sam.picture("level-proposed")


def _approve(sven: Any, change: str) -> None:
    sven.go("/")
    sven.see("1 decision waits for you")
    sven.page.locator("#main").get_by_role("link", name=CONTROL).first.click()
    sven.page.locator(f"#level-{change}").get_by_role("button", name="Approve").click()
    sven.page.locator(f"#level-{change}", has_text="approved by sven").wait_for()


def _be_denied_and_dispute(dana: Any, site: Any) -> None:
    site.push("orders", "exports", _add_exports)
    open_change(dana, "orders", "exports")
    dana.see_status("blocked")
    dana.see("Object storage keeps old versions")
    dana.see("aws_s3_bucket.exports")
    # What was there before the level is only warned of.
    assert dana.page.locator(".denial").count() == 1
    dana.see("One bucket is left, and no other is to follow.")
    dana.page.get_by_text("Say that the control is wrong here").click()
    form = dana.page.locator(".denial form").filter(has_text="What is wrong about it?")
    form.get_by_label("What is wrong about it?").fill("Every export is made anew each night from the records.")
    dana.picture("level-denied")
    form.get_by_role("button", name="Dispute it").click()
    dana.see("answers")


def _uphold(sven: Any) -> None:
    sven.go("/disputes")
    sven.see("Every export is made anew each night from the records.")
    sven.page.get_by_text("Answer it").click()
    sven.page.get_by_label("Why?").fill("What is made anew each night needs no old versions.")
    sven.press("The rule was at fault")
    sven.page.locator(".chip", has_text="upheld").first.wait_for()


def _propose_warn(sam: Any) -> None:
    """What was disputed is part of the evidence."""
    sam.go(f"/controls/{CONTROL}/replay")
    sam.page.get_by_label("warn", exact=True).check()
    sam.page.get_by_role("button", name="Replay").click()
    sam.page.get_by_label("Why now").fill("A dispute was upheld: the rule knows nothing of what is made anew.")
    sam.press("Propose this")
    sam.page.locator("#level-L-2", has_text="warn").wait_for()
