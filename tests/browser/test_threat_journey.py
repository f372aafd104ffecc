"""A threat from the drawing board to the live cloud: foreseen, reviewed, stopped, and open again with a drift."""

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
      Principal = PRINCIPAL
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.intake.arn
    }]
  })
}
"""


def test_a_threat_is_foreseen_reviewed_stopped_and_reopened_by_drift(site: Any, arrive: Any) -> None:
    admin, dana, sam = arrive(), arrive(), arrive()
    admin.sign_in(site.first_link)
    make_team(admin, "payments", "Payments")
    dana.sign_in(invite(admin, "dana", "Dana Roth", "developer", "Payments"))
    sam.sign_in(invite(admin, "sam", "Sam Okoye", "security"))
    create_service(dana, "orders")
    dana.go("/services/orders")
    dana.picture("threat-service", is_whole=True)
    dana.go("/services/orders/threats")
    dana.picture("threat-model", is_whole=True)
    dana.go("/threats")
    dana.picture("threat-fleet", is_whole=True)
    site.push("orders", "public-intake", lambda source: source + QUEUE.replace("PRINCIPAL", '"*"'))
    open_change(dana, "orders", "public-intake")
    dana.see_status("blocked")
    dana.picture("threat-change", is_whole=True)
