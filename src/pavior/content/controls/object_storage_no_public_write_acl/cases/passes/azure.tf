resource "azurerm_storage_container" "pages" {
  name                  = "pages"
  storage_account_name  = "acmefiles"
  container_access_type = "blob"
}
