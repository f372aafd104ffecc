resource "azurerm_storage_account" "files" {
  name                            = "acmefiles"
  allow_nested_items_to_be_public = false
}

resource "azurerm_storage_container" "pages" {
  name                  = "pages"
  storage_account_id    = azurerm_storage_account.files.id
  container_access_type = "blob"
}
