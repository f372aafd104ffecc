resource "azurerm_storage_container" "said" {
  name                  = "said"
  storage_account_name  = "acmefiles"
  container_access_type = "private"
}

resource "azurerm_storage_container" "nothing_said" {
  name                 = "nothing-said"
  storage_account_name = "acmefiles"
}
