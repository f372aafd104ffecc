resource "azurerm_key_vault_key" "records" {
  name         = "records"
  key_vault_id = "vault"
  key_type     = "RSA"
}

resource "azurerm_kubernetes_cluster" "kept" {
  name = "kept"
  key_management_service {
    key_vault_key_id = azurerm_key_vault_key.records.id
  }
}
