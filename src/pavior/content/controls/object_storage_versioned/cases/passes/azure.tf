resource "azurerm_storage_account" "files" {
  name                     = "acmefiles"
  resource_group_name      = "files"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "ZRS"

  blob_properties {
    versioning_enabled = true
  }
}
