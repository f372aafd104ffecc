resource "azurerm_log_analytics_workspace" "this" {
  name = "orders"
  # The fix takes the place of what stands here.
  # Until here.
}
