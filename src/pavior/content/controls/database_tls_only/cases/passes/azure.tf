resource "azurerm_postgresql_server" "enforced" {
  name                    = "enforced"
  ssl_enforcement_enabled = true
}

resource "azurerm_mysql_server" "enforced" {
  name                    = "enforced"
  ssl_enforcement_enabled = true
}

resource "azurerm_mariadb_server" "enforced" {
  name                    = "enforced"
  ssl_enforcement_enabled = true
}

resource "azurerm_redis_cache" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_redis_cache" "third_version" {
  name                = "third-version"
  enable_non_ssl_port = false
}

resource "azurerm_postgresql_flexible_server" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_mysql_flexible_server" "said" {
  name = "said"
}

resource "azurerm_mysql_flexible_server_configuration" "tls" {
  name        = "require_secure_transport"
  server_name = azurerm_mysql_flexible_server.said.name
  value       = "ON"
}

resource "azurerm_postgresql_flexible_server_configuration" "something_else" {
  name      = "log_checkpoints"
  server_id = azurerm_postgresql_flexible_server.nothing_said.id
  value     = "off"
}
