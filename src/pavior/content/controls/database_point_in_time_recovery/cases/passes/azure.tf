resource "azurerm_postgresql_flexible_server" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_mysql_flexible_server" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_postgresql_server" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_mysql_server" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_mariadb_server" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_mssql_database" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_cosmosdb_account" "continuous" {
  name = "continuous"
  backup {
    type = "Continuous"
  }
}
