variable "choice" {
  type = string
}

resource "azurerm_storage_account" "files" {
  name                     = "acmefiles"
  resource_group_name      = "files"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "ZRS"

  customer_managed_key {
    key_vault_key_id          = var.choice
    user_assigned_identity_id = "identity"
  }
}
