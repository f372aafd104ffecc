resource "azurerm_cosmosdb_account" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_mariadb_server" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_mssql_server" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_mysql_server" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_postgresql_flexible_server" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_postgresql_server" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_redis_cache" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_search_service" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_synapse_workspace" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_mysql_flexible_server" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_mysql_flexible_server" "public" {
  name                  = "public"
  public_network_access = "Enabled"
}

resource "azurerm_mssql_managed_instance" "public" {
  name                         = "public"
  public_data_endpoint_enabled = true
}
