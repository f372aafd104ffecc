resource "azurerm_key_vault_key" "this" {
  name     = "secrets"
  key_type = "RSA"
}

resource "azurerm_kubernetes_cluster" "this" {
  name = "orders"
  # The fix takes the place of what stands here.
  # Until here.
}
