resource "aws_sfn_state_machine" "refunds" {
  name = "refunds"
}

resource "aws_appsync_graphql_api" "shop" {
  name = "shop"
}
