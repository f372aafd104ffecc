resource "azurerm_postgresql_flexible_server" "two" {
  name = "two"
  high_availability {
    mode = "ZoneRedundant"
  }
}

resource "azurerm_mysql_flexible_server" "two" {
  name = "two"
  high_availability {
    mode = "ZoneRedundant"
  }
}
