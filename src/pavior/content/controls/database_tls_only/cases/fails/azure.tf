resource "azurerm_postgresql_server" "not_enforced" {
  name                    = "not-enforced"
  ssl_enforcement_enabled = false
}

resource "azurerm_mysql_server" "not_enforced" {
  name                    = "not-enforced"
  ssl_enforcement_enabled = false
}

resource "azurerm_mariadb_server" "not_enforced" {
  name                    = "not-enforced"
  ssl_enforcement_enabled = false
}

resource "azurerm_redis_cache" "second_port" {
  name                 = "second-port"
  non_ssl_port_enabled = true
}

resource "azurerm_redis_cache" "third_version" {
  name                = "third-version"
  enable_non_ssl_port = true
}

resource "azurerm_postgresql_flexible_server" "orders" {
  name = "orders"
}

resource "azurerm_postgresql_flexible_server_configuration" "tls" {
  name      = "require_secure_transport"
  server_id = azurerm_postgresql_flexible_server.orders.id
  value     = "off"
}
