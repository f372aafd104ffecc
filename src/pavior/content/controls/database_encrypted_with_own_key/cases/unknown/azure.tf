variable "choice" {
  type = string
}

resource "azurerm_cosmosdb_account" "records" {
  name             = "records"
  key_vault_key_id = var.choice
}
