resource "azurerm_storage_container" "this" {
  name = "pages"
  # The fix takes the place of what stands here.
  container_access_type = "blob"
  # Until here.
}
