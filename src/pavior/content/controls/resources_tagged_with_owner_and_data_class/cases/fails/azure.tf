resource "azurerm_storage_account" "files" {
  name = "acmefiles"
}

resource "azurerm_linux_web_app" "half" {
  name = "orders"

  tags = {
    owner = "payments"
  }
}
