resource "azurerm_key_vault_key" "records" {
  name         = "records"
  key_vault_id = "/subscriptions/0/resourceGroups/orders/providers/Microsoft.KeyVault/vaults/orders"
  key_type     = "RSA"
  key_size     = 3072
  key_opts     = ["decrypt", "encrypt"]

  rotation_policy {
    automatic {
      time_after_creation = "P10Y"
    }
  }
}
