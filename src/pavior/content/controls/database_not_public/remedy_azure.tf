resource "azurerm_mssql_server" "this" {
  name = "orders"
  # The fix takes the place of what stands here.
  # Until here.
}
