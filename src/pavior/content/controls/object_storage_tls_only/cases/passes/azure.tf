resource "azurerm_storage_account" "files" {
  name                       = "acmefiles"
  resource_group_name        = "files"
  location                   = "westeurope"
  account_tier               = "Standard"
  account_replication_type   = "ZRS"
  https_traffic_only_enabled = true
}


resource "azurerm_storage_account" "nothing_said" {
  name                     = "acmefiles"
  resource_group_name      = "files"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "ZRS"
}


resource "azurerm_storage_account" "third_version" {
  name                      = "acmefiles"
  resource_group_name       = "files"
  location                  = "westeurope"
  account_tier              = "Standard"
  account_replication_type  = "ZRS"
  enable_https_traffic_only = true
}
