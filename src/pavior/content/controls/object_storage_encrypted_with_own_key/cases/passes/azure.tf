resource "azurerm_key_vault_key" "files" {
  name         = "files"
  key_vault_id = "vault"
  key_type     = "RSA"
  key_opts     = ["wrapKey", "unwrapKey"]
}

resource "azurerm_storage_account" "files" {
  name                     = "acmefiles"
  resource_group_name      = "files"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "ZRS"

  customer_managed_key {
    key_vault_key_id          = azurerm_key_vault_key.files.id
    user_assigned_identity_id = "identity"
  }
}


resource "azurerm_storage_account" "apart" {
  name                     = "acmeapart"
  resource_group_name      = "files"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "ZRS"
}

resource "azurerm_storage_account_customer_managed_key" "apart" {
  storage_account_id = azurerm_storage_account.apart.id
  key_vault_id       = "vault"
  key_name           = azurerm_key_vault_key.files.name
}
