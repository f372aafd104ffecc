resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_flow_log" "main" {
  for_each = toset(["ACCEPT", "REJECT"])

  vpc_id          = aws_vpc.main.id
  traffic_type    = each.key
  log_destination = "arn:aws:s3:::flow-logs-of-ours"
}
