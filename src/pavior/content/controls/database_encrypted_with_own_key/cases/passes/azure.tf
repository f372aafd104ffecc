resource "azurerm_key_vault_key" "records" {
  name         = "records"
  key_vault_id = "vault"
  key_type     = "RSA"
}

resource "azurerm_cosmosdb_account" "records" {
  name             = "records"
  key_vault_key_id = azurerm_key_vault_key.records.versionless_id
}

resource "azurerm_postgresql_flexible_server" "records" {
  name = "records"
  customer_managed_key {
    key_vault_key_id                  = azurerm_key_vault_key.records.id
    primary_user_assigned_identity_id = "identity"
  }
}

resource "azurerm_mysql_flexible_server" "records" {
  name = "records"
  customer_managed_key {
    key_vault_key_id                  = azurerm_key_vault_key.records.id
    primary_user_assigned_identity_id = "identity"
  }
}
