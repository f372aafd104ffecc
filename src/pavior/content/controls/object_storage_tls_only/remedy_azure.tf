resource "azurerm_storage_account" "this" {
  name = "acmefiles"
  # The fix takes the place of what stands here.
  https_traffic_only_enabled = false
  # Until here.
}
