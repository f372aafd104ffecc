resource "azurerm_cosmosdb_account" "private" {
  name                          = "private"
  public_network_access_enabled = false
}

resource "azurerm_mariadb_server" "private" {
  name                          = "private"
  public_network_access_enabled = false
}

resource "azurerm_mssql_server" "private" {
  name                          = "private"
  public_network_access_enabled = false
}

resource "azurerm_mysql_server" "private" {
  name                          = "private"
  public_network_access_enabled = false
}

resource "azurerm_postgresql_flexible_server" "private" {
  name                          = "private"
  public_network_access_enabled = false
}

resource "azurerm_postgresql_server" "private" {
  name                          = "private"
  public_network_access_enabled = false
}

resource "azurerm_redis_cache" "private" {
  name                          = "private"
  public_network_access_enabled = false
}

resource "azurerm_search_service" "private" {
  name                          = "private"
  public_network_access_enabled = false
}

resource "azurerm_synapse_workspace" "private" {
  name                          = "private"
  public_network_access_enabled = false
}

resource "azurerm_mysql_flexible_server" "private" {
  name                  = "private"
  public_network_access = "Disabled"
}

resource "azurerm_postgresql_flexible_server" "in_a_subnet" {
  name                = "in-a-subnet"
  delegated_subnet_id = "subnet"
}

resource "azurerm_mysql_flexible_server" "in_a_subnet" {
  name                = "in-a-subnet"
  delegated_subnet_id = "subnet"
}

resource "azurerm_mssql_managed_instance" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_redis_cache" "in_a_subnet" {
  name      = "in-a-subnet"
  subnet_id = "subnet"
}
