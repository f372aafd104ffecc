resource "azurerm_postgresql_flexible_server" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_mysql_flexible_server" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_postgresql_flexible_server" "same_house" {
  name = "same-house"
  high_availability {
    mode = "SameZone"
  }
}
