"""A threat from the drawing board to the live cloud: foreseen, reviewed, stopped, and open again with a drift."""

import json
from typing import Any

import pytest
from tests.browser.walking import create_service, invite, make_team, open_change

pytestmark = [pytest.mark.browser]

QUEUE = """
# Orders that partners hand in.
resource "aws_sqs_queue" "intake" {
  name              = "${local.name}-intake"
  kms_master_key_id = aws_kms_key.data.key_id
  tags              = local.tags
}

resource "aws_sqs_queue_policy" "intake" {
  queue_url = aws_sqs_queue.intake.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.intake.arn
    }]
  })
}
"""
THREAT = """
  - id: orders-from-strangers
    title: Somebody who is no partner hands in orders
    category: spoofing
    severity: high
    library: messages-from-strangers
    places: [intake]
    assets: [records]
    controls: [resource-policy-no-public-access]
"""
INTAKE = """
  - id: intake
    title: The queue of orders
    kind: data-store
    technology: aws_sqs_queue
    resources: [aws_sqs_queue.intake, aws_sqs_queue_policy.intake]
    boundary: cloud-account
    assets: [records]
    public: false
"""
STRANGERS = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage"}]}


def test_a_threat_is_foreseen_reviewed_stopped_and_reopened_by_drift(site: Any, arrive: Any) -> None:
    admin, dana, sam = arrive(), arrive(), arrive(has_scripts=False)
    admin.sign_in(site.first_link)
    make_team(admin, "payments", "Payments")
    dana.sign_in(invite(admin, "dana", "Dana Roth", "developer", "Payments"))
    sam.sign_in(invite(admin, "sam", "Sam Okoye", "security"))
    create_service(dana, "orders")
    _see_the_model_that_came_with_it(dana)

    site.push("orders", "intake", lambda source: source + QUEUE)
    open_change(dana, "orders", "intake")
    dana.see_status("blocked")
    _be_told_that_a_review_is_asked(dana)
    _send_it_back(sam)

    site.push("orders", "intake", _name_the_partners)
    site.push("orders", "intake", _model_it, path="threatmodel.yaml")
    _sign_it_off(sam)
    open_change(dana, "orders", "intake")
    dana.see_status("verified")
    _see(dana, "mitigated")

    _let_strangers_in(site)
    dana.go("/environments/orders/dev")
    dana.press("Check drift now")
    dana.see_status("drifted")
    dana.go("/")
    dana.see("Threats that are open again")
    dana.picture("threat-home")
    _see(dana, "open")
    dana.see("resource-policy-no-public-access fails on aws_sqs_queue_policy.intake.")

    dana.go("/environments/orders/dev")
    dana.press("Revert the drift")
    dana.see_status("verified")
    _see(dana, "mitigated")
    dana.picture("threat-one", is_whole=True)
    dana.go("/services/orders/threats")
    dana.page.locator(".threat-canvas svg").wait_for()
    dana.picture("threat-model", is_whole=True)
    assert admin.complaints + dana.complaints + sam.complaints == []


def _see_the_model_that_came_with_it(dana: Any) -> None:
    dana.go("/services/orders/threats")
    dana.page.locator(".threat-canvas svg").wait_for()
    dana.see("A policy or an access list makes files readable by everybody")
    dana.page.locator("#main .chip", has_text="mitigated").first.wait_for()
    dana.picture("threat-model-first")


def _be_told_that_a_review_is_asked(dana: Any) -> None:
    dana.see("Security review of its branch")
    dana.see("Anybody on the internet may now reach")
    # The threat that nobody has written yet is known, and would be open.
    dana.see("its source opens messages-from-strangers: resource-policy-no-public-access fails on")
    dana.picture("threat-change", is_whole=True)
    dana.page.locator("#main").get_by_role("link", name="orders: intake").click()
    dana.see("asked")
    assert dana.page.get_by_role("button", name="Sign exactly this off").count() == 0
    dana.picture("threat-review", is_whole=True)


def _send_it_back(sam: Any) -> None:
    sam.go("/")
    sam.see("Security reviews to answer")
    sam.page.locator("#main").get_by_role("link", name="orders: intake").first.click()
    sam.page.get_by_label("What did you look at?").fill("Name the partners' account, and write the threat down.")
    sam.press("Ask for changes")
    sam.see_status("changes asked")


def _name_the_partners(source: str) -> str:
    before, queue = source.split('resource "aws_sqs_queue_policy"')
    return f'{before}resource "aws_sqs_queue_policy"' + queue.replace(
        '"*"', '{ AWS = "arn:aws:iam::111122223333:root" }'
    )


def _model_it(text: str) -> str:
    head, flows = text.split("\nflows:\n")
    return f"{head}{INTAKE}\nflows:\n{flows}{THREAT}"


def _sign_it_off(sam: Any) -> None:
    for _ in range(120):
        sam.go("/threats/reviews")
        if sam.page.locator("#main .chip", has_text="waits").count():
            break
        sam.page.wait_for_timeout(500)
    sam.page.locator("#main").get_by_role("link", name="orders: intake").first.click()
    sam.page.get_by_label("What did you look at?").fill("Only the partners' account sends.")
    sam.press("Sign exactly this off")
    sam.see_status("signed off")


def _see(dana: Any, state: str) -> None:
    dana.go("/services/orders/threats/orders-from-strangers")
    dana.page.locator("#main .chip", has_text=state).first.wait_for()


def _let_strangers_in(site: Any) -> None:
    """In the live cloud, behind everybody's back."""
    sqs = site.cloud("orders/dev").client("sqs")
    url = sqs.get_queue_url(QueueName="orders-dev-intake")["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(STRANGERS)})
