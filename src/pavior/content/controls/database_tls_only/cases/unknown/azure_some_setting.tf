variable "n" {
  type = string
}

resource "azurerm_postgresql_flexible_server" "s" {
  name = "s"
}
resource "azurerm_postgresql_flexible_server_configuration" "c" {
  name      = var.n
  server_id = azurerm_postgresql_flexible_server.s.id
  value     = "off"
}
