resource "azurerm_storage_account" "files" {
  name                     = "acmefiles"
  resource_group_name      = "files"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "ZRS"
}


resource "azurerm_storage_account" "other" {
  name                     = "acmeother"
  resource_group_name      = "files"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "ZRS"
}

resource "azurerm_storage_account_customer_managed_key" "of_another_account" {
  storage_account_id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/third"
  key_vault_id       = "vault"
  key_name           = "files"
}
