"""Forms: what was typed reaches the service, and after a refusal it still stands there, beside what is wrong."""

import re
from dataclasses import replace
from html import escape
from typing import Any

import pytest
from msgspec import structs

from pavior.environments.model import ChangeStatus
from pavior.goldenpaths.parameters import complete_parameters
from pavior.kernel.errors import ConflictError, InvalidError
from pavior.policy.rendering import denials
from pavior.policy.waiver_model import WaiverState, WaiverWish
from pavior.states.model import StateHistory
from pavior.testing.builders import (
    BUCKET,
    DIGEST,
    PUBLIC_ACCESS,
    a_blocked_decision,
    a_change,
    a_control,
    a_decision,
    a_plan,
    a_waiver,
    an_approved_waiver,
)
from pavior.testing.policy_views import some_matches
from pavior.testing.views import a_change_view, a_golden_path, a_preview, a_state_version
from pavior.web.schema_forms import fields_of, parameters_of
from pavior.web.visits import Form

BLOCKED = a_change_view(
    change=a_change(status=ChangeStatus.BLOCKED),
    plan=a_plan(decision=a_blocked_decision()),
    denials=denials(a_blocked_decision(), (a_control(),)),
)
NARROW = InvalidError("waiver-too-long", "400 days are too long for it.", fix="Ask for at most 30 days.")


def test_why_a_change_waits_is_told_once(acme: Any, browser: Any) -> None:
    reasons = ("It is production.", "Its data is confidential.")
    waiting = a_change(status=ChangeStatus.AWAITING_APPROVAL, status_detail=" ".join(reasons))
    acme.change = a_change_view(change=waiting, plan=a_plan(decision=a_decision(reasons=reasons, approvals_required=1)))

    page = browser.get("/changes/C-1").text

    assert page.count("Its data is confidential.") == 1


def test_approving_is_bound_to_the_plan_that_was_shown(acme: Any, browser: Any) -> None:
    waiting = a_change(status=ChangeStatus.AWAITING_APPROVAL)
    acme.change = a_change_view(change=waiting, may_approve=True, may_not_approve_because="")

    page = browser.get("/changes/C-1").text
    answer = browser.post("/changes/C-1/approve", {"digest": DIGEST, "reason": "Seen together."})

    assert f'name="digest" value="{DIGEST}"' in page
    assert answer.headers["location"] == "/changes/C-1?done=change-approved"
    assert acme.said == [("approve", {"change": "C-1", "digest": DIGEST, "reason": "Seen together."})]


def test_a_newer_plan_refuses_the_approval_and_keeps_the_reason(acme: Any, browser: Any) -> None:
    waiting = a_change(status=ChangeStatus.AWAITING_APPROVAL)
    acme.change = a_change_view(change=waiting, may_approve=True, may_not_approve_because="")

    answer = browser.post("/changes/C-1/approve", {"digest": "0" * 64, "reason": "Seen & agreed."})

    assert answer.status_code == 409
    assert "There is a newer plan." in answer.text
    assert escape("Seen & agreed.") in answer.text
    assert acme.said == []


def test_who_may_not_approve_sees_why_and_no_button(acme: Any, browser: Any) -> None:
    waiting = a_change(status=ChangeStatus.AWAITING_APPROVAL)
    acme.change = a_change_view(change=waiting, may_not_approve_because="You asked for C-1 yourself.")

    page = browser.get("/changes/C-1").text

    assert "You asked for C-1 yourself." in page
    assert "/changes/C-1/approve" not in page


def test_a_rejection_needs_a_reason(acme: Any, browser: Any) -> None:
    answer = browser.post("/changes/C-1/reject", {"digest": DIGEST})

    assert (answer.status_code, "Say why." in answer.text) == (422, True)
    assert browser.post("/changes/C-1/reject", {"digest": DIGEST, "reason": "not now"}).status_code == 303
    assert acme.said[0][1]["reason"] == "not now"


def test_a_waiver_is_asked_for_from_beside_the_denial(acme: Any, browser: Any) -> None:
    acme.change = BLOCKED
    form = {"control": PUBLIC_ACCESS, "subject": BUCKET, "days": "7", "reason": "Until Friday."}

    browser.post("/changes/C-1/waivers", {**form, "scope": "resource"})
    browser.post("/changes/C-1/waivers", {**form, "scope": "environment"})

    (_, narrow), (_, wide) = acme.said
    asked = WaiverWish(
        control=PUBLIC_ACCESS,
        environment="orders/dev",
        subject=BUCKET,
        reason="Until Friday.",
        days=7,
        change_id="C-1",
    )
    assert narrow["words"] == (asked,)
    assert wide["words"] == (structs.replace(asked, subject="", is_whole=True),)


def test_a_character_that_no_database_holds_is_refused_in_a_form_and_dropped_from_an_address(
    acme: Any, browser: Any
) -> None:
    form = {"control": PUBLIC_ACCESS, "environment": "orders/dev", "subject": BUCKET, "days": "7", "reason": "No\0w."}

    refused = browser.post("/waivers", form)

    assert (refused.status_code, "form-unreadable" in refused.text, acme.said) == (422, True, [])
    page = browser.get("/waivers/new?environment=orders%00/dev").text
    assert ('value="orders/dev"' in page, "\0" in page) == (True, False)


def test_a_refused_waiver_keeps_its_form_open_with_what_was_typed(acme: Any, browser: Any) -> None:
    acme.change, acme.refusal = BLOCKED, NARROW
    form = {
        "control": PUBLIC_ACCESS,
        "subject": BUCKET,
        "days": "400",
        "reason": "Until <Friday>.",
        "scope": "environment",
    }

    answer = browser.post("/changes/C-1/waivers", form)

    assert answer.status_code == 422
    assert "Until &lt;Friday&gt;." in answer.text
    assert 'value="400"' in answer.text
    assert 'value="environment" checked' in answer.text
    assert '<details class="fold bare" open>' in answer.text
    assert "Ask for at most 30 days." in answer.text


def test_the_form_of_a_waiver_is_filled_in_by_its_address_and_kept_after_a_refusal(acme: Any, browser: Any) -> None:
    page = browser.get(f"/waivers/new?control={PUBLIC_ACCESS}&environment=orders/dev&subject={BUCKET}").text
    acme.refusal = NARROW
    form = {"control": PUBLIC_ACCESS, "environment": "orders/dev", "subject": BUCKET, "days": "400", "reason": "Soon."}
    refused = browser.post("/waivers", form)

    for text in (page, refused.text):
        assert f'value="{PUBLIC_ACCESS}" selected' in text
        assert 'value="orders/dev"' in text
        assert f'value="{BUCKET}"' in text
    assert refused.status_code == 422
    assert "Soon." in refused.text


def test_destroying_needs_the_name_to_be_typed(acme: Any, admin: Any, browser: Any) -> None:
    refused = browser.post("/environments/orders/dev/destroy", {"confirmation": "orders/prod"})
    done = browser.post("/environments/orders/dev/destroy", {"confirmation": " orders/dev "})

    assert (refused.status_code, "confirmation-wrong" in refused.text) == (422, True)
    assert 'value="orders/prod"' in refused.text
    assert done.status_code == 303
    assert [verb for verb, _ in acme.said] == ["destroy_environment"]
    assert admin is acme


def test_only_who_may_destroy_sees_the_form(acme: Any, browser: Any) -> None:
    assert "destroy" not in browser.get("/environments/orders/dev").text.lower()
    assert acme.actor.id == "mara"


def test_variables_of_a_change_are_lines_of_key_and_value(acme: Any, browser: Any) -> None:
    browser.post("/environments/orders/dev/changes", {"branch": "b", "variables": "a=1\n\n b = x=y \n"})
    refused = browser.post("/environments/orders/dev/changes", {"branch": "b", "variables": "nothing"})

    assert acme.said[0][1]["variables"] == {"a": "1", "b": "x=y"}
    assert (refused.status_code, "variables-unreadable" in refused.text) == (422, True)
    assert "nothing</textarea>" in refused.text


def test_a_promotion_gives_the_commit(acme: Any, browser: Any) -> None:
    browser.post("/environments/orders/prod/changes", {"commit": "4f1c2b7"})

    assert acme.said == [
        ("open_change", {"words": ("orders/prod",), "branch": "", "commit": "4f1c2b7", "title": "", "variables": {}})
    ]


def test_a_service_is_previewed_and_created_with_the_same_answers(acme: Any, browser: Any) -> None:
    form = {"p.name": "cart", "p.team": "payments", "p.size": "large"}

    preview = browser.post("/create/python-service/preview", form)
    created = browser.post("/create/python-service", form)

    assert preview.status_code == 200
    for name, value in form.items():
        assert f'name="{name}" value="{value}"' in preview.text
    assert created.headers["location"] == "/runs/plan-C-1-1"
    answers = {"name": "cart", "team": "payments", "size": "large"}
    assert [(verb, said["parameters"]) for verb, said in acme.said] == [("preview", answers), ("create", answers)]


def test_a_preview_shows_what_the_gate_says_and_what_would_be_made(acme: Any, browser: Any) -> None:
    decision = a_blocked_decision()
    acme.preview = a_preview(decision=decision, denials=denials(decision, (a_control(),)))
    blocked = browser.post("/create/python-service/preview", {"p.name": "cart", "p.team": "payments"}).text
    acme.preview = a_preview()
    allowed = browser.post("/create/python-service/preview", {"p.name": "cart", "p.team": "payments"}).text

    assert "Anybody on the internet can read what the service keeps." in blocked
    assert "icon-passed" in allowed.split("What the gate says")[1]
    for told in (BUCKET, "orders-dev-data", "README.md", "infra/main.tf"):
        assert told in allowed


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(acme: Any, browser: Any) -> None:
    problems = [{"pointer": "/name", "message": "has the wrong form."}, {"pointer": "", "message": "is odd"}]
    acme.refusal = InvalidError(
        "parameters-invalid", "The parameters cannot be used.", fix="x", context={"problems": problems}
    )

    answer = browser.post(
        "/create/python-service/preview", {"p.name": "Not Good", "p.team": "payments", "p.size": "large"}
    )

    assert answer.status_code == 422
    assert 'value="Not Good"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "Name has the wrong form." in answer.text
    assert "is odd" in answer.text
    assert 'value="large" checked' in answer.text


def test_a_name_that_is_taken_leads_back_to_the_form(acme: Any, browser: Any) -> None:
    acme.refusal = ConflictError("service-exists", "There is a service cart already.", fix="Choose another name.")

    answer = browser.post("/create/python-service", {"p.name": "cart", "p.team": "payments"})

    assert answer.status_code == 409
    assert "There is a service cart already." in answer.text
    assert 'value="cart"' in answer.text


def test_the_answers_can_be_changed_after_the_preview(acme: Any, browser: Any) -> None:
    answer = browser.post("/create/python-service/preview", {"p.name": "cart", "p.team": "payments", "back": "yes"})

    assert (answer.status_code, 'value="cart"' in answer.text) == (200, True)
    assert acme.said == []


def test_a_one_time_link_is_shown_once_and_in_full(admin: Any, browser: Any) -> None:
    form = {"name": "lin", "display_name": "Lin", "roles": ["developer", "nonsense"], "teams": ["payments"]}

    answer = browser.post("/people", form)

    assert "http://portal.example/sign-in/one-time-secret" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    _, said = admin.said[0]
    assert {role.value for role in said["roles"]} == {"developer"}
    assert said["teams"] == frozenset({"payments"})


def test_a_refused_invitation_keeps_what_was_typed(admin: Any, browser: Any) -> None:
    admin.refusal = InvalidError("name-invalid", "'Lin!' cannot be the name.", fix="Use letters.")

    answer = browser.post("/people", {"name": "Lin!", "display_name": "Lin Ek", "roles": "security"})

    assert 'value="Lin!"' in answer.text
    assert 'value="Lin Ek"' in answer.text
    assert 'value="security" checked' in answer.text


def test_the_secret_of_a_token_is_shown_once(browser: Any, acme: Any) -> None:
    form = {"name": "ci", "days": "30", "team": "payments", "permissions": ["change:open", "person:invite", "x"]}

    made = browser.post("/account/tokens", form)

    assert "pavior_one-time-secret" in made.text
    assert "pavior_one-time-secret" not in browser.get("/account").text
    assert {permission.value for permission in acme.said[0][1]["permissions"]} == {"change:open", "person:invite"}


def test_a_decided_waiver_offers_no_decision(admin: Any, browser: Any) -> None:
    assert "/waivers/W-1/approve" in browser.get("/waivers/W-1").text
    admin.waiver = structs.replace(admin.waiver, state=WaiverState.DENIED, decided_by="sam", decided_at=admin.now)
    assert "/waivers/W-1/approve" not in browser.get("/waivers/W-1").text


def test_who_asked_for_a_waiver_is_told_that_another_decides(acme: Any, browser: Any) -> None:
    page = browser.get("/waivers/W-1").text

    assert "/waivers/W-1/approve" not in page
    assert "mara may not do waiver:decide" in page
    assert acme.waiver.requester == "mara"


@pytest.mark.parametrize(
    ("definition", "typed", "answer"),
    [
        ({"type": "string"}, "a", {"x": "a"}),
        ({"type": "string"}, "", {}),
        ({"type": "string", "default": ""}, "", {"x": ""}),
        ({"type": "integer"}, "12", {"x": 12}),
        ({"type": "integer"}, "1.5", {"x": "1.5"}),
        ({"type": "number"}, "1.5", {"x": 1.5}),
        ({"type": "number"}, "nan", {"x": "nan"}),
        ({"type": "boolean"}, "yes", {"x": True}),
        ({"type": "boolean"}, "", {"x": False}),
    ],
)
def test_answers_have_the_types_of_the_schema(
    definition: dict[str, object], typed: str, answer: dict[str, object]
) -> None:
    assert parameters_of({"properties": {"x": definition}}, Form((("p.x", typed),))) == answer


def test_a_field_is_drawn_for_every_parameter_of_the_golden_path() -> None:
    golden_path = a_golden_path()

    fields = fields_of(golden_path.parameters_schema, typed=Form(), choices={"team": ("payments", "ledger")})

    assert [(field.name, field.kind, field.is_required, field.value) for field in fields] == [
        ("name", "text", True, ""),
        ("team", "choice", True, ""),
        ("size", "choice", False, "small"),
    ]


def test_a_real_refusal_is_put_beside_its_fields() -> None:
    golden_path = a_golden_path()
    with pytest.raises(InvalidError) as refused:
        complete_parameters(golden_path, {"name": "Not Good"})

    fields = fields_of(golden_path.parameters_schema, typed=Form(), error=refused.value)

    assert [(field.name, bool(field.problem)) for field in fields] == [("name", True), ("team", True), ("size", False)]


def test_going_back_to_an_older_state_asks_once_more_and_says_what_it_costs(browser: Any, admin: Any) -> None:
    newest, older = a_state_version(number=7), a_state_version(number=6)
    admin.kept = StateHistory("orders/dev", is_run_here=True, lock=None, versions=(newest, older))

    page = browser.get("/environments/orders/dev").text

    asked = re.findall(r'<details class="ask">(.*?)</details>', page, re.DOTALL)
    assert len(asked) == 1
    question, _, form = asked[0].partition("<form")
    assert "Go back to it" in question
    assert "knows nothing of what was made after version 6" in question
    assert 'action="/environments/orders/dev/state/restore"' in form
    assert 'name="number" value="6"' in form
    assert page.count("/state/restore") == 1


def test_a_waiver_of_every_resource_is_asked_for_on_purpose_alone(acme: Any, browser: Any) -> None:
    form = {
        "control": PUBLIC_ACCESS,
        "environment": "orders/*",
        "subject": BUCKET,
        "path": "infra/**",
        "days": "7",
        "reason": "Soon.",
        "measures": "The office alone reaches it.",
        "evidence": "https://tickets.example.com/4711",
    }

    browser.post("/waivers", {**form, "scope": "named", "may_match_nothing": "yes"})
    browser.post("/waivers", {**form, "scope": "everything"})

    named, whole = (said["words"][0] for _, said in acme.said)
    assert (named.subject, named.path, named.is_whole, named.may_match_nothing) == (BUCKET, "infra/**", False, True)
    assert (whole.subject, whole.path, whole.is_whole, whole.may_match_nothing) == ("", "", True, False)
    assert (named.environment, named.measures, named.evidence) == (
        "orders/*",
        "The office alone reaches it.",
        "https://tickets.example.com/4711",
    )


def test_the_form_shows_what_would_be_excused_and_offers_nothing_else_where_that_is_nothing(
    acme: Any, browser: Any
) -> None:
    address = f"/waivers/new?control={PUBLIC_ACCESS}&environment=orders/dev&subject={BUCKET}"
    shown = browser.get(address).text
    acme.matches = some_matches(excused=(), passing=2)
    nothing = browser.get(address).text

    assert "infra/main.tf" in shown
    assert "may_match_nothing" not in shown
    assert "It excuses nothing today" in nothing
    assert "may_match_nothing" in nothing


@pytest.mark.usefixtures("admin")
def test_a_waiver_shows_what_was_asked_before_and_goes_on_by_a_new_request(acme: Any, browser: Any) -> None:
    acme.waiver = an_approved_waiver()
    acme.earlier_waivers = (a_waiver(id="W-0", state=WaiverState.DENIED, decision_reason="Name the bucket."),)

    page = browser.get("/waivers/W-1").text
    browser.post("/waivers/W-1/renew", {"reason": "The CDN is late.", "days": "7"})
    browser.post("/waivers/W-1/transfer", {"team": "shipping", "reason": "It ends."})

    assert "Name the bucket." in page
    assert "/waivers/W-1/renew" in page
    assert [name for name, _ in acme.said] == ["renew_waiver", "transfer_waiver"]
    assert [said.get("team", said.get("days")) for _, said in acme.said] == [7, "shipping"]


def test_what_ends_soon_and_what_just_ended_stands_on_the_first_page(acme: Any, browser: Any) -> None:
    ended = an_approved_waiver(id="W-8", expires_at=acme.now)
    acme.home = replace(acme.home, ending_waivers=(an_approved_waiver(), ended))

    page = browser.get("/").text

    assert "/waivers/W-1" in page
    assert page.count("what it excused counts again") == 1
