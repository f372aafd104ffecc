resource "azurerm_linux_web_app" "this" {
  name = "orders"
  # The fix takes the place of what stands here.
  # Until here.
}
