variable "rotate_after" {
  type = string
}

resource "azurerm_key_vault_key" "data" {
  name         = "data"
  key_vault_id = "vault"
  key_type     = "RSA"
  key_opts     = ["wrapKey", "unwrapKey"]

  rotation_policy {
    automatic {
      time_after_creation = var.rotate_after
    }
  }
}
