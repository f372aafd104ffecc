resource "azurerm_key_vault_key" "nothing_said" {
  name         = "nothing-said"
  key_vault_id = "vault"
  key_type     = "RSA"
  key_opts     = ["wrapKey", "unwrapKey"]
}

resource "azurerm_key_vault_key" "only_told" {
  name         = "only-told"
  key_vault_id = "vault"
  key_type     = "EC"
  key_opts     = ["sign", "verify"]

  rotation_policy {
    expire_after         = "P90D"
    notify_before_expiry = "P29D"
  }
}
