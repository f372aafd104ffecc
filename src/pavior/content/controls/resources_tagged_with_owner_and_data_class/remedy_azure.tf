resource "azurerm_storage_account" "this" {
  name = "acmefiles"
  # The fix takes the place of what stands here.
  # Until here.
}
