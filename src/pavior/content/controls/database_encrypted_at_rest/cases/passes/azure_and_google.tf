resource "azurerm_postgresql_flexible_server" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_mysql_flexible_server" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_cosmosdb_account" "nothing_said" {
  name = "nothing-said"
}

resource "google_sql_database_instance" "nothing_said" {
  name             = "nothing-said"
  database_version = "POSTGRES_16"

  settings {
    tier = "db-custom-2-7680"

  }
}
