resource "azurerm_key_vault_key" "this" {
  name     = "orders"
  key_type = "RSA"
}

resource "azurerm_user_assigned_identity" "this" {
  name = "orders"
}

resource "azurerm_servicebus_namespace" "this" {
  name = "orders"
  # The fix takes the place of what stands here.
  # Until here.
}
