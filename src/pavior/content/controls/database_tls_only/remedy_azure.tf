resource "azurerm_postgresql_flexible_server" "this" {
  name = "orders"
}
# The fix takes the place of what stands here.
resource "azurerm_postgresql_flexible_server_configuration" "this" {
  name      = "require_secure_transport"
  server_id = azurerm_postgresql_flexible_server.this.id
  value     = "OFF"
}
# Until here.
