"""What people do in their browsers before something else is seen: invite, create, push, be stopped."""

import re
from typing import Any

_LINK = re.compile(r"http://127\.0\.0\.1:\d+/sign-in/[\w-]+")


def open_to_the_public(source: str) -> str:
    """`infra/main.tf` of the golden path with every switch off that closes its bucket."""
    switches = "block_public_acls|block_public_policy|ignore_public_acls|restrict_public_buckets"
    edited, count = re.subn(rf"(?m)^(\s*(?:{switches})\s*=\s*)true$", r"\1false", source)
    assert count == 4
    return edited


def make_team(admin: Any, name: str, called: str) -> None:
    """On the page of people."""
    admin.go("/people")
    team = admin.page.locator("form[action='/teams']")
    team.get_by_label("Name").fill(name)
    team.get_by_label("Called").fill(called)
    team.get_by_role("button").click()
    admin.see("The team is there.")


def invite(admin: Any, name: str, called: str, role: str, team: str = "") -> str:
    """The link by which the person signs in.

    Args:
        team: As it is called.
    """
    admin.go("/people")
    form = admin.page.locator("#invite")
    form.get_by_label("Name").fill(name)
    form.get_by_label("Called").fill(called)
    form.get_by_label(role, exact=True).check()
    if team:
        form.get_by_label(team, exact=True).check()
    form.get_by_role("button").click()
    found = _LINK.search(admin.page.locator("#main").inner_text())
    assert found is not None
    return found[0]


def create_service(dana: Any, name: str) -> None:
    """From the golden path, and deploy it to dev."""
    dana.go("/create/python-service")
    dana.page.get_by_label("Name", exact=True).fill(name)
    dana.press("Preview")
    dana.press(f"Create {name}")
    dana.see_status("succeeded")
    dana.follow(name)
    dana.follow(f"Deploy {name} for the first time")
    dana.see_status("verified")


def open_change(dana: Any, service: str, branch: str) -> None:
    """To dev, of a branch that was pushed, once its push has been taken."""
    for _ in range(60):
        dana.go(f"/services/{service}")
        row = dana.page.locator("li, tr").filter(has_text=branch)
        if row.count() and not dana.page.get_by_text("not checked yet").count():
            break
        dana.page.wait_for_timeout(500)
    dana.page.locator("li, tr").filter(has_text=branch).get_by_role("button", name="Open a Change to dev").click()
