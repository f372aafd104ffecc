resource "azurerm_postgresql_flexible_server" "two_weeks" {
  name                  = "two-weeks"
  backup_retention_days = 14
}

resource "azurerm_mysql_flexible_server" "two_weeks" {
  name                  = "two-weeks"
  backup_retention_days = 14
}

resource "azurerm_postgresql_server" "two_weeks" {
  name                  = "two-weeks"
  backup_retention_days = 14
}

resource "azurerm_mysql_server" "two_weeks" {
  name                  = "two-weeks"
  backup_retention_days = 14
}

resource "azurerm_mariadb_server" "two_weeks" {
  name                  = "two-weeks"
  backup_retention_days = 14
}

resource "azurerm_postgresql_flexible_server" "nothing_said" {
  name = "nothing-said"
}

resource "azurerm_mssql_database" "a_week" {
  name = "a-week"
  short_term_retention_policy {
    retention_days = 7
  }
}

resource "azurerm_cosmosdb_account" "a_month" {
  name = "a-month"
  backup {
    type = "Continuous"
  }
}

resource "azurerm_cosmosdb_account" "a_week" {
  name = "a-week"
  backup {
    type = "Continuous"
    tier = "Continuous7Days"
  }
}
