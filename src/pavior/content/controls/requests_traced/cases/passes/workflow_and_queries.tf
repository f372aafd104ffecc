resource "aws_sfn_state_machine" "checkout" {
  name = "checkout"

  tracing_configuration {
    enabled = "true"
  }
}

resource "aws_appsync_graphql_api" "shop" {
  name         = "shop"
  xray_enabled = true
}
