resource "azurerm_postgresql_flexible_server" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_mysql_flexible_server" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_cosmosdb_account" "nothing_said" {
  name = "nothing-said"
}
