resource "azurerm_key_vault_key" "this" {
  name     = "data"
  key_type = "RSA"
  # The fix takes the place of what stands here.
  # Until here.
}
