resource "azurerm_linux_web_app" "this" {
  name = "orders"
  # The fix takes the place of what stands here.
  site_config {
    minimum_tls_version = "1.0"
  }
  # Until here.
}
