resource "azurerm_key_vault_key" "data" {
  name         = "data"
  key_vault_id = "vault"
  key_type     = "RSA"
  key_opts     = ["wrapKey", "unwrapKey"]

  rotation_policy {
    expire_after         = "P90D"
    notify_before_expiry = "P29D"

    automatic {
      time_before_expiry = "P30D"
    }
  }
}
