resource "azurerm_storage_account" "files" {
  name                     = "acmefiles"
  resource_group_name      = "files"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "ZRS"
}

resource "google_storage_bucket" "files" {
  name     = "acme-files"
  location = "EU"
}
