resource "azurerm_cosmosdb_account" "this" {
  name = "orders"
  # The fix takes the place of what stands here.
  # Until here.
}
