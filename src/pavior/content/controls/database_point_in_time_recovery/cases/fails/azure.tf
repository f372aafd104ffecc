resource "azurerm_cosmosdb_account" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_cosmosdb_account" "periodic" {
  name = "periodic"
  backup {
    type = "Periodic"
  }
}
