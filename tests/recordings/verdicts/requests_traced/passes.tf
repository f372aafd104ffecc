resource "aws_appsync_graphql_api" "shop" {
  authentication_type = "API_KEY"
  name                = "shop"
  xray_enabled        = true
}
