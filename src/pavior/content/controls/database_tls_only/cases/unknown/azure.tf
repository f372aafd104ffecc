variable "choice" {
  type = bool
}

variable "server" {
  type = string
}

resource "azurerm_postgresql_server" "orders" {
  name                    = "orders"
  ssl_enforcement_enabled = var.choice
}

resource "azurerm_mysql_server" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_postgresql_flexible_server" "perhaps" {
  name = "perhaps"
}

resource "azurerm_postgresql_flexible_server_configuration" "tls_of_some_server" {
  name      = "require_secure_transport"
  server_id = var.server
  value     = "off"
}
