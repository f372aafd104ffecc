variable "id" {
  type = string
}

variable "other" {
  type = string
}

resource "azurerm_postgresql_flexible_server" "s" {
  name = "s"
}
resource "azurerm_postgresql_flexible_server_configuration" "a" {
  name      = "log_checkpoints"
  server_id = var.id
  value     = "off"
}
resource "azurerm_postgresql_flexible_server_configuration" "c" {
  name      = "require_secure_transport"
  server_id = var.other
  value     = "off"
}
