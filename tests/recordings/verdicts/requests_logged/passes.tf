resource "aws_appsync_graphql_api" "shop" {
  authentication_type = "API_KEY"
  name                = "shop"

  log_config {
    cloudwatch_logs_role_arn = "arn:aws:iam::123456789012:role/logs"
    field_log_level          = "ALL"
  }
}
