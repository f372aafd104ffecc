variable "choice" {
  type = bool
}

resource "google_sql_database_instance" "orders" {
  name             = "orders"
  database_version = "POSTGRES_16"

  settings {
    tier = "db-custom-2-7680"
    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = var.choice
    }
  }
}

resource "google_sql_database_instance" "plus" {
  name             = "plus"
  database_version = "POSTGRES_16"

  settings {
    tier    = "db-custom-2-7680"
    edition = "ENTERPRISE_PLUS"
    backup_configuration {
      enabled = true
    }
  }
}
