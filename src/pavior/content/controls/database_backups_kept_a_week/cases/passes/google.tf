resource "google_sql_database_instance" "nothing_said_of_days" {
  name             = "nothing-said-of-days"
  database_version = "POSTGRES_16"

  settings {
    tier = "db-custom-2-7680"
    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
    }
  }
}

resource "google_sql_database_instance" "a_week" {
  name             = "a-week"
  database_version = "POSTGRES_16"

  settings {
    tier = "db-custom-2-7680"
    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
      transaction_log_retention_days = 7
    }
  }
}
