resource "google_sql_database_instance" "this" {
  name             = "orders"
  database_version = "POSTGRES_16"

  settings {
    tier = "db-custom-2-7680"
    # The fix takes the place of what stands here.
    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
      transaction_log_retention_days = 1
    }
    # Until here.
  }
}
