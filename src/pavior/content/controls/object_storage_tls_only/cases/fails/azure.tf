resource "azurerm_storage_account" "files" {
  name                       = "acmefiles"
  resource_group_name        = "files"
  location                   = "westeurope"
  account_tier               = "Standard"
  account_replication_type   = "ZRS"
  https_traffic_only_enabled = false
}


resource "azurerm_storage_account" "third_version" {
  name                      = "acmefiles"
  resource_group_name       = "files"
  location                  = "westeurope"
  account_tier              = "Standard"
  account_replication_type  = "ZRS"
  enable_https_traffic_only = false
}
