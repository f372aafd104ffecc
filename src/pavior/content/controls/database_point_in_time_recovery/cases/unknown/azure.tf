variable "choice" {
  type = string
}

resource "azurerm_cosmosdb_account" "orders" {
  name = "orders"
  backup {
    type = var.choice
  }
}
