resource "azurerm_key_vault_key" "this" {
  name     = "records"
  key_type = "RSA"
}

resource "azurerm_user_assigned_identity" "this" {
  name = "records"
}

resource "azurerm_postgresql_flexible_server" "this" {
  name = "orders"
  # The fix takes the place of what stands here.
  # Until here.
}
