variable "choice" {
  type = bool
}

resource "azurerm_mssql_server" "orders" {
  name                          = "orders"
  public_network_access_enabled = var.choice
}

resource "azurerm_cosmosdb_account" "orders" {
  name                          = "orders"
  public_network_access_enabled = var.choice
}
