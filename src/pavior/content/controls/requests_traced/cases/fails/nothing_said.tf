resource "aws_lambda_function" "checkout" {
  function_name = "checkout"
}

resource "aws_sfn_state_machine" "checkout" {
  name = "checkout"
}

resource "aws_appsync_graphql_api" "shop" {
  name = "shop"
}
