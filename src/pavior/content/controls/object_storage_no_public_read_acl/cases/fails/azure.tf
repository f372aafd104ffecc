resource "azurerm_storage_account" "files" {
  name = "acmefiles"
}

resource "azurerm_storage_container" "pages" {
  name                  = "pages"
  storage_account_name  = azurerm_storage_account.files.name
  container_access_type = "blob"
}

resource "azurerm_storage_container" "listed" {
  name                  = "listed"
  storage_account_name  = "elsewhere"
  container_access_type = "container"
}
