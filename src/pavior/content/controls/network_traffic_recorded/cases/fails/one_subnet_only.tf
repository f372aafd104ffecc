resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "web" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_flow_log" "web" {
  vpc_id          = "vpc-0123456789abcdef0"
  subnet_id       = aws_subnet.web.id
  traffic_type    = "ALL"
  log_destination = "arn:aws:s3:::flow-logs-of-ours"
}
