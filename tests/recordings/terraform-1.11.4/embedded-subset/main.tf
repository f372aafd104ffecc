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

  default_tags {
    tags = {
      owner = "payments"
    }
  }
}

variable "token" {
  type      = string
  sensitive = true
}

variable "open_ports" {
  type    = number
  default = 8080
}

data "aws_caller_identity" "me" {}

data "aws_region" "here" {}

data "aws_partition" "here" {}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com", "ecs-tasks.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "read" {
  statement {
    sid       = "Read"
    actions   = ["s3:GetObject", "s3:ListBucket"]
    resources = ["${aws_s3_bucket.plain.arn}/*", aws_s3_bucket.plain.arn]

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalAccount"
      values   = [data.aws_caller_identity.me.account_id]
    }
  }
}

resource "aws_s3_bucket" "plain" {
  bucket        = "wide-plain-${data.aws_caller_identity.me.account_id}"
  force_destroy = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "plain" {
  bucket = aws_s3_bucket.plain.bucket

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_kms_key" "plain" {}

resource "aws_kms_key" "policed" {
  description             = "With a policy"
  deletion_window_in_days = 7
  enable_key_rotation     = true

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Root"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })

  tags = {
    token = var.token
  }
}

resource "aws_cloudwatch_log_group" "plain" {
  name = "/wide/plain"
}

resource "aws_cloudwatch_log_group" "sealed" {
  name              = "/wide/sealed"
  kms_key_id        = aws_kms_key.policed.arn
  retention_in_days = 30
  skip_destroy      = false
}

resource "aws_dynamodb_table" "wide" {
  name         = "wide"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "pk"
  range_key    = "sk"

  attribute {
    name = "sk"
    type = "N"
  }

  attribute {
    name = "pk"
    type = "S"
  }

  ttl {
    attribute_name = "expires"
    enabled        = true
  }
}

resource "aws_iam_role" "wide" {
  name                 = "wide"
  description          = "Wide"
  path                 = "/apps/"
  max_session_duration = 7200
  assume_role_policy   = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_policy" "read" {
  name   = "wide-read"
  policy = data.aws_iam_policy_document.read.json
}

resource "aws_iam_role_policy_attachment" "read" {
  role       = aws_iam_role.wide.name
  policy_arn = aws_iam_policy.read.arn
}

resource "aws_security_group" "db" {
  name = "wide-db"

  ingress {
    from_port       = 5432
    to_port         = 5432
    protocol        = "tcp"
    security_groups = [aws_security_group.app.id]
  }
}

resource "aws_security_group" "app" {
  name        = "wide-app"
  description = "App"

  ingress {
    description = "web"
    from_port   = var.open_ports
    to_port     = var.open_ports
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8", "192.168.0.0/16"]
  }

  ingress {
    from_port = 0
    to_port   = 0
    protocol  = "-1"
    self      = true
  }

  egress {
    from_port        = 0
    to_port          = 0
    protocol         = "-1"
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = ["::/0"]
  }
}

resource "aws_sqs_queue" "plain" {
  name = "wide-plain"
}

resource "aws_sqs_queue" "sealed" {
  name                              = "wide-sealed"
  kms_master_key_id                 = aws_kms_key.policed.key_id
  kms_data_key_reuse_period_seconds = 600
  message_retention_seconds         = 1209600
  visibility_timeout_seconds        = 60
}

resource "aws_sqs_queue_policy" "plain" {
  queue_url = aws_sqs_queue.plain.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "sns.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.plain.arn
    }]
  })
}

output "region" {
  value = data.aws_region.here.name
}

output "where" {
  value = "${data.aws_partition.here.partition}:${aws_kms_key.plain.key_id}"
}

output "token" {
  value     = var.token
  sensitive = true
}
