resource "azurerm_key_vault_key" "records" {
  name         = "records"
  key_vault_id = "/subscriptions/0/resourceGroups/orders/providers/Microsoft.KeyVault/vaults/orders"
  key_type     = "RSA"
  key_size     = 3072
  key_opts     = ["decrypt", "encrypt"]

  rotation_policy {
    expire_after         = "P5Y"
    notify_before_expiry = "P40D"

    automatic {
      time_before_expiry = "P60D"
    }
  }
}
