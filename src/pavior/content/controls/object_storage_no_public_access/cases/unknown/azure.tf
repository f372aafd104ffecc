variable "choice" {
  type = bool
}

resource "azurerm_storage_account" "files" {
  name                            = "acmefiles"
  resource_group_name             = "files"
  location                        = "westeurope"
  account_tier                    = "Standard"
  account_replication_type        = "ZRS"
  allow_nested_items_to_be_public = var.choice
}
