resource "azurerm_postgresql_flexible_server" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_mssql_server" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_mssql_managed_instance" "nothing_said" {
  name = "nothing-said"
}
