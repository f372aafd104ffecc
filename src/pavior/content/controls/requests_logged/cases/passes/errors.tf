resource "aws_sfn_state_machine" "refunds" {
  name = "refunds"

  logging_configuration {
    level           = "ERROR"
    log_destination = "arn:aws:logs:eu-central-1:123456789012:log-group:refunds:*"
  }
}

resource "aws_appsync_graphql_api" "shop" {
  name = "shop"

  log_config {
    cloudwatch_logs_role_arn = "arn:aws:iam::123456789012:role/logs"
    field_log_level          = "ALL"
  }
}
