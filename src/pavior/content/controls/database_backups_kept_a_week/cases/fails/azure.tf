resource "azurerm_mysql_flexible_server" "a_day" {
  name                  = "a-day"
  backup_retention_days = 1
}

resource "azurerm_mssql_database" "three_days" {
  name = "three-days"
  short_term_retention_policy {
    retention_days = 3
  }
}
