resource "azurerm_key_vault_key" "this" {
  name     = "files"
  key_type = "RSA"
}

resource "azurerm_user_assigned_identity" "this" {
  name = "files"
}

resource "azurerm_storage_account" "this" {
  name = "acmefiles"
  # The fix takes the place of what stands here.
  # Until here.
}
